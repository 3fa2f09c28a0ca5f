#include "services/cli/training_trainee.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "services/cli/training_domain.h"
#include "services/cli/training_notes.h"
#include "services/cli/views.h"
#include "services/cli/words.h"
#include "services/training/results.h"
#include "services/training/run.h"

namespace rogatoria::cli {
namespace {

using training::In;
using training::Scenario;
using training::Step;

const std::vector<Column> kExerciseColumns = {
    {Message::COL_EXERCISE, "exercise"},
    {Message::COL_TITLE, "title"},
    {Message::COL_STANDING, "standing", false, "TRAINING_"}};

// A trainee and what the training knows of it.
struct Trainee {
  client::OfficeProfile profile;
  std::string folder;  // of the training
  std::vector<training::Entry> progress, notes;
};

// nullopt without a profile of a training; OFFICE_PROFILE_NEEDED is for those who need one.
std::optional<Trainee> FindTrainee(const Session& session) {
  const auto profile = session.Profile();
  if (!profile.ok() || !profile->training || profile->authority.empty()) return std::nullopt;
  Trainee trainee{*profile, TrainingDomain::FolderOf(profile->directory), {}, {}};
  if (trainee.folder.empty()) return std::nullopt;
  trainee.progress =
      training::ReadJournal(training::ProgressPath(trainee.folder, profile->authority));
  trainee.notes = training::ReadJournal(training::NotesPath(profile->state));
  return trainee;
}

// Without a trainee as the first one would see it.
training::Run RunOf(const Scenario& scenario, const std::optional<Trainee>& trainee) {
  const std::string authority =
      trainee.has_value() ? trainee->profile.authority : std::string("xz-trainee-01");
  training::Run run(scenario, training::ExerciseCast(scenario, authority), scenario.trainee);
  if (!trainee.has_value()) return run;
  for (const training::Entry& entry : trainee->progress) run.Take(entry);
  return run;
}

absl::CivilDay Today() {
  return absl::ToCivilDay(SystemClock().Now().ToTime(), absl::UTCTimeZone());
}

std::string StandingOf(const training::Run& run) {
  if (run.Next() == nullptr) return "DONE";
  return run.attempt() == 0 ? "NOT_BEGUN" : "UNDER_WAY";
}

std::string KindWord(const Session& session, const Step& step) {
  return WordFor(KindCode(step.kind), session.language);
}

std::string Addressees(const training::Run& run, const Step& step) {
  std::vector<std::string> to;
  for (const std::string& role : step.to) to.push_back(run.authority_of(role));
  return absl::StrJoin(to, ", ");
}

// Who takes part, and what is to be done.
void ShowCast(const Session& session, const training::Run& run) {
  for (const training::Role& role : run.scenario().roles) {
    const bool you = role.name == run.scenario().trainee;
    session.out << "  " << run.authority_of(role.name) << "  " << role.title
                << (you ? session.Text(Message::TRAINING_YOU) : "") << "\n";
  }
}

void ShowSteps(const Session& session, const training::Run& run) {
  int number = 0;
  for (const Step& step : run.scenario().steps) {
    if (step.is_stopped() || !run.is_trainees(step)) continue;
    const bool done = run.Find(step.name) != nullptr;
    session.out << "  " << ++number << ". "
                << session.Text(
                       Message::TRAINING_STEP, KindWord(session, step), Addressees(run, step))
                << (done ? session.Text(Message::TRAINING_STEP_DONE) : "") << "\n";
  }
}

Json ExerciseView(const Session& session, const training::Run& run) {
  Json steps = Json::array();
  for (const Step& step : run.scenario().steps) {
    if (step.is_stopped() || !run.is_trainees(step)) continue;
    steps.push_back({{"step", step.name},
                     {"kind", KindCode(step.kind)},
                     {"to", Addressees(run, step)},
                     {"done", run.Find(step.name) != nullptr}});
  }
  return {{"exercise", run.scenario().name},
          {"title", In(run.scenario().title, session.language)},
          {"standing", StandingOf(run)},
          {"intro", In(run.scenario().intro, session.language)},
          {"steps", steps}};
}

void ShowInWords(const Session& session, const training::Run& run) {
  session.MarkOutput();
  session.out << In(run.scenario().title, session.language) << "\n\n"
              << In(run.scenario().intro, session.language) << "\n\n"
              << session.Text(Message::TRAINING_CAST) << "\n";
  ShowCast(session, run);
  session.out << "\n" << session.Text(Message::TRAINING_STEPS) << "\n";
  ShowSteps(session, run);
  session.out << "\n";
}

// What shall be stopped, as the trainee is given it.
absl::Status WriteDrafts(const Session& session,
                         const training::Run& run,
                         const std::string& folder) {
  ROG_RETURN_IF_ERROR(CreateFolders(folder));
  for (const Step& step : run.scenario().steps) {
    if (!step.is_stopped() || !run.is_trainees(step)) continue;
    const std::string file =
        absl::StrCat(folder, "/", run.scenario().name, "-", step.name, ".toml");
    if (FileExists(file)) {
      session.Note(Message::NOTE_FILE_KEPT, file);
      continue;
    }
    ROG_RETURN_IF_ERROR(WriteFileDurably(file, training::ActTextOf(run, step, Today())));
    session.Note(Message::NOTE_DRAFT_WRITTEN, file);
  }
  return absl::OkStatus();
}

absl::Status WriteSolution(const Session& session,
                           const training::Run& run,
                           const Step& step,
                           const std::string& wanted) {
  const std::string file =
      wanted.empty() ? absl::StrCat(run.scenario().name, "-", step.name, ".toml") : wanted;
  if (FileExists(file)) {
    session.Note(Message::NOTE_FILE_KEPT, file);
    return absl::OkStatus();
  }
  ROG_RETURN_IF_ERROR(WriteFileDurably(file, training::ActTextOf(run, step, Today())));
  session.Note(Message::NOTE_SOLUTION_WRITTEN, file);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<const Scenario*> ScenarioNamed(const Session& session, const std::string& name) {
  const Scenario* const found = training::FindScenario(name);
  if (found != nullptr) return found;
  std::vector<std::string> names;
  for (const Scenario& scenario : training::Scenarios()) names.push_back(scenario.name);
  session.Note(Message::NOTE_SCENARIOS, absl::StrJoin(names, ", "));
  return Error(Reason::NOT_FOUND).Field(name).ToStatus();
}

absl::Status ListExercises(Session& session) {
  const auto trainee = FindTrainee(session);
  Json rows = Json::array();
  for (const Scenario& scenario : training::Scenarios()) {
    const training::Run run = RunOf(scenario, trainee);
    rows.push_back({{"exercise", scenario.name},
                    {"title", In(scenario.title, session.language)},
                    {"standing", trainee.has_value() ? StandingOf(run) : ""}});
  }
  session.Rows(rows, kExerciseColumns, "exercise");
  session.Note(Message::NOTE_EXERCISES_NEXT);
  return absl::OkStatus();
}

absl::Status ShowExercise(Session& session, const std::string& name, const std::string& drafts) {
  ROG_ASSIGN_OR_RETURN(const Scenario* const scenario, ScenarioNamed(session, name));
  const auto trainee = FindTrainee(session);
  const training::Run run = RunOf(*scenario, trainee);
  if (trainee.has_value()) NoteRead(trainee->profile, name);
  if (IsForPrograms(session.format)) {
    session.Object(ExerciseView(session, run), {}, "exercise");
  } else {
    ShowInWords(session, run);
  }
  if (!drafts.empty()) return WriteDrafts(session, run, drafts);
  session.Note(Message::NOTE_EXERCISE_NEXT, name);
  return absl::OkStatus();
}

absl::Status GiveHint(Session& session, const std::string& name, const std::string& file) {
  ROG_ASSIGN_OR_RETURN(const Scenario* const scenario, ScenarioNamed(session, name));
  const auto trainee = FindTrainee(session);
  if (!trainee.has_value()) {
    session.Note(Message::NOTE_TRAINEE_NEEDED);
    return Error(Reason::OFFICE_PROFILE_NEEDED);
  }
  const training::Run run = RunOf(*scenario, trainee);
  const Step* const step = run.Next();
  if (step == nullptr) {
    session.Note(Message::NOTE_EXERCISE_DONE, name);
    return absl::OkStatus();
  }
  if (!run.is_trainees(*step)) {
    session.Note(Message::NOTE_OTHERS_TURN, run.authority_of(step->by));
    return absl::OkStatus();
  }
  const uint32_t attempt = std::max(run.attempt(), 1U);
  const uint32_t given = training::HintsGiven(name, step->name, attempt, trainee->notes);
  NoteHint(trainee->profile, name, step->name, attempt);
  session.MarkOutput();
  session.out << session.Text(
                     Message::TRAINING_STEP, KindWord(session, *step), Addressees(run, *step))
              << "\n";
  if (given >= step->hints.size()) return WriteSolution(session, run, *step, file);
  session.out << In(step->hints[given], session.language) << "\n";
  return absl::OkStatus();
}

}  // namespace rogatoria::cli
