#include "common/ledger/draft.h"

#include <gtest/gtest.h>

#include "tests/support/seeded_random.h"

namespace rogatoria {
namespace {

constexpr Instant kNow{1795521600000};

class DraftTest : public testing::Test {
 protected:
  DraftTest() {
    keys_.acts = {"pt-pgr/1", "pt-pgr/2"};
    keys_.cases = {"pt-pgr/1"};
    keys_.mailboxes = {"co-fgn"};
    keys_.deliveries = {{"co-fgn", 7}};
    keys_.requests = {{"op", "r1"}};
    state_.head.log = 1;
    state_.head.log_size = 5;
    state_.head.next_key_id = 3;
    state_.last_positions["co-fgn"] = 7;
  }

  Draft Make() { return Draft(state_, keys_, kNow, random_); }

  BatchKeys keys_;
  BatchState state_;
  SeededRandom random_{1};
};

TEST_F(DraftTest, IsEmptyUntilSomethingIsWritten) {
  Draft draft = Make();
  EXPECT_TRUE(draft.IsEmpty());
  EXPECT_EQ(draft.FindAct("pt-pgr/1"), nullptr);
  EXPECT_TRUE(draft.IsEmpty());
  draft.PutStanding({});
  EXPECT_FALSE(draft.IsEmpty());
}

TEST_F(DraftTest, ShowsWhatWasLoadedAndThenWhatWasWritten) {
  state_.cases["pt-pgr/1"].act_count = 4;
  state_.deliveries[{"co-fgn", 7}] = {.authority = "co-fgn", .position = 7};
  Draft draft = Make();
  EXPECT_EQ(draft.FindCase("pt-pgr/1")->act_count, 4u);

  CaseRecord moved = *draft.FindCase("pt-pgr/1");
  moved.case_id = "pt-pgr/1";
  moved.act_count = 5;
  draft.PutCase(moved);
  moved.act_count = 6;
  draft.PutCase(moved);
  EXPECT_EQ(draft.FindCase("pt-pgr/1")->act_count, 6u);
  EXPECT_EQ(draft.changes().cases.size(), 1u) << "a row is written once";

  DeliveryRecord row = *draft.FindDelivery({"co-fgn", 7});
  row.state = DeliveryState::kHandedOver;
  draft.PutDelivery(row);
  EXPECT_EQ(draft.FindDelivery({"co-fgn", 7})->state, DeliveryState::kHandedOver);
}

TEST_F(DraftTest, NewActsAreSeenByTheCommandsBehind) {
  Draft draft = Make();
  EXPECT_FALSE(draft.IsNewAct("pt-pgr/2"));
  draft.AddAct({.act_id = "pt-pgr/2", .case_position = 1});
  EXPECT_TRUE(draft.IsNewAct("pt-pgr/2"));
  EXPECT_EQ(draft.FindAct("pt-pgr/2")->case_position, 1u);
}

TEST_F(DraftTest, PositionsOfAMailboxOnlyGrow) {
  Draft draft = Make();
  EXPECT_EQ(draft.AddDelivery({.authority = "co-fgn"}), 8u);
  EXPECT_EQ(draft.AddDelivery({.authority = "co-fgn"}), 9u);
  EXPECT_EQ(draft.changes().new_deliveries[1].position, 9u);
}

TEST_F(DraftTest, EntriesFollowOneAnotherAndCommitToTheirRecords) {
  Draft draft = Make();
  AuditRecord record;
  record.principal = "spiffe://rogatoria.example/operator/op-1";
  const EntryAddress first = draft.AppendAudit(record, 2, "pt-pgr");
  const EntryAddress second = draft.AppendClear(OriginLeaf{}, "");
  EXPECT_EQ(first.log, 1u);
  EXPECT_EQ(first.index, 5u);
  EXPECT_EQ(second.index, 6u);
  EXPECT_EQ(draft.head().log_size, 7u);
  EXPECT_FALSE(draft.IsNewEntry(1, 4));
  EXPECT_TRUE(draft.IsNewEntry(1, 5));

  const EntryRecord& entry = draft.changes().entries[0];
  EXPECT_EQ(entry.record, FormatAuditRecord(record));
  EXPECT_EQ(entry.key_id, 2u);
  EXPECT_EQ(entry.owner, "pt-pgr");
  EXPECT_EQ(entry.leaf,
            FormatLeaf(CommitmentLeaf{RecordClass::kAudit, Commit(entry.salt, entry.record)}));
  EXPECT_EQ(entry.salt.size(), 32u);
}

TEST_F(DraftTest, NoTwoEntriesShareASalt) {
  Draft draft = Make();
  draft.AppendAudit({}, 0, "");
  draft.AppendAudit({}, 0, "");
  EXPECT_NE(draft.changes().entries[0].salt, draft.changes().entries[1].salt);
}

TEST_F(DraftTest, GivesEachCaseAKeyOfItsOwn) {
  Draft draft = Make();
  EXPECT_EQ(draft.TakeKey(), 3u);
  EXPECT_EQ(draft.TakeKey(), 4u);
  EXPECT_EQ(draft.head().next_key_id, 5u);
}

TEST_F(DraftTest, TheLatestStandingOfTheBatchCounts) {
  Draft draft = Make();
  EXPECT_EQ(draft.FindNewStanding(v1::STANDING_SUBJECT_AUTHORITY, "pt-pgr"), nullptr);
  draft.PutStanding({v1::STANDING_SUBJECT_AUTHORITY, "pt-pgr", v1::STANDING_SUSPENDED, kNow});
  draft.PutStanding({v1::STANDING_SUBJECT_AUTHORITY, "pt-pgr", v1::STANDING_ACTIVE, kNow});
  EXPECT_EQ(draft.FindNewStanding(v1::STANDING_SUBJECT_AUTHORITY, "pt-pgr")->standing,
            v1::STANDING_ACTIVE);
  EXPECT_EQ(draft.FindNewStanding(v1::STANDING_SUBJECT_USER, "pt-pgr"), nullptr);
}

using DraftDeathTest = DraftTest;

TEST_F(DraftDeathTest, LookingAtWhatWasNotDeclaredStopsTheProcess) {
  Draft draft = Make();
  EXPECT_DEATH(draft.FindAct("pt-pgr/3"), "not declared");
  EXPECT_DEATH(draft.FindCase("pt-pgr/2"), "not declared");
  EXPECT_DEATH(draft.FindDelivery({"co-fgn", 8}), "not declared");
  EXPECT_DEATH(draft.FindRequest({"op", "r2"}), "not declared");
  EXPECT_DEATH(draft.AddDelivery({.authority = "br-mpf"}), "not declared");
}

TEST_F(DraftDeathTest, AnActIsRecordedOnce) {
  Draft draft = Make();
  draft.AddAct({.act_id = "pt-pgr/2"});
  EXPECT_DEATH(draft.AddAct({.act_id = "pt-pgr/2"}), "once");
}

}  // namespace
}  // namespace rogatoria
