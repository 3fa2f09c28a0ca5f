#include "common/model/deadline_clock.h"

namespace rogatoria {

bool IsReminder(v1::DeadlineClock clock) {
  return clock == v1::DEADLINE_CLOCK_CONFIRM_ON_PAPER || clock == v1::DEADLINE_CLOCK_PRESERVE_UNTIL;
}

}  // namespace rogatoria
