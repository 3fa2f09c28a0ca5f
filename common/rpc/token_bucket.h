// A token bucket: `rate` tokens a second, at most `burst` kept. Pure arithmetic over the instants
// it is given; not thread-safe.
#pragma once

#include <algorithm>

#include "absl/time/time.h"

namespace rogatoria::rpc {

class TokenBucket {
 public:
  // Full at first. REQUIRES: rate and burst above zero.
  TokenBucket(double rate, double burst, absl::Time now)
      : rate_(rate), burst_(burst), tokens_(burst), filled_(now) {}

  // Takes one token if there is one. A `now` before the last one adds nothing.
  bool Take(absl::Time now) {
    Fill(now);
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

  // When there will be one.
  absl::Duration WaitForOne(absl::Time now) {
    Fill(now);
    return tokens_ >= 1 ? absl::ZeroDuration() : absl::Seconds((1 - tokens_) / rate_);
  }

  // Whether it is as good as new: whoever keeps many may forget this one.
  bool IsFull(absl::Time now) {
    Fill(now);
    return tokens_ >= burst_;
  }

 private:
  void Fill(absl::Time now) {
    if (now <= filled_) return;
    tokens_ = std::min(burst_, tokens_ + rate_ * absl::ToDoubleSeconds(now - filled_));
    filled_ = now;
  }

  double rate_, burst_, tokens_;
  absl::Time filled_;
};

}  // namespace rogatoria::rpc
