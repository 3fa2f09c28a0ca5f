// Who takes part in a case, and acts that cross: forwarding, joint teams, a formal act in an
// informal case.
#include "tests/unit/exchange/submit_fixture.h"

namespace rogatoria::exchange {
namespace {

// A withdrawal that its sender made before it saw the result is kept, receipted and delivered, and
// says that it crossed.
TEST_F(SubmitTest, AWithdrawalThatCrossesAResultIsKeptAndMovesNothing) {
  const std::string case_id = Open();
  ActPlan decision = FollowUp(case_id, v1::ACT_KIND_DECISION, "pt-pgr");
  decision.measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_ADMITTED)};
  ASSERT_THAT(Send(co(), decision), IsOk());
  ActPlan result = FollowUp(case_id, v1::ACT_KIND_EXECUTION_RESULT, "pt-pgr");
  result.measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_EXECUTED)};
  result.case_position_seen = 2;
  ASSERT_THAT(Send(co(), result), IsOk());
  ActPlan withdrawal = FollowUp(case_id, v1::ACT_KIND_WITHDRAWAL, "co-fgn");
  withdrawal.measures = {MeasureOf(1, "VIDEO_HEARING")};
  withdrawal.case_position_seen = 2;
  const auto answer = Send(pt(), withdrawal);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->disposition(), v1::ACT_DISPOSITION_CROSSED);
  EXPECT_EQ(VerifyReceipt(answer->receipts(0).content(), Keys())->evidence.disposition,
            v1::ACT_DISPOSITION_CROSSED);
  EXPECT_EQ((*hub_.Read())->GetCase(case_id)->measures[0].state, v1::MEASURE_STATE_EXECUTED);
  withdrawal.case_position_seen = 3;
  ExpectLegalRefusal(pt(), withdrawal, Reason::WRONG_STATE);
}

TEST_F(SubmitTest, AForwardedCaseGoesOnWithTheCompetentAuthority) {
  const std::string case_id = Open();
  ActPlan notice = FollowUp(case_id, v1::ACT_KIND_FORWARDING_NOTICE, "co-delegada");
  notice.in_reply_to = case_id;
  notice.recipients = {"co-delegada", "pt-pgr"};
  ASSERT_THAT(Send(co(), notice), IsOk());
  const CaseRecord forwarded = *(*hub_.Read())->GetCase(case_id);
  EXPECT_EQ(forwarded.RoleOf("co-delegada"), v1::CASE_ROLE_REQUESTED);
  EXPECT_EQ(forwarded.measures[0].state, v1::MEASURE_STATE_FORWARDED);
  // It reads what Colombia's central authority could read until then, and nothing later of it.
  const auto may_read = [](absl::string_view other) { return other == "co-fgn"; };
  EXPECT_TRUE(forwarded.ReadsByForwarding("co-delegada", 1, may_read));
  EXPECT_FALSE(forwarded.ReadsByForwarding("co-delegada", 3, may_read));
  EXPECT_FALSE(forwarded.ReadsByForwarding("es-fge", 1, may_read));
  ActPlan acknowledgement = FollowUp(case_id, v1::ACT_KIND_ACKNOWLEDGEMENT, "pt-pgr");
  acknowledgement.case_position_seen = 2;
  EXPECT_THAT(Send(delegada(), acknowledgement), IsOk());
}

// One measure is handed on and the other kept; then that one follows it.
TEST_F(SubmitTest, MeasuresAreHandedOnOneByOne) {
  const std::string case_id = Open();
  ActPlan notice = FollowUp(case_id, v1::ACT_KIND_FORWARDING_NOTICE, "");
  notice.in_reply_to = case_id;
  notice.recipients = {"co-delegada", "pt-pgr"};
  notice.measures = {MeasureOf(2, "BANK_TRANSACTIONS")};
  ASSERT_THAT(Send(co(), notice), IsOk());
  ActPlan decision = FollowUp(case_id, v1::ACT_KIND_DECISION, "pt-pgr");
  decision.case_position_seen = 2;
  decision.measures = {MeasureOf(2, "BANK_TRANSACTIONS", v1::MEASURE_OUTCOME_ADMITTED)};
  ExpectLegalRefusal(co(), decision, Reason::WRONG_SIDE);
  ASSERT_THAT(Send(delegada(), decision), IsOk());
  decision.measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_ADMITTED)};
  ExpectLegalRefusal(delegada(), decision, Reason::WRONG_SIDE);

  notice.measures = {MeasureOf(1, "VIDEO_HEARING")};
  ASSERT_THAT(Send(co(), notice), IsOk());
  const CaseRecord handed_on = *(*hub_.Read())->GetCase(case_id);
  EXPECT_EQ(handed_on.parties.size(), 3u);
  EXPECT_EQ(handed_on.measures[0].responsible, "co-delegada");
  EXPECT_EQ(handed_on.measures[1].state, v1::MEASURE_STATE_ADMITTED);
  // It reads what came to the central authority in the meantime, too.
  EXPECT_EQ(handed_on.FindParty("co-delegada")->joined_at, 4u);
  decision.case_position_seen = 4;
  EXPECT_THAT(Send(delegada(), decision), IsOk());
}

