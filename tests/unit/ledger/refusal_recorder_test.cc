#include "common/ledger/refusal_recorder.h"

#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "tests/support/ledger/test_hub.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

constexpr char kPrincipal[] = "spiffe://rogatoria.example/authority/co-fgn/system/cms";

class RefusalRecorderTest : public testing::Test {
 protected:
  RefusalRecorderTest()
      : recorder_(
            [this](std::unique_ptr<Command> command) {
              ++submitted_;
              if (full_) {
                command->Failed(Error(Reason::OVERLOADED));
              } else {
                ASSERT_THAT(hub_.Commit(std::move(command)), IsOk());
              }
            },
            hub_.clock) {}

  Refusal Refused(Reason reason = Reason::CASE_NOT_FOUND) const {
    return {kPrincipal, "co-fgn", "/rogatoria.v1.ExchangeService/GetCase", "pt-pgr/1", reason};
  }
  void Refuse(int times, Reason reason = Reason::CASE_NOT_FOUND) {
    for (int i = 0; i < times; ++i) recorder_.Record(Refused(reason));
  }

  // The audit records in the log, without the origin leaf.
  std::vector<AuditRecord> Recorded() {
    std::vector<AuditRecord> records;
    const auto snapshot = hub_.Read();
    const std::vector<EntryRecord> entries = *snapshot->ListEntries("", 1, 1, 1000);
    for (const EntryRecord& entry : entries) {
      records.push_back(*ParseAuditRecord(entry.record));
    }
    return records;
  }

  TestHub hub_;
  bool full_ = false;
  int submitted_ = 0;
  RefusalRecorder recorder_;
};

TEST_F(RefusalRecorderTest, FirstOnesAreSingleLeaves) {
  Refuse(3);
  const auto records = Recorded();
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].operation, AuditOperation::kRefusal);
  EXPECT_EQ(records[0].principal, kPrincipal);
  EXPECT_EQ(records[0].outcome, "CASE_NOT_FOUND");
  EXPECT_EQ(records[0].object, "pt-pgr/1");
}

TEST_F(RefusalRecorderTest, AFloodBecomesOneAggregateAMinute) {
  Refuse(1000);
  EXPECT_EQ(submitted_, limits::kMaxRefusalLeavesPerMinute);
  recorder_.Tick();
  EXPECT_EQ(submitted_, limits::kMaxRefusalLeavesPerMinute) << "the minute is not over";
  hub_.clock.Advance(absl::Minutes(1));
  recorder_.Tick();
  recorder_.Tick();
  const auto records = Recorded();
  ASSERT_EQ(records.size(), static_cast<size_t>(limits::kMaxRefusalLeavesPerMinute + 1));
  EXPECT_EQ(records.back().operation, AuditOperation::kRefusalSummary);
  EXPECT_EQ(records.back().count, 1000u - limits::kMaxRefusalLeavesPerMinute);
  EXPECT_EQ(records.back().outcome, "CASE_NOT_FOUND");
}

TEST_F(RefusalRecorderTest, TheNextMinuteHasSinglesAgainAfterTheAggregateOfTheLast) {
  Refuse(30);
  hub_.clock.Advance(absl::Minutes(1));
  Refuse(1);  // before any Tick
  const auto records = Recorded();
  ASSERT_EQ(records.size(), 22u);
  EXPECT_EQ(records[20].operation, AuditOperation::kRefusalSummary);
  EXPECT_EQ(records[20].count, 10u);
  EXPECT_EQ(records[21].operation, AuditOperation::kRefusal);
}

TEST_F(RefusalRecorderTest, WhatWasLeftOfAMinuteIsNotForgottenInTheNext) {
  Refuse(25);
  hub_.clock.Advance(absl::Minutes(1));
  Refuse(1);  // before any Tick
  recorder_.Flush();
  uint64_t counted = 0;
  for (const AuditRecord& record : Recorded()) counted += record.count;
  EXPECT_EQ(counted, 26u);
}

TEST_F(RefusalRecorderTest, AClockThatStepsBackOpensNoNewWindow) {
  Refuse(25);
  hub_.clock.Advance(absl::Minutes(-10));
  Refuse(25);
  EXPECT_EQ(submitted_, limits::kMaxRefusalLeavesPerMinute);
}

TEST_F(RefusalRecorderTest, BeforeAuthenticationThereAreOnlyAggregates) {
  for (int i = 0; i < 50; ++i) recorder_.RecordUnauthenticated(Reason::CLIENT_CERTIFICATE_UNKNOWN);
  EXPECT_EQ(submitted_, 0);
  hub_.clock.Advance(absl::Minutes(1));
  recorder_.Tick();
  const auto records = Recorded();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].principal, kUnauthenticatedPrincipal);
  EXPECT_EQ(records[0].count, 50u);
}

TEST_F(RefusalRecorderTest, SeveralReasonsAreSaidToBeSeveral) {
  Refuse(20);
  Refuse(1, Reason::CASE_NOT_FOUND);
  Refuse(1, Reason::WRONG_SIDE);
  recorder_.Flush();
  EXPECT_EQ(Recorded().back().outcome, kSeveralOutcomes);
  EXPECT_EQ(Recorded().back().count, 2u);
}

TEST_F(RefusalRecorderTest, WhatTheQueueDidNotTakeIsCountedIntoTheNextAggregate) {
  full_ = true;
  Refuse(5);
  hub_.clock.Advance(absl::Minutes(1));
  recorder_.Tick();  // refused as well
  Refuse(1);
  full_ = false;
  hub_.clock.Advance(absl::Minutes(1));
  recorder_.Tick();
  const auto records = Recorded();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].count, 6u);
}

TEST_F(RefusalRecorderTest, PrincipalsDoNotShareAWindow) {
  Refuse(25);
  Refusal other = Refused();
  other.principal = "spiffe://rogatoria.example/authority/br-mpf/system/cms";
  recorder_.Record(other);
  EXPECT_EQ(Recorded().back().principal, other.principal);
}

}  // namespace
}  // namespace rogatoria
