#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/model/header.h"
#include "services/cli/case_page.h"
#include "services/cli/case_timeline.h"
#include "services/cli/commands.h"
#include "services/cli/notice_view.h"
#include "services/cli/printing.h"
#include "services/cli/received.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

const std::vector<Column> kCaseColumns = {{Message::COL_CASE, "case"},
                                          {Message::COL_TYPE, "type"},
                                          {Message::COL_STATE, "state"},
                                          {Message::COL_CHANNEL, "channel"},
                                          {Message::COL_BASIS, "legal_basis"},
                                          {Message::COL_UPDATED, "updated"},
                                          {Message::COL_ACTS, "acts"},
                                          {Message::COL_PARTIES, "parties", true}};

const std::vector<Column> kCaseMembers = {{Message::COL_CASE, "case"},
                                          {Message::COL_TYPE, "type"},
                                          {Message::COL_STATE, "state"},
                                          {Message::COL_CHANNEL, "channel"},
                                          {Message::COL_BASIS, "legal_basis"},
                                          {Message::COL_EFFECT, "effect", false, "EFFECT_"},
                                          {Message::COL_PARTIES, "parties"},
                                          {Message::COL_RELATED, "related_cases"},
                                          {Message::COL_OPENED, "opened"}};

const std::vector<Column> kMeasureColumns = {{Message::COL_NUMBER, "number"},
                                             {Message::COL_MEASURE, "code"},
                                             {Message::COL_STATE, "state"},
                                             {Message::COL_AUTHORITY, "responsible"}};

const std::vector<Column> kClockColumns = {{Message::COL_DUE, "due"},
                                           {Message::COL_CLOCK, "clock", false, "CLOCK_"},
                                           {Message::COL_STATE, "standing", false, "CLOCK_IS_"},
                                           {Message::COL_WHOSE, "authority"},
                                           {Message::COL_MEASURE, "measures"},
                                           {Message::COL_DEADLINE_PROFILE, "profile"},
                                           {Message::COL_FROM, "started", true},
                                           {Message::COL_ACT, "act", true}};

absl::Status ListCases(Session& session, const std::string& state) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.Connect());
  v1::ListCasesRequest request;
  request.set_page_size(kPageSize);
  v1::CaseState wanted = v1::CASE_STATE_UNSPECIFIED;
  if (!state.empty() && !v1::CaseState_Parse(absl::StrCat("CASE_STATE_", state), &wanted)) {
    return Explained(Error(Reason::FIELD_INVALID).Field("--state"), Sentence::OPEN_OR_ENDED);
  }
  request.set_state(wanted);
  Json rows = Json::array();
  do {
    ROG_ASSIGN_OR_RETURN(
        v1::ListCasesResponse page,
        connection->Call(connection->exchange(), &v1::ExchangeService::Stub::ListCases, request));
    for (const v1::Case& value : page.cases()) rows.push_back(CaseView(value));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  session.Rows(rows, kCaseColumns, "case");
  return absl::OkStatus();
}

// Measures as "1 VIDEO_HEARING ADMITTED", each a small list so that the codes become words.
Json MeasureCells(const v1::ActHeader& header) {
  Json cells = Json::array();
  for (const v1::MeasureRef& measure : header.measures()) {
    cells.push_back(Json{{"number", measure.ordinal()},
                         {"code", measure.code()},
                         {"outcome", OutcomeCode(measure.outcome())}});
  }
  return cells;
}

Json Remarks(const v1::ActSummary& act) {
  Json remarks = Json::array();
  if (act.disposition() == v1::ACT_DISPOSITION_OUT_OF_SEQUENCE)
    remarks.push_back("OUT_OF_SEQUENCE");
  if (act.disposition() == v1::ACT_DISPOSITION_CROSSED) remarks.push_back("UNAPPLIED");
  if (act.crossed() > 0) remarks.push_back("CROSSED");
  return remarks;
}