TEST_F(SubmitTest, NothingIsHandedOnToAnotherCountry) {
  const std::string case_id = Open();
  ActPlan notice = FollowUp(case_id, v1::ACT_KIND_FORWARDING_NOTICE, "br-mpf");
  notice.in_reply_to = case_id;
  notice.recipients = {"br-mpf", "pt-pgr"};
  ExpectPlainRefusal(
      co(), Compose(co(), notice), Reason::FORWARDING_ABROAD, "act.header.recipients[0].authority");
}

// An acknowledgement of one act says nothing of the others.
TEST_F(SubmitTest, AnAlertInARunningCaseIsAcknowledgedByItself) {
  const std::string case_id = Open();
  ActPlan alert = FollowUp(case_id, v1::ACT_KIND_RISK_ALERT, "co-fgn");
  const v1::SubmitActRequest sent = Compose(pt(), alert);
  ASSERT_THAT(Send(pt(), sent), IsOk());
  ActPlan acknowledgement = FollowUp(case_id, v1::ACT_KIND_ACKNOWLEDGEMENT, "pt-pgr");
  acknowledgement.in_reply_to = "pt-pgr/" + sent.request_id();
  ASSERT_THAT(Send(co(), acknowledgement), IsOk());
  EXPECT_EQ((*hub_.Read())->GetCase(case_id)->measures[0].state, v1::MEASURE_STATE_RECEIVED);
  acknowledgement.in_reply_to = case_id;
  ASSERT_THAT(Send(co(), acknowledgement), IsOk());
  EXPECT_EQ((*hub_.Read())->GetCase(case_id)->measures[0].state, v1::MEASURE_STATE_ACKNOWLEDGED);
  acknowledgement.in_reply_to = "pt-pgr/" + sent.request_id();
  const auto again = Send(co(), acknowledgement);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->disposition(), v1::ACT_DISPOSITION_IN_SEQUENCE);
}

TEST_F(SubmitTest, AForwardingNamesTheNewAuthorityFirstThenWhoAsked) {
  const std::string case_id = Open();
  ActPlan notice = FollowUp(case_id, v1::ACT_KIND_FORWARDING_NOTICE, "co-delegada");
  notice.recipients = {"co-delegada", "pt-pgr"};
  ExpectPlainRefusal(co(), Compose(co(), notice), Reason::FIELD_INVALID, "act.header.in_reply_to");
  notice.in_reply_to = case_id;
  notice.recipients = {"pt-pgr", "co-delegada"};
  ExpectPlainRefusal(
      co(), Compose(co(), notice), Reason::FIELD_INVALID, "act.header.recipients[0].authority");
  notice.recipients = {"co-delegada", "es-fge"};
  ExpectPlainRefusal(
      co(), Compose(co(), notice), Reason::FIELD_INVALID, "act.header.recipients[1].authority");
}

// The ceiling of the new authority is held against what the case holds, not what the notice says.
TEST_F(SubmitTest, AForwardingIsOfTheHighestClassOfItsCase) {
  ActPlan request = Request();
  request.data_class = v1::DATA_CLASS_SENSITIVE;
  const std::string case_id = Open(request);
  ActPlan notice = FollowUp(case_id, v1::ACT_KIND_FORWARDING_NOTICE, "co-delegada");
  notice.in_reply_to = case_id;
  notice.recipients = {"co-delegada", "pt-pgr"};
  notice.data_class = v1::DATA_CLASS_OPERATIONAL;
  ExpectPlainRefusal(co(), Compose(co(), notice), Reason::FIELD_INVALID, "act.header.data_class");
  notice.data_class = v1::DATA_CLASS_SENSITIVE;
  EXPECT_THAT(Send(co(), notice), IsOk());
}

TEST_F(SubmitTest, WhoInsistsCannotBringInANewParty) {
  const std::string case_id = Open();
  ActPlan notice = FollowUp(case_id, v1::ACT_KIND_FORWARDING_NOTICE, "co-delegada");
  notice.in_reply_to = case_id;
  notice.recipients = {"co-delegada", "pt-pgr"};
  notice.measures = {MeasureOf(1, "VIDEO_HEARING")};
  notice.insist = v1::INSIST_REASON_OTHER_CHANNEL;
  ActPlan decision = FollowUp(case_id, v1::ACT_KIND_DECISION, "pt-pgr");
  decision.measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_REFUSED)};
  ASSERT_THAT(Send(co(), decision), IsOk());
  notice.case_position_seen = 2;
  ExpectLegalRefusal(co(), notice, Reason::WRONG_STATE);
}

TEST_F(SubmitTest, AFormalActNeedsACaseThatWasOpenedFormally) {
  ActPlan plan = Request();
  plan.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
  const std::string case_id = Open(plan);
  ExpectPlainRefusal(co(),
                     Compose(co(), FollowUp(case_id, v1::ACT_KIND_ACKNOWLEDGEMENT, "pt-pgr")),
                     Reason::FIELD_INVALID,
                     "act.header.channel_class");
}

