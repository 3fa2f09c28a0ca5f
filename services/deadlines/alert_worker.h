// Sends alerts on threads of its own: by a program, by e-mail through the machine's sendmail, by a
// web call. An alert that fails is not tried again here: it was not reported as sent, so the
// scheduler has it sent once more, later and later.
//
// Thread-safe. Bounded: what does not fit is dropped, and comes again in the same way.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "services/deadlines/alert.h"
#include "services/deadlines/run_program.h"

namespace rogatoria::deadlines {

// [alert.NAME]: exactly one of program, mail_to and webhook.
struct AlertTarget {
  std::vector<std::string> program;  // absolute path and arguments
  std::string mail_to;
  std::string mail_from;
  std::string sendmail = "/usr/sbin/sendmail";
  std::string webhook;  // https URL
  std::string webhook_ca;
};
using AlertTargets = std::map<std::string, AlertTarget>;

// What every alert says, and all that it says.
std::string AlertText(const std::string& hub, const std::string& authority);
// Sends one, now.
absl::Status SendAlert(const AlertTarget& target,
                       const std::string& hub,
                       const std::string& authority,
                       const Patience& patience);

struct AlertStats {
  uint64_t sent = 0;
  uint64_t failed = 0;
  uint64_t dropped = 0;
};

class AlertWorker final : public AlertSink {
 public:
  // `hub`: the trust domain. `sent` and `failed` are called on the worker's threads.
  AlertWorker(AlertTargets targets,
              std::string hub,
              std::function<void(Alert)> sent,
              std::function<void(const Alert&, const absl::Status&)> failed);
  ~AlertWorker() override;  // stops

  bool Knows(const std::string& name) const override { return targets_.contains(name); }
  void Send(Alert alert) override;
  // Breaks off what is being sent, and forgets what waits. Idempotent.
  void Stop();
  AlertStats stats() const;

 private:
  void Run();
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return stopped_ || !waiting_.empty();
  }

  const AlertTargets targets_;
  const std::string hub_;
  const std::function<void(Alert)> sent_;
  const std::function<void(const Alert&, const absl::Status&)> failed_;
  std::atomic<bool> breaks_off_ = false;
  mutable absl::Mutex mutex_;
  std::deque<Alert> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  AlertStats stats_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;
};

}  // namespace rogatoria::deadlines
