// A certification authority of our own, for development, tests and small hubs (`rogatoria pki`).
// We issue P-256 (decisions.md 19); any other CA's certificates are verified as well.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/crypto/certificate.h"
#include "common/crypto/private_key.h"
#include "common/crypto/revocation_list.h"

namespace rogatoria {

// Decides key usage, extended key usage and basic constraints.
enum class CertificateProfile { kAuthority, kTlsClient, kTlsServer, kSigning, kSealing };

struct CertificateRequest {
  CertificateProfile profile = CertificateProfile::kTlsClient;
  std::string common_name;
  std::string organization;            // left out if empty
  std::vector<std::string> uris;       // SANs, exactly as given; two make a bad system certificate
  std::vector<std::string> dns_names;  //
  std::vector<std::string> ip_addresses;  // text: 127.0.0.1, ::1
  Instant not_before;                     // whole seconds: the rest is dropped
  Instant not_after;
};

// Thread-safe if `random` is; `random` must outlive it.
class CertificateAuthority {
 public:
  // A self-signed root with a new P-256 key. `request.profile` is taken as kAuthority.
  static absl::StatusOr<CertificateAuthority> Create(CertificateRequest request, Random& random);
  // FIELD_INVALID if the key is not the certificate's, is Ed25519, or the certificate is no CA's.
  static absl::StatusOr<CertificateAuthority> FromKey(PrivateKey key,
                                                      Certificate certificate,
                                                      Random& random);

  // A certificate for a subject's public key (SubjectPublicKeyInfo, DER): whoever calls has seen
  // proof that the subject holds the private one. Accepts any key, so that tests can have weak
  // ones.
  absl::StatusOr<Certificate> Issue(absl::string_view public_key_der,
                                    const CertificateRequest& request) const;

  // A complete list of what is revoked.
  absl::StatusOr<RevocationList> MakeRevocationList(const std::vector<Certificate>& revoked,
                                                    Instant this_update,
                                                    Instant next_update) const;

  const PrivateKey& key() const { return key_; }
  const Certificate& certificate() const { return certificate_; }

 private:
  CertificateAuthority(PrivateKey key, Certificate certificate, Random& random);

  PrivateKey key_;
  Certificate certificate_;
  Random* random_;
};

// RSA of 1024 bits, or any other size, so that tests can see it refused. Never for use.
absl::StatusOr<PrivateKey> GenerateRsaKeyForTest(int bits);

}  // namespace rogatoria
