#include "services/gate/rate_limiter.h"

#include "common/base/error.h"

namespace rogatoria::gate {

absl::Status RateLimiter::Take(const std::string& principal, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  if (buckets_.size() >= kMaxPrincipals) ForgetAtRest(now);
  const auto [found, is_new] = buckets_.try_emplace(principal, rate_, burst_, now);
  if (found->second.Take(now)) return absl::OkStatus();
  return Error(Reason::OVERLOADED).RetryAfter(absl::Seconds(1));
}

void RateLimiter::ForgetAtRest(absl::Time now) {
  for (auto bucket = buckets_.begin(); bucket != buckets_.end();) {
    if (bucket->second.IsFull(now)) {
      buckets_.erase(bucket++);
    } else {
      ++bucket;
    }
  }
}

}  // namespace rogatoria::gate
