#include "common/rpc/blocking_calls.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "common/base/error.h"
#include "common/base/turns.h"

namespace rogatoria {

BlockingCalls::~BlockingCalls() {
  std::vector<std::thread> threads;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    threads.swap(threads_);
  }
  for (std::thread& thread : threads) thread.join();
}

absl::Status BlockingCalls::Run(std::function<void()> call) {
  absl::MutexLock lock(&mutex_);
  if (running_ >= bound_) return Error(Reason::OVERLOADED).RetryAfter(absl::Milliseconds(100));
  calls_.push_back(std::move(call));
  ++running_;
  // Each thread has one call at most, so this many are needed.
  if (static_cast<size_t>(std::min(running_, max_threads_)) > threads_.size()) {
    threads_.emplace_back([this] { Work(); });
  }
  return absl::OkStatus();
}

int BlockingCalls::running() const {
  absl::MutexLock lock(&mutex_);
  return running_;
}

// By a clock that nobody sets: an hour back would be an hour's sleep.
void BlockingCalls::KeepPace(std::chrono::steady_clock::time_point begun) const {
  if (!others_come_ || !others_come_()) return;
  const auto took = std::chrono::steady_clock::now() - begun;
  absl::SleepFor(at_least_ - absl::FromChrono(took));
}

void BlockingCalls::Work() {
  if (turns_ == Turns::kGiveWay) GiveWay();
  while (true) {
    std::function<void()> call;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &BlockingCalls::HasWork));
      if (calls_.empty()) return;
      call = std::move(calls_.front());
      calls_.pop_front();
    }
    const auto begun = std::chrono::steady_clock::now();
    call();
    call = nullptr;
    {
      absl::MutexLock lock(&mutex_);
      --running_;
    }
    KeepPace(begun);
  }
}

}  // namespace rogatoria
