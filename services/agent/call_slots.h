// How many calls of one sort are under way at one time, and no more. Thread-safe.
#pragma once

#include <atomic>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/error.h"
#include "common/base/sentence.h"

namespace rogatoria::agent {

class CallSlots {
 public:
  explicit CallSlots(int most) : most_(most) {}

  // A place, given back when it goes.
  class Slot {
   public:
    explicit Slot(CallSlots* slots) : slots_(slots) {}
    Slot(Slot&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot() {
      if (slots_ != nullptr) --slots_->taken_;
    }

   private:
    CallSlots* slots_;
  };
  // AGENT_OVERLOADED with RetryInfo when there is none.
  absl::StatusOr<Slot> Take() {
    if (++taken_ <= most_) return Slot(this);
    --taken_;
    return Explained(Error(Reason::AGENT_OVERLOADED).RetryAfter(absl::Seconds(1)),
                     Sentence::AGENT_STREAMS_AT_MOST,
                     most_);
  }
  int taken() const { return taken_; }

 private:
  const int most_;
  std::atomic<int> taken_{0};
};

}  // namespace rogatoria::agent
