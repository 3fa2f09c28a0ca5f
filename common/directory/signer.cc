#include "common/directory/signer.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace rogatoria {
namespace {

absl::Status Refuse(Reason reason, absl::string_view accepted) {
  return Error(reason).Field("signature").Accepted(accepted);
}

bool IsCertificateActive(const Standings& standings, absl::string_view sha256) {
  return standings.IsActive(v1::STANDING_SUBJECT_CERTIFICATE, sha256);
}

absl::Status CheckUser(const Standings& standings,
                       const AccreditedUser& user,
                       absl::string_view sha256,
                       Instant now) {
  if (!user.accredited.Covers(DayOf(now))) {
    return Refuse(Reason::SIGNER_NOT_ACTIVE, "a user within the time of the accreditation");
  }
  if (!standings.IsActive(v1::STANDING_SUBJECT_USER, user.id) ||
      !IsCertificateActive(standings, sha256)) {
    return Refuse(Reason::SIGNER_NOT_ACTIVE, "a user and a certificate that are not suspended");
  }
  return absl::OkStatus();
}

absl::Status CheckSeal(const Standings& standings,
                       const StatedKey& seal,
                       absl::string_view sha256,
                       Instant now) {
  if (!seal.HoldsAt(now)) {
    return Refuse(Reason::SIGNER_NOT_ACTIVE, "a seal within the time of its key statement");
  }
  if (!IsCertificateActive(standings, sha256)) {
    return Refuse(Reason::SIGNER_NOT_ACTIVE, "a seal whose certificate is not suspended");
  }
  return absl::OkStatus();
}

absl::Status NotRegistered() {
  return Refuse(Reason::SIGNER_NOT_REGISTERED,
                "a certificate that the directory has for the sender: an accredited user's, or its "
                "organisation's seal");
}

}  // namespace

absl::StatusOr<ActSigner> ResolveSigner(const Directory& directory,
                                        const Standings& standings,
                                        absl::string_view authority,
                                        v1::ChannelClass channel_class,
                                        absl::string_view certificate_sha256,
                                        Instant now) {
  if (const auto* user = directory.FindUserByCertificate(certificate_sha256); user != nullptr) {
    if (user->authority != authority) return NotRegistered();
    const absl::Status status = CheckUser(standings, *user, certificate_sha256, now);
    if (!status.ok()) return status;
    return ActSigner{true, user->id};
  }
  const OrganisationSeal* seal = directory.FindSealByCertificate(certificate_sha256);
  if (seal == nullptr || seal->authority != authority) return NotRegistered();
  const absl::Status status = CheckSeal(standings, *seal->key, certificate_sha256, now);
  if (!status.ok()) return status;
  if (channel_class == v1::CHANNEL_CLASS_FORMAL) {
    return Refuse(Reason::SIGNER_NOT_ACCREDITED, "the signature of an accredited user");
  }
  return ActSigner{false, ""};
}

absl::Status CheckSealSigner(const Directory& directory,
                             const Standings& standings,
                             absl::string_view authority,
                             absl::string_view certificate_sha256,
                             Instant now) {
  const OrganisationSeal* seal = directory.FindSealByCertificate(certificate_sha256);
  if (seal == nullptr || seal->authority != authority) {
    return Refuse(Reason::SIGNER_NOT_REGISTERED,
                  absl::StrCat("an organisation seal of ", authority));
  }
  return CheckSeal(standings, *seal->key, certificate_sha256, now);
}

}  // namespace rogatoria
