// Settling in the transaction: what meets on one row, in one batch and over batches.
#include "services/delivery/settle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/crypto/digest.h"
#include "common/ledger/notices.h"
#include "common/ledger/receipts.h"
#include "common/receipt/receipt.h"
#include "tests/simulation/cast/hub.h"
#include "tests/support/ledger/test_hub.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::delivery {
namespace {

using Answers = std::vector<absl::StatusOr<v1::Receipt>>;

class SettleTest : public testing::Test {
 protected:
  SettleTest() {
    EXPECT_THAT(hub_.Start(), IsOk());
    hub_.Enqueue(hub_.LoadDirectory({}));
    EXPECT_THAT(hub_.Commit(1), IsOk());
    ActPlan plan;
    plan.recipients = {"co-fgn"};
    plan.measures = {MeasureOf(1, "VIDEO_HEARING")};
    const CastMember& pt = Cast::Get().Member("pt-pgr");
    hub_.Submit(
        pt.caller(),
        Cast::Get().Compose(
            pt, plan, hub_.registry().Get(), hub_.rules().route_key, hub_.clock.Now(), hub_.random),
        [](const auto& answer) { EXPECT_THAT(answer, IsOk()); });
    EXPECT_THAT(hub_.Commit(1), IsOk());
    const auto snapshot = *hub_.Read();
    acceptance_ = *LoadAcceptance(*snapshot, *snapshot->GetAct(Row().act_id));
  }

  DeliveryRecord Row() { return *(*hub_.Read())->GetDelivery(key_); }
  SettleDone Into(Answers& answers) {
    return [&answers](absl::StatusOr<v1::Receipt> told) { answers.push_back(std::move(told)); };
  }
  std::unique_ptr<Command> Acknowledge(Answers& answers) {
    return AcknowledgeCommand(key_, acceptance_, "statement", "signature", Into(answers));
  }
  std::unique_ptr<Command> GiveUp(Answers& answers) {
    return DeadLetterCommand(key_, acceptance_, std::string(kTooManyAttempts), Into(answers));
  }
  absl::StatusOr<v1::Receipt> CommitOne(std::unique_ptr<Command> command, Answers& answers) {
    hub_.Enqueue(std::move(command));
    EXPECT_THAT(hub_.Commit(1), IsOk());
    return answers.back();
  }
  absl::Status PutBack(const std::string& request_id, uint64_t position = 1) {
    v1::RequeueDeadLetterRequest request;
    request.set_request_id(request_id);
    request.set_authority("co-fgn");
    request.set_position(position);
    absl::Status answer = absl::UnknownError("no answer");
    const Caller caller{
        PrincipalKind::kOperator, "spiffe://rogatoria.example/operator/op-1", "", ""};
    hub_.Enqueue(std::make_unique<RequeueCommand>(
        caller, request, [&](absl::Status told) { answer = std::move(told); }));
    EXPECT_THAT(hub_.Commit(1), IsOk());
    return answer;
  }
  Evidence EvidenceOf(const v1::Receipt& receipt) {
    return VerifyReceipt(receipt.content(), {hub_.log_keys().begin(), hub_.log_keys().end()})
        ->evidence;
  }

  const DeliveryKey key_{"co-fgn", 1};
  Hub hub_{5};
  Evidence acceptance_;
};

TEST_F(SettleTest, AnAcknowledgementIsAnE1WithTheDigestOfWhatWasSigned) {
  Answers answers;
  const auto receipt = CommitOne(Acknowledge(answers), answers);
  ASSERT_THAT(receipt, IsOk());
  const Evidence evidence = EvidenceOf(*receipt);
  EXPECT_EQ(evidence.event, v1::TRANSPORT_EVENT_CONTENT_HANDOVER);
  EXPECT_EQ(evidence.recipient, "co-fgn");
  EXPECT_EQ(evidence.header_sha256, acceptance_.header_sha256);
  EXPECT_EQ(evidence.acknowledgement_sha256, ToHex(Sha256("statement")));
  EXPECT_EQ(Row().state, DeliveryState::kHandedOver);
  EXPECT_EQ(Row().statement, "statement");
}

// What was not retrieved in time still lies there; who then takes it overrules the E.2.
TEST_F(SettleTest, AnE1FollowsAnE2OfARowThatStayedOpen) {
  const Undelivered undelivered{key_, acceptance_, {}};
  std::optional<EntryAddress> recorded;
  auto command = std::make_unique<LambdaCommand>();
  command->declare = [&](BatchKeys& keys) { DeclareUndelivered(undelivered, keys); };
  command->decide = [&](Draft& draft) { recorded = RecordNotRetrieved(draft, undelivered); };
  hub_.Enqueue(std::move(command));
  ASSERT_THAT(hub_.Commit(1), IsOk());
  ASSERT_TRUE(recorded.has_value());
  EXPECT_EQ(Row().state, DeliveryState::kOpen);

  Answers answers;
  ASSERT_THAT(CommitOne(Acknowledge(answers), answers), IsOk());
  EXPECT_EQ(Row().state, DeliveryState::kHandedOver);
  const auto snapshot = *hub_.Read();
  const ActRecord act = *snapshot->GetAct(acceptance_.act_id);
  for (const std::string side : {"pt-pgr", "co-fgn"}) {
    std::vector<std::string> events;
    const auto receipts = LoadReceipts(*snapshot, act, side);
    ASSERT_THAT(receipts, IsOk());
    for (const v1::Receipt& receipt : *receipts) {
      events.push_back(absl::StrCat(EventCode(receipt.event()), EvidenceOf(receipt).reason));
    }
    EXPECT_THAT(events, testing::ElementsAre("A.1", "D.1", "E.2NOT_RETRIEVED", "E.1")) << side;
  }
}

TEST_F(SettleTest, AnUnsignedAcknowledgementIsNotTheRecipientsOwnWord) {
  Answers answers;
  const auto receipt =
      CommitOne(AcknowledgeCommand(key_, acceptance_, "statement", "", Into(answers)), answers);
  ASSERT_THAT(receipt, IsOk());
  EXPECT_EQ(EvidenceOf(*receipt).acknowledgement_sha256, "");
}

TEST_F(SettleTest, TwoInOneBatchGetOneEvidence) {
  Answers answers;
  hub_.Enqueue(Acknowledge(answers));
  hub_.Enqueue(Acknowledge(answers));
  ASSERT_THAT(hub_.Commit(2), IsOk());
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0]->SerializeAsString(), answers[1]->SerializeAsString());
  EXPECT_EQ((*hub_.Read())->ListEntriesOfAct(Row().act_id)->size(), 3u) << "A.1, D.1, E.1";
}

