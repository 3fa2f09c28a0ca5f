#include "common/rpc/blocking_calls.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "common/base/error.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/rpc/wall_clock_set_back.h"

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

TEST(BlockingCallsTest, WithFewThreadsCallsWaitForEachOther) {
  std::atomic<int> running = 0, most = 0, ran = 0;
  {
    BlockingCalls calls(8, 2, BlockingCalls::Turns::kLikeOthers);
    for (int i = 0; i < 8; ++i) {
      ASSERT_THAT(calls.Run([&] {
        most = std::max<int>(most, ++running);
        absl::SleepFor(absl::Milliseconds(2));
        --running;
        ++ran;
      }),
                  IsOk());
    }
  }
  EXPECT_EQ(ran, 8);
  EXPECT_LE(most, 2);
}

TEST(BlockingCallsTest, ThreadsThatGiveWayHaveALowerPriority) {
  const auto nice_of = [](BlockingCalls::Turns turns) {
    std::atomic<int> nice = -1;
    BlockingCalls calls(1, 1, turns);
    absl::Notification done;
    EXPECT_THAT(calls.Run([&] {
      nice = getpriority(PRIO_PROCESS, 0);
      done.Notify();
    }),
                IsOk());
    done.WaitForNotification();
    return nice.load();
  };
  EXPECT_EQ(nice_of(BlockingCalls::Turns::kLikeOthers), getpriority(PRIO_PROCESS, 0));
  EXPECT_GE(nice_of(BlockingCalls::Turns::kGiveWay), 10);
}

TEST(BlockingCallsTest, TheyKeepPaceWhileOthersCome) {
  const absl::Time begun = absl::Now();
  {
    BlockingCalls calls(8, 1, BlockingCalls::Turns::kGiveWay);
    calls.PaceBeside([] { return true; }, absl::Milliseconds(20));
    for (int i = 0; i < 3; ++i) ASSERT_THAT(calls.Run([] {}), IsOk());
  }
  EXPECT_GE(absl::Now() - begun, absl::Milliseconds(60));
}

TEST(BlockingCallsTest, AClockThatIsSetBackDuringACallStopsNobody) {
  const auto begun = std::chrono::steady_clock::now();
  const absl::Time before = absl::Now();  // the calls run until the end of the block below
  std::optional<WallClockSetBack> set_back;
  {
    BlockingCalls calls(8, 1, BlockingCalls::Turns::kGiveWay);
    calls.PaceBeside([] { return true; }, absl::Milliseconds(20));
    ASSERT_THAT(calls.Run([&] { set_back.emplace(absl::Minutes(1)); }), IsOk());
    ASSERT_THAT(calls.Run([&] { EXPECT_LT(absl::Now(), before); }), IsOk());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(30));
}

TEST(BlockingCallsTest, WhenNoOthersComeTheyDoNotWait) {
  std::atomic<int> ran = 0;
  {
    BlockingCalls calls(8, 1, BlockingCalls::Turns::kGiveWay);
    calls.PaceBeside([] { return false; }, absl::Hours(1));
    for (int i = 0; i < 3; ++i) ASSERT_THAT(calls.Run([&] { ++ran; }), IsOk());
  }
  EXPECT_EQ(ran, 3);
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
