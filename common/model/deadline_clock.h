// What the hub can know of a deadline, by its clock.
#pragma once

#include "rogatoria/v1/notice.pb.h"

namespace rogatoria {

// The hub cannot see what these wait for (paper, a copy at the other side): it reminds both sides
// of a day, states nothing afterwards, and no act moves that day by the effect that its header
// claims.
bool IsReminder(v1::DeadlineClock clock);

}  // namespace rogatoria
