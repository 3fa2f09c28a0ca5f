// A bound on the calls that may wait on the store at one time, for the whole process (decisions.md
// 23): each of them holds a thread of gRPC. Over the bound a call is refused with OVERLOADED and
// RetryInfo at once, so that what is in the process goes on. Thread-safe.
#pragma once

#include <atomic>

#include "absl/status/status.h"
#include "common/base/limits.h"

namespace rogatoria {

class BlockingCalls {
 public:
  explicit BlockingCalls(int bound = limits::kMaxBlockingCalls) : bound_(bound) {}

  // Holds one place while it lives, if status() is OK.
  class Place {
   public:
    explicit Place(BlockingCalls& calls);
    ~Place();
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    absl::Status status() const;

   private:
    BlockingCalls& calls_;
    bool inside_;
  };

  int running() const { return running_.load(std::memory_order_relaxed); }

 private:
  const int bound_;
  std::atomic<int> running_ = 0;
};

}  // namespace rogatoria
