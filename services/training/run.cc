#include "services/training/run.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"

namespace rogatoria::training {
namespace {

std::string IdOf(const DoneStep* step, std::string DoneStep::*id) {
  return step == nullptr ? "" : step->*id;
}

}  // namespace

CastList ExerciseCast(const Scenario& scenario, const std::string& trainee) {
  CastList cast;
  for (const Role& role : scenario.roles)
    cast[role.name] = role.name == scenario.trainee ? trainee : role.authority;
  return cast;
}

std::string DemonstrationAuthority(const Role& role) {
  return absl::StrCat(role.authority, "-demo");
}

CastList DemonstrationCast(const Scenario& scenario) {
  CastList cast;
  for (const Role& role : scenario.roles) cast[role.name] = DemonstrationAuthority(role);
  return cast;
}

const Step* Run::Next() const {
  for (const Step& step : scenario_->steps) {
    if (step.is_stopped() && !trainee_role_.empty()) continue;
    if (!done_.contains(step.name)) return &step;
  }
  return nullptr;
}

const Step& Run::First() const {
  const auto first = std::find_if(scenario_->steps.begin(),
                                  scenario_->steps.end(),
                                  [](const Step& step) { return !step.is_stopped(); });
  ROG_CHECK(first != scenario_->steps.end(), "a scenario without a step that is sent");
  return *first;
}

const DoneStep* Run::Find(const std::string& step) const {
  const auto found = done_.find(step);
  return found == done_.end() ? nullptr : &found->second;
}

bool Run::HasCase(const std::string& case_id) const {
  return std::any_of(
      done_.begin(), done_.end(), [&](const auto& done) { return done.second.case_id == case_id; });
}

std::string Run::Begun(const std::string& step) const {
  const auto found = sending_.find(step);
  return found == sending_.end() ? "" : found->second;
}

void Run::Take(const Entry& entry) {
  if (entry.exercise != scenario_->name) return;
  if (entry.what == kBegun) {
    attempt_ = entry.attempt;
    done_.clear();
    sending_.clear();
  } else if (entry.what == kSending) {
    sending_[entry.step] = entry.act;
  } else if (entry.what == kStep) {
    done_[entry.step] = {entry.act, entry.case_id};
    known_.insert(entry.act);
  } else if (entry.what == kUnexpected) {
    known_.insert(entry.act);
  }
}

std::string ActTextOf(const Run& run, const Step& step, absl::CivilDay today) {
  return ActText(step,
                 run.cast(),
                 IdOf(run.Find(step.in), &DoneStep::case_id),
                 IdOf(run.Find(step.answers), &DoneStep::act_id),
                 today);
}

}  // namespace rogatoria::training
