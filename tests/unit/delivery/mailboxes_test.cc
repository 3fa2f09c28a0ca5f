#include "services/delivery/mailboxes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/ledger/evidence_of.h"
#include "common/receipt/receipt.h"
#include "services/delivery/fresh_acts.h"
#include "services/delivery/settle.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/delivery/test_mailboxes.h"

namespace rogatoria::delivery {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr v1::ChannelClass kFormal = v1::CHANNEL_CLASS_FORMAL;

v1::TransportEvent EventOf(const v1::Receipt& receipt) {
  return receipt.event();
}

TEST(MailboxesTest, OpeningTellsTheHighestPositionAndTheLease) {
  TestMailboxes test;
  test.AddAct(1, 1);
  test.AddAct(2, 2);
  const auto opened = test.Open(0);
  ASSERT_THAT(opened.stream->messages(), SizeIs(1));
  EXPECT_EQ(opened.stream->messages()[0].opened().last_position(), 2u);
  EXPECT_EQ(opened.stream->messages()[0].opened().lease_ms(), limits::kLeaseMs);
}

TEST(MailboxesTest, ADeliveryCarriesTheActAndItsReceipts) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto opened = test.Open(1);
  ASSERT_THAT(opened.stream->deliveries(), SizeIs(1));
  const auto delivery = opened.stream->deliveries()[0];
  EXPECT_EQ(delivery.position(), 1u);
  EXPECT_EQ(delivery.attempt(), 1u);
  EXPECT_EQ(delivery.case_position(), 1u);
  EXPECT_EQ(delivery.disposition(), v1::ACT_DISPOSITION_IN_SEQUENCE);
  EXPECT_FALSE(delivery.gap_before());
  EXPECT_EQ(delivery.act().body(), "body");
  ASSERT_EQ(delivery.receipts_size(), 2);
  EXPECT_EQ(EventOf(delivery.receipts(0)), v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE);
  EXPECT_EQ(EventOf(delivery.receipts(1)), v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT);
  for (const v1::Receipt& receipt : delivery.receipts()) {
    EXPECT_THAT(VerifyReceipt(receipt.content(), {test.hub.ledger->verifier_key()}), IsOk());
  }
}

// What was kept from the commit, and what an observer reads from the store later.
TEST(MailboxesTest, AFreshDeliveryIsByteForByteTheStoredOne) {
  TestMailboxes test;
  const auto primary = test.Open(5);
  test.AddAct(1, 1);
  test.AddAct(2, 1);
  test.Settle();
  const auto first = primary.stream->deliveries().at(0);
  test.Acknowledge(primary, first);
  ASSERT_THAT(primary.stream->deliveries(), SizeIs(2));
  const auto observer = test.Open(5, v1::SUBSCRIPTION_ROLE_OBSERVER);
  ASSERT_THAT(observer.stream->deliveries(), SizeIs(2));
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(primary.stream->deliveries()[i].SerializeAsString(),
              observer.stream->deliveries()[i].SerializeAsString());
  }
}

FreshAct FreshActOf(uint64_t position, size_t bytes) {
  FreshAct act;
  act.row.position = position;
  act.message.mutable_delivery()->mutable_act()->set_body(std::string(bytes, 'x'));
  return act;
}

TEST(FreshActsTest, AreTakenOnce) {
  FreshActs acts;
  acts.Put(FreshActOf(7, 10));
  EXPECT_FALSE(acts.Take(6).has_value());
  EXPECT_EQ(acts.Take(7)->message.delivery().act().body().size(), 10u);
  EXPECT_FALSE(acts.Take(7).has_value());
}

