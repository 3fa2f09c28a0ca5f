#include "services/cli/training_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/printing.h"
#include "services/cli/views.h"
#include "services/cli/words.h"
#include "services/training/scenario.h"

namespace rogatoria::cli {
namespace {

using training::ExerciseResult;
using training::Sheet;
using training::Standing;
using training::StepResult;

constexpr int kSecondsAMinute = 60;

std::string StandingCode(Standing standing) {
  switch (standing) {
    case Standing::kNotBegun:
      return "NOT_BEGUN";
    case Standing::kUnderWay:
      return "UNDER_WAY";
    case Standing::kDone:
      return "DONE";
  }
  return "";
}

// Each once, over all steps.
size_t Distinct(const ExerciseResult& exercise, std::vector<std::string> StepResult::*list) {
  size_t count = 0;
  for (const StepResult& step : exercise.steps) count += (step.*list).size();
  return count;
}

int64_t Minutes(const ExerciseResult& exercise) {
  int64_t seconds = 0;
  for (const StepResult& step : exercise.steps) seconds += step.seconds;
  return (seconds + kSecondsAMinute - 1) / kSecondsAMinute;
}

uint32_t Hints(const ExerciseResult& exercise) {
  uint32_t hints = 0;
  for (const StepResult& step : exercise.steps) hints += step.hints;
  return hints;
}

std::string OutOf(uint32_t count, size_t all) {
  return absl::StrCat(count, "/", all);
}

Json StepRow(const StepResult& step) {
  return {{"step", step.step},
          {"kind", step.kind},
          {"done", step.done},
          {"first_time", step.first_time},
          {"at", step.done ? InstantText(step.at_unix_ms) : ""},
          {"seconds", step.seconds},
          {"lint", step.lint},
          {"advice", step.advice},
          {"refusals", step.refusals},
          {"unexpected", step.unexpected},
          {"hints", step.hints}};
}

class SheetWriter {
 public:
  SheetWriter(const Sheet& sheet, Instant made, Language language)
      : sheet_(sheet),
        language_(language),
        page_(
            language, Said(Message::SHEET_TITLE, sheet.trainee), "", "", TrainingBanner(language)) {
    page_.Paragraph({Said(Message::SHEET_INTRO, ReadableInstant(made.ToString()))});
  }

  std::string Write() {
    for (const ExerciseResult& exercise : sheet_.exercises) Exercise(exercise);
    return std::move(page_).Finish();
  }

 private:
  template <typename... Args>
  std::string Said(Message message, const Args&... args) const {
    return Say(language_, message, args...);
  }

  void Exercise(const ExerciseResult& exercise) {
    const training::Scenario* const scenario = training::FindScenario(exercise.exercise);
    page_.Heading(
        2, scenario == nullptr ? exercise.exercise : training::In(scenario->title, language_));
    const std::string standing = WordFor("TRAINING_" + StandingCode(exercise.standing), language_);
    PageTable table{Said(Message::SHEET_SUMMARY,
                         standing,
                         OutOf(exercise.done(), exercise.steps.size()),
                         OutOf(exercise.first_time(), exercise.steps.size())),
                    {}};
    for (const Message title : {Message::COL_KIND,
                                Message::COL_FIRST_TIME,
                                Message::COL_LINT,
                                Message::COL_REFUSALS,
                                Message::COL_UNEXPECTED,
                                Message::COL_HINTS,
                                Message::COL_MINUTES})
      table.columns.push_back(Said(title));
    for (const StepResult& step : exercise.steps) table.rows.push_back(Row(step));
    page_.Table(table);
  }

  std::vector<PageText> Row(const StepResult& step) const {
    const std::string minutes =
        step.seconds == 0 ? ""
                          : absl::StrCat((step.seconds + kSecondsAMinute - 1) / kSecondsAMinute);
    std::vector<std::string> named = step.lint;
    named.insert(named.end(), step.advice.begin(), step.advice.end());
    return {{WordFor(step.kind, language_)},
            {FirstTime(step)},
            {absl::StrJoin(named, ", "), PageText::Kind::kCode},
            {absl::StrJoin(step.refusals, ", "), PageText::Kind::kCode},
            {Unexpected(step)},
            {step.hints == 0 ? "" : absl::StrCat(step.hints)},
            {minutes}};
  }

  std::string FirstTime(const StepResult& step) const {
    if (!step.done) return Said(Message::SHEET_NOT_YET);
    return Said(step.first_time ? Message::SHEET_YES : Message::SHEET_NO);
  }

  std::string Unexpected(const StepResult& step) const {
    std::vector<std::string> words;
    for (const std::string& kind : step.unexpected) words.push_back(WordFor(kind, language_));
    return absl::StrJoin(words, ", ");
  }

  const Sheet& sheet_;
  const Language language_;
  Page page_;
};

}  // namespace

Json ResultRows(const Sheet& sheet) {
  Json rows = Json::array();
  for (const ExerciseResult& exercise : sheet.exercises) {
    Json steps = Json::array();
    for (const StepResult& step : exercise.steps) steps.push_back(StepRow(step));
    const size_t all = exercise.steps.size();
    rows.push_back({{"trainee", sheet.trainee},
                    {"exercise", exercise.exercise},
                    {"standing", StandingCode(exercise.standing)},
                    {"attempt", exercise.attempt},
                    {"done", OutOf(exercise.done(), all)},
                    {"first_time", OutOf(exercise.first_time(), all)},
                    {"lint", Distinct(exercise, &StepResult::lint)},
                    {"refusals", Distinct(exercise, &StepResult::refusals)},
                    {"hints", Hints(exercise)},
                    {"minutes", Minutes(exercise)},
                    {"steps", steps}});
  }
  return rows;
}

std::string ResultPage(const Sheet& sheet, Instant made, Language language) {
  return SheetWriter(sheet, made, language).Write();
}

}  // namespace rogatoria::cli
