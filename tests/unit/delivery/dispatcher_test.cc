#include "services/delivery/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/unit/delivery/model_mailbox.h"

namespace rogatoria::delivery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr StreamId kA = 1;
constexpr StreamId kB = 2;

class DispatcherTest : public ::testing::Test {
 protected:
  DispatcherTest() { Reset({}); }
  void Reset(DispatcherOptions options) { dispatcher_ = std::make_unique<Dispatcher>(options); }
  void OpenPrimary(StreamId stream, uint32_t credits) {
    dispatcher_->AddPrimary(stream);
    ASSERT_THAT(dispatcher_->GrantCredits(stream, credits), IsOk());
  }
  std::optional<Assignment> Next() { return mailbox_.Next(*dispatcher_, now_); }
  // Positions given out until nothing more is.
  std::vector<uint64_t> NextAll() {
    std::vector<uint64_t> positions;
    while (auto next = Next()) positions.push_back(next->row.position);
    return positions;
  }
  void LetLeasesEnd() {
    now_ = now_ + absl::Milliseconds(limits::kLeaseMs);
    dispatcher_->Expire(now_);
  }

  ModelMailbox mailbox_;
  std::unique_ptr<Dispatcher> dispatcher_;
  Instant now_{1'000'000};
};

TEST_F(DispatcherTest, NothingIsGivenWithoutACredit) {
  mailbox_.Add("c1");
  dispatcher_->AddPrimary(kA);
  EXPECT_EQ(dispatcher_->NextRead(), std::nullopt);
  EXPECT_FALSE(Next().has_value());
}

TEST_F(DispatcherTest, EachDeliveryUsesOneCredit) {
  for (int i = 0; i < 5; ++i) mailbox_.Add("c" + std::to_string(i));
  OpenPrimary(kA, 2);
  EXPECT_THAT(NextAll(), ElementsAre(1, 2));
  ASSERT_THAT(dispatcher_->GrantCredits(kA, 1), IsOk());
  EXPECT_THAT(NextAll(), ElementsAre(3));
}

TEST_F(DispatcherTest, CreditsAreBounded) {
  dispatcher_->AddPrimary(kA);
  EXPECT_THAT(dispatcher_->GrantCredits(kA, 0), HasReason(Reason::STREAM_PROTOCOL));
  EXPECT_THAT(dispatcher_->GrantCredits(kA, 256), IsOk());
  EXPECT_THAT(dispatcher_->GrantCredits(kA, 1), HasReason(Reason::STREAM_PROTOCOL));
  EXPECT_THAT(dispatcher_->GrantCredits(kA, 0xffffffff), HasReason(Reason::STREAM_PROTOCOL));
}

TEST_F(DispatcherTest, NoMoreIsOutThanAStreamMayHold) {
  for (int i = 0; i < 5; ++i) mailbox_.Add("c" + std::to_string(i));
  Reset({.max_in_flight = 2});
  OpenPrimary(kA, 2);
  EXPECT_THAT(NextAll(), ElementsAre(1, 2));
  ASSERT_THAT(dispatcher_->GrantCredits(kA, 2), IsOk());
  EXPECT_THAT(NextAll(), IsEmpty());
  mailbox_.Settle(*dispatcher_, 1);
  EXPECT_THAT(NextAll(), ElementsAre(3));
}

TEST_F(DispatcherTest, AStreamThatCannotTakeMoreGetsNothing) {
  mailbox_.Add("c1");
  OpenPrimary(kA, 1);
  dispatcher_->SetWritable(kA, false);
  EXPECT_FALSE(Next().has_value());
  dispatcher_->SetWritable(kA, true);
  EXPECT_TRUE(Next().has_value());
}

TEST_F(DispatcherTest, TheNextActOfACaseWaitsForTheOneBefore) {
  mailbox_.Add("c1");
  mailbox_.Add("c2");
  mailbox_.Add("c1");
  OpenPrimary(kA, 10);
  EXPECT_THAT(NextAll(), ElementsAre(1, 2));
  mailbox_.Settle(*dispatcher_, 1);
  EXPECT_THAT(NextAll(), ElementsAre(3));
}

