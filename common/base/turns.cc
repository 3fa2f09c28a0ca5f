#include "common/base/turns.h"

#include <algorithm>
#include <cstdint>

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rogatoria {
namespace {

constexpr uint64_t kShortTurnNs = 100 * 1000;  // the least that Linux takes
constexpr int kYielding = 10;                  // of 19

// As in sched_setattr(2); the C library has no call of it.
struct SchedulingAttributes {
  uint32_t size = sizeof(SchedulingAttributes);
  uint32_t policy = SCHED_OTHER;
  uint64_t flags = 0;
  int32_t nice = 0;
  uint32_t priority = 0;
  uint64_t runtime = 0;  // the length of a turn, nanoseconds; 0: the system's own
  uint64_t deadline = 0;
  uint64_t period = 0;
};

void Set(int nice, uint64_t turn_ns) {
  SchedulingAttributes attributes;
  attributes.nice = nice;
  attributes.runtime = turn_ns;
  syscall(SYS_sched_setattr, 0, &attributes, 0);
}

// Of the thread.
int Nice() {
  return getpriority(PRIO_PROCESS, 0);
}

}  // namespace

void AskForShortTurns() {
  Set(Nice(), kShortTurnNs);
}

void GiveWay() {
  const int nice = std::max(Nice(), kYielding);
  setpriority(PRIO_PROCESS, 0, nice);
  Set(nice, 0);
}

}  // namespace rogatoria
