// Office: acts that are handed on to the competent authority, and taken over from another.
#include <algorithm>
#include <optional>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/addressee_rules.h"
#include "common/client/forwarding.h"
#include "common/client/office.h"
#include "common/client/opener.h"
#include "common/client/redraft.h"
#include "common/model/header.h"

namespace rogatoria::client {
namespace {

// Told beside the competent authority: who asked.
std::string RequestingParty(const v1::Case& found) {
  for (const v1::CaseParty& party : found.parties()) {
    if (party.role() == v1::CASE_ROLE_REQUESTING) return party.authority();
  }
  return "";
}

}  // namespace

absl::StatusOr<v1::Act> Office::FetchAct(const std::string& act_id) {
  v1::GetActRequest request;
  request.set_act_id(act_id);
  ROG_ASSIGN_OR_RETURN(
      v1::GetActResponse found,
      connection_->Call(connection_->exchange(), &v1::ExchangeService::Stub::GetAct, request));
  return std::move(*found.mutable_act());
}

// An act with an envelope for us: its own, or that of the notice by which it was handed on to us.
absl::StatusOr<v1::Act> Office::FetchToHandOn(const std::string& act_id) {
  ROG_ASSIGN_OR_RETURN(v1::Act act, FetchAct(act_id));
  if (OpenKeyOf(act, sealing_).ok()) return act;
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header()));
  v1::ListActsRequest request;
  request.set_case_id(header.case_id());
  request.set_page_size(limits::kMaxPageSize);
  do {
    ROG_ASSIGN_OR_RETURN(
        const v1::ListActsResponse page,
        connection_->Call(connection_->exchange(), &v1::ExchangeService::Stub::ListActs, request));
    for (const v1::ActSummary& summary : page.acts()) {
      ROG_ASSIGN_OR_RETURN(const auto forwarded, FindHandedOn(summary, act_id));
      if (forwarded.has_value()) return WithEnvelope(std::move(act), *forwarded);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return act;
}

// What a notice to us hands on of this act; nothing for any other act.
absl::StatusOr<std::optional<content::v1::ForwardedAct>> Office::FindHandedOn(
    const v1::ActSummary& summary, const std::string& act_id) {
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(summary.header()));
  if (header.kind() != v1::ACT_KIND_FORWARDING_NOTICE || header.recipients().empty() ||
      header.recipients(0).authority() != profile_.authority) {
    return std::nullopt;
  }
  ROG_ASSIGN_OR_RETURN(const v1::Act notice, FetchAct(header.act_id()));
  ROG_ASSIGN_OR_RETURN(const OpenedAct opened, OpenAct(notice));
  for (const auto& forwarded : opened.content.forwarding_notice().forwarded_acts()) {
    if (forwarded.act_id() == act_id) return forwarded;
  }
  return std::nullopt;
}

absl::StatusOr<v1::GetAuthorityResponse> Office::AskAuthority(const std::string& authority) {
  v1::GetAuthorityRequest request;
  request.set_authority(authority);
  return connection_->Call(
      connection_->directory(), &v1::DirectoryService::Stub::GetAuthority, request);
}

