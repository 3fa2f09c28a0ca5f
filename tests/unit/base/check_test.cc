#include "common/base/check.h"

#include <gtest/gtest.h>

namespace rogatoria {
namespace {

TEST(CheckDeathTest, StopsTheProcessAndSaysWhichInvariant) {
  EXPECT_DEATH(ROG_CHECK(1 > 2, "order of things"), "invariant broken: order of things");
}

TEST(CheckTest, LooksAtItsConditionOnce) {
  int looked = 0;
  ROG_CHECK(++looked > 0, "looked");
  EXPECT_EQ(looked, 1);
}

}  // namespace
}  // namespace rogatoria