TEST_F(SettleTest, ALaterOneFindsTheFirstInTheStore) {
  Answers answers;
  const auto first = CommitOne(Acknowledge(answers), answers);
  EXPECT_THAT(CommitOne(Acknowledge(answers), answers), StatusIs(absl::StatusCode::kAlreadyExists));
  const auto stored = LoadSettlement(**hub_.Read(), key_);
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->SerializeAsString(), first->SerializeAsString());
}

TEST_F(SettleTest, ADeadLetterIsAnE2WithItsReason) {
  Answers answers;
  const auto receipt = CommitOne(GiveUp(answers), answers);
  ASSERT_THAT(receipt, IsOk());
  EXPECT_EQ(EvidenceOf(*receipt).event, v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE);
  EXPECT_EQ(EvidenceOf(*receipt).reason, kTooManyAttempts);
  EXPECT_EQ(Row().dead_reason, kTooManyAttempts);
}

TEST_F(SettleTest, WhatIsSettledOneWayIsNotSettledTheOther) {
  Answers answers;
  ASSERT_THAT(CommitOne(Acknowledge(answers), answers), IsOk());
  EXPECT_THAT(CommitOne(GiveUp(answers), answers), HasReason(Reason::DELIVERY_NOT_FOUND));
  EXPECT_EQ(Row().state, DeliveryState::kHandedOver);
}

TEST_F(SettleTest, ADeadLetterIsNotAcknowledgedUntilItIsPutBack) {
  Answers answers;
  ASSERT_THAT(CommitOne(GiveUp(answers), answers), IsOk());
  EXPECT_THAT(CommitOne(Acknowledge(answers), answers), HasReason(Reason::DELIVERY_NOT_FOUND));
  ASSERT_THAT(PutBack("r1"), IsOk());
  EXPECT_EQ(Row().attempts, 0u);
  ASSERT_THAT(CommitOne(Acknowledge(answers), answers), IsOk());
  EXPECT_EQ((*hub_.Read())->ListEntriesOfAct(Row().act_id)->size(), 4u) << "the E.2 stays";
}

TEST_F(SettleTest, AForeignPositionIsNotThere) {
  Answers answers;
  const auto answer =
      CommitOne(AcknowledgeCommand({"co-fgn", 2}, acceptance_, "s", "s", Into(answers)), answers);
  EXPECT_THAT(answer, HasReason(Reason::DELIVERY_NOT_FOUND));
  Evidence other = acceptance_;
  other.act_id = "pt-pgr/00000000-0000-4000-8000-000000000000";
  EXPECT_THAT(CommitOne(AcknowledgeCommand(key_, other, "s", "s", Into(answers)), answers),
              HasReason(Reason::DELIVERY_NOT_FOUND));
}

TEST_F(SettleTest, PuttingBackTwiceIsPuttingBackOnce) {
  Answers answers;
  ASSERT_THAT(CommitOne(GiveUp(answers), answers), IsOk());
  ASSERT_THAT(PutBack("r1"), IsOk());
  ASSERT_THAT(CommitOne(Acknowledge(answers), answers), IsOk());
  EXPECT_THAT(PutBack("r1"), IsOk()) << "answered as before";
  EXPECT_EQ(Row().state, DeliveryState::kHandedOver) << "and nothing more done";
  EXPECT_THAT(PutBack("r1", 2), HasReason(Reason::ACT_ID_REUSED));
  EXPECT_THAT(PutBack("r2"), HasReason(Reason::DELIVERY_NOT_FOUND));
}

TEST_F(SettleTest, UnknownRejectReasonsHaveNoName) {
  EXPECT_EQ(RejectionReasonName(v1::REJECT_REASON_CANNOT_OPEN), "REJECTED_CANNOT_OPEN");
  EXPECT_EQ(RejectionReasonName(v1::REJECT_REASON_UNSPECIFIED), "");
  EXPECT_EQ(RejectionReasonName(static_cast<v1::RejectReason>(99)), "");
}

}  // namespace
}  // namespace rogatoria::delivery
