#include "services/cli/bench/closed_loop.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <string>

#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"

namespace rogatoria::bench {
namespace {

class Loop {
 public:
  Loop(size_t count, const Operation& operation) : count_(count), operation_(operation) {
    latencies_us_.reserve(count);
  }

  // Begins the next operation, if one is left.
  void Next() {
    const size_t index = next_.fetch_add(1);
    if (index >= count_) return;
    const int64_t begun = absl::GetCurrentTimeNanos();
    operation_(index, [this, begun](bool ok) { Ended(begun, ok); });
  }

  void Wait() {
    absl::MutexLock lock(&mutex_);
    const auto all = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ended_ == count_; };
    mutex_.Await(absl::Condition(&all));
  }

  LoadResult Result(absl::Duration elapsed) {
    absl::MutexLock lock(&mutex_);
    std::sort(latencies_us_.begin(), latencies_us_.end());
    return {latencies_us_.size(), failed_, elapsed, latencies_us_};
  }

 private:
  void Ended(int64_t begun, bool ok) {
    const double us = static_cast<double>(absl::GetCurrentTimeNanos() - begun) / 1000.0;
    Next();
    absl::MutexLock lock(&mutex_);
    if (ok) latencies_us_.push_back(us);
    if (!ok) ++failed_;
    ++ended_;
  }

  const size_t count_;
  const Operation& operation_;
  std::atomic<size_t> next_{0};
  absl::Mutex mutex_;
  size_t ended_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t failed_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<double> latencies_us_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

double LoadResult::PerSecond() const {
  return elapsed > absl::ZeroDuration() ? static_cast<double>(done) / absl::ToDoubleSeconds(elapsed)
                                        : 0;
}

double LoadResult::Percentile(double part) const {
  if (latencies_us.empty()) return 0;
  const auto index = static_cast<size_t>(part * static_cast<double>(latencies_us.size() - 1));
  return latencies_us[index];
}

LoadResult RunClosedLoop(size_t count, size_t in_flight, const Operation& operation) {
  Loop loop(count, operation);
  const absl::Time begun = absl::Now();
  for (size_t i = 0; i < std::min(count, in_flight); ++i) loop.Next();
  loop.Wait();
  return loop.Result(absl::Now() - begun);
}

absl::Duration CpuTimeOf(int pid) {
  std::ifstream stat(absl::StrCat("/proc/", pid, "/stat"));
  std::string line;
  if (!std::getline(stat, line)) return absl::ZeroDuration();
  // Fields after the name in parentheses; utime and stime are the 12th and 13th of them.
  const std::vector<std::string> fields = absl::StrSplit(line.substr(line.rfind(')') + 2), ' ');
  int64_t user = 0;
  int64_t system = 0;
  if (fields.size() < 13 || !absl::SimpleAtoi(fields[11], &user) ||
      !absl::SimpleAtoi(fields[12], &system)) {
    return absl::ZeroDuration();
  }
  return absl::Seconds(1) * static_cast<double>(user + system) /
         static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace rogatoria::bench
