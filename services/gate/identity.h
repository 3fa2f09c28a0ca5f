// From the certificate that TLS showed to who that is in the registry (trust.md 5): exactly one
// SPIFFE URI of this trust domain, registered, its fingerprint among the registered ones, valid
// now, and in good standing. Pure.
#pragma once

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/crypto/certificate.h"
#include "common/directory/registry.h"
#include "common/model/caller.h"

namespace rogatoria::gate {

// Who may load the first directory. Admitted as an operator as long as the directory names no
// operator; afterwards this identity is a stranger unless the directory names it.
struct BootstrapOperator {
  std::string identity;            // empty: there is none
  std::string certificate_sha256;  // hexadecimal
};

// The one SPIFFE URI of a certificate under `trust_domain`; IDENTITY_MALFORMED for none, two, or
// another shape than spiffe://<trust domain>/<path>.
absl::StatusOr<std::string> SpiffeIdentity(const Certificate& certificate,
                                           absl::string_view trust_domain);

// IDENTITY_MALFORMED, CLIENT_CERTIFICATE_UNKNOWN, CERTIFICATE_NOT_YET_VALID, CERTIFICATE_EXPIRED,
// CERTIFICATE_REVOKED (also when suspended), AUTHORITY_SUSPENDED.
absl::StatusOr<Caller> ResolveCaller(const Certificate& certificate,
                                     absl::string_view trust_domain,
                                     const RegistryState& registry,
                                     const BootstrapOperator& bootstrap,
                                     Instant now);

// Certificates by the PEM text that gRPC hands out with every call, so that each is read once.
// Thread-safe; bounded.
class CertificateCache {
 public:
  absl::StatusOr<Certificate> Get(absl::string_view pem);

 private:
  static constexpr size_t kMaxCertificates = 8192;  // about 40 MB; then forgotten and read again
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Certificate> known_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria::gate