TEST(FreshActsTest, AreBoundedInBytesAndTheOldestMakesRoom) {
  FreshActs acts;
  acts.Put(FreshActOf(1, FreshActs::kMaxBytes / 2));
  acts.Put(FreshActOf(2, FreshActs::kMaxBytes));
  EXPECT_FALSE(acts.Take(2).has_value()) << "never any room";
  EXPECT_TRUE(acts.Take(1).has_value());
  acts.Put(FreshActOf(1, FreshActs::kMaxBytes / 2));
  acts.Put(FreshActOf(2, FreshActs::kMaxBytes / 3));
  acts.Put(FreshActOf(3, FreshActs::kMaxBytes / 3));
  EXPECT_FALSE(acts.Take(1).has_value()) << "nobody came for it";
  EXPECT_TRUE(acts.Take(2).has_value());
  EXPECT_TRUE(acts.Take(3).has_value());
  acts.Put(FreshActOf(3, FreshActs::kMaxBytes - 100));
  EXPECT_TRUE(acts.Take(3).has_value());
  acts.Put(FreshActOf(4, FreshActs::kMaxBytes - 100));
  acts.Clear();
  acts.Put(FreshActOf(5, FreshActs::kMaxBytes - 100));
  EXPECT_TRUE(acts.Take(5).has_value());
}

TEST(MailboxesTest, ANoticeIsDeliveredWithoutActOrReceipts) {
  TestMailboxes test;
  test.AddAct(1, 1);
  test.AddNotice(1);
  test.AddNotice(0, v1::NOTICE_KIND_ATTESTATION_DUE);
  const auto opened = test.Open(5);
  ASSERT_THAT(opened.stream->positions(), ElementsAre(1, 2, 3));
  const auto delivery = opened.stream->deliveries()[1];
  EXPECT_FALSE(delivery.has_act());
  EXPECT_EQ(delivery.receipts_size(), 0);
  EXPECT_EQ(delivery.attempt(), 1u);
  EXPECT_EQ(delivery.case_position(), 0u);
  EXPECT_EQ(delivery.notice().kind(), v1::NOTICE_KIND_DEADLINE_WARNING);
  EXPECT_EQ(delivery.notice().case_id(), TestActId(1));
  EXPECT_EQ(opened.stream->deliveries()[2].notice().kind(), v1::NOTICE_KIND_ATTESTATION_DUE);
}

TEST(MailboxesTest, AFreshNoticeIsByteForByteTheStoredOne) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto primary = test.Open(5);
  test.AddNotice(1);
  test.AddAct(2, 2);
  test.Settle();
  ASSERT_THAT(primary.stream->positions(), ElementsAre(1, 2, 3));
  const auto observer = test.Open(5, v1::SUBSCRIPTION_ROLE_OBSERVER, 1);
  ASSERT_THAT(observer.stream->positions(), ElementsAre(2, 3));
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(primary.stream->deliveries()[i + 1].SerializeAsString(),
              observer.stream->deliveries()[i].SerializeAsString());
  }
}

TEST(MailboxesTest, ANoticeIsTakenWithoutASignatureAndWithoutAnE1) {
  TestMailboxes test;
  test.AddAct(1, 1);
  test.AddNotice(1);
  const auto opened = test.Open(5);
  test.Take(opened, 2);
  ASSERT_THAT(opened.stream->answers(), SizeIs(1));
  ASSERT_THAT(opened.stream->answers()[0].second, IsOk());
  EXPECT_EQ(opened.stream->answers()[0].second->content(), "");
  EXPECT_EQ(test.Row(2).state, DeliveryState::kHandedOver);
  const AuditRecord record = test.LastNoticeRecord();
  EXPECT_EQ(record.principal, "co-fgn");
  EXPECT_EQ(record.method, "notice/DEADLINE_WARNING");
  EXPECT_EQ(record.outcome, "TAKEN");
  EXPECT_EQ(record.object, TestActId(1));
  test.Take(opened, 2);  // once more, on this stream or after a restart of the client
  EXPECT_THAT(opened.stream->answers()[1].second, IsOk());
}

