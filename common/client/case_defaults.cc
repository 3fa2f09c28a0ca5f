#include "common/client/case_defaults.h"

#include <algorithm>
#include <vector>

#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/model/act_kind.h"

namespace rogatoria::client {
namespace {

bool IsAmongSeveral(const v1::Case& found) {
  return found.case_type() == v1::CASE_TYPE_JIT || found.case_type() == v1::CASE_TYPE_SPONTANEOUS;
}

std::vector<std::string> PartiesOf(const v1::Case& found, v1::CaseRole role) {
  std::vector<std::string> parties;
  for (const v1::CaseParty& party : found.parties()) {
    if (party.role() == role) parties.push_back(party.authority());
  }
  return parties;
}

bool Names(const ActDraft& draft, const v1::Measure& measure) {
  return draft.measures.empty() ||
         std::any_of(draft.measures.begin(), draft.measures.end(), [&](const auto& named) {
           return named.ordinal() == measure.ordinal();
         });
}

// Of the requested side, each once. What the case does not have yet is asked of who was asked
// first.
std::vector<std::string> Responsible(const v1::Case& found, const ActDraft& draft) {
  std::vector<std::string> authorities;
  for (const v1::Measure& measure : found.measures()) {
    const std::string& authority = measure.responsible_authority();
    const bool known =
        std::find(authorities.begin(), authorities.end(), authority) != authorities.end();
    if (!authority.empty() && !known && Names(draft, measure)) authorities.push_back(authority);
  }
  if (authorities.empty()) {
    authorities = PartiesOf(found, v1::CASE_ROLE_REQUESTED);
    if (authorities.size() > 1) authorities.resize(1);
  }
  return authorities;
}

std::vector<std::string> OtherSide(const v1::Case& found,
                                   const std::string& us,
                                   const ActDraft& draft) {
  const std::vector<std::string> requesting = PartiesOf(found, v1::CASE_ROLE_REQUESTING);
  const bool we_ask = std::find(requesting.begin(), requesting.end(), us) != requesting.end();
  if (!IsAmongSeveral(found)) return we_ask ? Responsible(found, draft) : requesting;
  std::vector<std::string> others = requesting;
  for (std::string& authority : PartiesOf(found, v1::CASE_ROLE_REQUESTED)) {
    others.push_back(std::move(authority));
  }
  others.erase(std::remove(others.begin(), others.end(), us), others.end());
  return others;
}

absl::Status FillAddressees(const v1::Case& found, const std::string& us, ActDraft& draft) {
  if (!draft.to.empty()) return absl::OkStatus();
  const std::vector<std::string> others = OtherSide(found, us, draft);
  const ActKindTraits* kind = FindActKind(draft.kind);
  if (kind != nullptr && others.size() > MostRecipients(*kind, found.case_type())) {
    return Explained(Error(Reason::FIELD_REQUIRED).Field("to"), Sentence::SEVERAL_RESPONSIBLE);
  }
  for (const std::string& other : others) draft.to.emplace_back().set_authority(other);
  return absl::OkStatus();
}

}  // namespace

absl::Status FillFromCase(const v1::Case& found, const std::string& us, ActDraft& draft) {
  ROG_RETURN_IF_ERROR(FillAddressees(found, us, draft));
  if (draft.channel_class == v1::CHANNEL_CLASS_UNSPECIFIED)
    draft.channel_class = found.channel_class();
  if (draft.legal_basis.instrument().empty()) draft.legal_basis = found.legal_basis();
  // An answer counts as the request did, unless it goes another way.
  if (draft.channel_basis.empty() && draft.channel_class == found.channel_class()) {
    draft.channel_basis = found.channel_basis();
  }
  for (v1::MeasureRef& named : draft.measures) {
    for (const v1::Measure& measure : found.measures()) {
      if (named.ordinal() == measure.ordinal() && named.code().empty())
        named.set_code(measure.code());
    }
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::client
