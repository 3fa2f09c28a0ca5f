// Office: standing in for another authority's duty desk that did not answer (docs/deadlines.md). We
// are no party of the case: all that is known of it is the act that we were called to.
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/client/office.h"
#include "common/model/header.h"

namespace rogatoria::client {
namespace {

bool MayBeSubstitutes(const ActDraft& draft) {
  return draft.kind == v1::ACT_KIND_ACKNOWLEDGEMENT && !draft.in_reply_to.empty();
}

}  // namespace

// It opens with our keys or not at all, so that nothing is kept that nobody can read here.
absl::StatusOr<v1::Act> Office::FetchAsSubstitute(const v1::Notice& notice) {
  ROG_ASSIGN_OR_RETURN(v1::Act act, FetchAct(notice.act_id()));
  ROG_RETURN_IF_ERROR(OpenAct(act).status());
  return act;
}

absl::Status Office::StandIn(const absl::Status& why, ActDraft& draft, Resolution& resolution) {
  if (!HasReason(why, Reason::CASE_NOT_FOUND) || !MayBeSubstitutes(draft)) return why;
  v1::GetActRequest request;
  request.set_act_id(draft.in_reply_to);
  const auto found =
      connection_->Call(connection_->exchange(), &v1::ExchangeService::Stub::GetAct, request);
  if (!found.ok()) return why;
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(found->act().header()));
  if (header.case_id() != draft.case_id) return why;
  if (draft.to.empty()) draft.to.emplace_back().set_authority(header.sender());
  // It says that a person has the act in hand, and has no other effect.
  if (draft.channel_class == v1::CHANNEL_CLASS_UNSPECIFIED) {
    draft.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  }
  if (draft.legal_basis.instrument().empty()) draft.legal_basis = header.legal_basis();
  resolution.case_position = found->summary().case_position();
  resolution.case_type = header.case_type();
  return absl::OkStatus();
}

}  // namespace rogatoria::client
