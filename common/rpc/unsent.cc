#include "common/rpc/unsent.h"

#include "absl/time/time.h"
#include "common/base/error.h"

namespace rogatoria {

void UnsentResponses::Share::Resize(uint64_t bytes) {
  of_.Change(authority_, bytes_, bytes);
  bytes_ = bytes;
}

absl::StatusOr<std::unique_ptr<UnsentResponses::Share>> UnsentResponses::Take(
    const std::string& authority, uint64_t bytes) {
  {
    absl::MutexLock lock(&mutex_);
    const auto found = of_each_.find(authority);
    const uint64_t held = (found == of_each_.end() ? 0 : found->second) + bytes;
    const bool fits = held <= bounds_.each && whole_ + bytes <= bounds_.whole;
    if (held > bounds_.always && !fits) {
      return Error(Reason::OVERLOADED).RetryAfter(absl::Milliseconds(100));
    }
    whole_ += bytes;
    if (held > 0) of_each_[authority] = held;
  }
  return std::make_unique<Share>(*this, authority, bytes);
}

void UnsentResponses::Change(const std::string& authority, uint64_t from, uint64_t to) {
  if (from == to) return;
  absl::MutexLock lock(&mutex_);
  whole_ = whole_ - from + to;
  uint64_t& of_this = of_each_[authority];
  of_this = of_this - from + to;
  if (of_this == 0) of_each_.erase(authority);
}

uint64_t UnsentResponses::bytes() const {
  absl::MutexLock lock(&mutex_);
  return whole_;
}

}  // namespace rogatoria
