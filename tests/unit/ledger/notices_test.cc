#include "common/ledger/notices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ledger/evidence_of.h"
#include "tests/support/seeded_random.h"

namespace rogatoria {
namespace {

using testing::ElementsAre;

constexpr Instant kNow{1795521600000};
constexpr char kAct[] = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";

class NoticesTest : public testing::Test {
 protected:
  NoticesTest() {
    state_.head.log = 1;
    state_.head.next_key_id = 5;
    state_.cases[kAct].key_id = 4;
    state_.deliveries[{"co-fgn", 7}] = {
        .authority = "co-fgn", .position = 7, .act_id = kAct, .case_id = kAct};
    acceptance_.act_id = kAct;
    acceptance_.case_id = kAct;
    acceptance_.sender = "pt-pgr";
    acceptance_.kind = v1::ACT_KIND_REQUEST;
    acceptance_.disposition = v1::ACT_DISPOSITION_IN_SEQUENCE;
    acceptance_.channel_class = v1::CHANNEL_CLASS_FORMAL;
    acceptance_.event = v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE;
    undelivered_ = {{"co-fgn", 7}, acceptance_, {}};
    undelivered_.about.set_duty_telephone("+57 601 000");
    overdue_ = {acceptance_,
                v1::DEADLINE_CLOCK_EXECUTE,
                "medellin-execute",
                {kNow.unix_ms - 1},
                {1, 2},
                "co-fgn",
                {"pt-pgr", "co-fgn"}};
    DeclareUndelivered(undelivered_, keys_);
    DeclareOverdue(overdue_, keys_);
  }

  Draft Make() { return Draft(state_, keys_, kNow, random_); }
  static v1::Notice NoticeIn(const Draft& draft, size_t row) {
    v1::Notice notice;
    notice.ParseFromString(draft.changes().new_deliveries.at(row).notice);
    return notice;
  }
  static std::vector<std::string> Mailboxes(const Draft& draft) {
    std::vector<std::string> names;
    for (const DeliveryRecord& row : draft.changes().new_deliveries) names.push_back(row.authority);
    return names;
  }

