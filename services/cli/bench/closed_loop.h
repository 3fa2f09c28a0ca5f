// Closed-loop load: a fixed number of operations in flight, each replaced as soon as it ends, until
// a fixed number are done. Latencies are whole operations, as the client sees them.
#pragma once

#include <cstddef>
#include <functional>
#include <vector>

#include "absl/time/time.h"

namespace rogatoria::bench {

struct LoadResult {
  size_t done = 0;
  size_t failed = 0;
  absl::Duration elapsed;
  std::vector<double> latencies_us;  // ascending, of those that succeeded

  double PerSecond() const;
  // 0.5 for the median, 0.99; microseconds, 0 when nothing succeeded.
  double Percentile(double part) const;
};

// Begins operation `index` and calls `ended` exactly once, from any thread.
using Operation = std::function<void(size_t index, std::function<void(bool ok)> ended)>;

// Runs operations 0..count-1 with `in_flight` at once. Returns when all have ended.
LoadResult RunClosedLoop(size_t count, size_t in_flight, const Operation& operation);

// User and system time of a process so far; zero when it cannot be read.
absl::Duration CpuTimeOf(int pid);

}  // namespace rogatoria::bench