TEST_F(DispatcherTest, ADeadLetterBlocksNothing) {
  mailbox_.Add("c1");
  mailbox_.Add("c1");
  OpenPrimary(kA, 10);
  EXPECT_THAT(NextAll(), ElementsAre(1));
  mailbox_.Settle(*dispatcher_, 1, DeliveryState::kDead);
  EXPECT_THAT(NextAll(), ElementsAre(2));
}

TEST_F(DispatcherTest, UrgentActsOvertakeOtherCases) {
  mailbox_.Add("c1");
  mailbox_.Add("c2", v1::URGENCY_LEVEL_URGENT);
  mailbox_.Add("c3", v1::URGENCY_LEVEL_EMERGENCY);
  mailbox_.Add("c4", v1::URGENCY_LEVEL_URGENT);
  OpenPrimary(kA, 10);
  EXPECT_THAT(NextAll(), ElementsAre(3, 2, 4, 1));
}

TEST_F(DispatcherTest, AnUrgentActOvertakesWhatIsKnownAlready) {
  for (int i = 0; i < 4; ++i) mailbox_.Add("c" + std::to_string(i));
  OpenPrimary(kA, 1);
  EXPECT_THAT(NextAll(), ElementsAre(1));
  mailbox_.Add("u", v1::URGENCY_LEVEL_URGENT);
  dispatcher_->Arrived({}, now_);
  ASSERT_THAT(dispatcher_->GrantCredits(kA, 2), IsOk());
  EXPECT_THAT(NextAll(), ElementsAre(5, 2));
}

TEST_F(DispatcherTest, WhatArrivesAtTheEndIsGivenOutUnread) {
  mailbox_.Add("c1");
  OpenPrimary(kA, 10);
  EXPECT_THAT(NextAll(), ElementsAre(1));
  dispatcher_->Arrived({mailbox_.row(mailbox_.Add("c2", v1::URGENCY_LEVEL_URGENT))}, now_);
  EXPECT_FALSE(dispatcher_->NextRead().has_value());
  EXPECT_THAT(NextAll(), ElementsAre(2));
}

TEST_F(DispatcherTest, WhatWasReadAndSettledBeforeItIsToldIsNotGivenOutAgain) {
  OpenPrimary(kA, 10);
  EXPECT_THAT(NextAll(), IsEmpty());
  dispatcher_->Arrived({}, now_);
  const DeliveryRecord early = mailbox_.row(mailbox_.Add("c1"));
  EXPECT_THAT(NextAll(), ElementsAre(1));
  mailbox_.Settle(*dispatcher_, 1);
  EXPECT_THAT(NextAll(), IsEmpty());
  dispatcher_->Arrived({early}, now_);
  EXPECT_THAT(NextAll(), IsEmpty());
}

TEST_F(DispatcherTest, AnActThatIsNotTheFirstOfItsCaseIsLookedFor) {
  mailbox_.Add("c1");
  OpenPrimary(kA, 10);
  EXPECT_THAT(NextAll(), ElementsAre(1));
  dispatcher_->Arrived({mailbox_.row(mailbox_.Add("c1"))}, now_);
  EXPECT_TRUE(dispatcher_->NextRead().has_value());
  EXPECT_THAT(NextAll(), IsEmpty());
}

TEST_F(DispatcherTest, UrgencyNeverOvertakesInsideACase) {
  mailbox_.Add("c1");
  mailbox_.Add("c1", v1::URGENCY_LEVEL_EMERGENCY);
  OpenPrimary(kA, 10);
  EXPECT_THAT(NextAll(), ElementsAre(1));
  mailbox_.Settle(*dispatcher_, 1);
  EXPECT_THAT(NextAll(), ElementsAre(2));
}

