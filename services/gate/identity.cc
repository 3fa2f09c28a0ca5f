#include "services/gate/identity.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace rogatoria::gate {
namespace {

// What the registry says of an identity, before anything is asked of its standing.
struct Registered {
  PrincipalKind kind;
  std::string authority;
  const std::vector<std::string>* certificates;
};

std::optional<Registered> FindRegistered(const Directory& directory, const std::string& identity) {
  if (const System* system = directory.FindSystem(identity); system != nullptr) {
    return Registered{
        PrincipalKind::kAuthoritySystem, system->authority, &system->certificate_sha256};
  }
  if (const Operator* person = directory.FindOperator(identity); person != nullptr) {
    return Registered{person->role, "", &person->certificate_sha256};
  }
  return std::nullopt;
}

bool IsBootstrap(const Certificate& certificate,
                 const std::string& identity,
                 const Directory& directory,
                 const BootstrapOperator& bootstrap) {
  return directory.operators().empty() && !bootstrap.identity.empty() &&
         identity == bootstrap.identity &&
         certificate.fingerprint_sha256() == bootstrap.certificate_sha256;
}

absl::Status CheckTime(const Certificate& certificate, Instant now) {
  if (now < certificate.not_before()) return Error(Reason::CERTIFICATE_NOT_YET_VALID);
  if (now >= certificate.not_after()) return Error(Reason::CERTIFICATE_EXPIRED);
  return absl::OkStatus();
}

absl::Status CheckStanding(const Caller& caller, const Standings& standings) {
  if (!standings.IsActive(v1::STANDING_SUBJECT_CERTIFICATE, caller.certificate_sha256)) {
    return Error(Reason::CERTIFICATE_REVOKED);
  }
  if (!caller.authority.empty() &&
      !standings.IsActive(v1::STANDING_SUBJECT_AUTHORITY, caller.authority)) {
    return Error(Reason::AUTHORITY_SUSPENDED);
  }
  return absl::OkStatus();
}

absl::StatusOr<Caller> FindCaller(const Certificate& certificate,
                                  const std::string& identity,
                                  const Directory& directory,
                                  const BootstrapOperator& bootstrap) {
  const std::string& fingerprint = certificate.fingerprint_sha256();
  if (IsBootstrap(certificate, identity, directory, bootstrap)) {
    return Caller{PrincipalKind::kOperator, identity, "", fingerprint};
  }
  const auto registered = FindRegistered(directory, identity);
  if (!registered.has_value() ||
      std::find(registered->certificates->begin(), registered->certificates->end(), fingerprint) ==
          registered->certificates->end()) {
    return Error(Reason::CLIENT_CERTIFICATE_UNKNOWN);
  }
  return Caller{registered->kind, identity, registered->authority, fingerprint};
}

}  // namespace

absl::StatusOr<std::string> SpiffeIdentity(const Certificate& certificate,
                                           absl::string_view trust_domain) {
  const std::vector<std::string>& uris = certificate.uri_sans();
  absl::string_view path = uris.size() == 1 ? absl::string_view(uris.front()) : "";
  if (!absl::ConsumePrefix(&path, absl::StrCat("spiffe://", trust_domain, "/")) || path.empty()) {
    return Error(Reason::IDENTITY_MALFORMED);
  }
  return uris.front();
}

absl::StatusOr<Caller> ResolveCaller(const Certificate& certificate,
                                     absl::string_view trust_domain,
                                     const RegistryState& registry,
                                     const BootstrapOperator& bootstrap,
                                     Instant now) {
  ROG_ASSIGN_OR_RETURN(const std::string identity, SpiffeIdentity(certificate, trust_domain));
  ROG_ASSIGN_OR_RETURN(const Caller caller,
                       FindCaller(certificate, identity, *registry.directory, bootstrap));
  ROG_RETURN_IF_ERROR(CheckTime(certificate, now));
  ROG_RETURN_IF_ERROR(CheckStanding(caller, *registry.standings));
  return caller;
}

absl::StatusOr<Certificate> CertificateCache::Get(absl::string_view pem) {
  {
    absl::ReaderMutexLock lock(&mutex_);
    if (const auto found = known_.find(pem); found != known_.end()) return found->second;
  }
  ROG_ASSIGN_OR_RETURN(Certificate certificate, Certificate::FromPem(pem));
  absl::MutexLock lock(&mutex_);
  if (known_.size() >= kMaxCertificates) known_.clear();
  known_.emplace(pem, certificate);
  return certificate;
}

}  // namespace rogatoria::gate
