// Receiving, over the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/synchronization/notification.h"
#include "common/ledger/evidence_of.h"
#include "common/ledger/notices.h"
#include "common/receipt/receipt.h"
#include "tests/integration/broker.h"
#include "tests/support/ledger/test_hub.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using ::testing::ElementsAre;

class MailboxTest : public ::testing::Test {
 protected:
  Office& pt() { return broker_.office("pt-pgr"); }
  Office& co() { return broker_.office("co-fgn"); }
  std::string Send(v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED) {
    ActPlan plan;
    plan.urgency = urgency;
    const auto request = pt().Compose(plan);
    EXPECT_THAT(pt().Submit(*request), IsOk());
    return pt().ActIdOf(*request);
  }
  // The hub says that nobody fetched the act of that id from co-fgn's first position.
  static void MissRetrieval(daemon::Core& core, const std::string& act_id) {
    Undelivered undelivered{{"co-fgn", 1}, {}, {}};
    {
      const auto snapshot = core.store().OpenSnapshot().value();
      undelivered.acceptance = LoadAcceptance(*snapshot, snapshot->GetAct(act_id).value()).value();
    }
    absl::Notification told;
    auto command = std::make_unique<LambdaCommand>();
    command->declare = [&](BatchKeys& keys) { DeclareUndelivered(undelivered, keys); };
    command->decide = [&](Draft& draft) { RecordNotRetrieved(draft, undelivered); };
    command->committed = [&](const BatchReceipts&) { told.Notify(); };
    core.queue().Submit(std::move(command));
    told.WaitForNotification();
  }

  Broker broker_;
};

TEST_F(MailboxTest, UrgentActsComeFirst) {
  Send();
  Send(v1::URGENCY_LEVEL_URGENT);
  Send(v1::URGENCY_LEVEL_EMERGENCY);
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  mailbox.Credit(3);
  std::vector<uint64_t> positions;
  for (int i = 0; i < 3; ++i) positions.push_back(mailbox.NextDelivery().position());
  EXPECT_THAT(positions, ElementsAre(3, 2, 1));
}

