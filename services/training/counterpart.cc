#include "services/training/counterpart.h"

#include <algorithm>

#include "common/base/status_macros.h"

namespace rogatoria::training {
namespace {

constexpr absl::Duration kIdle = absl::Milliseconds(500);
// What the case does not let us play is not tried for ever.
constexpr int kMaxTries = 10;

// Polite everywhere, and no step of its own unless the scenario says so.
bool IsHarmless(v1::ActKind kind) {
  return kind == v1::ACT_KIND_ACKNOWLEDGEMENT || kind == v1::ACT_KIND_FREE_FORM;
}

bool IsOpening(const Arrived& arrived) {
  return arrived.act_id == arrived.case_id;
}

std::string KindName(v1::ActKind kind) {
  return v1::ActKind_Name(kind).substr(sizeof("ACT_KIND_") - 1);
}

// Whether the act is this step of the run, sent to whom it should go. An answer that leaves out a
// precaution is none: it came past a library that would have stopped it.
bool IsStep(const Run& run, const Step& step, const Arrived& arrived) {
  if (!run.is_trainees(step) || step.kind != arrived.kind || arrived.leaves_out) return false;
  const bool addressed = std::any_of(step.to.begin(), step.to.end(), [&](const auto& role) {
    return run.authority_of(role) == arrived.authority;
  });
  if (!addressed) return false;
  const DoneStep* const in = run.Find(step.in);
  return in == nullptr ? IsOpening(arrived) : in->case_id == arrived.case_id;
}

// Whether it begins an attempt: the first one, or another by the first act once more, wherever the
// last one was.
bool Begins(const Run& run, const Arrived& arrived) {
  const Step* const next = run.Next();
  const bool fits = next != nullptr && IsStep(run, *next, arrived);
  if (fits) return run.attempt() == 0;
  return IsOpening(arrived) && IsStep(run, run.First(), arrived);
}

}  // namespace

Counterpart::Counterpart(Cast& cast,
                         Clock& clock,
                         Random& random,
                         std::string folder,
                         const std::vector<std::string>& trainees,
                         Fault fault)
    : cast_(cast),
      clock_(clock),
      player_(cast, clock, random),
      folder_(std::move(folder)),
      fault_(std::move(fault)) {
  for (const Scenario& scenario : Scenarios()) {
    for (const Role& role : scenario.roles) scenario_of_[role.authority] = scenario.name;
    for (const std::string& trainee : trainees) {
      runs_.emplace(Key{trainee, scenario.name},
                    Run(scenario, ExerciseCast(scenario, trainee), scenario.trainee));
    }
  }
  for (const std::string& trainee : trainees) {
    for (const Entry& entry : ReadJournal(ProgressPath(folder_, trainee))) {
      const auto found = runs_.find({trainee, entry.exercise});
      if (found != runs_.end()) found->second.Take(entry);
    }
  }
}

void Counterpart::Serve() {
  TakeKept();
  for (const auto& [key, run] : runs_) {
    if (run.Next() != nullptr && !run.is_trainees(*run.Next())) due_[key] = 0;
  }
  while (!stopping()) {
    const auto arrived = cast_.Next(due_.empty() ? kIdle : absl::ZeroDuration());
    if (arrived.has_value()) {
      Take(*arrived);
    } else {
      TryDue();
    }
  }
}

void Counterpart::Stop() {
  const absl::MutexLock lock(&mutex_);
  stopping_ = true;
}

bool Counterpart::stopping() {
  const absl::MutexLock lock(&mutex_);
  return stopping_;
}

// What came before a crash and was acknowledged, but not looked at.
void Counterpart::TakeKept() {
  for (const Arrived& arrived : cast_.Kept()) Take(arrived);
}

// One run at a time, so that what arrives in between is not kept waiting.
void Counterpart::TryDue() {
  if (due_.empty()) return;
  const auto [key, tries] = *due_.begin();
  due_.erase(due_.begin());
  if (Advance(key, runs_.at(key))) return;
  // Not at once: what it waits for has to change first.
  const absl::MutexLock lock(&mutex_);
  if (tries + 1 < kMaxTries) due_[key] = tries + 1;
  mutex_.AwaitWithTimeout(absl::Condition(&stopping_), kIdle);
}

Run* Counterpart::FindRun(const Arrived& arrived, Key& key) {
  const auto scenario = scenario_of_.find(arrived.authority);
  if (scenario == scenario_of_.end()) return nullptr;
  key = {arrived.sender, scenario->second};
  if (const auto found = runs_.find(key); found != runs_.end()) return &found->second;
  // From another of our own, about a trainee.
  for (auto& [other, run] : runs_) {
    if (other.second != scenario->second || !run.HasCase(arrived.case_id)) continue;
    key = other;
    return &run;
  }
  return nullptr;
}

void Counterpart::Take(const Arrived& arrived) {
  Key key;
  Run* const run = FindRun(arrived, key);
  if (run == nullptr) return;
  if (arrived.sender == key.first) TakeFromTrainee(key, *run, arrived);
  if (!Advance(key, *run)) due_[key] = 0;
}

void Counterpart::TakeFromTrainee(const Key& key, Run& run, const Arrived& arrived) {
  if (run.Knows(arrived.act_id)) return;
  if (Begins(run, arrived)) {
    Entry begun;
    begun.what = kBegun;
    begun.attempt = run.attempt() + 1;
    Write(key, run, std::move(begun)).IgnoreError();  // what counts is the step behind it
  }
  const Step* const next = run.Next();
  const bool fits = next != nullptr && IsStep(run, *next, arrived);
  if (!fits && IsHarmless(arrived.kind)) return;
  Entry entry;
  entry.what = fits ? kStep : kUnexpected;
  if (fits) entry.step = next->name;
  entry.kind = KindName(arrived.kind);
  entry.act = arrived.act_id;
  entry.case_id = arrived.case_id;
  const absl::Status written = Write(key, run, std::move(entry));
  if (!written.ok()) fault_(key.first, written);
}

bool Counterpart::Advance(const Key& key, Run& run) {
  for (;;) {
    const Step* const step = run.Next();
    // Ended; or it waits for the trainee, or for an act on its way, which will call again.
    if (step == nullptr || run.is_trainees(*step) || !player_.IsDue(run, *step)) return true;
    const absl::Status played = PlayStep(key, run, *step);
    if (played.ok()) continue;
    fault_(key.first, played);
    return false;
  }
}

absl::Status Counterpart::PlayStep(const Key& key, Run& run, const Step& step) {
  if (run.attempt() == 0) {
    Entry begun;
    begun.what = kBegun;
    begun.attempt = 1;
    ROG_RETURN_IF_ERROR(Write(key, run, begun));
  }
  // Under the id of before, if a crash came between: then it is sent once.
  std::string request_id = run.Begun(step.name);
  if (request_id.empty()) {
    request_id = player_.NewRequestId();
    Entry sending;
    sending.what = kSending;
    sending.step = step.name;
    sending.act = request_id;
    ROG_RETURN_IF_ERROR(Write(key, run, sending));
  }
  ROG_ASSIGN_OR_RETURN(const DoneStep done, player_.Play(run, step, request_id));
  Entry entry;
  entry.what = kStep;
  entry.step = step.name;
  entry.kind = KindName(step.kind);
  entry.act = done.act_id;
  entry.case_id = done.case_id;
  return Write(key, run, std::move(entry));
}

absl::Status Counterpart::Write(const Key& key, Run& run, Entry entry) {
  entry.at_unix_ms = clock_.Now().unix_ms;
  entry.exercise = key.second;
  run.Take(entry);
  return Append(ProgressPath(folder_, key.first), entry);
}

}  // namespace rogatoria::training
