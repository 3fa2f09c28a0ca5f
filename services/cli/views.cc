#include "services/cli/views.h"

#include <algorithm>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/directory/stated_effect.h"

namespace rogatoria::cli {
namespace {

// An unknown value has no name.
std::string WithoutPrefix(int value, const std::string& name, absl::string_view prefix) {
  return value == 0 || name.empty() ? "" : name.substr(prefix.size());
}

Json MeasuresView(const v1::ActHeader& header) {
  Json measures = Json::array();
  for (const v1::MeasureRef& measure : header.measures()) {
    measures.push_back({{"number", measure.ordinal()},
                        {"code", measure.code()},
                        {"outcome", OutcomeCode(measure.outcome())}});
  }
  return measures;
}

}  // namespace

std::string KindCode(v1::ActKind kind) {
  return WithoutPrefix(kind, v1::ActKind_Name(kind), "ACT_KIND_");
}
std::string ChannelCode(v1::ChannelClass channel_class) {
  return WithoutPrefix(channel_class, v1::ChannelClass_Name(channel_class), "CHANNEL_CLASS_");
}
std::string MeasureStateCode(v1::MeasureState state) {
  return WithoutPrefix(state, v1::MeasureState_Name(state), "MEASURE_STATE_");
}
std::string CaseStateCode(v1::CaseState state) {
  return WithoutPrefix(state, v1::CaseState_Name(state), "CASE_STATE_");
}
std::string CaseTypeCode(v1::CaseType type) {
  return WithoutPrefix(type, v1::CaseType_Name(type), "CASE_TYPE_");
}
std::string RoleCode(v1::CaseRole role) {
  return WithoutPrefix(role, v1::CaseRole_Name(role), "CASE_ROLE_");
}
std::string DispositionCode(v1::ActDisposition disposition) {
  return WithoutPrefix(disposition, v1::ActDisposition_Name(disposition), "ACT_DISPOSITION_");
}
std::string EventCodeName(v1::TransportEvent event) {
  return WithoutPrefix(event, v1::TransportEvent_Name(event), "TRANSPORT_EVENT_");
}
std::string OutcomeCode(v1::MeasureOutcome outcome) {
  return WithoutPrefix(outcome, v1::MeasureOutcome_Name(outcome), "MEASURE_OUTCOME_");
}
std::string UrgencyCode(v1::UrgencyLevel level) {
  return WithoutPrefix(level, v1::UrgencyLevel_Name(level), "URGENCY_LEVEL_");
}
std::string AuthorityKindCode(v1::AuthorityKind kind) {
  return WithoutPrefix(kind, v1::AuthorityKind_Name(kind), "AUTHORITY_KIND_");
}
std::string NoticeKindCode(v1::NoticeKind kind) {
  return WithoutPrefix(kind, v1::NoticeKind_Name(kind), "NOTICE_KIND_");
}
std::string ClockCode(v1::DeadlineClock clock) {
  return WithoutPrefix(clock, v1::DeadlineClock_Name(clock), "DEADLINE_CLOCK_");
}

std::string InstantText(int64_t unix_ms) {
  return unix_ms == 0 ? "" : Instant{unix_ms}.ToString();
}

std::string EffectCode(const v1::ActHeader& header) {
  return std::string(
      StatedEffectName(StatedEffectOf(header.channel_class(), header.channel_basis())));
}

Json HeaderView(const v1::ActHeader& header) {
  Json recipients = Json::array();
  for (const v1::Recipient& recipient : header.recipients())
    recipients.push_back(recipient.authority());
  Json view = {{"act", header.act_id()},
               {"case", header.case_id()},
               {"kind", KindCode(header.kind())},
               {"from", header.sender()},
               {"to", recipients},
               {"channel", ChannelCode(header.channel_class())},
               {"legal_basis", header.legal_basis().instrument()},
               {"article", header.legal_basis().article()},
               {"channel_basis", header.channel_basis()},
               {"effect", EffectCode(header)},
               {"measures", MeasuresView(header)},
               {"urgency", UrgencyCode(header.urgency().level())},
               {"language", header.language()},
               {"in_reply_to", header.in_reply_to()},
               {"related_cases", Json::array()},
               {"created", InstantText(header.created_unix_ms())},
               {"content_sha256", ToHex(header.content().sealed_sha256())}};
  for (const std::string& related : header.related_cases())
    view["related_cases"].push_back(related);
  return view;
}

Json CaseView(const v1::Case& value) {
  Json parties = Json::array();
  for (const v1::CaseParty& party : value.parties()) {
    parties.push_back({{"authority", party.authority()}, {"role", RoleCode(party.role())}});
  }
  Json measures = Json::array();
  for (const v1::Measure& measure : value.measures()) {
    measures.push_back({{"number", measure.ordinal()},
                        {"code", measure.code()},
                        {"state", MeasureStateCode(measure.state())},
                        {"responsible", measure.responsible_authority()}});
  }
  Json related = Json::array();
  for (const std::string& id : value.related_cases()) related.push_back(id);
  return {{"case", value.case_id()},
          {"type", CaseTypeCode(value.case_type())},
          {"state", CaseStateCode(value.state())},
          {"channel", ChannelCode(value.channel_class())},
          {"legal_basis", value.legal_basis().instrument()},
          {"parties", parties},
          {"measures", measures},
          {"acts", value.act_count()},
          {"opened", InstantText(value.opened_unix_ms())},
          {"updated", InstantText(value.updated_unix_ms())},
          {"related_cases", related}};
}

Json ClocksView(const v1::GetCaseResponse& found) {
  std::vector<v1::CaseClock> clocks(found.clocks().begin(), found.clocks().end());
  std::stable_sort(clocks.begin(), clocks.end(), [](const auto& a, const auto& b) {
    const bool dated = a.due_unix_ms() != 0;
    return dated && (b.due_unix_ms() == 0 || a.due_unix_ms() < b.due_unix_ms());
  });
  Json rows = Json::array();
  for (const v1::CaseClock& clock : clocks) {
    const std::string standing = v1::ClockStanding_Name(clock.standing());
    rows.push_back({{"clock", ClockCode(clock.clock())},
                    {"standing", WithoutPrefix(clock.standing(), standing, "CLOCK_STANDING_")},
                    {"due", InstantText(clock.due_unix_ms())},
                    {"authority", clock.authority()},
                    {"counterpart", clock.counterpart()},
                    {"measures", clock.measure() == 0 ? Json::array() : Json{clock.measure()}},
                    {"profile", clock.profile()},
                    {"started", InstantText(clock.started_unix_ms())},
                    {"act", clock.act_id()}});
  }
  return rows;
}

Json Texts(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

Json AuthorityView(const v1::Authority& authority) {
  Json kinds = Json::array();
  for (int kind : authority.kinds())
    kinds.push_back(AuthorityKindCode(static_cast<v1::AuthorityKind>(kind)));
  Json designations = Json::array();
  for (const v1::Designation& designation : authority.designations()) {
    designations.push_back({{"instrument", designation.instrument()},
                            {"from", designation.from()},
                            {"to", designation.to()}});
  }
  Json calendars = Json::array();
  for (const v1::CalendarFor& one : authority.calendars_for()) {
    const std::string phase = v1::CalendarPhase_Name(one.phase());
    Json measures = Json::array();
    for (const std::string& measure : one.measures()) measures.push_back(measure);
    calendars.push_back({{"calendar", one.calendar()},
                         {"instrument", one.instrument()},
                         {"measures", measures},
                         {"phase", WithoutPrefix(one.phase(), phase, "CALENDAR_PHASE_")}});
  }
  const std::string mark = v1::DataMark_Name(authority.mark()).substr(sizeof("DATA_MARK_") - 1);
  return {{"authority", authority.id()},
          {"name", authority.name()},
          {"country", authority.country()},
          {"kinds", kinds},
          {"languages", Texts(authority.languages())},
          {"time_zone", authority.time_zone()},
          {"calendar", authority.calendar()},
          {"calendars_for", calendars},
          {"allowed_fields", Texts(authority.allowed_fields())},
          {"gateway_for", Texts(authority.gateway_for())},
          {"party_id", authority.party_id()},
          {"technical_contact", authority.technical_contact()},
          {"suspended", authority.suspended()},
          {"attested", authority.attested()},
          {"duty_telephone", authority.duty().telephone()},
          {"source", authority.source()},
          {"mark", authority.mark() == v1::DATA_MARK_UNSPECIFIED ? "" : mark},
          {"designations", designations}};
}

}  // namespace rogatoria::cli