absl::StatusOr<ActDraft> Office::DraftForwarding(const ForwardingOrder& order) {
  std::vector<v1::Act> acts;
  ActDraft draft;
  draft.kind = v1::ACT_KIND_FORWARDING_NOTICE;
  for (uint32_t measure : order.measures) draft.measures.emplace_back().set_ordinal(measure);
  for (const std::string& act_id : order.act_ids) {
    ROG_ASSIGN_OR_RETURN(acts.emplace_back(), FetchToHandOn(act_id));
    ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(acts.back().header()));
    if (draft.case_id.empty()) draft.case_id = header.case_id();
    draft.data_class = std::max(draft.data_class, header.data_class());
    if (draft.case_id != header.case_id())
      return Explained(Error(Reason::FIELD_INVALID).Field("act"), Sentence::ACTS_OF_ONE_CASE);
  }
  if (acts.empty())
    return Explained(Error(Reason::FIELD_REQUIRED).Field("act"), Sentence::ACTS_OF_ONE_CASE);
  ROG_ASSIGN_OR_RETURN(const v1::GetAuthorityResponse theirs, AskAuthority(order.authority));
  ROG_ASSIGN_OR_RETURN(const v1::GetAuthorityResponse ours, AskAuthority(profile_.authority));
  if (theirs.authority().country() != ours.authority().country())
    return Error(Reason::FORWARDING_ABROAD).Field("to");
  draft.in_reply_to = order.act_ids.front();
  v1::GetCaseRequest request;
  request.set_case_id(draft.case_id);
  ROG_ASSIGN_OR_RETURN(
      const v1::GetCaseResponse found,
      connection_->Call(connection_->exchange(), &v1::ExchangeService::Stub::GetCase, request));
  draft.to.emplace_back().set_authority(order.authority);
  draft.to.emplace_back().set_authority(RequestingParty(found.case_()));
  ROG_ASSIGN_OR_RETURN(const Resolution resolution, Resolve(draft));
  content::v1::ForwardingNotice& notice = *draft.content.mutable_forwarding_notice();
  notice.set_reasons(order.reasons);
  notice.set_competent_authority(order.authority);
  for (const v1::Act& act : acts) {
    ROG_ASSIGN_OR_RETURN(*notice.add_forwarded_acts(),
                         SealKeyAnew(act, sealing_, resolution.routes.routes(0)));
  }
  return draft;
}

// By what opened the case, as the hub looks at it, and by what is handed on, which only we see.
absl::StatusOr<bool> Office::IsAboutAPlace(const ActDraft& notice) {
  std::vector<std::string> ids = {notice.case_id, notice.in_reply_to};
  for (const auto& forwarded : notice.content.forwarding_notice().forwarded_acts()) {
    ids.push_back(forwarded.act_id());
  }
  for (const std::string& id : ids) {
    const absl::StatusOr<v1::Act> act = FetchAct(id);
    if (absl::IsNotFound(act.status())) continue;  // what we may not read we cannot hand on
    ROG_RETURN_IF_ERROR(act.status());
    ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act->header()));
    if (header.kind() == v1::ACT_KIND_SHELTER_PLACEMENT) return true;
  }
  return false;
}

absl::Status Office::CheckHandedOn(const ActDraft& draft,
                                   const v1::ResolveRecipientsResponse& resolved) {
  if (draft.kind != v1::ACT_KIND_FORWARDING_NOTICE || resolved.routes().empty())
    return absl::OkStatus();
  const v1::Authority& competent = resolved.routes(0).authority();
  if (!IsCoordinator(competent)) {
    ROG_ASSIGN_OR_RETURN(const bool place, IsAboutAPlace(draft));
    if (place) return Error(Reason::ADDRESSEE_NOT_COORDINATOR).Field("to");
  }
  if (competent.allowed_fields().empty()) return absl::OkStatus();
  for (const auto& forwarded : draft.content.forwarding_notice().forwarded_acts()) {
    ROG_ASSIGN_OR_RETURN(const v1::Act act, FetchToHandOn(forwarded.act_id()));
    ROG_ASSIGN_OR_RETURN(const OpenedAct opened, OpenAct(act));
    ROG_RETURN_IF_ERROR(CheckAddressee(DraftOf(opened), competent));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::SubmitActResponse> Office::Forward(const ForwardingOrder& order) {
  ROG_ASSIGN_OR_RETURN(ActDraft draft, DraftForwarding(order));
  return Send(std::move(draft));
}

absl::StatusOr<v1::Act> Office::FetchForwarded(const content::v1::ForwardedAct& forwarded) {
  ROG_ASSIGN_OR_RETURN(v1::Act act, FetchAct(forwarded.act_id()));
  return WithEnvelope(std::move(act), forwarded);
}

}  // namespace rogatoria::client
