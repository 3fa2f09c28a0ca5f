// TrustAnchors: the certification authorities of a trust domain, with their revocation lists, and
// the question whether a certificate holds under them (RFC 5280 section 6).
//
// Immutable: new lists make a new object. Copies share it and are cheap. Thread-safe. No network:
// lists are fetched elsewhere (choices.md 3).
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/crypto/certificate.h"
#include "common/crypto/revocation_list.h"

namespace rogatoria {

// What the certificate is shown for; kAny asks for no extended key usage.
enum class CertificateUse { kAny, kTlsClient, kTlsServer };

struct RevocationPolicy {
  // True: each certificate below an anchor needs a list of its issuer that is not staler than
  // `grace`, else REVOCATION_UNKNOWN (fail closed). False: lists are used where they exist, however
  // old. Either way a certificate on a list is refused.
  bool require_list = false;
  // How long past its next update a list still counts as fresh.
  absl::Duration grace = absl::ZeroDuration();
};

// A chain that held, and for how long its answer may be kept.
struct VerifiedChain {
  std::vector<Certificate> certificates;  // leaf first, anchor last
  Instant valid_from;                     // both inclusive: all certificates valid, and lists
  Instant valid_until;                    // fresh where the policy requires them
};

class TrustAnchors {
 public:
  // An anchor needs to be a CA, not to be self-signed. A list by nobody known here or below is
  // kept all the same: it may be an intermediate's.
  static absl::StatusOr<TrustAnchors> Create(std::vector<Certificate> authorities,
                                             std::vector<RevocationList> lists = {},
                                             RevocationPolicy policy = {});

  // OK, or CERTIFICATE_EXPIRED, CERTIFICATE_NOT_YET_VALID, CERTIFICATE_REVOKED, REVOCATION_UNKNOWN,
  // SIGNER_KEY_TOO_WEAK (also for SHA-1 signatures), or CERTIFICATE_UNTRUSTED for all the rest.
  absl::Status Verify(const Certificate& certificate,
                      const std::vector<Certificate>& intermediates,
                      Instant now,
                      CertificateUse use = CertificateUse::kAny) const;

  // The same, with the chain found. The lists are looked at as of `now`.
  absl::StatusOr<VerifiedChain> FindChain(const Certificate& certificate,
                                          const std::vector<Certificate>& intermediates,
                                          Instant now,
                                          CertificateUse use = CertificateUse::kAny) const;

  const std::vector<Certificate>& authorities() const;
  // Differs for every object made by Create in this process: a key for caches.
  uint64_t generation() const;

 private:
  struct Fields;
  explicit TrustAnchors(std::shared_ptr<const Fields> fields);
  absl::Status CheckRevocation(VerifiedChain& chain, Instant now) const;

  std::shared_ptr<const Fields> fields_;
};

}  // namespace rogatoria
