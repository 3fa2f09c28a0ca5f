// Agent: the cases of this machine's folder, and what the hub says of one.
#include <algorithm>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/safe_name.h"
#include "common/crypto/digest.h"
#include "common/model/ids.h"
#include "services/agent/agent.h"
#include "services/agent/agent_limits.h"
#include "services/agent/code_of.h"

namespace rogatoria::agent {
namespace {

constexpr int kDefaultPageSize = 50;
constexpr int64_t kDayMs = 24 * 3600 * 1000;

v1::CaseSummary Summary(const client::KeptCase& kept) {
  v1::CaseSummary summary;
  summary.set_case_id(kept.case_id);
  for (const std::string& authority : kept.counterparts) summary.add_counterparts(authority);
  summary.set_subject(client::FirstBytes(kept.subject, limits::kMaxShownSubject));
  summary.set_reference(kept.reference);
  summary.set_act_count(kept.act_count);
  summary.set_opened_unix_ms(kept.opened_unix_ms);
  summary.set_updated_unix_ms(kept.updated_unix_ms);
  return summary;
}

absl::StatusOr<int64_t> DayToUnixMs(const std::string& day, const std::string& field) {
  absl::Time time;
  if (IsCivilDate(day) && absl::ParseTime("%Y-%m-%d", day, &time, nullptr)) {
    return absl::ToUnixMillis(time);
  }
  return Explained(Error(Reason::FIELD_INVALID).Field(field), Sentence::DAY_FORM);
}

absl::StatusOr<client::CaseQuery> QueryOf(const v1::ListCasesRequest& request) {
  client::CaseQuery query;
  query.counterpart = request.counterpart();
  query.text = request.text();
  if (!request.from_day().empty()) {
    ROG_ASSIGN_OR_RETURN(query.from_unix_ms, DayToUnixMs(request.from_day(), "from_day"));
  }
  if (!request.to_day().empty()) {
    ROG_ASSIGN_OR_RETURN(const int64_t last, DayToUnixMs(request.to_day(), "to_day"));
    query.until_unix_ms = last + kDayMs;
  }
  return query;
}

// What a page's token is bound to: the same question, however large its pages are.
std::string QuestionOf(v1::ListCasesRequest request) {
  request.clear_page_token();
  request.clear_page_size();
  return ToHex(Sha256(request.SerializeAsString())).substr(0, 16);
}

absl::StatusOr<size_t> SkipOf(const v1::ListCasesRequest& request) {
  if (request.page_token().empty()) return 0;
  const std::vector<std::string> parts = absl::StrSplit(request.page_token(), '-');
  size_t skip = 0;
  if (parts.size() == 2 && absl::SimpleAtoi(parts[0], &skip) && parts[1] == QuestionOf(request)) {
    return skip;
  }
  return Error(Reason::PAGE_TOKEN_INVALID).Field("page_token").ToStatus();
}

absl::StatusOr<size_t> PageSizeOf(const v1::ListCasesRequest& request) {
  if (request.page_size() == 0) return kDefaultPageSize;
  if (request.page_size() > 0 && request.page_size() <= limits::kMaxPageSize) {
    return static_cast<size_t>(request.page_size());
  }
  return Error(Reason::FIELD_INVALID)
      .Field("page_size")
      .Accepted(absl::StrCat("1 to ", limits::kMaxPageSize))
      .ToStatus();
}

// The kinds that our role may send now.
void AddMaySend(const hub::GetCaseResponse& found, const std::string& us, v1::CaseAtHub& shown) {
  for (const hub::CaseParty& party : found.case_().parties()) {
    if (party.authority() != us) continue;
    for (const hub::AllowedAct& allowed : found.allowed_acts()) {
      const bool ours = allowed.authority().empty() || allowed.authority() == us;
      const std::string kind = CodeOf(allowed.kind());
      const auto& known = shown.may_send();
      if (allowed.role() == party.role() && ours &&
          std::find(known.begin(), known.end(), kind) == known.end()) {
        shown.add_may_send(kind);
      }
    }
  }
}

}  // namespace

absl::StatusOr<v1::ListCasesResponse> Agent::ListCases(const v1::ListCasesRequest& request) {
  ROG_ASSIGN_OR_RETURN(const client::CaseQuery query, QueryOf(request));
  ROG_ASSIGN_OR_RETURN(const size_t skip, SkipOf(request));
  ROG_ASSIGN_OR_RETURN(const size_t page_size, PageSizeOf(request));
  const client::FoundCases found = cases_.Find(query);
  for (const client::BadKeptFile& bad : found.bad) fault_(bad.status);
  v1::ListCasesResponse response;
  const size_t end = std::min(found.cases.size(), skip + page_size);
  for (size_t i = skip; i < end; ++i) *response.add_cases() = Summary(found.cases[i]);
  if (end < found.cases.size()) {
    response.set_next_page_token(absl::StrCat(end, "-", QuestionOf(request)));
  }
  return response;
}

v1::CaseAct Agent::ShownCaseAct(const client::KeptAct& act) const {
  v1::CaseAct shown;
  shown.set_act_id(act.act_id);
  shown.set_kind(CodeOf(act.kind));
  shown.set_sender(act.sender);
  shown.set_created_unix_ms(act.created_unix_ms);
  shown.set_subject(client::FirstBytes(act.subject, limits::kMaxShownSubject));
  if (act.sender != profile().authority) return shown;
  const auto id = ParseActId(act.act_id);
  const auto status = id.ok() ? states_.Of(id->uuid) : std::nullopt;
  if (status.has_value()) *shown.mutable_status() = *status;
  return shown;
}

std::optional<v1::CaseAtHub> Agent::AskCase(const std::string& case_id) {
  if (hub_.IsAwayNow()) return std::nullopt;
  hub::GetCaseRequest question;
  question.set_case_id(case_id);
  client::Connection& connection = office_->connection();
  const auto found =
      connection.Call(connection.exchange(), &hub::ExchangeService::Stub::GetCase, question);
  hub_.Note(found.status());
  if (!found.ok()) return std::nullopt;
  v1::CaseAtHub shown;
  shown.set_state(CodeOf(found->case_().state()));
  for (const hub::Measure& measure : found->case_().measures()) {
    v1::Measure& one = *shown.add_measures();
    one.set_ordinal(measure.ordinal());
    one.set_code(measure.code());
    one.set_state(CodeOf(measure.state()));
  }
  AddMaySend(*found, profile().authority, shown);
  return shown;
}

absl::StatusOr<v1::GetCaseResponse> Agent::GetCase(const v1::GetCaseRequest& request) {
  const absl::Status unknown = Error(Reason::CASE_NOT_FOUND).Field("case_id");
  if (!IsActId(request.case_id())) return unknown;
  client::CaseQuery query;
  query.case_id = request.case_id();
  const client::FoundCases cases = cases_.Find(query);
  v1::GetCaseResponse response;
  if (!cases.cases.empty()) *response.mutable_summary() = Summary(cases.cases.front());
  for (const client::KeptAct& act : cases_.FindActs(query).acts) {
    *response.add_acts() = ShownCaseAct(act);
  }
  const auto at_hub = AskCase(request.case_id());
  if (at_hub.has_value()) *response.mutable_at_hub() = *at_hub;
  if (response.acts().empty() && !at_hub.has_value()) return unknown;
  response.mutable_summary()->set_case_id(request.case_id());
  return response;
}

}  // namespace rogatoria::agent