absl::StatusOr<std::vector<v1::ActSummary>> ListActs(client::Connection& connection,
                                                     const std::string& case_id) {
  v1::ListActsRequest request;
  request.set_case_id(case_id);
  request.set_page_size(kPageSize);
  std::vector<v1::ActSummary> acts;
  do {
    ROG_ASSIGN_OR_RETURN(
        v1::ListActsResponse page,
        connection.Call(connection.exchange(), &v1::ExchangeService::Stub::ListActs, request));
    acts.insert(acts.end(), page.acts().begin(), page.acts().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return acts;
}

// The acts as data, in the order of the case.
absl::StatusOr<Json> ActRows(const client::OfficeProfile& profile,
                             const std::vector<v1::ActSummary>& acts) {
  Json rows = Json::array();
  for (const v1::ActSummary& act : acts) {
    ROG_ASSIGN_OR_RETURN(v1::ActHeader header, ParseHeader(act.header()));
    Json handed = Json::array();
    for (const std::string& authority : act.handed_over_to()) handed.push_back(authority);
    rows.push_back({{"position", act.case_position()},
                    {"when", InstantText(act.recorded_unix_ms())},
                    {"from", header.sender()},
                    {"kind", KindCode(header.kind())},
                    {"measures", MeasureCells(header)},
                    {"remarks", Remarks(act)},
                    {"handed_over_to", handed},
                    {"effect", KeptEffectCode(profile, header)},
                    {"act", header.act_id()}});
  }
  return rows;
}

std::string AllowedLine(const Session& session, const v1::AllowedAct& allowed, bool several) {
  const std::string kind = WordFor(KindCode(allowed.kind()), session.language);
  const std::string role = WordFor(RoleCode(allowed.role()), session.language);
  if (allowed.measures().empty()) return session.Text(Message::LINE_ALLOWED, kind, role);
  const std::string measures = absl::StrJoin(allowed.measures(), ", ");
  if (!several || allowed.authority().empty()) {
    return session.Text(Message::LINE_ALLOWED_MEASURES, kind, role, measures);
  }
  return session.Text(Message::LINE_ALLOWED_AUTHORITY, kind, role, measures, allowed.authority());
}

// What may come next, a line a kind and side; with several on a side, by which of them.
void PrintAllowed(const Session& session, const v1::GetCaseResponse& found) {
  session.out << "\n" << session.Text(Message::HEADING_ALLOWED) << "\n";
  const bool several = found.case_().parties_size() > 2;
  for (const v1::AllowedAct& allowed : found.allowed_acts()) {
    session.out << "  " << AllowedLine(session, allowed, several) << "\n";
  }
}

// Notices about the case that this office has taken.
Json NoticesAbout(const Session& session, const std::string& case_id) {
  Json notices = Json::array();
  const auto profile = session.Profile();
  if (!profile.ok()) return notices;
  for (const client::KeptNotice& kept : client::ListNotices(profile->state)) {
    if (kept.notice.case_id() == case_id) {
      notices.push_back(NoticeView(kept, session.language));
    }
  }
  return notices;
}

void PrintClocks(const Session& session, const Json& clocks) {
  if (clocks.empty()) return;
  session.out << "\n" << session.Text(Message::HEADING_CLOCKS) << "\n";
  session.Rows(clocks, kClockColumns, "clock");
}

// A case as the hub tells it now, and what this machine keeps of it.
struct WholeCase {
  client::OfficeProfile profile;
  v1::GetCaseResponse found;
  Json acts;
  std::vector<CaseEvent> events;
};

absl::StatusOr<WholeCase> Fetch(const Session& session, const std::string& case_id) {
  WholeCase whole;
  ROG_ASSIGN_OR_RETURN(auto connection, session.Connect());
  v1::GetCaseRequest request;
  request.set_case_id(case_id);
  ROG_ASSIGN_OR_RETURN(
      whole.found,
      connection->Call(connection->exchange(), &v1::ExchangeService::Stub::GetCase, request));
  ROG_ASSIGN_OR_RETURN(whole.profile, session.Profile());
  ROG_ASSIGN_OR_RETURN(const auto acts, ListActs(*connection, case_id));
  ROG_ASSIGN_OR_RETURN(whole.acts, ActRows(whole.profile, acts));
  whole.events = CaseTimeline(session, *connection, whole.profile, whole.found, acts);
  return whole;
}

// With the effect of the act that opened it.
Json ViewOf(const WholeCase& whole) {
  Json view = CaseView(whole.found.case_());
  if (!whole.acts.empty()) view["effect"] = whole.acts[0]["effect"];
  return view;
}

absl::Status ShowCase(Session& session, const std::string& case_id) {
  ROG_ASSIGN_OR_RETURN(const WholeCase whole, Fetch(session, case_id));
  Json view = ViewOf(whole);
  if (session.format != OutputFormat::kTable && session.format != OutputFormat::kWide) {
    view["clocks"] = ClocksView(whole.found);
    view["timeline"] = whole.acts;
    view["events"] = TimelineView(whole.events);
    view["notices"] = NoticesAbout(session, case_id);
    session.Object(view, {}, "case");
    return absl::OkStatus();
  }
  session.Object(view, kCaseMembers, "case");
  if (!view["measures"].empty()) {
    session.out << "\n";
    session.Rows(view["measures"], kMeasureColumns, "number");
  }
  PrintClocks(session, ClocksView(whole.found));
  PrintTimeline(session, whole.events, session.format == OutputFormat::kWide);
  PrintAllowed(session, whole.found);
  return absl::OkStatus();
}

absl::Status Print(Session& session, const std::string& case_id, const PrintOptions& options) {
  ROG_ASSIGN_OR_RETURN(const WholeCase whole, Fetch(session, case_id));
  return PrintPage(
      session, whole.profile, options, [&](const Imprint& imprint) -> absl::StatusOr<std::string> {
        return CasePage(
            {ViewOf(whole), ClocksView(whole.found), whole.events}, imprint, session.language);
      });
}

void AddPrint(CLI::App& noun, CommandTree& tree) {
  auto case_id = std::make_shared<std::string>();
  auto options = std::make_shared<PrintOptions>();
  CLI::App& print = tree.Verb(noun, "print", Message::CMD_CASE_PRINT, [=](Session& session) {
    return Print(session, *case_id, *options);
  });
  print.add_option("case", *case_id, tree.Text(Message::OPT_CASE))->required();
  AddPrintOptions(print, tree, *options);
}

}  // namespace

void AddCaseCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("case", Message::CMD_CASE);
  auto state = std::make_shared<std::string>();
  CLI::App& list = tree.Verb(noun, "list", Message::CMD_CASE_LIST, [=](Session& session) {
    return ListCases(session, *state);
  });
  list.add_option("--state", *state, tree.Text(Message::OPT_CASE_STATE));

  auto case_id = std::make_shared<std::string>();
  CLI::App& show = tree.Verb(noun, "show", Message::CMD_CASE_SHOW, [=](Session& session) {
    return ShowCase(session, *case_id);
  });
  show.add_option("case", *case_id, tree.Text(Message::OPT_CASE))->required();
  AddPrint(noun, tree);
  AddCaseFolderVerbs(tree, noun);
}

}  // namespace rogatoria::cli
