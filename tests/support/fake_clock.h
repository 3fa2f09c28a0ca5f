// A clock that stands still until the test moves it, forwards or back. Thread-safe.
#pragma once

#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"

namespace rogatoria {

class FakeClock final : public Clock {
 public:
  // 2026-11-24T12:00:00.000Z unless told otherwise.
  explicit FakeClock(Instant now = {1795521600000}) : now_(now) {}

  Instant Now() override {
    absl::MutexLock lock(&mutex_);
    return now_;
  }
  void Set(Instant now) {
    absl::MutexLock lock(&mutex_);
    now_ = now;
  }
  void Advance(absl::Duration by) {
    absl::MutexLock lock(&mutex_);
    now_ = now_ + by;
  }

 private:
  absl::Mutex mutex_;
  Instant now_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria
