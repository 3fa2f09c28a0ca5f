// One playing of a scenario: who plays which role, which steps are done, which comes next. Made
// again from a journal after a restart. Pure.
#pragma once

#include <map>
#include <set>
#include <string>

#include "services/training/journal.h"
#include "services/training/scenario.h"

namespace rogatoria::training {

using CastList = std::map<std::string, std::string>;  // role -> authority

// Who plays an exercise with this trainee: the others are those of the file.
CastList ExerciseCast(const Scenario& scenario, const std::string& trainee);
// Who plays a demonstration: nobody whose mailbox the counterpart of the exercises opens.
CastList DemonstrationCast(const Scenario& scenario);
// The authority that stands for a role in demonstrations: xp-fiscalia-demo.
std::string DemonstrationAuthority(const Role& role);

struct DoneStep {
  std::string act_id, case_id;
};

class Run {
 public:
  // `scenario` must outlive it. `trainee_role` is empty in a demonstration.
  Run(const Scenario& scenario, CastList cast, std::string trainee_role)
      : scenario_(&scenario), cast_(std::move(cast)), trainee_role_(std::move(trainee_role)) {}

  const Scenario& scenario() const { return *scenario_; }
  const CastList& cast() const { return cast_; }
  const std::string& authority_of(const std::string& role) const { return cast_.at(role); }
  bool is_trainees(const Step& step) const { return step.by == trainee_role_; }
  uint32_t attempt() const { return attempt_; }

  // The step that comes next; nullptr at the end. What shall be stopped is played in a
  // demonstration only: to a trainee it is a draft.
  const Step* Next() const;
  // The first step that is sent.
  const Step& First() const;
  // nullptr when it is not done.
  const DoneStep* Find(const std::string& step) const;
  // Whether the act was seen, in this attempt or an earlier one.
  bool Knows(const std::string& act_id) const { return known_.contains(act_id); }
  // Whether the case was opened by a step of this run.
  bool HasCase(const std::string& case_id) const;
  // The request id under which a step was begun before a crash; empty for none.
  std::string Begun(const std::string& step) const;

  // Takes over what a journal says. Entries of other exercises are left out.
  void Take(const Entry& entry);

 private:
  const Scenario* scenario_;
  CastList cast_;
  std::string trainee_role_;
  uint32_t attempt_ = 0;
  std::map<std::string, DoneStep> done_;
  std::map<std::string, std::string> sending_;
  std::set<std::string> known_;  // acts, of earlier attempts and of no step too
};

// The act file of a step as it is now: with the ids of what was sent before.
std::string ActTextOf(const Run& run, const Step& step, absl::CivilDay today);

}  // namespace rogatoria::training
