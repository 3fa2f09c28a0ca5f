// Somebody who sets the machine's clock: while one of these lives, the time of day of this program
// is so much earlier. Its monotonic clock goes on, as Linux has it.
#pragma once

#include "absl/time/time.h"

namespace rogatoria {

class WallClockSetBack {
 public:
  explicit WallClockSetBack(absl::Duration by);
  ~WallClockSetBack();
  WallClockSetBack(const WallClockSetBack&) = delete;
  WallClockSetBack& operator=(const WallClockSetBack&) = delete;
};

}  // namespace rogatoria
