#include "common/base/status_macros.h"

#include <memory>
#include <utility>

#include <gmock/gmock.h>

#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

absl::Status Passes(const absl::Status& first, bool* went_on) {
  ROG_RETURN_IF_ERROR(first);
  *went_on = true;
  return absl::OkStatus();
}

TEST(StatusMacrosTest, ReturnsTheErrorAtOnce) {
  bool went_on = false;
  EXPECT_EQ(Passes(absl::AbortedError("x"), &went_on), absl::AbortedError("x"));
  EXPECT_FALSE(went_on);
}

TEST(StatusMacrosTest, GoesOnWhenThereIsNone) {
  bool went_on = false;
  EXPECT_THAT(Passes(absl::OkStatus(), &went_on), IsOk());
  EXPECT_TRUE(went_on);
}

absl::StatusOr<int> Sum(absl::StatusOr<std::unique_ptr<int>> a, absl::StatusOr<int> b) {
  ROG_ASSIGN_OR_RETURN(std::unique_ptr<int> first, std::move(a));
  ROG_ASSIGN_OR_RETURN(const int second, b);
  return *first + second;
}

TEST(StatusMacrosTest, AssignsValuesThatCanOnlyBeMoved) {
  EXPECT_EQ(Sum(std::make_unique<int>(2), 3).value(), 5);
}

TEST(StatusMacrosTest, ReturnsTheFirstErrorOfSeveral) {
  EXPECT_EQ(Sum(absl::AbortedError("a"), absl::InternalError("b")).status(),
            absl::AbortedError("a"));
  EXPECT_EQ(Sum(std::make_unique<int>(2), absl::InternalError("b")).status(),
            absl::InternalError("b"));
}

TEST(StatusMacrosTest, AnErrorOfTheCatalogueKeepsItsDetails) {
  EXPECT_THAT(Sum(std::make_unique<int>(1), Error(Reason::FIELD_INVALID).Field("b")),
              HasReason(Reason::FIELD_INVALID));
}

}  // namespace
}  // namespace rogatoria
