// A scenario as data (deploy/training/NAME.toml): who takes part, which acts go out in which order,
// and what comes of each. Played whole it is a demonstration; with one role left to a person it is
// an exercise. The files are compiled in; nothing here knows a hub.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "common/base/error.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria::training {

// One text in every language, in the order of Language.
using Texts = std::array<std::string, 3>;
inline const std::string& In(const Texts& texts, Language language) {
  return texts[static_cast<size_t>(language)];
}

struct Role {
  std::string name;       // within the scenario: asks
  std::string authority;  // who plays it in an exercise: xp-fiscalia
  std::string country;
  std::string title;      // the authority's name, in its own language
  std::string calendar;   // of the law of training; training when the file names none
  std::string directory;  // further lines of its table in the directory
};

struct Step {
  std::string name;
  std::string by;       // a role
  std::string in;       // the step whose case it belongs to; empty: opens one
  std::string answers;  // the step that it replies to; may be empty
  // What shall stop it, if anything: then it is not sent, and for a trainee it is only a draft.
  std::string lint;     // a field that lint names
  std::string refused;  // a reason of the catalogue
  std::string state;    // of the case's first measure afterwards; empty: not looked at
  Texts say;            // what happens
  std::vector<Texts> hints;
  std::string act;  // an act file in TOML, with {{role}} for authorities and {{day N}} for days
  v1::ActKind kind = v1::ACT_KIND_UNSPECIFIED;
  std::vector<std::string> to;  // roles

  bool is_stopped() const { return !lint.empty() || !refused.empty(); }
};

struct Scenario {
  std::string name;
  Texts title, intro;
  std::string trainee;  // the role left to a person in an exercise
  std::vector<Role> roles;
  std::vector<Step> steps;
};

// FIELD_INVALID naming the place of what is wrong.
absl::StatusOr<Scenario> ParseScenario(const std::string& name, absl::string_view toml);

// The scenarios of this program, by name; in the order in which they are shown.
const std::vector<Scenario>& Scenarios();
// nullptr when there is none of this name.
const Scenario* FindScenario(absl::string_view name);
const Role* FindRole(const Scenario& scenario, absl::string_view name);
const Step* FindStep(const Scenario& scenario, absl::string_view name);

// The law of a training hub: instruments, calendars, deadlines (deploy/training/law.toml).
absl::string_view LawText();

// Puts values in the place of {{key}}, and days in that of {{day N}}, N days after `today`. What
// has no value stays.
std::string Filled(absl::string_view text,
                   const std::map<std::string, std::string>& values,
                   absl::CivilDay today);

// The act file of a step, ready to be read: `cast` has the authority of each role, `case_id` and
// `in_reply_to` may be empty.
std::string ActText(const Step& step,
                    const std::map<std::string, std::string>& cast,
                    const std::string& case_id,
                    const std::string& in_reply_to,
                    absl::CivilDay today);

}  // namespace rogatoria::training
