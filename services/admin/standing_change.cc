#include "services/admin/standing_change.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/crypto/digest.h"

namespace rogatoria::admin {
namespace {

bool IsFingerprint(const std::string& text) {
  const absl::StatusOr<Bytes> bytes = FromHex(text);
  return bytes.ok() && bytes->size() == kSha256Bytes;
}

absl::Status Invalid(absl::string_view field, absl::string_view accepted) {
  return Error(Reason::FIELD_INVALID).Field(field).Accepted(accepted);
}

}  // namespace

absl::Status CheckStanding(const v1::SetStandingRequest& request, const Directory& directory) {
  if (!v1::Standing_IsValid(request.standing()) || request.standing() == v1::STANDING_UNSPECIFIED) {
    return Invalid("standing", "ACTIVE, SUSPENDED or REVOKED");
  }
  switch (request.subject()) {
    case v1::STANDING_SUBJECT_AUTHORITY:
      if (directory.FindAuthority(request.id()) != nullptr) return absl::OkStatus();
      return Error(Reason::AUTHORITY_NOT_FOUND).Field("id");
    case v1::STANDING_SUBJECT_USER:
      if (directory.FindUser(request.id()) != nullptr) return absl::OkStatus();
      return Error(Reason::NOT_FOUND)
          .Field("id")
          .Accepted("<authority>/<user>, as in the directory");
    case v1::STANDING_SUBJECT_CERTIFICATE:
      if (IsFingerprint(request.id())) return absl::OkStatus();
      return Invalid("id", "a SHA-256 fingerprint, 64 hexadecimal digits in lower case");
    default:
      return Invalid("subject", "AUTHORITY, USER or CERTIFICATE");
  }
}

Change MakeStandingChange(const v1::SetStandingRequest& request, const Registry& registry) {
  return [request, &registry](Draft& draft, std::string& object) -> absl::StatusOr<Bytes> {
    object = absl::StrCat(v1::StandingSubject_Name(request.subject()),
                          "/",
                          request.id(),
                          "/",
                          v1::Standing_Name(request.standing()));
    const StandingRecord* new_one = draft.FindNewStanding(request.subject(), request.id());
    const v1::Standing now = new_one != nullptr
                                 ? new_one->standing
                                 : registry.Get().standings->Of(request.subject(), request.id());
    if (now == v1::STANDING_REVOKED && request.standing() != v1::STANDING_REVOKED) {
      return Error(Reason::STANDING_FINAL).Field("standing");
    }
    draft.PutStanding({.subject = request.subject(),
                       .id = request.id(),
                       .standing = request.standing(),
                       .since = draft.now()});
    return v1::SetStandingResponse().SerializeAsString();
  };
}

}  // namespace rogatoria::admin
