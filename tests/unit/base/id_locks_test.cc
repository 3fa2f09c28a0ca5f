#include "common/base/id_locks.h"

#include <atomic>
#include <thread>

#include <gtest/gtest.h>

namespace rogatoria {
namespace {

TEST(IdLocksTest, OneAtATimeWorksAtAnId) {
  IdLocks locks;
  std::atomic<bool> second_in{false};
  std::thread second;
  {
    const IdLocks::Guard first(locks, "one");
    const IdLocks::Guard other(locks, "other");
    second = std::thread([&] {
      const IdLocks::Guard guard(locks, "one");
      second_in = true;
    });
    std::this_thread::yield();
    EXPECT_FALSE(second_in);
  }
  second.join();
  EXPECT_TRUE(second_in);
}

}  // namespace
}  // namespace rogatoria
