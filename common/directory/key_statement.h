// Key statements: an authority's identity key says which certificates are its own (decisions.md 8).
// The fingerprint of that key is fixed out of band at enrolment, so a hub that plants a certificate
// is caught. Format page: docs/formats/key-statement.md.
//
//   signed bytes = "rogatoria-key-statement v1" LF canonical protobuf of KeyStatementBody
//
// Pure; thread-safe. Errors: KEY_STATEMENT_INVALID, naming what does not hold.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/crypto/certificate.h"
#include "common/crypto/private_key.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria {

// What a statement says, put together; `previous_sha256` is empty for the first of a chain.
v1::KeyStatementBody MakeKeyStatementBody(absl::string_view trust_domain,
                                          absl::string_view authority,
                                          const Certificate& certificate,
                                          v1::KeyPurpose purpose,
                                          Instant not_before,
                                          Instant not_after,
                                          absl::string_view previous_sha256 = "");

// Signs it with the identity key: Ed25519 or P-256. The place in the log is left empty.
absl::StatusOr<v1::KeyStatement> SignKeyStatement(const v1::KeyStatementBody& body,
                                                  const PrivateKey& identity_key);

// SHA-256 of the signed bytes: what the next statement of the chain calls `previous_sha256`.
Bytes KeyStatementDigest(const v1::KeyStatement& statement);

// SHA-256 of the identity key, lower-case hexadecimal: what is fixed out of band.
std::string IdentityFingerprint(absl::string_view identity_key_der);

// Form, field rules and signature under the identity key that the statement carries. Whose key that
// is, the caller must compare with the fingerprint it knows.
absl::StatusOr<v1::KeyStatementBody> VerifyKeyStatement(const v1::KeyStatement& statement);

// A whole chain, oldest first: each as above, by this identity key, of this authority and trust
// domain, and each naming the one before it.
absl::StatusOr<std::vector<v1::KeyStatementBody>> VerifyKeyStatementChain(
    absl::Span<const v1::KeyStatement> statements,
    absl::string_view trust_domain,
    absl::string_view authority,
    absl::string_view identity_fingerprint);

// Which statements of a verified chain still stand, by index: the last one on each certificate and
// purpose, unless it takes the certificate back. Time is not looked at.
std::vector<size_t> StandingStatements(absl::Span<const v1::KeyStatementBody> chain);

}  // namespace rogatoria
