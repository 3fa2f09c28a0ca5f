#include "common/rpc/unsent.h"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/error.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

constexpr UnsentBounds kBounds{.whole = 100, .each = 60, .always = 10};

TEST(UnsentResponsesTest, OneAuthorityHoldsItsPartAndAllTogetherTheWhole) {
  UnsentResponses unsent(kBounds);
  const auto one = unsent.Take("pt-pgr", 60);
  ASSERT_THAT(one, IsOk());
  EXPECT_THAT(unsent.Take("pt-pgr", 1), HasReason(Reason::OVERLOADED));
  const auto other = unsent.Take("co-fgn", 40);
  ASSERT_THAT(other, IsOk());
  EXPECT_THAT(unsent.Take("co-fgn", 1), HasReason(Reason::OVERLOADED));
  EXPECT_EQ(unsent.bytes(), 100u);
}

TEST(UnsentResponsesTest, WhoHoldsLittleIsServedWhateverOthersHold) {
  UnsentResponses unsent(kBounds);
  const auto one = unsent.Take("pt-pgr", 60);
  const auto other = unsent.Take("co-fgn", 40);
  const auto honest = unsent.Take("br-mpf", 10);
  EXPECT_THAT(honest, IsOk());
  EXPECT_THAT(unsent.Take("br-mpf", 1), HasReason(Reason::OVERLOADED));
}

TEST(UnsentResponsesTest, WhatWasSentMakesRoom) {
  UnsentResponses unsent(kBounds);
  auto one = unsent.Take("pt-pgr", 60);
  ASSERT_THAT(one, IsOk());
  (*one)->Resize(50);
  EXPECT_THAT(unsent.Take("pt-pgr", 10), IsOk());
  one->reset();
  EXPECT_EQ(unsent.bytes(), 0u);
  EXPECT_THAT(unsent.Take("pt-pgr", 60), IsOk());
}

}  // namespace
}  // namespace rogatoria