TEST_F(DispatcherTest, SystemsOfAnAuthorityCompete) {
  for (int i = 0; i < 4; ++i) mailbox_.Add("c" + std::to_string(i));
  OpenPrimary(kA, 10);
  OpenPrimary(kB, 10);
  std::map<StreamId, int> given;
  while (auto next = Next()) ++given[next->stream];
  EXPECT_EQ(given[kA], 2);
  EXPECT_EQ(given[kB], 2);
}

TEST_F(DispatcherTest, ALeaseThatEndsGivesTheRowToAnother) {
  mailbox_.Add("c1");
  OpenPrimary(kA, 1);
  EXPECT_EQ(Next()->attempt, 1u);
  OpenPrimary(kB, 1);
  EXPECT_FALSE(Next().has_value());
  LetLeasesEnd();
  const auto again = Next();
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->stream, kB);
  EXPECT_EQ(again->attempt, 2u);
}

TEST_F(DispatcherTest, ALeaseHoldsUntilItsEnd) {
  mailbox_.Add("c1");
  OpenPrimary(kA, 2);
  ASSERT_TRUE(Next().has_value());
  now_ = now_ + absl::Milliseconds(limits::kLeaseMs - 1);
  EXPECT_EQ(dispatcher_->Expire(now_), 0u);
  now_ = now_ + absl::Milliseconds(1);
  EXPECT_EQ(dispatcher_->Expire(now_), 1u);
}

TEST_F(DispatcherTest, AClockThatGoesBackEndsNoLease) {
  mailbox_.Add("c1");
  OpenPrimary(kA, 2);
  ASSERT_TRUE(Next().has_value());
  now_ = now_ + absl::Hours(-24);
  EXPECT_EQ(dispatcher_->Expire(now_), 0u);
}

TEST_F(DispatcherTest, ACutStreamGivesItsRowsBackAtOnce) {
  mailbox_.Add("c1");
  OpenPrimary(kA, 1);
  ASSERT_TRUE(Next().has_value());
  OpenPrimary(kB, 1);
  dispatcher_->Remove(kA, now_);
  const auto again = Next();
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->stream, kB);
  EXPECT_EQ(again->attempt, 2u);
}

TEST_F(DispatcherTest, AConsumerThatDiesOfARowDoesNotUseUpItsAttemptsAtOnce) {
  mailbox_.Add("c1");
  StreamId stream = 10;
  uint32_t last_attempt = 0;
  for (int i = 0; i < 20; ++i, ++stream) {
    OpenPrimary(stream, 1);
    if (auto next = Next()) last_attempt = next->attempt;
    dispatcher_->Remove(stream, now_);
  }
  EXPECT_EQ(last_attempt, kPromptReturns + 1);
  LetLeasesEnd();
  OpenPrimary(stream, 1);
  EXPECT_EQ(Next()->attempt, kPromptReturns + 2);
}

TEST_F(DispatcherTest, AfterTooManyAttemptsARowIsExhausted) {
  Reset({.max_attempts = 3});
  mailbox_.Add("c1");
  mailbox_.Add("c1");
  OpenPrimary(kA, 10);
  for (uint32_t attempt = 1; attempt <= 3; ++attempt) {
    ASSERT_EQ(Next()->attempt, attempt);
    EXPECT_THAT(dispatcher_->TakeExhausted(), IsEmpty());
    LetLeasesEnd();
  }
  EXPECT_FALSE(Next().has_value());
  const auto exhausted = dispatcher_->TakeExhausted();
  ASSERT_EQ(exhausted.size(), 1u);
  EXPECT_EQ(exhausted[0].position, 1u);
  EXPECT_THAT(dispatcher_->TakeExhausted(), IsEmpty());
  mailbox_.SetState(1, DeliveryState::kDead);
  dispatcher_->Settled(1, "c1");
  EXPECT_THAT(NextAll(), ElementsAre(2));
}

