#include "services/cli/training_page.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/cli/views.h"
#include "services/cli/words.h"
#include "services/training/scenario.h"

namespace rogatoria::cli {
namespace {

using training::ExerciseResult;
using training::Sheet;
using training::Standing;
using training::StepResult;

constexpr absl::string_view kStyle = R"CSS(
@page { size: A4; margin: 20mm 18mm; }
body { font-family: serif; font-size: 11pt; line-height: 1.4; color: #000; background: #fff;
       max-width: 50rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 17pt; } h2 { font-size: 13pt; margin-top: 1.6em; }
h1, h2 { break-after: avoid; }
table { border-collapse: collapse; width: 100%; font-size: 9.5pt; }
caption { text-align: left; font-style: italic; padding-bottom: 0.4em; }
th, td { border: 1px solid #444; padding: 0.25em 0.4em; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; }
thead { display: table-header-group; } tr { break-inside: avoid; }
.mark { border: 2px solid #000; padding: 0.5em 0.8em; font-weight: bold; }
@media print { body { margin: 0; padding: 0; max-width: none; } }
)CSS";

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

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      Printable(text),
      {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

class Page {
 public:
  Page(const Sheet& sheet, Instant made, Language language)
      : sheet_(sheet), made_(made), language_(language) {}

  std::string Write() {
    Head();
    for (const ExerciseResult& exercise : sheet_.exercises) Exercise(exercise);
    absl::StrAppend(&out_, "</main>\n</body>\n</html>\n");
    return std::move(out_);
  }

 private:
  template <typename... Args>
  std::string Said(Message message, const Args&... args) const {
    return Escaped(Say(language_, message, args...));
  }
  // On a terminal it is a comment; here it needs no sign for that.
  std::string Mark() const { return Said(Message::TRAINING_MARK).substr(sizeof("# ") - 1); }
  void Tag(const char* tag, const std::string& text) {
    absl::StrAppend(&out_, "<", tag, ">", text, "</", tag, ">\n");
  }

  void Head() {
    absl::StrAppend(&out_,
                    "<!DOCTYPE html>\n<html lang=\"",
                    LanguageTag(language_),
                    "\">\n<head>\n<meta charset=\"utf-8\"/>\n",
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'\"/>\n",
                    "<meta name=\"viewport\" content=\"width=device-width\"/>\n");
    Tag("title", Said(Message::SHEET_TITLE, sheet_.trainee));
    absl::StrAppend(&out_, "<style>", kStyle, "</style>\n</head>\n<body>\n<main>\n");
    absl::StrAppend(&out_, "<p class=\"mark\">", Mark(), "</p>\n");
    Tag("h1", Said(Message::SHEET_TITLE, sheet_.trainee));
    Tag("p", Said(Message::SHEET_INTRO, made_.ToString()));
  }

  void Exercise(const ExerciseResult& exercise) {
    const training::Scenario* const scenario = training::FindScenario(exercise.exercise);
    Tag("h2",
        Escaped(scenario == nullptr ? exercise.exercise
                                    : training::In(scenario->title, language_)));
    const std::string standing = WordFor("TRAINING_" + StandingCode(exercise.standing), language_);
    absl::StrAppend(&out_,
                    "<table>\n<caption>",
                    Said(Message::SHEET_SUMMARY,
                         standing,
                         OutOf(exercise.done(), exercise.steps.size()),
                         OutOf(exercise.first_time(), exercise.steps.size())),
                    "</caption>\n<thead><tr>");
    for (const Message title : {Message::COL_KIND,
                                Message::COL_FIRST_TIME,
                                Message::COL_LINT,
                                Message::COL_REFUSALS,
                                Message::COL_UNEXPECTED,
                                Message::COL_HINTS,
                                Message::COL_MINUTES}) {
      absl::StrAppend(&out_, "<th scope=\"col\">", Said(title), "</th>");
    }
    absl::StrAppend(&out_, "</tr></thead>\n<tbody>\n");
    for (const StepResult& step : exercise.steps) Row(step);
    absl::StrAppend(&out_, "</tbody>\n</table>\n");
  }

  void Row(const StepResult& step) {
    const std::string minutes =
        step.seconds == 0 ? ""
                          : absl::StrCat((step.seconds + kSecondsAMinute - 1) / kSecondsAMinute);
    absl::StrAppend(
        &out_, "<tr><th scope=\"row\">", Escaped(WordFor(step.kind, language_)), "</th>");
    std::vector<std::string> named = step.lint;
    named.insert(named.end(), step.advice.begin(), step.advice.end());
    for (const std::string& cell : {FirstTime(step),
                                    Escaped(absl::StrJoin(named, ", ")),
                                    Escaped(absl::StrJoin(step.refusals, ", ")),
                                    Unexpected(step),
                                    step.hints == 0 ? "" : absl::StrCat(step.hints),
                                    minutes}) {
      absl::StrAppend(&out_, "<td>", cell, "</td>");
    }
    absl::StrAppend(&out_, "</tr>\n");
  }

  std::string FirstTime(const StepResult& step) const {
    if (!step.done) return Said(Message::SHEET_NOT_YET);
    return Said(step.first_time ? Message::SHEET_YES : Message::SHEET_NO);
  }

  std::string Unexpected(const StepResult& step) const {
    std::vector<std::string> words;
    for (const std::string& kind : step.unexpected)
      words.push_back(Escaped(WordFor(kind, language_)));
    return absl::StrJoin(words, ", ");
  }

  const Sheet& sheet_;
  const Instant made_;
  const Language language_;
  std::string out_;
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
  return Page(sheet, made, language).Write();
}

}  // namespace rogatoria::cli
