// scenario: plays one at a training hub, all its roles, and says what happens.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/cli/commands.h"
#include "services/cli/training_domain.h"
#include "services/cli/training_trainee.h"
#include "services/cli/views.h"
#include "services/training/player.h"

namespace rogatoria::cli {
namespace {

using training::In;
using training::Scenario;
using training::Step;

// An act is in the other side's mailbox within milliseconds; a laptop may be asleep in between.
constexpr absl::Duration kPatience = absl::Seconds(30);

const std::vector<Column> kScenarioColumns = {{Message::COL_NAME, "name"},
                                              {Message::COL_TITLE, "title"}};
const std::vector<Column> kStepColumns = {{Message::COL_FROM, "from"},
                                          {Message::COL_TO, "to"},
                                          {Message::COL_KIND, "kind"},
                                          {Message::COL_STATE, "state"},
                                          {Message::COL_WHAT_HAPPENS, "say"},
                                          {Message::COL_ACT, "act", true}};

absl::Status ListScenarios(Session& session) {
  Json rows = Json::array();
  for (const Scenario& scenario : training::Scenarios())
    rows.push_back({{"name", scenario.name}, {"title", In(scenario.title, session.language)}});
  session.Rows(rows, kScenarioColumns, "name");
  return absl::OkStatus();
}

Json StepView(const Session& session,
              const training::Run& run,
              const Step& step,
              const training::DoneStep& done) {
  std::vector<std::string> to;
  for (const std::string& role : step.to) to.push_back(run.authority_of(role));
  const std::string stopped = step.lint.empty() ? step.refused : step.lint;
  return {{"step", step.name},
          {"from", run.authority_of(step.by)},
          {"to", absl::StrJoin(to, ", ")},
          {"kind", KindCode(step.kind)},
          {"state", step.is_stopped() ? stopped : step.state},
          {"say", In(step.say, session.language)},
          {"act", done.act_id},
          {"case", done.case_id}};
}

absl::Status Play(Session& session, const std::string& name, const std::string& folder) {
  ROG_ASSIGN_OR_RETURN(const Scenario* const scenario, ScenarioNamed(session, name));
  const auto domain = TrainingDomain::Open(folder);
  if (!domain.ok()) session.Note(Message::NOTE_NO_TRAINING, folder);
  ROG_RETURN_IF_ERROR(domain.status());
  std::vector<client::OfficeProfile> profiles;
  for (const training::Role& role : scenario->roles) {
    ROG_ASSIGN_OR_RETURN(
        profiles.emplace_back(),
        client::LoadProfile(domain->ProfileOf(training::DemonstrationAuthority(role))));
    profiles.back().language = LanguageTag(session.language);
  }
  ROG_ASSIGN_OR_RETURN(const auto cast, training::Cast::Open(std::move(profiles)));
  SystemClock clock;
  SystemRandom random;
  training::Player player(*cast, clock, random);
  // Every time anew: what an earlier one left half-way is a case of its own and stays so.
  training::Run run(*scenario, training::DemonstrationCast(*scenario), "");
  session.Note(Message::NOTE_SCENARIO_BEGINS, In(scenario->title, session.language));
  cast->Start();
  const absl::Status played =
      player.PlayAll(run, kPatience, [&](const Step& step, const training::DoneStep& done) {
        session.Row(StepView(session, run, step, done), kStepColumns, "act");
      });
  cast->Stop();
  ROG_RETURN_IF_ERROR(played);
  session.Note(Message::NOTE_SCENARIO_ENDED, scenario->name);
  return absl::OkStatus();
}

}  // namespace

void AddScenarioCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("scenario", Message::CMD_SCENARIO);
  tree.Verb(noun, "list", Message::CMD_SCENARIO_LIST, [](Session& session) {
    session.BeginTraining();
    return ListScenarios(session);
  });
  auto name = std::make_shared<std::string>();
  auto folder = std::make_shared<std::string>("rogatoria-training");
  CLI::App& run = tree.Verb(noun, "run", Message::CMD_SCENARIO_RUN, [=](Session& session) {
    session.BeginTraining();
    return Play(session, *name, *folder);
  });
  run.add_option("name", *name, tree.Text(Message::OPT_SCENARIO))->required();
  run.add_option("--folder", *folder, tree.Text(Message::OPT_TRAINING_FOLDER));
}

}  // namespace rogatoria::cli