TEST_F(DispatcherTest, AnExhaustedRowThatCouldNotBeGivenUpIsToldAgainLater) {
  Reset({.max_attempts = 1});
  mailbox_.Add("c1");
  OpenPrimary(kA, 10);
  ASSERT_TRUE(Next().has_value());
  LetLeasesEnd();
  ASSERT_EQ(dispatcher_->TakeExhausted().size(), 1u);
  dispatcher_->SettleFailed(1, now_);
  EXPECT_THAT(dispatcher_->TakeExhausted(), IsEmpty());
  LetLeasesEnd();
  EXPECT_EQ(dispatcher_->TakeExhausted().size(), 1u);
}

TEST_F(DispatcherTest, AttemptsThatTheStoreRememberedCount) {
  mailbox_.row(mailbox_.Add("c1")).attempts = 7;
  OpenPrimary(kA, 1);
  EXPECT_EQ(Next()->attempt, 8u);
}

TEST_F(DispatcherTest, WhatIsBeingSettledIsNotDeliveredAgain) {
  mailbox_.Add("c1");
  OpenPrimary(kA, 5);
  ASSERT_TRUE(Next().has_value());
  dispatcher_->BeginSettle(1);
  LetLeasesEnd();
  EXPECT_FALSE(Next().has_value());
  dispatcher_->SettleFailed(1, now_);
  LetLeasesEnd();
  EXPECT_EQ(Next()->attempt, 2u);
}

TEST_F(DispatcherTest, ALateSettlementOfAWaitingRowCounts) {
  mailbox_.Add("c1");
  OpenPrimary(kA, 1);
  ASSERT_TRUE(Next().has_value());
  LetLeasesEnd();
  mailbox_.Settle(*dispatcher_, 1);
  ASSERT_THAT(dispatcher_->GrantCredits(kA, 5), IsOk());
  EXPECT_FALSE(Next().has_value());
}

TEST_F(DispatcherTest, AStaleReadDoesNotDeliverALeasedRowTwice) {
  mailbox_.Add("c1");
  OpenPrimary(kA, 5);
  ASSERT_TRUE(Next().has_value());
  dispatcher_->Rescan();
  EXPECT_FALSE(Next().has_value());
}

TEST_F(DispatcherTest, ARowPutBackIsFoundByARescan) {
  mailbox_.Add("c1");
  mailbox_.Add("c2");
  OpenPrimary(kA, 9);
  EXPECT_THAT(NextAll(), ElementsAre(1, 2));
  mailbox_.Settle(*dispatcher_, 1, DeliveryState::kDead);
  EXPECT_THAT(NextAll(), IsEmpty());
  mailbox_.SetState(1, DeliveryState::kOpen);
  dispatcher_->Rescan();
  EXPECT_THAT(NextAll(), ElementsAre(1));
}

TEST_F(DispatcherTest, ARowPutBackBeforeALeasedOneOfItsCaseFollowsIt) {
  mailbox_.Add("c1");
  mailbox_.Add("c1");
  OpenPrimary(kA, 9);
  ASSERT_THAT(NextAll(), ElementsAre(1));
  mailbox_.Settle(*dispatcher_, 1, DeliveryState::kDead);
  ASSERT_THAT(NextAll(), ElementsAre(2));
  mailbox_.SetState(1, DeliveryState::kOpen);
  dispatcher_->Rescan();
  EXPECT_THAT(NextAll(), IsEmpty());
  mailbox_.Settle(*dispatcher_, 2);
  EXPECT_THAT(NextAll(), ElementsAre(1));
}

TEST_F(DispatcherTest, ANoticeWaitsForNothingAndKeepsNothingWaiting) {
  mailbox_.AddNotice();
  mailbox_.Add("c1");
  mailbox_.AddNotice();
  mailbox_.Add("c1");
  mailbox_.AddNotice();
  OpenPrimary(kA, 9);
  EXPECT_THAT(NextAll(), ElementsAre(1, 2, 3, 5));
  mailbox_.Settle(*dispatcher_, 2);
  EXPECT_THAT(NextAll(), ElementsAre(4));
  EXPECT_EQ(dispatcher_->leases(), 4u);
}

