// For this folder: a detached CMS SignedData taken apart (RFC 5652 section 5), for the verifier.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/crypto/certificate.h"
#include "common/crypto/digest_signature.h"
#include "common/crypto/hash_algorithm.h"

namespace rogatoria {

// Views into the signature's bytes, which must outlive it.
struct SignedDataView {
  std::vector<absl::string_view> certificates;  // DER, as found; not read yet
  // The signer: either issuer (whole) and serial (content), or the subject key identifier.
  absl::string_view signer_issuer, signer_serial, signer_key_id;
  HashAlgorithm hash = HashAlgorithm::kSha256;
  SignatureScheme scheme = SignatureScheme::kEcdsa;
  Bytes signed_attributes;           // the SET OF, as it is hashed
  absl::string_view message_digest;  // signed attribute
  // signing-certificate-v2, first entry; hash empty if the attribute is absent (plain CMS).
  HashAlgorithm certificate_hash_algorithm = HashAlgorithm::kSha256;
  absl::string_view certificate_hash;
  absl::string_view signature;

  bool SignedBy(const Certificate& certificate) const;
};

// SIGNATURE_MALFORMED, saying what was expected, for anything that is not one signer's detached
// signature with signed attributes; SIGNER_KEY_TOO_WEAK for a hash below SHA-256.
absl::StatusOr<SignedDataView> ReadSignedData(absl::string_view signature);

}  // namespace rogatoria