TEST_F(SubmitTest, WhatCommitsASideInAFormalCaseIsFormal) {
  const std::string case_id = Open(Request());
  ActPlan decision = FollowUp(case_id, v1::ACT_KIND_DECISION, "pt-pgr");
  decision.measures = {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_REFUSED)};
  decision.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  ExpectPlainRefusal(
      co(), Compose(co(), decision), Reason::FIELD_INVALID, "act.header.channel_class");
  ActPlan reception = FollowUp(case_id, v1::ACT_KIND_ACKNOWLEDGEMENT, "pt-pgr");
  reception.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  EXPECT_THAT(Send(co(), reception), IsOk());
}

TEST_F(SubmitTest, AJointTeamHasThreeCountriesAndEachJoinsForItself) {
  ActPlan proposal;
  proposal.kind = v1::ACT_KIND_JIT_PROPOSAL;
  proposal.case_type = v1::CASE_TYPE_JIT;
  proposal.recipients = {"co-fgn", "br-mpf"};
  const std::string case_id = Open(proposal);
  ActPlan agreement = FollowUp(case_id, v1::ACT_KIND_JIT_AGREEMENT, "pt-pgr");
  agreement.case_type = v1::CASE_TYPE_JIT;
  agreement.recipients = {"pt-pgr", "co-fgn"};
  ASSERT_THAT(Send(br(), agreement), IsOk());
  const CaseRecord team = *(*hub_.Read())->GetCase(case_id);
  ASSERT_EQ(team.measures.size(), 2u);
  EXPECT_EQ(team.measures[0].state, v1::MEASURE_STATE_RECEIVED);
  EXPECT_EQ(team.measures[1].state, v1::MEASURE_STATE_AGREED);
  EXPECT_EQ((*hub_.Read())->GetLastPosition("co-fgn").value(), 2u);
}

// What the scheduler notes when a duty desk did not answer.
class CallCommand final : public Command {
 public:
  CallCommand(std::string case_id, std::string substitute)
      : case_id_(std::move(case_id)), substitute_(std::move(substitute)) {}
  void Declare(BatchKeys& keys) const override { keys.cases.push_back(case_id_); }
  void Decide(Draft& draft) override {
    CaseRecord record = *draft.FindCase(case_id_);
    ClockRecord& clock = record.clocks.emplace_back();
    clock.clock = v1::DEADLINE_CLOCK_DUTY;
    clock.act_id = case_id_;
    clock.authority = "co-fgn";
    clock.counterpart = "pt-pgr";
    clock.state = ClockState::kSubstituteCalled;
    clock.substitute = substitute_;
    draft.PutCase(std::move(record));
  }
  void Committed(const BatchReceipts&) override {}
  void Failed(const absl::Status& status) override { ADD_FAILURE() << status; }

 private:
  const std::string case_id_, substitute_;
};

TEST_F(SubmitTest, ACalledSubstituteAcknowledgesTheActAndDoesNothingElse) {
  const std::string case_id = Open();
  ActPlan acknowledges = FollowUp(case_id, v1::ACT_KIND_ACKNOWLEDGEMENT, "pt-pgr");
  acknowledges.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  acknowledges.in_reply_to = case_id;
  ExpectPlainRefusal(
      br(), Compose(br(), acknowledges), Reason::CASE_NOT_FOUND, "act.header.case_id");
  hub_.Enqueue(std::make_unique<CallCommand>(case_id, "br-mpf"));
  EXPECT_THAT(hub_.Commit(1), IsOk());

  ActPlan other = acknowledges;
  other.kind = v1::ACT_KIND_FREE_FORM;
  ExpectPlainRefusal(br(), Compose(br(), other), Reason::CASE_NOT_FOUND, "act.header.case_id");
  other = acknowledges;
  other.in_reply_to.clear();
  ExpectPlainRefusal(br(), Compose(br(), other), Reason::CASE_NOT_FOUND, "act.header.case_id");
  other = acknowledges;
  other.measures = {MeasureOf(1, "VIDEO_HEARING")};
  ExpectPlainRefusal(br(), Compose(br(), other), Reason::FIELD_INVALID, "act.header.measures");
  ExpectPlainRefusal(cast_.Member("es-fge"),
                     Compose(cast_.Member("es-fge"), acknowledges),
                     Reason::CASE_NOT_FOUND,
                     "act.header.case_id");

  const CaseRecord before = *(*hub_.Read())->GetCase(case_id);
  const auto answer = Send(br(), acknowledges);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->disposition(), v1::ACT_DISPOSITION_IN_SEQUENCE);
  const CaseRecord after = *(*hub_.Read())->GetCase(case_id);
  EXPECT_EQ(after.measures[0].state, before.measures[0].state) << "it moves no measure";
  EXPECT_EQ(after.RoleOf("br-mpf"), v1::CASE_ROLE_UNSPECIFIED) << "and becomes no party";
  EXPECT_EQ(after.clocks[0].state, ClockState::kTakenOver);
  ExpectPlainRefusal(
      br(), Compose(br(), acknowledges), Reason::CASE_NOT_FOUND, "act.header.case_id");
}

}  // namespace
}  // namespace rogatoria::exchange
