// deadline list, show: how long a hub's clocks give, by which profile.
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/cli/commands.h"

namespace rogatoria::cli {
namespace {

const std::vector<Column> kDeadlineColumns = {{Message::COL_PROFILE, "profile"},
                                              {Message::COL_DEADLINE_CLOCK, "clock"},
                                              {Message::COL_DEADLINE_INSTRUMENT, "instrument"},
                                              {Message::COL_MEASURE, "measures"},
                                              {Message::COL_URGENCY, "urgency"},
                                              {Message::COL_DEADLINE_WITHIN, "within"},
                                              {Message::COL_DEADLINE_WARNS, "warn_before"},
                                              {Message::COL_DEADLINE_SOURCE, "source", true},
                                              {Message::COL_DEADLINE_MARK, "mark", true}};

std::string UrgencyOf(const v1::DeadlineProfile& profile) {
  if (profile.any_urgency()) return "";
  if (profile.urgency() == v1::URGENCY_LEVEL_UNSPECIFIED) return "ROUTINE";
  return std::string(absl::StripPrefix(v1::UrgencyLevel_Name(profile.urgency()), "URGENCY_LEVEL_"));
}

Json ViewOf(const v1::DeadlineProfile& profile) {
  return {{"profile", profile.id()},
          {"clock", absl::StripPrefix(v1::DeadlineClock_Name(profile.clock()), "DEADLINE_CLOCK_")},
          {"instrument", profile.instrument()},
          {"measures", absl::StrJoin(profile.measures(), ", ")},
          {"urgency", UrgencyOf(profile)},
          {"within", profile.within()},
          {"warn_before", profile.warn_before()},
          {"rest_day_end", profile.stays_on_rest_day() ? "SAME_DAY" : "NEXT_WORKING_DAY"},
          {"source", profile.source()},
          {"mark", profile.mark()}};
}

absl::StatusOr<v1::ListDeadlinesResponse> Fetch(Session& session, const std::string& instrument) {
  ROG_ASSIGN_OR_RETURN(auto connection, session.ConnectAny());
  v1::ListDeadlinesRequest request;
  request.set_instrument(instrument);
  return connection->Call(
      connection->directory(), &v1::DirectoryService::Stub::ListDeadlines, request);
}

absl::Status ListDeadlines(Session& session, const std::string& instrument) {
  ROG_ASSIGN_OR_RETURN(const v1::ListDeadlinesResponse found, Fetch(session, instrument));
  Json rows = Json::array();
  for (const v1::DeadlineProfile& profile : found.deadlines()) rows.push_back(ViewOf(profile));
  session.Rows(rows, kDeadlineColumns, "profile");
  return absl::OkStatus();
}

absl::Status ShowDeadline(Session& session, const std::string& id) {
  ROG_ASSIGN_OR_RETURN(const v1::ListDeadlinesResponse found, Fetch(session, ""));
  for (const v1::DeadlineProfile& profile : found.deadlines()) {
    if (profile.id() != id) continue;
    session.Object(ViewOf(profile), kDeadlineColumns, "profile");
    return absl::OkStatus();
  }
  return Error(Reason::FIELD_INVALID).Field(id);
}

}  // namespace

void AddDeadlineCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("deadline", Message::CMD_DEADLINE);
  auto instrument = std::make_shared<std::string>();
  CLI::App& list = tree.Verb(noun, "list", Message::CMD_DEADLINE_LIST, [=](Session& session) {
    return ListDeadlines(session, *instrument);
  });
  list.add_option("--basis", *instrument, tree.Text(Message::OPT_BASIS));
  auto id = std::make_shared<std::string>();
  CLI::App& show = tree.Verb(noun, "show", Message::CMD_DEADLINE_SHOW, [=](Session& session) {
    return ShowDeadline(session, *id);
  });
  show.add_option("profile", *id, tree.Text(Message::OPT_DEADLINE))->required();
}

}  // namespace rogatoria::cli
