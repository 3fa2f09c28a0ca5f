// The threads of calls that may wait on the store, and the bound on how many do so at one time, for
// the whole process (decisions.md 23). gRPC's own threads never wait: they hand such calls over.
// Over the bound a call is refused with OVERLOADED and RetryInfo at once, so that what is in the
// process goes on. Thread-safe.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/limits.h"

namespace rogatoria {

class BlockingCalls {
 public:
  // `threads`: fewer than `bound` where calls may wait for each other. `turns`: whether these
  // threads give way to all others (common/base/turns.h).
  enum class Turns { kLikeOthers, kGiveWay };
  explicit BlockingCalls(int bound = limits::kMaxBlockingCalls)
      : BlockingCalls(bound, bound, Turns::kLikeOthers) {}
  BlockingCalls(int bound, int threads, Turns turns)
      : bound_(bound), max_threads_(threads), turns_(turns) {}
  ~BlockingCalls();  // waits for the calls under way
  BlockingCalls(const BlockingCalls&) = delete;
  BlockingCalls& operator=(const BlockingCalls&) = delete;

  // While `others_come` says so, a call of these takes at least so long, and the next one begins
  // later. To be said before the first call; `others_come` is asked by any thread, and must not
  // wait.
  void PaceBeside(std::function<bool()> others_come, absl::Duration at_least) {
    others_come_ = std::move(others_come);
    at_least_ = at_least;
  }

  // Has `call` run on a thread of these, or refuses it: then it never runs.
  absl::Status Run(std::function<void()> call);

  int running() const;

 private:
  void Work();
  void KeepPace(std::chrono::steady_clock::time_point begun) const;
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_ || !calls_.empty(); }

  const int bound_;
  const int max_threads_;
  const Turns turns_;
  std::function<bool()> others_come_;
  absl::Duration at_least_;
  mutable absl::Mutex mutex_;
  std::deque<std::function<void()>> calls_ ABSL_GUARDED_BY(mutex_);  // taken, not begun
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(mutex_);         // made as they are needed
  int running_ ABSL_GUARDED_BY(mutex_) = 0;                          // taken and not ended
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace rogatoria