  BatchKeys keys_;
  BatchState state_;
  SeededRandom random_{1};
  Evidence acceptance_;
  Undelivered undelivered_;
  OverdueClock overdue_;
};

TEST_F(NoticesTest, ANoticeHasAPositionAnInstantAndALeafOfItsOwner) {
  state_.last_positions["co-fgn"] = 7;
  Draft draft = Make();
  v1::Notice notice;
  notice.set_kind(v1::NOTICE_KIND_DEADLINE_WARNING);
  notice.set_case_id(kAct);
  EXPECT_EQ(PutNotice(draft, "co-fgn", notice), 8u);
  const DeliveryRecord& row = draft.changes().new_deliveries.at(0);
  EXPECT_TRUE(row.IsNotice());
  EXPECT_EQ(row.case_id, "");
  EXPECT_EQ(row.key_id, 4u) << "it is erased with its case";
  EXPECT_EQ(NoticeIn(draft, 0).issued_unix_ms(), kNow.unix_ms);
  const EntryRecord& leaf = draft.changes().entries.at(0);
  EXPECT_EQ(row.consigned_entry, leaf.index);
  EXPECT_EQ(leaf.owner, "co-fgn");
  const AuditRecord record = *ParseAuditRecord(leaf.record);
  EXPECT_EQ(record.operation, AuditOperation::kNotice);
  EXPECT_EQ(record.principal, "hub");
  EXPECT_EQ(record.method, "notice/DEADLINE_WARNING");
  EXPECT_EQ(record.object, kAct);
  EXPECT_EQ(record.outcome, "ISSUED");
}

TEST_F(NoticesTest, ANoticeAboutNoCaseStaysWhenCasesAreErased) {
  Draft draft = Make();
  v1::Notice notice;
  notice.set_kind(v1::NOTICE_KIND_ATTESTATION_DUE);
  notice.set_authority("co-fgn");
  PutNotice(draft, "co-fgn", notice);
  EXPECT_EQ(draft.changes().new_deliveries.at(0).key_id, 0u);
  EXPECT_EQ(ParseAuditRecord(draft.changes().entries.at(0).record)->object, "co-fgn");
}

TEST_F(NoticesTest, OnlyADutyDeskThatIsSilentOvertakesActs) {
  Draft draft = Make();
  v1::Notice notice;
  notice.set_kind(v1::NOTICE_KIND_DUTY_NOT_ACKNOWLEDGED);
  PutNotice(draft, "pt-pgr", notice);
  notice.set_kind(v1::NOTICE_KIND_DEADLINE_OVERDUE);
  PutNotice(draft, "pt-pgr", notice);
  EXPECT_EQ(draft.changes().new_deliveries.at(0).urgency, v1::URGENCY_LEVEL_EMERGENCY);
  EXPECT_EQ(draft.changes().new_deliveries.at(1).urgency, v1::URGENCY_LEVEL_UNSPECIFIED);
}

TEST_F(NoticesTest, NotRetrievedIsAnE2OnARowThatStaysOpenAndToldToBothSides) {
  Draft draft = Make();
  const auto address = RecordNotRetrieved(draft, undelivered_);
  ASSERT_TRUE(address.has_value());
  const EntryRecord& entry = draft.changes().entries.at(0);
  const Evidence evidence = *ParseEvidence(entry.record);
  EXPECT_EQ(evidence.event, v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE);
  EXPECT_EQ(evidence.reason, kNotRetrieved);
  EXPECT_EQ(evidence.recipient, "co-fgn");
  EXPECT_EQ(evidence.instant, kNow);
  EXPECT_EQ(entry.key_id, 4u);
  EXPECT_EQ(entry.owner, "co-fgn");
  EXPECT_TRUE(draft.changes().deliveries.empty());
  EXPECT_THAT(Mailboxes(draft), ElementsAre("pt-pgr", "co-fgn"));
  EXPECT_EQ(NoticeIn(draft, 0).kind(), v1::NOTICE_KIND_NOT_RETRIEVED);
  EXPECT_EQ(NoticeIn(draft, 0).act_id(), kAct);
  EXPECT_EQ(NoticeIn(draft, 0).authority(), "co-fgn");
  EXPECT_EQ(NoticeIn(draft, 0).duty_telephone(), "+57 601 000");
}

TEST_F(NoticesTest, NotDeliveredNamesItsReason) {
  Draft draft = Make();
  ASSERT_TRUE(RecordNotDelivered(draft, undelivered_).has_value());
  EXPECT_EQ(ParseEvidence(draft.changes().entries.at(0).record)->reason, kNotDelivered);
  EXPECT_EQ(NoticeIn(draft, 1).kind(), v1::NOTICE_KIND_NOT_DELIVERED);
}

TEST_F(NoticesTest, WhatIsSettledWasRetrieved) {
  state_.deliveries[{"co-fgn", 7}].state = DeliveryState::kHandedOver;
  Draft draft = Make();
  EXPECT_FALSE(RecordNotRetrieved(draft, undelivered_).has_value());
  EXPECT_TRUE(draft.IsEmpty());
  state_.deliveries.clear();
  Draft without = Make();
  EXPECT_FALSE(RecordNotRetrieved(without, undelivered_).has_value());
}

TEST_F(NoticesTest, AMissedDeadlineIsEvidenceOnTheActThatStartedItsClock) {
  Draft draft = Make();
  RecordDeadlineMissed(draft, overdue_);
  const EntryRecord& entry = draft.changes().entries.at(0);
  const Evidence evidence = *ParseEvidence(entry.record);
  EXPECT_EQ(evidence.event, v1::TRANSPORT_EVENT_DEADLINE_MISSED);
  EXPECT_EQ(evidence.act_id, kAct);
  EXPECT_EQ(evidence.recipient, "") << "both sides are entitled to it";
  EXPECT_EQ(evidence.missed.clock, "EXECUTE");
  EXPECT_EQ(evidence.missed.profile, "medellin-execute");
  EXPECT_EQ(evidence.missed.due.unix_ms, kNow.unix_ms - 1);
  EXPECT_THAT(evidence.missed.measures, ElementsAre(1, 2));
  EXPECT_EQ(evidence.missed.concerned, "co-fgn");
  EXPECT_EQ(entry.owner, "co-fgn");
  EXPECT_THAT(Mailboxes(draft), ElementsAre("pt-pgr", "co-fgn"));
  const v1::Notice notice = NoticeIn(draft, 1);
  EXPECT_EQ(notice.kind(), v1::NOTICE_KIND_DEADLINE_OVERDUE);
  EXPECT_EQ(notice.clock(), v1::DEADLINE_CLOCK_EXECUTE);
  EXPECT_EQ(notice.due_unix_ms(), kNow.unix_ms - 1);
  EXPECT_THAT(notice.measures(), ElementsAre(1, 2));
}

}  // namespace
}  // namespace rogatoria
