// Looks, every second or so, at what is due: clocks of cases, deliveries that nobody fetched, data
// of authorities that must be attested, certificates that expire; and has the commit pipeline say
// so. Asks the store only for what is due, a bounded number at a time; what is left is for the next
// look.
//
// Keeps nothing that a restart would lose: what was told stands in the rows themselves. The instant
// is that of the hub's clock, or of the last commit where the clock went back.
//
// Tick from one thread; stats from any. Must outlive the commands that it submits: the queue is
// drained first.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/directory/registry.h"
#include "common/ledger/command.h"
#include "common/storage/store.h"
#include "services/deadlines/alert.h"
#include "services/deadlines/due_case.h"

namespace rogatoria::deadlines {

struct SchedulerStats {
  // By the clock's name (DECIDE): told since the process began.
  std::map<std::string, uint64_t> warned, overdue;
  uint64_t alerts = 0;    // handed to the worker, those sent again included
  uint64_t undated = 0;   // looked at today without an instant: a calendar lacks a year
  uint64_t failures = 0;  // looks and commands that came to nothing; they are done again
};

class Scheduler {
 public:
  using Submit = std::function<void(std::unique_ptr<Command>)>;

  Scheduler(Store& store, const Registry& registry, Clock& clock, Submit submit, AlertSink& alerts);

  // One look. Returns at once while what the last one found is still being recorded.
  void Tick();

  SchedulerStats stats() const;

 private:
  absl::Status Look();
  absl::Status LookAtCases(Snapshot& snapshot, Instant now);
  absl::Status LookAtDeliveries(Snapshot& snapshot, Instant now);
  void LookAtDirectory(Instant now);
  bool MustLookAtDirectory(Instant now, uint64_t version);
  void Put(std::unique_ptr<Command> command);
  DueDone Counting();
  void Count(const absl::StatusOr<Told>& told);

  Store& store_;
  const Registry& registry_;
  Clock& clock_;
  const Submit submit_;
  AlertSink& alerts_;
  // Of the thread that ticks.
  Instant directory_seen_;
  uint64_t directory_version_ = 0;
  std::set<std::string> told_once_;

  mutable absl::Mutex mutex_;
  size_t outstanding_ ABSL_GUARDED_BY(mutex_) = 0;
  SchedulerStats stats_ ABSL_GUARDED_BY(mutex_);
  // Something failed: what is remembered as told may not have been.
  bool forget_told_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace rogatoria::deadlines