TEST(MailboxesTest, ANoticeIsNotAcknowledgedWithAStatement) {
  TestMailboxes test;
  test.AddNotice(0);
  const auto opened = test.Open(5);
  v1::ReceiveRequest::Acknowledge acknowledgement;
  acknowledgement.set_position(1);
  acknowledgement.set_statement("words");
  test.Say(opened, acknowledgement);
  EXPECT_THAT(opened.stream->answers()[0].second.status(), HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(test.Row(1).state, DeliveryState::kOpen);
}

TEST(MailboxesTest, ANoticeThatNobodyTakesIsGivenUpWithoutEvidenceAndCanBePutBack) {
  MailboxOptions options;
  options.dispatcher.max_attempts = 2;
  TestMailboxes test(options);
  test.AddAct(1, 1);
  test.AddNotice(1);
  test.AddAct(2, 1);
  const auto opened = test.Open(50);
  test.Acknowledge(opened, opened.stream->deliveries()[0]);
  EXPECT_THAT(opened.stream->positions(), ElementsAre(1, 2, 3)) << "it kept no act waiting";
  test.Acknowledge(opened, opened.stream->deliveries()[2]);
  test.LetLeasesEnd();
  test.LetLeasesEnd();
  EXPECT_EQ(test.Row(2).state, DeliveryState::kDead);
  EXPECT_EQ(test.Row(2).dead_reason, kTooManyAttempts);
  EXPECT_EQ(test.LastNoticeRecord().principal, "hub");
  EXPECT_EQ(test.LastNoticeRecord().outcome, kTooManyAttempts);
  test.AddAct(3, 1);
  test.Settle();
  EXPECT_FALSE(opened.stream->deliveries().back().gap_before()) << "no act is missing";

  v1::RequeueDeadLetterRequest request;
  request.set_request_id("6f1c0a52-8e0b-4b7e-9a55-000000000001");
  request.set_authority("co-fgn");
  request.set_position(2);
  absl::Notification told;
  test.queue->Submit(std::make_unique<RequeueCommand>(
      Caller{PrincipalKind::kOperator, "spiffe://rogatoria.example/operator/op-1", "", ""},
      request,
      [&](const absl::Status& status) {
        EXPECT_THAT(status, IsOk());
        told.Notify();
      }));
  told.WaitForNotification();
  test.mailboxes->OnRequeued("co-fgn");
  test.Settle();
  EXPECT_EQ(opened.stream->deliveries().back().notice().case_id(), TestActId(1));
  EXPECT_EQ(opened.stream->deliveries().back().attempt(), 1u);
  test.Take(opened, 2);
  EXPECT_EQ(test.Row(2).state, DeliveryState::kHandedOver);
}

TEST(MailboxesTest, ARejectedNoticeIsADeadLetter) {
  TestMailboxes test;
  test.AddNotice(0);
  const auto opened = test.Open(5);
  test.Reject(opened, 1, v1::REJECT_REASON_UNPROCESSABLE);
  ASSERT_THAT(opened.stream->answers()[0].second, IsOk());
  EXPECT_EQ(opened.stream->answers()[0].second->content(), "");
  EXPECT_EQ(test.Row(1).state, DeliveryState::kDead);
  EXPECT_EQ(test.LastNoticeRecord().principal, "co-fgn");
  EXPECT_EQ(test.LastNoticeRecord().outcome, "REJECTED_UNPROCESSABLE");
}

TEST(MailboxesTest, ACommitWakesTheStreams) {
  TestMailboxes test;
  const auto opened = test.Open(5);
  EXPECT_THAT(opened.stream->positions(), IsEmpty());
  test.AddAct(1, 1);
  test.Settle();
  EXPECT_THAT(opened.stream->positions(), ElementsAre(1));
}

TEST(MailboxesTest, AnAcknowledgementGivesE1AndLetsTheCaseGoOn) {
  TestMailboxes test;
  test.AddAct(1, 1, kFormal);
  test.AddAct(2, 1, kFormal);
  const auto opened = test.Open(5);
  ASSERT_THAT(opened.stream->positions(), ElementsAre(1));
  test.Acknowledge(opened, opened.stream->deliveries()[0]);
  ASSERT_THAT(opened.stream->answers(), SizeIs(1));
  const auto receipt = opened.stream->answers()[0].second;
  ASSERT_THAT(receipt, IsOk());
  EXPECT_EQ(receipt->event(), v1::TRANSPORT_EVENT_CONTENT_HANDOVER);
  const auto verified = VerifyReceipt(receipt->content(), {test.hub.ledger->verifier_key()});
  ASSERT_THAT(verified, IsOk());
  EXPECT_FALSE(verified->evidence.acknowledgement_sha256.empty());
  EXPECT_EQ(test.Row(1).state, DeliveryState::kHandedOver);
  EXPECT_THAT(opened.stream->positions(), ElementsAre(1, 2));
}

TEST(MailboxesTest, AcknowledgingTwiceGivesTheSameReceipt) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto opened = test.Open(5);
  const auto delivery = opened.stream->deliveries()[0];
  test.Acknowledge(opened, delivery);
  test.Acknowledge(opened, delivery);
  ASSERT_THAT(opened.stream->answers(), SizeIs(2));
  EXPECT_EQ(opened.stream->answers()[0].second->content(),
            opened.stream->answers()[1].second->content());
}

