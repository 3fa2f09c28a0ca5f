// Goal: an event has its place for ever, is there in the next run, and goes only when every
// follower has it.
#include "services/agent/events.h"

#include <filesystem>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "common/base/error.h"
#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/agent/records.h"

namespace rogatoria::agent {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class EventsTest : public AgentTest {
 protected:
  EventsTest() { OpenEvents(); }
  void OpenEvents(const std::string& expected = "") {
    events_.reset();
    Reopen();
    auto opened = Events::Open(
        *records_, [](const absl::Status&) {}, expected);
    ASSERT_THAT(opened, IsOk());
    events_ = *std::move(opened);
  }
  uint64_t Append(const std::string& act_id) {
    v1::WatchResponse event;
    event.mutable_received()->set_act_id(act_id);
    const auto position = events_->Append(event);
    EXPECT_THAT(position, IsOk());
    return position.value_or(0);
  }
  std::vector<uint64_t> PositionsAfter(uint64_t position, size_t limit = 100) {
    std::vector<uint64_t> positions;
    const auto events = events_->After(position, limit, absl::ZeroDuration());
    EXPECT_THAT(events, IsOk());
    for (const v1::WatchResponse& event : *events) positions.push_back(event.position());
    return positions;
  }

  std::unique_ptr<Events> events_;
};

TEST_F(EventsTest, PlacesGrowByOneAndStayAcrossRuns) {
  EXPECT_EQ(Append("a"), 1U);
  EXPECT_EQ(Append("b"), 2U);
  OpenEvents();
  EXPECT_EQ(Append("c"), 3U);
  EXPECT_THAT(PositionsAfter(0), ElementsAre(1, 2, 3));
  EXPECT_THAT(PositionsAfter(1), ElementsAre(2, 3));
  EXPECT_THAT(PositionsAfter(0, 2), ElementsAre(1, 2));
}

TEST_F(EventsTest, AcknowledgedIsGoneAndItsPlaceIsNotUsedAgain) {
  Append("a");
  Append("b");
  ASSERT_THAT(events_->Acknowledge("api", 2), IsOk());
  EXPECT_THAT(PositionsAfter(0), IsEmpty());
  OpenEvents();
  EXPECT_EQ(events_->Acknowledged("api"), 2U);
  EXPECT_EQ(Append("c"), 3U);
  EXPECT_EQ(events_->Waiting("api"), 1U);
}

TEST_F(EventsTest, StaysUntilEveryFollowerHasIt) {
  ASSERT_THAT(events_->Acknowledge("spool", 0), IsOk());
  Append("a");
  ASSERT_THAT(events_->Acknowledge("api", 1), IsOk());
  EXPECT_THAT(PositionsAfter(0), ElementsAre(1));
  EXPECT_EQ(events_->Waiting("spool"), 1U);
  ASSERT_THAT(events_->Acknowledge("spool", 1), IsOk());
  EXPECT_THAT(PositionsAfter(0), IsEmpty());
}

TEST_F(EventsTest, ADamagedFileIsSetAsideAndToldAndKeepsNoOther) {
  Append("a");
  Append("b");
  Append("c");
  std::vector<absl::Status> told;
  auto opened = Events::Open(*records_, [&](const absl::Status& why) { told.push_back(why); });
  ASSERT_THAT(opened, IsOk());
  events_ = *std::move(opened);
  const std::string file = records_->PathOf("agent/events/00000000000000000002");
  ASSERT_THAT(WriteFileDurably(file, "damaged"), IsOk());
  EXPECT_THAT(PositionsAfter(0), ElementsAre(1, 3));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_THAT(told[0], HasReason(Reason::KEPT_FILE_DAMAGED));
  EXPECT_TRUE(FileExists(records_->PathOf("failed/event-2.damaged")));
  EXPECT_FALSE(FileExists(file));
  EXPECT_THAT(PositionsAfter(0), ElementsAre(1, 3));
  EXPECT_EQ(told.size(), 1U);
  EXPECT_EQ(Append("d"), 4U);
  OpenEvents("");
  EXPECT_EQ(events_->SetAside(), 1U);
  std::filesystem::remove(records_->PathOf("failed/event-2.damaged"));
  EXPECT_EQ(events_->SetAside(), 0U);
}

// As when files belong to another user, or too many are open.
TEST_F(EventsTest, AnEventThatCannotBeReadIsNotLeftOut) {
  Append("a");
  Append("b");
  rlimit files;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  const rlimit none{0, files.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto unread = events_->After(0, 10, absl::ZeroDuration());
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  EXPECT_THAT(unread, HasReason(Reason::FILE_UNREADABLE));
  EXPECT_THAT(PositionsAfter(0), ElementsAre(1, 2));
}

// A spool has marks of places, and a program may have noted one: they are never given again.
TEST_F(EventsTest, ThePlaceOfADamagedEventIsNotGivenAgain) {
  Append("a");
  Append("b");
  ASSERT_THAT(WriteFileDurably(records_->PathOf("agent/events/00000000000000000002"), "damaged"),
              IsOk());
  EXPECT_THAT(PositionsAfter(0), ElementsAre(1));
  std::filesystem::remove(records_->PathOf("failed/event-2.damaged"));
  OpenEvents();
  EXPECT_EQ(Append("c"), 3U);
}

TEST_F(EventsTest, AnExpectedFollowerFindsWhatCameBeforeItsFirstLook) {
  OpenEvents("api");
  ASSERT_THAT(events_->Acknowledge("spool", 0), IsOk());
  Append("a");
  Append("b");
  ASSERT_THAT(events_->Acknowledge("spool", 2), IsOk());
  OpenEvents("api");
  EXPECT_THAT(PositionsAfter(0), ElementsAre(1, 2));
  EXPECT_EQ(events_->Waiting("api"), 2U);
  ASSERT_THAT(events_->Acknowledge("api", 0), IsOk());
  ASSERT_THAT(events_->Acknowledge("api", 1), IsOk());
  EXPECT_THAT(PositionsAfter(0), ElementsAre(2));
}

TEST_F(EventsTest, WhatWaitedAMonthForAFollowerThatNeverCameGoes) {
  OpenEvents("api");
  ASSERT_THAT(events_->Acknowledge("spool", 0), IsOk());
  for (const char* act : {"a", "b", "c"}) Append(act);
  ASSERT_THAT(events_->Acknowledge("spool", 2), IsOk());
  const auto old = std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 31);
  for (const std::string& name : records_->List("agent/events")) {
    if (name.back() != '2') std::filesystem::last_write_time(records_->PathOf(name), old);
  }
  Append("d");
  // The second is not that old; the third is, and the spool has not got it yet.
  EXPECT_THAT(PositionsAfter(0), ElementsAre(2, 3, 4));
  OpenEvents();  // nobody is expected any longer
  EXPECT_THAT(PositionsAfter(0), ElementsAre(3, 4));
}

TEST_F(EventsTest, GoingBackChangesNothingAndTheFutureIsRefused) {
  Append("a");
  Append("b");
  ASSERT_THAT(events_->Acknowledge("api", 2), IsOk());
  ASSERT_THAT(events_->Acknowledge("api", 1), IsOk());
  EXPECT_EQ(events_->Acknowledged("api"), 2U);
  EXPECT_THAT(events_->Acknowledge("api", 3), Not(IsOk()));
}

TEST_F(EventsTest, WhoWaitsIsWokenByAnEventAndByTheEnd) {
  std::thread appending([this] { Append("a"); });
  const auto events = events_->After(0, 1, absl::InfiniteDuration());
  appending.join();
  ASSERT_THAT(events, IsOk());
  EXPECT_EQ(events->size(), 1U);
  std::thread closing([this] { events_->Close(); });
  EXPECT_THAT(*events_->After(1, 1, absl::InfiniteDuration()), IsEmpty());
  closing.join();
}

}  // namespace
}  // namespace rogatoria::agent
