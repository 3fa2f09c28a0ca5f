// What a trainee did, exercise by exercise: from what the counterpart saw and what the trainee's
// own command line noted. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/training/journal.h"
#include "services/training/scenario.h"

namespace rogatoria::training {

enum class Standing { kNotBegun, kUnderWay, kDone };

// A step that is the trainee's to do.
struct StepResult {
  std::string step;
  std::string kind;  // REQUEST
  bool done = false;
  bool first_time = false;  // done, and nothing was in the way
  int64_t at_unix_ms = 0;
  int64_t seconds =
      0;  // since it could be done, or since the exercise was first read; 0: not known
  std::vector<std::string> lint;        // fields that lint named as errors, each once
  std::vector<std::string> advice;      // and those it advised on
  std::vector<std::string> refusals;    // reasons for which an act did not go out, each once
  std::vector<std::string> unexpected;  // kinds that came instead
  uint32_t hints = 0;
};

struct ExerciseResult {
  std::string exercise;
  Standing standing = Standing::kNotBegun;
  uint32_t attempt = 0;
  std::vector<StepResult> steps;

  uint32_t done() const;
  uint32_t first_time() const;
};

struct Sheet {
  std::string trainee;
  std::vector<ExerciseResult> exercises;  // one for each scenario, in order
};

// `progress` and `notes` in the order of their journals.
Sheet MakeSheet(const std::string& trainee,
                const std::vector<Scenario>& scenarios,
                const std::vector<Entry>& progress,
                const std::vector<Entry>& notes);

// How many hints a step was given already in this attempt.
uint32_t HintsGiven(const std::string& exercise,
                    const std::string& step,
                    uint32_t attempt,
                    const std::vector<Entry>& notes);

}  // namespace rogatoria::training