TEST(MailboxesTest, TwoAcknowledgementsUnderWayGiveTheSameReceipt) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto opened = test.Open(5);
  const auto delivery = opened.stream->deliveries()[0];
  v1::ReceiveRequest message;
  *message.mutable_acknowledge() =
      test.MakeAcknowledgement(1, test.StatementFor(delivery), &test.seal);
  test.mailboxes->Receive(opened.id, message);
  test.mailboxes->Receive(opened.id, message);
  test.Settle();
  ASSERT_THAT(opened.stream->answers(), SizeIs(2));
  ASSERT_THAT(opened.stream->answers()[1].second, IsOk());
  EXPECT_EQ(opened.stream->answers()[0].second->content(),
            opened.stream->answers()[1].second->content());
}

TEST(MailboxesTest, ALateAcknowledgementOfAnOpenActIsTaken) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto slow = test.Open(1);
  test.LetLeasesEnd();
  const auto other = test.Open(1);
  ASSERT_THAT(other.stream->positions(), ElementsAre(1));
  EXPECT_EQ(other.stream->deliveries()[0].attempt(), 2u);
  test.Acknowledge(slow, slow.stream->deliveries()[0]);
  EXPECT_THAT(slow.stream->answers()[0].second, IsOk());
  test.LetLeasesEnd();
  test.Credit(other, 5);
  test.Settle();
  EXPECT_THAT(other.stream->positions(), ElementsAre(1));
}

TEST(MailboxesTest, AfterARestartALateAcknowledgementIsTaken) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto before = test.Open(1);
  const auto delivery = before.stream->deliveries()[0];
  test.Close(before);
  const auto after = test.Open(0);
  test.Acknowledge(after, delivery);
  ASSERT_THAT(after.stream->answers(), SizeIs(1));
  EXPECT_THAT(after.stream->answers()[0].second, IsOk());
}

TEST(MailboxesTest, AttemptsArePersistedFromTheSecondOn) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto opened = test.Open(5);
  EXPECT_EQ(test.Row(1).attempts, 0u);
  test.LetLeasesEnd();
  EXPECT_EQ(opened.stream->deliveries().back().attempt(), 2u);
  EXPECT_EQ(test.Row(1).attempts, 2u);
}

TEST(MailboxesTest, TooManyAttemptsMakeADeadLetterThatBlocksNothing) {
  MailboxOptions options;
  options.dispatcher.max_attempts = 2;
  TestMailboxes test(options);
  test.AddAct(1, 1);
  test.AddAct(2, 1);
  const auto opened = test.Open(50);
  test.LetLeasesEnd();
  test.LetLeasesEnd();
  EXPECT_EQ(test.Row(1).state, DeliveryState::kDead);
  EXPECT_EQ(test.Row(1).dead_reason, kTooManyAttempts);
  ASSERT_THAT(opened.stream->positions(), ElementsAre(1, 1, 2));
  EXPECT_TRUE(opened.stream->deliveries().back().gap_before());
}

TEST(MailboxesTest, ARejectionIsADeadLetterWithItsE2) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto opened = test.Open(5);
  test.Reject(opened, 1, v1::REJECT_REASON_CANNOT_OPEN);
  ASSERT_THAT(opened.stream->answers(), SizeIs(1));
  ASSERT_THAT(opened.stream->answers()[0].second, IsOk());
  EXPECT_EQ(opened.stream->answers()[0].second->event(),
            v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE);
  EXPECT_EQ(test.Row(1).dead_reason, "REJECTED_CANNOT_OPEN");
}

TEST(MailboxesTest, ARejectionWithoutAReasonIsRefused) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto opened = test.Open(5);
  test.Reject(opened, 1, v1::REJECT_REASON_UNSPECIFIED);
  EXPECT_THAT(opened.stream->answers()[0].second, HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(test.Row(1).state, DeliveryState::kOpen);
}