TEST_F(MailboxTest, AnObserverSeesWhatThePrimarySettles) {
  Send();
  MailStream primary(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  MailStream observer(co(), v1::SUBSCRIPTION_ROLE_OBSERVER);
  primary.Credit(5);
  observer.Credit(5);
  const auto delivery = primary.NextDelivery();
  EXPECT_EQ(observer.NextDelivery().act().header(), delivery.act().header());
  EXPECT_FALSE(primary.Acknowledge(delivery).has_error());
  Send();
  EXPECT_EQ(observer.NextDelivery().position(), 2u);
}

TEST_F(MailboxTest, ARejectedActIsADeadLetterAndCanBePutBack) {
  const std::string act_id = Send();
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  mailbox.Credit(5);
  const auto delivery = mailbox.NextDelivery();
  v1::ReceiveRequest reject;
  reject.mutable_reject()->set_position(delivery.position());
  reject.mutable_reject()->set_reason(v1::REJECT_REASON_CANNOT_OPEN);
  mailbox.Say(reject);
  const auto answer = mailbox.Next().acknowledged();
  EXPECT_EQ(answer.receipt().event(), v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE);

  const auto letters =
      CallStub(
          broker_.admin(), &v1::AdminService::Stub::ListDeadLetters, v1::ListDeadLettersRequest())
          .value();
  ASSERT_EQ(letters.dead_letters_size(), 1);
  EXPECT_EQ(letters.dead_letters(0).act_id(), act_id);
  EXPECT_EQ(letters.dead_letters(0).reason(), "REJECTED_CANNOT_OPEN");

  v1::RequeueDeadLetterRequest requeue;
  requeue.set_request_id("6f1c0a52-8e0b-4b7e-9a55-000000000001");
  requeue.set_authority("co-fgn");
  requeue.set_position(delivery.position());
  ASSERT_THAT(CallStub(broker_.admin(), &v1::AdminService::Stub::RequeueDeadLetter, requeue),
              IsOk());
  const auto again = mailbox.NextDelivery();
  EXPECT_EQ(again.position(), delivery.position());
  EXPECT_EQ(again.attempt(), 1u);
  EXPECT_FALSE(mailbox.Acknowledge(again).has_error());
}

// Committed, and the process was gone before anybody was given it; then given out, and gone again
// before it was acknowledged.
TEST_F(MailboxTest, ANoticeSurvivesRestartsAndIsTakenOnce) {
  const std::string act_id = Send();
  broker_.RestartAfter([&](daemon::Core& core) { MissRetrieval(core, act_id); });
  {
    MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
    mailbox.Credit(2);
    EXPECT_EQ(mailbox.NextDelivery().act().header().empty(), false);
    EXPECT_EQ(mailbox.NextDelivery().notice().kind(), v1::NOTICE_KIND_NOT_RETRIEVED);
  }
  broker_.Restart();
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  mailbox.Credit(2);
  const auto act = mailbox.NextDelivery();
  const auto notice = mailbox.NextDelivery();
  EXPECT_EQ(notice.position(), 2u);
  EXPECT_EQ(notice.notice().act_id(), act_id);
  v1::ReceiveRequest take;
  take.mutable_acknowledge()->set_position(2);
  mailbox.Say(take);
  const auto answer = mailbox.Next().acknowledged();
  EXPECT_EQ(answer.position(), 2u);
  EXPECT_FALSE(answer.has_error());
  EXPECT_FALSE(answer.has_receipt());
  EXPECT_FALSE(mailbox.Acknowledge(act).has_error()) << "what was not retrieved may still be";
  broker_.Restart();
  EXPECT_EQ(broker_.Status().open_deliveries(), 1u) << "the sender's notice";
}

TEST_F(MailboxTest, BothSidesAreToldWhatWasNotRetrievedAndTheLaterE1IsListedBesideIt) {
  const std::string act_id = Send();
  broker_.RestartAfter([&](daemon::Core& core) { MissRetrieval(core, act_id); });
  MailStream senders(pt(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  senders.Credit(1);
  const auto told = senders.NextDelivery();
  EXPECT_FALSE(told.has_act());
  EXPECT_EQ(told.notice().authority(), "co-fgn");
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  mailbox.Credit(1);
  EXPECT_FALSE(mailbox.Acknowledge(mailbox.NextDelivery()).has_error());
  for (Office* side : {&pt(), &co()}) {
    v1::ListReceiptsRequest request;
    request.set_act_id(act_id);
    const auto listed = CallStub(*side->audit, &v1::AuditService::Stub::ListReceipts, request);
    ASSERT_THAT(listed, IsOk());
    std::vector<std::string> said;
    for (const v1::Receipt& receipt : listed->receipts()) {
      const auto verified = VerifyReceipt(receipt.content(), {broker_.verifier_key()});
      ASSERT_THAT(verified, IsOk());
      said.push_back(std::string(EventCode(receipt.event())) + verified->evidence.reason);
    }
    EXPECT_THAT(said, ElementsAre("A.1", "D.1", "E.2NOT_RETRIEVED", "E.1")) << side->id();
  }
}

TEST_F(MailboxTest, DrainingEndsTheStreamsWithUnavailableAndARetryHint) {
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  broker_.app().Drain();
  EXPECT_EQ(mailbox.Next().message_case(), v1::ReceiveResponse::MESSAGE_NOT_SET);
  const absl::Status end = mailbox.End();
  EXPECT_THAT(end, HasReason(Reason::SHUTTING_DOWN));
  EXPECT_THAT(end, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_GT(GetErrorDetails(end)->retry_after, absl::ZeroDuration());
}

TEST_F(MailboxTest, TheStreamsOfASuspendedAuthorityEnd) {
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  MailStream of_another(pt(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  ASSERT_THAT(broker_.SetStanding(v1::STANDING_SUBJECT_AUTHORITY, "co-fgn", v1::STANDING_SUSPENDED),
              IsOk());
  EXPECT_EQ(mailbox.Next().message_case(), v1::ReceiveResponse::MESSAGE_NOT_SET);
  EXPECT_THAT(mailbox.End(), HasReason(Reason::AUTHORITY_SUSPENDED));
  of_another.Credit(1);
  ASSERT_THAT(broker_.SetStanding(v1::STANDING_SUBJECT_AUTHORITY, "co-fgn", v1::STANDING_ACTIVE),
              IsOk());
}

TEST_F(MailboxTest, AClientThatSaysNoMoreGetsItsAnswersBeforeTheEnd) {
  Send();
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  auto stream = co().mailbox->Receive(&context);
  v1::ReceiveRequest open, credit, acknowledge;
  open.mutable_open()->set_role(v1::SUBSCRIPTION_ROLE_PRIMARY);
  credit.mutable_credit()->set_count(1);
  stream->Write(open);
  stream->Write(credit);
  v1::ReceiveResponse message;
  ASSERT_TRUE(stream->Read(&message));
  ASSERT_TRUE(stream->Read(&message));
  MailStream helper(co(), v1::SUBSCRIPTION_ROLE_OBSERVER);
  *acknowledge.mutable_acknowledge() = helper.MakeAcknowledgement(message.delivery(), &co().seal);
  stream->Write(acknowledge);
  stream->WritesDone();
  ASSERT_TRUE(stream->Read(&message));
  EXPECT_EQ(message.acknowledged().receipt().event(), v1::TRANSPORT_EVENT_CONTENT_HANDOVER);
  EXPECT_FALSE(stream->Read(&message));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(MailboxTest, ManyAcknowledgementsInARowAreAllAnswered) {
  constexpr int kActs = 60;
  for (int i = 0; i < kActs; ++i) Send();
  MailStream mailbox(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  mailbox.Credit(kActs);
  std::vector<v1::ReceiveResponse::Delivery> deliveries;
  for (int i = 0; i < kActs; ++i) deliveries.push_back(mailbox.NextDelivery());
  for (const auto& delivery : deliveries) {
    v1::ReceiveRequest message;
    *message.mutable_acknowledge() = mailbox.MakeAcknowledgement(delivery, &co().seal);
    mailbox.Say(message);
  }
  std::set<uint64_t> answered;
  for (int i = 0; i < kActs; ++i) {
    const auto answer = mailbox.Next().acknowledged();
    EXPECT_FALSE(answer.has_error());
    answered.insert(answer.position());
  }
  EXPECT_EQ(answered.size(), static_cast<size_t>(kActs));
  EXPECT_EQ(broker_.Status().open_deliveries(), 0u);
}

}  // namespace
}  // namespace rogatoria
