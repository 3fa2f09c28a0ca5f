// Holds a hub to what its clients wrote down (trust.md 4). Looks from outside: reads as the parties
// do, the log as anybody may, and recomputes with a reference of its own that is slow and obvious.
#pragma once

#include <vector>

#include "tests/simulation/cast/hub.h"
#include "tests/simulation/notes.h"

namespace rogatoria::simulation {

// The hub must be up and idle. What is wrong is added to notes.violations.
void Check(Hub& hub, const std::vector<const CastMember*>& members, Notes& notes);

}  // namespace rogatoria::simulation