TEST(MailboxesTest, AnAcknowledgementOfADeadLetterIsRefused) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto opened = test.Open(5);
  const auto delivery = opened.stream->deliveries()[0];
  test.Reject(opened, 1, v1::REJECT_REASON_UNPROCESSABLE);
  test.Acknowledge(opened, delivery);
  EXPECT_THAT(opened.stream->answers()[1].second, HasReason(Reason::DELIVERY_NOT_FOUND));
}

TEST(MailboxesTest, AnAcknowledgementOfAnUnknownPositionIsRefusedWithATrace) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto opened = test.Open(5);
  auto acknowledgement =
      test.MakeAcknowledgement(77, test.StatementFor(opened.stream->deliveries()[0]), &test.seal);
  test.Say(opened, acknowledgement);
  EXPECT_THAT(opened.stream->answers()[0].second, HasReason(Reason::DELIVERY_NOT_FOUND));
  EXPECT_THAT(opened.stream->refusals(), SizeIs(1));
  EXPECT_FALSE(opened.stream->ended());
}

TEST(MailboxesTest, CompetingSystemsNeverHaveTheSameActAtOnce) {
  TestMailboxes test;
  for (int i = 1; i <= 6; ++i) test.AddAct(i, i);
  const auto a = test.Open(3);
  const auto b = test.Open(10);
  EXPECT_THAT(a.stream->positions(), ElementsAre(1, 2, 3));
  EXPECT_THAT(b.stream->positions(), ElementsAre(4, 5, 6));
}

TEST(MailboxesTest, ACutStreamGivesItsActsToTheOther) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto a = test.Open(1);
  const auto b = test.Open(1);
  test.Close(a);
  EXPECT_THAT(b.stream->positions(), ElementsAre(1));
}

TEST(MailboxesTest, AConsumerThatNeverReadsHoldsAtMostWhatItTook) {
  TestMailboxes test;
  for (int i = 1; i <= 20; ++i) test.AddAct(i, i);
  const auto dead = test.Open(0);
  dead.stream->set_full(true);
  test.Credit(dead, 200);
  test.Settle();
  EXPECT_THAT(dead.stream->positions(), SizeIs(1));
  const auto alive = test.Open(200);
  EXPECT_THAT(alive.stream->positions(), SizeIs(19));
}

TEST(MailboxesTest, ObserversSeeEverythingAndSettleNothing) {
  TestMailboxes test;
  test.AddAct(1, 1);
  test.AddAct(2, 1);
  const auto observer = test.Open(10, v1::SUBSCRIPTION_ROLE_OBSERVER);
  EXPECT_THAT(observer.stream->positions(), ElementsAre(1, 2));
  test.Acknowledge(observer, observer.stream->deliveries()[0]);
  EXPECT_THAT(observer.stream->end(), HasReason(Reason::STREAM_PROTOCOL));
  EXPECT_EQ(test.Row(1).state, DeliveryState::kOpen);
}

TEST(MailboxesTest, AnObserverGoesOnFromItsCursor) {
  TestMailboxes test;
  for (int i = 1; i <= 3; ++i) test.AddAct(i, i);
  const auto observer = test.Open(10, v1::SUBSCRIPTION_ROLE_OBSERVER, 2);
  EXPECT_THAT(observer.stream->positions(), ElementsAre(3));
}

TEST(MailboxesTest, TheFirstMessageMustOpen) {
  TestMailboxes test;
  const auto opened = test.Join();
  test.Credit(opened, 1);
  test.Settle();
  EXPECT_THAT(opened.stream->end(), HasReason(Reason::STREAM_PROTOCOL));
}

TEST(MailboxesTest, OpeningTwiceEndsTheStream) {
  TestMailboxes test;
  const auto opened = test.Open(0);
  v1::ReceiveRequest again;
  again.mutable_open()->set_role(v1::SUBSCRIPTION_ROLE_PRIMARY);
  test.mailboxes->Receive(opened.id, again);
  test.Settle();
  EXPECT_THAT(opened.stream->end(), HasReason(Reason::STREAM_PROTOCOL));
}

