#include "services/exchange/reads.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/ledger/reading_rights.h"
#include "common/ledger/receipts.h"
#include "common/rpc/paging.h"
#include "services/exchange/lifecycle.h"

namespace rogatoria::exchange {
namespace {

absl::Status CaseNotFound() {
  return Error(Reason::CASE_NOT_FOUND).Field("case_id");
}

absl::Status ActNotFound() {
  return Error(Reason::ACT_NOT_FOUND).Field("act_id");
}

absl::Status BadToken() {
  return Error(Reason::PAGE_TOKEN_INVALID).Field("page_token");
}

// The case, if the caller is a party to it.
absl::StatusOr<CaseRecord> FindCase(Snapshot& snapshot,
                                    const Caller& caller,
                                    const std::string& case_id) {
  absl::StatusOr<CaseRecord> found = snapshot.GetCase(case_id);
  if (absl::IsNotFound(found.status())) return CaseNotFound();
  if (found.ok() && found->RoleOf(caller.authority) == v1::CASE_ROLE_UNSPECIFIED) {
    return CaseNotFound();
  }
  return found;
}

v1::Case ToProto(const CaseRecord& record) {
  v1::Case out;
  out.set_case_id(record.case_id);
  out.set_case_type(record.case_type);
  out.set_state(record.state);
  for (const Party& party : record.parties) {
    v1::CaseParty* added = out.add_parties();
    added->set_authority(party.authority);
    added->set_role(party.role);
  }
  for (const MeasureRecord& measure : record.measures) {
    v1::Measure* added = out.add_measures();
    added->set_ordinal(measure.ordinal);
    added->set_code(measure.code);
    added->set_state(measure.state);
    added->set_responsible_authority(record.ResponsibleFor(measure));
  }
  out.set_act_count(record.act_count);
  out.set_opened_unix_ms(record.opened.unix_ms);
  out.set_updated_unix_ms(record.updated.unix_ms);
  if (!record.instrument.empty()) {
    out.mutable_legal_basis()->set_instrument(record.instrument);
    out.mutable_legal_basis()->set_article(record.article);
  }
  out.set_channel_class(record.channel_class);
  out.set_channel_basis(record.channel_basis);
  for (const std::string& related : record.related_cases) out.add_related_cases(related);
  return out;
}

v1::ClockStanding StandingOf(const ClockRecord& clock) {
  if (IsToldOverdue(clock.state)) return v1::CLOCK_STANDING_OVERDUE;
  if (clock.state == ClockState::kHeld) return v1::CLOCK_STANDING_HELD;
  if (clock.state == ClockState::kUndated) return v1::CLOCK_STANDING_UNDATED;
  return v1::CLOCK_STANDING_RUNNING;
}

v1::CaseClock ToProto(const ClockRecord& clock, bool concerned) {
  v1::CaseClock out;
  out.set_clock(clock.clock);
  out.set_standing(StandingOf(clock));
  out.set_measure(clock.measure);
  if (concerned) out.set_act_id(clock.act_id);
  out.set_authority(clock.authority);
  out.set_counterpart(clock.counterpart);
  out.set_profile(clock.profile);
  out.set_started_unix_ms(clock.started.unix_ms);
  if (clock.due.has_value()) out.set_due_unix_ms(clock.due->unix_ms);
  return out;
}

// How a measure stands is told to all parties; an act, to the two whom it concerns.
void AddClocks(const CaseRecord& record, const std::string& caller, v1::GetCaseResponse& response) {
  for (const ClockRecord& clock : record.clocks) {
    const bool concerned = clock.authority == caller || clock.counterpart == caller;
    if (clock.ended || (clock.measure == 0 && !concerned)) continue;
    *response.add_clocks() = ToProto(clock, concerned);
  }
}

// Acts that came between what the sender had seen and this one.
uint32_t CountCrossed(const ActRecord& act) {
  if (act.case_position == 0 || act.case_seen + 1 >= act.case_position) return 0;
  return static_cast<uint32_t>(act.case_position - act.case_seen - 1);
}

absl::StatusOr<v1::ActSummary> Summarise(Snapshot& snapshot, const ActRecord& act) {
  v1::ActSummary summary;
  summary.set_header(act.act.header());
  summary.set_case_position(act.case_position);
  summary.set_disposition(act.disposition);
  summary.set_recorded_unix_ms(act.recorded.unix_ms);
  summary.set_crossed(CountCrossed(act));
  ROG_ASSIGN_OR_RETURN(const auto deliveries, snapshot.ListDeliveriesOfAct(act.act_id));
  for (const DeliveryRecord& row : deliveries) {
    if (row.state == DeliveryState::kHandedOver) summary.add_handed_over_to(row.authority);
  }
  return summary;
}

// Where a page of cases ended.
std::string CursorOf(const CaseRecord& last) {
  return absl::StrCat(last.updated.unix_ms, " ", last.case_id);
}

absl::StatusOr<std::optional<std::pair<Instant, std::string>>> ReadCaseCursor(const Bytes& cursor) {
  if (cursor.empty()) return std::nullopt;
  const std::pair<std::string, std::string> parts = absl::StrSplit(cursor, absl::MaxSplits(' ', 1));
  Instant updated;
  if (!absl::SimpleAtoi(parts.first, &updated.unix_ms)) return BadToken();
  return std::pair(updated, parts.second);
}

}  // namespace

absl::StatusOr<Read<v1::GetActResponse>> GetAct(Snapshot& snapshot,
                                                const Caller& caller,
                                                const v1::GetActRequest& request) {
  absl::StatusOr<ActRecord> act = snapshot.GetAct(request.act_id());
  if (absl::IsNotFound(act.status())) return ActNotFound();
  ROG_RETURN_IF_ERROR(act.status());
  ROG_ASSIGN_OR_RETURN(const bool may_read, MayRead(snapshot, *act, caller.authority));
  if (!may_read) return ActNotFound();
  Read<v1::GetActResponse> read;
  read.key_id = act->key_id;
  ROG_ASSIGN_OR_RETURN(*read.response.mutable_summary(), Summarise(snapshot, *act));
  ROG_ASSIGN_OR_RETURN(auto receipts, LoadReceipts(snapshot, *act, caller.authority));
  for (v1::Receipt& receipt : receipts) *read.response.add_receipts() = std::move(receipt);
  *read.response.mutable_act() = std::move(act->act);
  return read;
}

absl::StatusOr<Read<v1::GetCaseResponse>> GetCase(Snapshot& snapshot,
                                                  const Caller& caller,
                                                  const v1::GetCaseRequest& request) {
  ROG_ASSIGN_OR_RETURN(const CaseRecord record, FindCase(snapshot, caller, request.case_id()));
  Read<v1::GetCaseResponse> read;
  read.key_id = record.key_id;
  *read.response.mutable_case_() = ToProto(record);
  for (v1::AllowedAct& allowed : AllowedActs(record)) {
    *read.response.add_allowed_acts() = std::move(allowed);
  }
  AddClocks(record, caller.authority, read.response);
  return read;
}

absl::StatusOr<Read<v1::ListCasesResponse>> ListCases(Snapshot& snapshot,
                                                      const Caller& caller,
                                                      const v1::ListCasesRequest& request) {
  if (!v1::CaseState_IsValid(request.state())) {
    return Error(Reason::FIELD_INVALID).Field("state").Accepted("nothing, OPEN or ENDED");
  }
  const std::string query =
      absl::StrCat("ListCases\n", caller.authority, "\n", static_cast<int>(request.state()));
  ROG_ASSIGN_OR_RETURN(const size_t size, rpc::PageSize(request.page_size()));
  ROG_ASSIGN_OR_RETURN(const Bytes cursor, rpc::ReadPageToken(query, request.page_token()));
  ROG_ASSIGN_OR_RETURN(const auto after, ReadCaseCursor(cursor));
  ROG_ASSIGN_OR_RETURN(const CasePage page,
                       snapshot.ListCases(caller.authority, request.state(), after, size));
  Read<v1::ListCasesResponse> read;
  for (const CaseRecord& record : page.cases) *read.response.add_cases() = ToProto(record);
  if (page.more && !page.cases.empty()) {
    read.response.set_next_page_token(rpc::MakePageToken(query, CursorOf(page.cases.back())));
  }
  return read;
}

absl::StatusOr<Read<v1::ListActsResponse>> ListActs(Snapshot& snapshot,
                                                    const Caller& caller,
                                                    const v1::ListActsRequest& request) {
  ROG_ASSIGN_OR_RETURN(const CaseRecord record, FindCase(snapshot, caller, request.case_id()));
  const std::string query = absl::StrCat("ListActs\n", caller.authority, "\n", request.case_id());
  ROG_ASSIGN_OR_RETURN(const size_t size, rpc::PageSize(request.page_size()));
  ROG_ASSIGN_OR_RETURN(const Bytes cursor, rpc::ReadPageToken(query, request.page_token()));
  uint64_t after = 0;
  if (!cursor.empty() && !absl::SimpleAtoi(cursor, &after)) return BadToken();
  ROG_ASSIGN_OR_RETURN(const auto acts, snapshot.ListActs(record.case_id, after, size));
  Read<v1::ListActsResponse> read;
  read.key_id = record.key_id;
  for (const ActRecord& act : acts) {
    after = act.case_position;
    if (!MayRead(record, act, caller.authority)) continue;
    ROG_ASSIGN_OR_RETURN(*read.response.add_acts(), Summarise(snapshot, act));
  }
  if (acts.size() == size && after < record.act_count) {
    read.response.set_next_page_token(rpc::MakePageToken(query, absl::StrCat(after)));
  }
  return read;
}

}  // namespace rogatoria::exchange
