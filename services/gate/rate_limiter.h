// A bound on the calls of each authority (trust.md 5), so that one cannot use up the hub for the
// others. People of the hub count each for themselves. Thread-safe.
#pragma once

#include <algorithm>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/rpc/token_bucket.h"

namespace rogatoria::gate {

class RateLimiter {
 public:
  // Calls a second; a quarter of them may come at once, which is no more than the hub's threads can
  // take from one caller without the others noticing.
  explicit RateLimiter(int calls_per_second)
      : rate_(calls_per_second), burst_(std::max(1.0, calls_per_second / 4.0)) {}

  // OVERLOADED when `principal` called too often. `now` of a clock that does not go back.
  absl::Status Take(const std::string& principal, absl::Time now);

 private:
  static constexpr size_t kMaxPrincipals = 10000;  // then those at rest are forgotten

  void ForgetAtRest(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const double rate_, burst_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, rpc::TokenBucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria::gate