TEST(MailboxesTest, AnEmptyMessageEndsTheStream) {
  TestMailboxes test;
  const auto opened = test.Open(0);
  test.mailboxes->Receive(opened.id, {});
  test.Settle();
  EXPECT_THAT(opened.stream->end(), HasReason(Reason::STREAM_PROTOCOL));
}

TEST(MailboxesTest, TooManyCreditsEndTheStream) {
  TestMailboxes test;
  const auto opened = test.Open(256);
  test.Credit(opened, 1);
  test.Settle();
  EXPECT_THAT(opened.stream->end(), HasReason(Reason::STREAM_PROTOCOL));
}

TEST(MailboxesTest, StreamsOfAnAuthorityAreBounded) {
  MailboxOptions options;
  options.max_streams_per_authority = 2;
  TestMailboxes test(options);
  const auto a = test.Join();
  test.Join();
  const auto refused = test.mailboxes->Join("co-fgn", std::make_shared<FakeStream>());
  EXPECT_THAT(refused, HasReason(Reason::MAILBOX_STREAMS_EXHAUSTED));
  EXPECT_GT(GetErrorDetails(refused.status())->retry_after, absl::ZeroDuration());
  EXPECT_THAT(test.mailboxes->Join("br-pgr", std::make_shared<FakeStream>()), IsOk());
  test.Close(a);
  EXPECT_THAT(test.mailboxes->Join("co-fgn", std::make_shared<FakeStream>()), IsOk());
}

TEST(MailboxesTest, DrainingEndsEveryStreamAndTakesNoMore) {
  TestMailboxes test;
  const auto opened = test.Open(1);
  test.mailboxes->Drain();
  EXPECT_THAT(opened.stream->end(), HasReason(Reason::SHUTTING_DOWN));
  EXPECT_GT(GetErrorDetails(opened.stream->end())->retry_after, absl::ZeroDuration());
  EXPECT_THAT(test.mailboxes->Join("co-fgn", std::make_shared<FakeStream>()),
              HasReason(Reason::SHUTTING_DOWN));
}

TEST(MailboxesTest, AStreamWhoseCallerIsNoLongerAdmittedIsEnded) {
  TestMailboxes test;
  const auto opened = test.Open(1);
  test.mailboxes->Tick();
  EXPECT_FALSE(opened.stream->ended());
  opened.stream->set_standing(Error(Reason::AUTHORITY_SUSPENDED));
  test.mailboxes->Tick();
  EXPECT_THAT(opened.stream->end(), HasReason(Reason::AUTHORITY_SUSPENDED));
  EXPECT_THAT(opened.stream->refusals(), SizeIs(1));
}

TEST(MailboxesTest, WhenTheStoreCannotBeReadDeliveryGoesOnLater) {
  TestMailboxes test;
  for (int i = 1; i <= 3; ++i) test.AddAct(i, i);
  const auto opened = test.Open(0);
  test.hub.disk.set_fault_plan([](StoreStep step) {
    return step == StoreStep::kRead ? StoreFault::kUnavailable : StoreFault::kNone;
  });
  test.Credit(opened, 10);
  test.Settle();
  EXPECT_THAT(opened.stream->positions(), IsEmpty());
  test.hub.disk.set_fault_plan(nullptr);
  test.LetLeasesEnd();
  EXPECT_THAT(opened.stream->positions(), SizeIs(3));
  EXPECT_EQ(opened.stream->deliveries()[0].attempt(), 1u);
}

TEST(MailboxesTest, AnAcknowledgementThatCannotBeStoredIsRefusedAndTheActStaysOpen) {
  TestMailboxes test;
  test.AddAct(1, 1);
  const auto opened = test.Open(5);
  const auto delivery = opened.stream->deliveries()[0];
  test.hub.disk.set_room(DiskRoom::kNone);
  test.Acknowledge(opened, delivery);
  EXPECT_THAT(opened.stream->answers()[0].second, HasReason(Reason::DISK_FULL));
  test.hub.disk.set_room(DiskRoom::kPlenty);
  test.Acknowledge(opened, delivery);
  EXPECT_THAT(opened.stream->answers()[1].second, IsOk());
}

}  // namespace
}  // namespace rogatoria::delivery
