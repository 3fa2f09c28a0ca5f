#include "common/base/turns.h"

#include <cstdint>
#include <cstring>
#include <thread>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace rogatoria {
namespace {

// sched_getattr(2) of the calling thread: its turn in nanoseconds. 0 where the system has no such.
uint64_t Turn() {
  unsigned char attributes[128] = {};
  if (syscall(SYS_sched_getattr, 0, attributes, sizeof(attributes), 0) != 0) return 0;
  uint64_t runtime = 0;
  std::memcpy(&runtime, attributes + 24, sizeof(runtime));
  return runtime;
}

int Nice() {
  return getpriority(PRIO_PROCESS, 0);
}

TEST(TurnsTest, ShortOnesAreOfTheThreadAndOfThoseItStarts) {
  const uint64_t before = Turn();
  std::thread([&] {
    AskForShortTurns();
    const uint64_t mine = Turn();
    EXPECT_LE(mine, before);  // the same where the system has no turns of a thread's own
    uint64_t of_child = 0;
    std::thread([&] { of_child = Turn(); }).join();
    EXPECT_EQ(of_child, mine);
    GiveWay();
    EXPECT_EQ(Turn(), before);
  }).join();
  EXPECT_EQ(Turn(), before);
}

TEST(TurnsTest, WhoGivesWayIsALowerThreadInAProcessThatIsNot) {
  const int before = Nice();
  int yielding = -1;
  std::thread([&] {
    GiveWay();
    yielding = Nice();
    AskForShortTurns();
    EXPECT_EQ(Nice(), yielding);  // asking for short turns takes nothing back
  }).join();
  EXPECT_GE(yielding, 10);
  EXPECT_EQ(Nice(), before);
}

}  // namespace
}  // namespace rogatoria
