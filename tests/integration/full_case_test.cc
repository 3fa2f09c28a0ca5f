// A case from the first act to the last, over real TLS and a real store: a formal request for three
// measures, acknowledged, one clarified, decided, executed in part and wholly, closed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/crypto/seal.h"
#include "common/receipt/receipt.h"
#include "tests/integration/broker.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

std::vector<v1::MeasureState> StatesOf(const v1::Case& found) {
  std::vector<v1::MeasureState> states;
  for (const v1::Measure& measure : found.measures()) states.push_back(measure.state());
  return states;
}

class FullCaseTest : public ::testing::Test {
 protected:
  Office& pt() { return broker_.office("pt-pgr"); }
  Office& co() { return broker_.office("co-fgn"); }

  // Sends inside the case and takes it from the other side's mailbox.
  void Exchange(Office& from, Office& to, MailStream& mailbox, ActPlan plan) {
    plan.case_id = case_id_;
    plan.to = {to.id()};
    plan.seen = position_;
    const auto sent = from.Send(plan);
    ASSERT_THAT(sent, IsOk());
    EXPECT_EQ(sent->disposition(), v1::ACT_DISPOSITION_IN_SEQUENCE);
    EXPECT_EQ(sent->case_position(), ++position_);
    const auto delivery = mailbox.NextDelivery();
    EXPECT_EQ(delivery.case_position(), position_);
    EXPECT_FALSE(mailbox.Acknowledge(delivery).has_error());
  }
  v1::Case Read(Office& office) {
    v1::GetCaseRequest request;
    request.set_case_id(case_id_);
    return CallStub(*office.exchange, &v1::ExchangeService::Stub::GetCase, request).value().case_();
  }

  // The request, sent, taken, opened and acknowledged.
  void OpenTheCase(MailStream& to_co) {
    ActPlan request;
    request.measures = {MeasureOf(1, "VIDEO_HEARING"),
                        MeasureOf(2, "BANK_TRANSACTIONS"),
                        MeasureOf(3, "PERSON_IDENTIFICATION")};
    request.clear = "the letter of request";
    const auto act = pt().Compose(request);
    ASSERT_THAT(act, IsOk());
    const auto sent = pt().Submit(*act);
    ASSERT_THAT(sent, IsOk());
    case_id_ = pt().ActIdOf(*act);
    position_ = 1;
    ASSERT_THAT(sent->receipts(), SizeIs(2));

    const auto delivery = to_co.NextDelivery();
    EXPECT_EQ(delivery.act().SerializeAsString(), act->act().SerializeAsString());
    const auto kek =
        OpenKek(delivery.act().key_envelopes(0), co().sealing.key, co().sealing.certificate);
    ASSERT_THAT(kek, IsOk());
    EXPECT_EQ(OpenSegment(*kek, delivery.act().body()).value(), "the letter of request");
    const auto handed_over = to_co.Acknowledge(delivery);
    ASSERT_FALSE(handed_over.has_error());
  }
  void ExpectEveryReceiptHolds() {
    // Every receipt that the sender has holds, offline.
    v1::ListReceiptsRequest of_act;
    of_act.set_act_id(case_id_);
    const auto receipts = CallStub(*pt().audit, &v1::AuditService::Stub::ListReceipts, of_act);
    ASSERT_THAT(receipts, IsOk());
    std::vector<v1::TransportEvent> events;
    for (const v1::Receipt& receipt : receipts->receipts()) {
      events.push_back(receipt.event());
      EXPECT_THAT(VerifyReceipt(receipt.content(), {broker_.verifier_key()}), IsOk());
    }
    EXPECT_THAT(events,
                ElementsAre(v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE,
                            v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT,
                            v1::TRANSPORT_EVENT_CONTENT_HANDOVER));
  }

  Broker broker_;
  std::string case_id_;
  uint64_t position_ = 0;
};

TEST_F(FullCaseTest, FromTheRequestToTheClosure) {
  MailStream to_co(co(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  MailStream to_pt(pt(), v1::SUBSCRIPTION_ROLE_PRIMARY);
  to_co.Credit(50);
  to_pt.Credit(50);

  OpenTheCase(to_co);
  Exchange(co(), pt(), to_pt, {.kind = v1::ACT_KIND_ACKNOWLEDGEMENT, .measures = {}});
  Exchange(co(),
           pt(),
           to_pt,
           {.kind = v1::ACT_KIND_CLARIFICATION_REQUEST,
            .measures = {MeasureOf(3, "PERSON_IDENTIFICATION")}});
  Exchange(pt(),
           co(),
           to_co,
           {.kind = v1::ACT_KIND_CLARIFICATION_REPLY,
            .measures = {MeasureOf(3, "PERSON_IDENTIFICATION")}});
  Exchange(co(),
           pt(),
           to_pt,
           {.kind = v1::ACT_KIND_DECISION,
            .measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_ADMITTED),
                         MeasureOf(2, "BANK_TRANSACTIONS", v1::MEASURE_OUTCOME_ADMITTED),
                         MeasureOf(3, "PERSON_IDENTIFICATION", v1::MEASURE_OUTCOME_REFUSED)}});
  Exchange(
      co(),
      pt(),
      to_pt,
      {.kind = v1::ACT_KIND_EXECUTION_RESULT,
       .measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_EXECUTED),
                    MeasureOf(2, "BANK_TRANSACTIONS", v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED)}});
  EXPECT_THAT(StatesOf(Read(pt())),
              ElementsAre(v1::MEASURE_STATE_EXECUTED,
                          v1::MEASURE_STATE_PARTIALLY_EXECUTED,
                          v1::MEASURE_STATE_REFUSED));
  Exchange(co(),
           pt(),
           to_pt,
           {.kind = v1::ACT_KIND_EXECUTION_RESULT,
            .measures = {MeasureOf(2, "BANK_TRANSACTIONS", v1::MEASURE_OUTCOME_EXECUTED)}});
  const v1::Case ended = Read(co());
  EXPECT_EQ(ended.state(), v1::CASE_STATE_ENDED);
  EXPECT_EQ(ended.act_count(), position_);
  Exchange(pt(), co(), to_co, {.kind = v1::ACT_KIND_FREE_FORM, .measures = {}});

  ExpectEveryReceiptHolds();
}

}  // namespace
}  // namespace rogatoria