TEST_F(DispatcherTest, ANoticeThatArrivesNeedsNoRead) {
  OpenPrimary(kA, 9);
  EXPECT_THAT(NextAll(), IsEmpty());
  dispatcher_->Arrived({mailbox_.row(mailbox_.AddNotice())}, now_);
  EXPECT_EQ(dispatcher_->NextRead(), std::nullopt);
  EXPECT_THAT(NextAll(), ElementsAre(1));
  mailbox_.Settle(*dispatcher_, 1);
  EXPECT_EQ(dispatcher_->NextRead(), std::nullopt) << "nothing follows a notice";
}

TEST_F(DispatcherTest, ANoticeIsGivenAgainAndGivenUpLikeAnAct) {
  Reset({.max_attempts = 2});
  mailbox_.AddNotice();
  mailbox_.AddNotice();
  OpenPrimary(kA, 9);
  EXPECT_THAT(NextAll(), ElementsAre(1, 2));
  LetLeasesEnd();
  EXPECT_THAT(NextAll(), ElementsAre(1, 2));
  mailbox_.Settle(*dispatcher_, 2);
  LetLeasesEnd();
  EXPECT_THAT(NextAll(), IsEmpty());
  const auto exhausted = dispatcher_->TakeExhausted();
  ASSERT_EQ(exhausted.size(), 1u);
  EXPECT_EQ(exhausted[0].position, 1u);
  mailbox_.SetState(1, DeliveryState::kDead);
  dispatcher_->Settled(1, "");
  EXPECT_EQ(dispatcher_->leases(), 0u);
}

TEST_F(DispatcherTest, ARowThatCannotBeReadIsTriedLaterAndDoesNotCount) {
  mailbox_.Add("c1");
  mailbox_.Add("c2");
  OpenPrimary(kA, 1);
  const auto first = Next();
  ASSERT_TRUE(first.has_value());
  dispatcher_->Undo(*first);
  EXPECT_THAT(NextAll(), ElementsAre(2));
  ASSERT_THAT(dispatcher_->GrantCredits(kA, 1), IsOk());
  LetLeasesEnd();
  const auto again = Next();
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->row.position, 1u);
  EXPECT_EQ(again->attempt, 1u);
}

TEST_F(DispatcherTest, AnObserverSeesEveryRowInOrderAndLeasesNone) {
  mailbox_.Add("c1");
  mailbox_.Add("c1", v1::URGENCY_LEVEL_EMERGENCY);
  mailbox_.Add("c2");
  mailbox_.SetState(3, DeliveryState::kHandedOver);
  dispatcher_->AddObserver(kA, 1);
  ASSERT_THAT(dispatcher_->GrantCredits(kA, 10), IsOk());
  EXPECT_THAT(NextAll(), ElementsAre(2, 3));
  EXPECT_EQ(dispatcher_->leases(), 0u);
  mailbox_.Add("c3");
  EXPECT_THAT(NextAll(), IsEmpty());
  dispatcher_->Arrived({}, now_);
  EXPECT_THAT(NextAll(), ElementsAre(4));
}

TEST_F(DispatcherTest, ObserversAndPrimariesDoNotTakeFromEachOther) {
  mailbox_.Add("c1");
  dispatcher_->AddObserver(kB, 0);
  ASSERT_THAT(dispatcher_->GrantCredits(kB, 10), IsOk());
  OpenPrimary(kA, 10);
  EXPECT_THAT(NextAll(), ElementsAre(1, 1));
}

TEST_F(DispatcherTest, ALongMailboxIsReadInPages) {
  Reset({.page = 4});
  for (int i = 0; i < 50; ++i) mailbox_.Add("c" + std::to_string(i));
  OpenPrimary(kA, 3);
  const auto read = dispatcher_->NextRead();
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->limit, 4u);
  dispatcher_->Took(*read, mailbox_.Read(*read), now_);
  EXPECT_THAT(NextAll(), ElementsAre(1, 2, 3));
  ASSERT_THAT(dispatcher_->GrantCredits(kA, 40), IsOk());
  EXPECT_EQ(NextAll().size(), 40u);
}

}  // namespace
}  // namespace rogatoria::delivery
