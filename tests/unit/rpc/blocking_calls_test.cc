#include "common/rpc/blocking_calls.h"

#include <atomic>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/synchronization/notification.h"
#include "common/base/error.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

TEST(BlockingCallsTest, CallsRunOnOtherThreadsAtOneTime) {
  BlockingCalls calls(2);
  absl::Notification first;
  absl::Notification second;
  // Each waits for the other: neither would end if they ran one after the other.
  ASSERT_THAT(calls.Run([&] {
    first.Notify();
    second.WaitForNotification();
  }),
              IsOk());
  ASSERT_THAT(calls.Run([&] {
    first.WaitForNotification();
    second.Notify();
  }),
              IsOk());
  second.WaitForNotification();
}

TEST(BlockingCallsTest, OverTheBoundACallIsRefusedAndNeverRuns) {
  absl::Notification go_on;
  std::atomic<int> ran = 0;
  {
    BlockingCalls calls(1);
    ASSERT_THAT(calls.Run([&] { go_on.WaitForNotification(); }), IsOk());
    EXPECT_EQ(calls.running(), 1);
    const absl::Status refused = calls.Run([&] { ++ran; });
    EXPECT_THAT(refused, HasReason(Reason::OVERLOADED));
    EXPECT_GT(GetErrorDetails(refused)->retry_after, absl::ZeroDuration());
    go_on.Notify();
  }
  EXPECT_EQ(ran, 0);
}

TEST(BlockingCallsTest, TheEndWaitsForWhatWasTaken) {
  std::atomic<int> ran = 0;
  {
    BlockingCalls calls(8);
    for (int i = 0; i < 8; ++i) ASSERT_THAT(calls.Run([&] { ++ran; }), IsOk());
  }
  EXPECT_EQ(ran, 8);
}

}  // namespace
}  // namespace rogatoria
