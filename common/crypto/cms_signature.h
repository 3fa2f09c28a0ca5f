// Detached signatures over exact bytes: CMS SignedData (RFC 5652), made as CAdES-BES
// (ETSI EN 319 122-1), read as plain CMS or CAdES. Format page: docs/formats/signature.md.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/crypto/certificate.h"
#include "common/crypto/private_key.h"
#include "common/crypto/trust_anchors.h"

namespace rogatoria {

struct SignedDataView;  // signed_data.h

// DER of a SignedData with one signer, its certificate and `intermediates`, and no content:
// `openssl cms -verify -cades -binary -inform DER -content <file>` checks it. SHA-256, or SHA-384
// under P-384. INVALID_ARGUMENT if key and certificate do not match or CMS cannot use the key
// (Ed25519). The signed attribute signing-time is the machine's clock: a claim of the signer's,
// which nobody relies on. Thread-safe.
absl::StatusOr<Bytes> SignDetached(const PrivateKey& key,
                                   const Certificate& certificate,
                                   absl::string_view message,
                                   const std::vector<Certificate>& intermediates = {});

// Checks users' signatures, thousands a second: a signer whose chain was found valid is remembered,
// so that the next of its signatures costs one hash and one public-key operation. Reads the CMS
// with a strict reader of our own (der.h), so that no byte of a stranger reaches a general parser
// before its signature's shape is known. Thread-safe; one a process is enough.
class SignatureVerifier {
 public:
  SignatureVerifier() = default;
  SignatureVerifier(const SignatureVerifier&) = delete;
  SignatureVerifier& operator=(const SignatureVerifier&) = delete;

  // The signer's certificate, if exactly one signer signed exactly `message`, its certificate is
  // inside, and its chain holds under `anchors` at `now`. Who that person is and what it may sign
  // is for the registry to say. Otherwise:
  //   SIGNATURE_MISSING           empty
  //   LIMIT_EXCEEDED              larger than limits::kMaxSignatureBytes
  //   SIGNATURE_MALFORMED         not such a SignedData; says what was expected
  //   SIGNER_CERTIFICATE_MISSING  the certificate that signed is not inside
  //   SIGNATURE_INVALID           over other bytes, by another key, or not for this certificate
  //   SIGNER_KEY_TOO_WEAK         RSA below 2048 bits, SHA-1, other curves
  //   and those of TrustAnchors::Verify. All name the field "signature".
  absl::StatusOr<Certificate> VerifyDetached(absl::string_view signature,
                                             absl::string_view message,
                                             const TrustAnchors& anchors,
                                             Instant now);

 private:
  struct KnownSigner {
    Certificate certificate;
    uint64_t anchors = 0;  // TrustAnchors::generation() under which the chain held; 0: none yet
    Instant valid_from, valid_until;
  };

  // The certificate inside that is the signer's, with what is remembered about its chain.
  absl::StatusOr<KnownSigner> FindSigner(const SignedDataView& view) const;
  absl::Status CheckChain(const SignedDataView& view,
                          const KnownSigner& found,
                          const TrustAnchors& anchors,
                          Instant now);
  std::shared_ptr<const KnownSigner> Recall(absl::string_view der) const;
  void Remember(KnownSigner signer);

  static constexpr size_t kMaxKnownSigners = 4096;  // about 16 MB; then forgotten and found again
  mutable absl::Mutex mutex_;
  // By the certificate's DER.
  absl::flat_hash_map<std::string, std::shared_ptr<const KnownSigner>> known_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria
