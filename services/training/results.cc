#include "services/training/results.h"

#include <algorithm>
#include <limits>

namespace rogatoria::training {
namespace {

void AddOnce(const std::vector<std::string>& from, std::vector<std::string>& to) {
  for (const std::string& one : from) {
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
  }
}

// The last attempt of an exercise: its entries, in order.
std::vector<const Entry*> LastAttempt(const std::string& exercise,
                                      const std::vector<Entry>& progress) {
  std::vector<const Entry*> entries;
  for (const Entry& entry : progress) {
    if (entry.exercise != exercise) continue;
    if (entry.what == kBegun) entries.clear();
    entries.push_back(&entry);
  }
  return entries;
}

// When something of the trainee's was last done before `until`, in any exercise: what was noted
// before that belongs to it.
int64_t LastDoneBefore(int64_t until, const std::vector<Entry>& progress) {
  int64_t last = 0;
  for (const Entry& entry : progress) {
    if (entry.what == kStep && entry.at_unix_ms < until) last = std::max(last, entry.at_unix_ms);
  }
  return last;
}

int64_t LastReadBefore(const std::string& exercise,
                       int64_t until,
                       const std::vector<Entry>& notes) {
  int64_t last = 0;
  for (const Entry& note : notes) {
    if (note.what == kRead && note.exercise == exercise && note.at_unix_ms < until)
      last = note.at_unix_ms;
  }
  return last;
}

// One step between two instants, exclusive and inclusive.
struct Window {
  int64_t from = 0;
  int64_t until = std::numeric_limits<int64_t>::max();

  bool Holds(const Entry& entry) const {
    return entry.at_unix_ms > from && entry.at_unix_ms <= until;
  }
};

void AddNotes(const std::string& exercise,
              uint32_t attempt,
              const Window& window,
              const std::vector<Entry>& notes,
              StepResult& result) {
  for (const Entry& note : notes) {
    if (!window.Holds(note) || note.kind != result.kind) continue;
    if (note.what == kLint) AddOnce(note.codes, result.lint);
    if (note.what == kAdvice) AddOnce(note.codes, result.advice);
    if (note.what == kRefused) AddOnce(note.codes, result.refusals);
  }
  result.hints = HintsGiven(exercise, result.step, attempt, notes);
}

StepResult ResultOf(const Step& step,
                    const ExerciseResult& exercise,
                    int64_t before,
                    const std::vector<const Entry*>& entries,
                    const std::vector<Entry>& progress,
                    const std::vector<Entry>& notes) {
  StepResult result;
  result.step = step.name;
  result.kind = v1::ActKind_Name(step.kind).substr(sizeof("ACT_KIND_") - 1);
  Window window;
  for (const Entry* entry : entries) {
    if (entry->what != kStep || entry->step != step.name) continue;
    result.done = true;
    result.at_unix_ms = window.until = entry->at_unix_ms;
  }
  const int64_t read = LastReadBefore(exercise.exercise, window.until, notes);
  window.from = before != 0 ? before : LastDoneBefore(window.until, progress);
  for (const Entry* entry : entries) {
    if (entry->what == kUnexpected && window.Holds(*entry))
      result.unexpected.push_back(entry->kind);
  }
  AddNotes(exercise.exercise, std::max(exercise.attempt, 1U), window, notes, result);
  const int64_t began = before != 0 ? before : read;
  if (result.done && began != 0) result.seconds = (result.at_unix_ms - began) / 1000;
  result.first_time =
      result.done && result.lint.empty() && result.refusals.empty() && result.unexpected.empty();
  return result;
}

ExerciseResult ResultsOf(const Scenario& scenario,
                         const std::vector<Entry>& progress,
                         const std::vector<Entry>& notes) {
  ExerciseResult exercise;
  exercise.exercise = scenario.name;
  const auto entries = LastAttempt(scenario.name, progress);
  if (!entries.empty() && entries.front()->what == kBegun)
    exercise.attempt = entries.front()->attempt;
  int64_t before = 0;  // when the step before was done, by whomever
  bool open = true;    // nothing before is undone
  for (const Step& step : scenario.steps) {
    if (step.is_stopped()) continue;
    if (step.by == scenario.trainee) {
      exercise.steps.push_back(ResultOf(step, exercise, before, entries, progress, notes));
      // What is noted now belongs to the step that comes next, not to those behind it.
      if (!open) {
        StepResult later;
        later.step = step.name;
        later.kind = exercise.steps.back().kind;
        exercise.steps.back() = later;
      }
    }
    for (const Entry* entry : entries) {
      if (entry->what == kStep && entry->step == step.name) before = entry->at_unix_ms;
    }
    open = open && std::any_of(entries.begin(), entries.end(), [&](const Entry* entry) {
             return entry->what == kStep && entry->step == step.name;
           });
  }
  const bool begun = exercise.attempt > 0;
  exercise.standing = open ? Standing::kDone : begun ? Standing::kUnderWay : Standing::kNotBegun;
  return exercise;
}

}  // namespace

uint32_t ExerciseResult::done() const {
  return static_cast<uint32_t>(
      std::count_if(steps.begin(), steps.end(), [](const auto& step) { return step.done; }));
}

uint32_t ExerciseResult::first_time() const {
  return static_cast<uint32_t>(
      std::count_if(steps.begin(), steps.end(), [](const auto& step) { return step.first_time; }));
}

Sheet MakeSheet(const std::string& trainee,
                const std::vector<Scenario>& scenarios,
                const std::vector<Entry>& progress,
                const std::vector<Entry>& notes) {
  Sheet sheet{trainee, {}};
  for (const Scenario& scenario : scenarios)
    sheet.exercises.push_back(ResultsOf(scenario, progress, notes));
  return sheet;
}

uint32_t HintsGiven(const std::string& exercise,
                    const std::string& step,
                    uint32_t attempt,
                    const std::vector<Entry>& notes) {
  return static_cast<uint32_t>(std::count_if(notes.begin(), notes.end(), [&](const Entry& note) {
    return note.what == kHint && note.exercise == exercise && note.step == step &&
           note.attempt == attempt;
  }));
}

}  // namespace rogatoria::training
