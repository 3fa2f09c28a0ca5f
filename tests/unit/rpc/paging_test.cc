#include "common/rpc/paging.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "common/rpc/unary.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::rpc {
namespace {

TEST(PagingTest, SizesHaveADefaultAndABound) {
  EXPECT_EQ(PageSize(0).value(), 50u);
  EXPECT_EQ(PageSize(1).value(), 1u);
  EXPECT_EQ(PageSize(100'000).value(), static_cast<size_t>(limits::kMaxPageSize));
  EXPECT_THAT(PageSize(-1), HasReason(Reason::FIELD_INVALID));
}

TEST(PagingTest, ATokenGivesItsCursorBack) {
  EXPECT_EQ(ReadPageToken("cases pt-pgr", MakePageToken("cases pt-pgr", "17")).value(), "17");
  EXPECT_EQ(ReadPageToken("cases pt-pgr", "").value(), "");
}

TEST(PagingTest, ATokenOfAnotherQueryIsRefused) {
  const std::string token = MakePageToken("cases pt-pgr", "17");
  EXPECT_THAT(ReadPageToken("cases co-fgn", token), HasReason(Reason::PAGE_TOKEN_INVALID));
}

TEST(PagingTest, ADamagedTokenIsRefused) {
  std::string token = MakePageToken("cases pt-pgr", "17");
  token[3] = token[3] == 'A' ? 'B' : 'A';
  EXPECT_THAT(ReadPageToken("cases pt-pgr", token), HasReason(Reason::PAGE_TOKEN_INVALID));
  for (const char* rubbish : {"x", "AAAA", "not base64!", "AAAAAAAAAAAAAAAAAAAAAA=="}) {
    EXPECT_THAT(ReadPageToken("cases pt-pgr", rubbish), HasReason(Reason::PAGE_TOKEN_INVALID));
  }
}

TEST(UnaryTest, OnlyWhatSaysNoLeavesATrace) {
  EXPECT_TRUE(IsRefusal(Error(Reason::CASE_NOT_FOUND)));
  EXPECT_TRUE(IsRefusal(Error(Reason::WRONG_STATE)));
  EXPECT_TRUE(IsRefusal(Error(Reason::SENDER_NOT_CALLER)));
  EXPECT_FALSE(IsRefusal(absl::OkStatus()));
  EXPECT_FALSE(IsRefusal(Error(Reason::OVERLOADED)));
  EXPECT_FALSE(IsRefusal(Error(Reason::SHUTTING_DOWN)));
  EXPECT_FALSE(IsRefusal(absl::InternalError("fault")));
}

TEST(UnaryTest, OnlyIdsGetIntoATrace) {
  EXPECT_EQ(TraceableObject("pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49"),
            "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49");
  EXPECT_EQ(TraceableObject("a person's name"), "");
  EXPECT_EQ(TraceableObject("x\noutcome OK"), "");
  EXPECT_EQ(TraceableObject(std::string(limits::kMaxIdBytes + 1, 'a')), "");
}

}  // namespace
}  // namespace rogatoria::rpc
