// Sealing: two layers of CMS AuthEnvelopedData (RFC 5083, 5084) with AES-256-GCM and nothing else.
// Format page with grammar and commands: docs/formats/seal.md.
//
//   segment       one piece of the clear text under a fresh key, which is wrapped by the object's
//                 key-encryption key (KEK): KEKRecipientInfo, AES-256 key wrap
//   key envelope  the KEK, for each recipient certificate: ECDH on P-256 or P-384 with the X9.63
//                 KDF over SHA-256 or SHA-384, or RSA-OAEP with SHA-256
//
// A new recipient later means a new key envelope; the segments stay. Opening reads exactly the form
// that is described: each byte is fixed by it, or bound by a key wrap or a GCM tag, so that a bit
// flipped anywhere is refused. (In an envelope for several, the parts of the others are bound for
// the others.) Thread-safe. Of all this the broker uses RecipientsOf only: it never opens a seal.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/random.h"
#include "common/crypto/certificate.h"
#include "common/crypto/private_key.h"
#include "common/crypto/secret.h"

namespace rogatoria {

inline constexpr size_t kKekBytes = 32;

// The key of one sealed object.
SecretBytes GenerateKek(Random& random);

// DER. LIMIT_EXCEEDED above limits::kMaxSegmentBytes of clear text. The fresh content key and nonce
// come from OpenSSL's generator. REQUIRES: a KEK of kKekBytes; stops the process otherwise.
absl::StatusOr<Bytes> SealSegment(const SecretBytes& kek, absl::string_view clear);

// SEAL_MALFORMED: not in the form of SealSegment (any CBC, any other algorithm, an extra byte).
// SEAL_BROKEN: another key, or changed bytes; nothing of the clear text is given then.
absl::StatusOr<Bytes> OpenSegment(const SecretBytes& kek, absl::string_view segment);
// The same into `clear`, which keeps its room, for many segments one after the other.
absl::Status OpenSegmentInto(const SecretBytes& kek, absl::string_view segment, Bytes& clear);

// DER, the recipients in the order that DER gives their SET. SEAL_RECIPIENT_UNUSABLE if a
// certificate's key is neither P-256, P-384 nor RSA from 2048 bits, or its key usage forbids
// sealing to it; FIELD_REQUIRED without recipients, LIMIT_EXCEEDED above limits::kMaxEnvelopeBytes.
absl::StatusOr<Bytes> SealKek(const SecretBytes& kek, const std::vector<Certificate>& recipients);

// The KEK for the holder of `key`, whose certificate is `certificate`. SEAL_NOT_RECIPIENT if the
// envelope does not name that certificate; SEAL_MALFORMED and SEAL_BROKEN as above.
absl::StatusOr<SecretBytes> OpenKek(absl::string_view envelope,
                                    const PrivateKey& key,
                                    const Certificate& certificate);

// How an envelope names one recipient: issuer and serial (RFC 5652 section 10.2.4).
struct EnvelopeRecipient {
  Bytes issuer_der;
  Bytes serial_bytes;

  bool Names(const Certificate& certificate) const;
};

// Whom an envelope is for, in its order. Needs no key, and proves nothing.
absl::StatusOr<std::vector<EnvelopeRecipient>> RecipientsOf(absl::string_view envelope);

}  // namespace rogatoria
