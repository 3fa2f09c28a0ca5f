// Goal: a mistyped command finds the one that was meant, and rubbish finds nothing.
#include "common/base/suggestions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rogatoria {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::vector<std::string> kNames = {
    "act", "inbox", "case", "cert", "receipt", "directory", "dead-letter", "status", "doctor"};

TEST(EditDistanceTest, CountsSteps) {
  EXPECT_EQ(EditDistance("", ""), 0u);
  EXPECT_EQ(EditDistance("act", ""), 3u);
  EXPECT_EQ(EditDistance("send", "sned"), 1u);
  EXPECT_EQ(EditDistance("recipt", "receipt"), 1u);
  EXPECT_EQ(EditDistance("case", "cert"), 3u);
}

TEST(CloseToTest, FindsWhatWasMeant) {
  EXPECT_THAT(CloseTo("recipt", kNames), ElementsAre("receipt"));
  EXPECT_THAT(CloseTo("dead_letter", kNames), ElementsAre("dead-letter"));
  EXPECT_THAT(CloseTo("cas", kNames), ElementsAre("case"));
  EXPECT_THAT(CloseTo("direct", kNames), ElementsAre("directory"));
  EXPECT_THAT(CloseTo("ca", kNames), ElementsAre("case"));
}

TEST(CloseToTest, FindsNothingForRubbish) {
  EXPECT_THAT(CloseTo("dance", kNames), IsEmpty());
  EXPECT_THAT(CloseTo("", kNames), IsEmpty());
  EXPECT_THAT(CloseTo(std::string(1000, 'a'), kNames), IsEmpty());
}

TEST(CloseToTest, ShowsTheNearestThree) {
  EXPECT_THAT(CloseTo("stat", {"start", "status", "state", "stats", "stat1"}),
              ElementsAre("stat1", "state", "stats"));
}

}  // namespace
}  // namespace rogatoria
