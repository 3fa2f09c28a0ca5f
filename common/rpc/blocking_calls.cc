#include "common/rpc/blocking_calls.h"

#include "common/base/error.h"

namespace rogatoria {

BlockingCalls::Place::Place(BlockingCalls& calls) : calls_(calls) {
  inside_ = calls_.running_.fetch_add(1, std::memory_order_relaxed) < calls_.bound_;
  if (!inside_) calls_.running_.fetch_sub(1, std::memory_order_relaxed);
}

BlockingCalls::Place::~Place() {
  if (inside_) calls_.running_.fetch_sub(1, std::memory_order_relaxed);
}

absl::Status BlockingCalls::Place::status() const {
  if (inside_) return absl::OkStatus();
  return Error(Reason::OVERLOADED).RetryAfter(absl::Milliseconds(100));
}

}  // namespace rogatoria
