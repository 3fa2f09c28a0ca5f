// training: a hub to learn at, exercises, hints, result sheets. What runs is training_start.h.
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "services/cli/commands.h"
#include "services/cli/training_domain.h"
#include "services/cli/training_notes.h"
#include "services/cli/training_page.h"
#include "services/cli/training_start.h"
#include "services/cli/training_trainee.h"

namespace rogatoria::cli {
namespace {

const std::vector<Column> kResultColumns = {{Message::COL_TRAINEE, "trainee"},
                                            {Message::COL_EXERCISE, "exercise"},
                                            {Message::COL_STANDING, "standing", false, "TRAINING_"},
                                            {Message::COL_STEPS_DONE, "done"},
                                            {Message::COL_FIRST_TIME, "first_time"},
                                            {Message::COL_LINT, "lint"},
                                            {Message::COL_REFUSALS, "refusals"},
                                            {Message::COL_HINTS, "hints"},
                                            {Message::COL_MINUTES, "minutes"}};

struct ResultOptions {
  std::string folder = "rogatoria-training";
  std::string pages;
  std::vector<std::string> trainees;
};

absl::StatusOr<TrainingDomain> OpenDomain(const Session& session, const std::string& folder) {
  auto domain = TrainingDomain::Open(folder);
  if (!domain.ok()) session.Note(Message::NOTE_NO_TRAINING, folder);
  return domain;
}

training::Sheet SheetOf(const TrainingDomain& domain, const std::string& trainee) {
  const auto profile = client::LoadProfile(domain.ProfileOf(trainee));
  return training::MakeSheet(
      trainee,
      training::Scenarios(),
      training::ReadJournal(training::ProgressPath(domain.folder(), trainee)),
      profile.ok() ? training::ReadJournal(training::NotesPath(profile->state))
                   : std::vector<training::Entry>());
}

absl::StatusOr<std::vector<std::string>> Chosen(const TrainingDomain& domain,
                                                const std::vector<std::string>& wanted) {
  const std::vector<std::string> all = domain.Trainees();
  for (const std::string& one : wanted) {
    if (std::find(all.begin(), all.end(), one) == all.end())
      return Error(Reason::NOT_FOUND).Field(one).ToStatus();
  }
  return wanted.empty() ? all : wanted;
}

absl::Status Results(Session& session, const ResultOptions& options) {
  ROG_ASSIGN_OR_RETURN(const TrainingDomain domain, OpenDomain(session, options.folder));
  ROG_ASSIGN_OR_RETURN(const std::vector<std::string> trainees, Chosen(domain, options.trainees));
  Json rows = Json::array();
  for (const std::string& trainee : trainees) {
    const training::Sheet sheet = SheetOf(domain, trainee);
    for (Json& row : ResultRows(sheet)) rows.push_back(std::move(row));
    if (options.pages.empty()) continue;
    ROG_RETURN_IF_ERROR(CreateFolders(options.pages));
    const std::string page = absl::StrCat(options.pages, "/", trainee, ".html");
    ROG_RETURN_IF_ERROR(
        WriteFileDurably(page, ResultPage(sheet, SystemClock().Now(), session.language)));
  }
  session.Rows(rows, kResultColumns, "trainee");
  if (!options.pages.empty())
    session.Note(Message::NOTE_PAGES_WRITTEN, trainees.size(), options.pages);
  return absl::OkStatus();
}

void AddStart(CommandTree& tree, CLI::App& noun) {
  auto options = std::make_shared<TrainingOptions>();
  CLI::App& start = tree.Verb(noun, "start", Message::CMD_TRAINING_START, [=](Session& session) {
    session.BeginTraining();
    return StartTraining(session, *options);
  });
  start.add_option("--trainees", options->trainees, tree.Text(Message::OPT_TRAINEES))->required();
  start.add_option("--folder", options->folder, tree.Text(Message::OPT_TRAINING_FOLDER));
  start.add_option("--hub", options->hub_program, tree.Text(Message::OPT_HUB_PROGRAM));
}

void AddResults(CommandTree& tree, CLI::App& noun) {
  auto options = std::make_shared<ResultOptions>();
  CLI::App& results =
      tree.Verb(noun, "results", Message::CMD_TRAINING_RESULTS, [=](Session& session) {
        session.BeginTraining();
        return Results(session, *options);
      });
  results.add_option("--folder", options->folder, tree.Text(Message::OPT_TRAINING_FOLDER));
  results.add_option("--pages", options->pages, tree.Text(Message::OPT_PAGES));
  AddRepeated(results, "--trainee", options->trainees, tree.Text(Message::OPT_TRAINEE));
}

void AddExercises(CommandTree& tree, CLI::App& noun) {
  auto name = std::make_shared<std::string>();
  auto drafts = std::make_shared<std::string>();
  CLI::App& exercises =
      tree.Verb(noun, "exercises", Message::CMD_TRAINING_EXERCISES, [=](Session& session) {
        session.BeginTraining();
        return name->empty() ? ListExercises(session) : ShowExercise(session, *name, *drafts);
      });
  exercises.add_option("exercise", *name, tree.Text(Message::OPT_EXERCISE));
  exercises.add_option("--drafts", *drafts, tree.Text(Message::OPT_DRAFTS));
}

void AddHint(CommandTree& tree, CLI::App& noun) {
  auto name = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  CLI::App& hint = tree.Verb(noun, "hint", Message::CMD_TRAINING_HINT, [=](Session& session) {
    session.BeginTraining();
    return GiveHint(session, *name, *file);
  });
  hint.add_option("exercise", *name, tree.Text(Message::OPT_EXERCISE))->required();
  hint.add_option("--out", *file, tree.Text(Message::OPT_HINT_OUT));
}

}  // namespace

void AddTrainingCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("training", Message::CMD_TRAINING);
  AddStart(tree, noun);
  AddExercises(tree, noun);
  AddHint(tree, noun);
  AddResults(tree, noun);
}

}  // namespace rogatoria::cli
