// Identity parts at the agent: opened by the custodians of its profile, and kept nowhere.
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/model/ids.h"
#include "services/agent/agent.h"

#include "rogatoria/content/v1/identity.pb.h"

namespace rogatoria::agent {
namespace {

namespace content = rogatoria::content::v1;

v1::IdentifiedPerson DescribePerson(const content::IdentityRecord& record) {
  v1::IdentifiedPerson person;
  person.set_pseudonym(record.pseudonym());
  person.set_name(record.name());
  *person.mutable_also_known_as() = record.also_known_as();
  person.set_birth_day(record.birth_day());
  person.set_birth_place(record.birth_place());
  for (const content::IdentityDocument& document : record.identity_documents()) {
    person.add_identity_documents(
        absl::StrCat(document.title(), " ", document.number(), " ", document.country()));
  }
  *person.mutable_reached_by() = record.reached_by();
  return person;
}

absl::StatusOr<content::IdentityPart> OpenPart(client::Office& office,
                                               const v1::OpenIdentityRequest& request) {
  if (request.share().empty()) return office.OpenIdentity(request.act_id(), request.reasons());
  hub::IdentityShare share;
  if (!share.ParseFromString(request.share())) return Error(Reason::SEAL_MALFORMED).Field("share");
  return office.OpenIdentityWith(share, request.act_id(), request.reasons());
}

}  // namespace

absl::StatusOr<v1::OpenIdentityResponse> Agent::OpenIdentity(
    const v1::OpenIdentityRequest& request) {
  if (!IsActId(request.act_id())) return Error(Reason::ACT_NOT_FOUND).Field("act_id").ToStatus();
  const auto part = OpenPart(*office_, request);
  hub_.Note(part.status());
  ROG_RETURN_IF_ERROR(part.status());
  v1::OpenIdentityResponse response;
  for (const content::IdentityRecord& record : part->records()) {
    *response.add_persons() = DescribePerson(record);
  }
  return response;
}

absl::StatusOr<v1::ShareIdentityResponse> Agent::ShareIdentity(
    const v1::ShareIdentityRequest& request) {
  if (!IsActId(request.act_id())) return Error(Reason::ACT_NOT_FOUND).Field("act_id").ToStatus();
  const auto share = office_->HandOverShare(request.act_id(), request.reasons());
  hub_.Note(share.status());
  ROG_RETURN_IF_ERROR(share.status());
  v1::ShareIdentityResponse response;
  response.set_share(share->SerializeAsString());
  return response;
}

}  // namespace rogatoria::agent
