#include "common/client/precautions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rogatoria::client {
namespace {

using content::v1::ActContent;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

AskedPrecaution For(uint32_t ordinal, content::v1::Precaution precaution) {
  return {ordinal, precaution};
}

// A hearing of P1 with two precautions of its own, and P1's one; P2 is heard nowhere.
ActContent Request() {
  ActContent content;
  auto& request = *content.mutable_request();
  auto& first = *request.add_persons();
  first.set_reference("P1");
  first.mutable_vulnerability()->add_precautions(content::v1::PRECAUTION_WOMAN_INTERPRETER);
  first.mutable_vulnerability()->add_precautions(content::v1::PRECAUTION_BREAKS);
  auto& second = *request.add_persons();
  second.set_reference("P2");
  second.mutable_vulnerability()->add_precautions(content::v1::PRECAUTION_CLOSED_SESSION);
  auto& bank = *request.add_measures();
  bank.set_ordinal(1);
  bank.mutable_bank()->add_banks("Banco");
  auto& hearing = *request.add_measures();
  hearing.set_ordinal(2);
  hearing.add_person_references("P1");
  hearing.mutable_hearing()->add_precautions(content::v1::PRECAUTION_SINGLE_RECORDING);
  hearing.mutable_hearing()->add_precautions(content::v1::PRECAUTION_BREAKS);
  return content;
}

ActContent Result(v1::MeasureOutcome outcome) {
  ActContent content;
  auto& measure = *content.mutable_execution_result()->add_measures();
  measure.set_ordinal(2);
  measure.set_outcome(outcome);
  return content;
}

void Answer(content::v1::Precaution precaution,
            content::v1::PrecautionOutcome outcome,
            const std::string& reasons,
            ActContent& content) {
  auto& answer = *content.mutable_execution_result()->mutable_measures(0)->add_precautions();
  answer.set_precaution(precaution);
  answer.set_precaution_outcome(outcome);
  answer.set_reasons(reasons);
}

TEST(PrecautionsTest, AHearingAsksForItsOwnAndThoseOfWhoIsHeardEachOnce) {
  EXPECT_THAT(AskedBy(Request()),
              UnorderedElementsAre(For(2, content::v1::PRECAUTION_SINGLE_RECORDING),
                                   For(2, content::v1::PRECAUTION_BREAKS),
                                   For(2, content::v1::PRECAUTION_WOMAN_INTERPRETER)));
}

TEST(PrecautionsTest, AHearingThatNamesNobodyIsOfAll) {
  ActContent content = Request();
  content.mutable_request()->mutable_measures(1)->clear_person_references();
  EXPECT_THAT(AskedBy(content), testing::Contains(For(2, content::v1::PRECAUTION_CLOSED_SESSION)));
}

TEST(PrecautionsTest, AReferralAsksForItsPerson) {
  ActContent content;
  content.mutable_victim_referral()->mutable_person()->mutable_vulnerability()->add_precautions(
      content::v1::PRECAUTION_SUPPORT_PERSON);
  EXPECT_THAT(AskedBy(content), ElementsAre(For(0, content::v1::PRECAUTION_SUPPORT_PERSON)));
}

TEST(PrecautionsTest, EachIsAnsweredAppliedOrNotPossibleAndWhy) {
  const auto asked = AskedBy(Request());
  ActContent answer = Result(v1::MEASURE_OUTCOME_EXECUTED);
  EXPECT_EQ(Unanswered(asked, answer).size(), 3u);
  Answer(content::v1::PRECAUTION_SINGLE_RECORDING,
         content::v1::PRECAUTION_OUTCOME_APPLIED,
         "",
         answer);
  Answer(content::v1::PRECAUTION_BREAKS,
         content::v1::PRECAUTION_OUTCOME_NOT_POSSIBLE,
         "la sala cerraba a mediodía",
         answer);
  Answer(content::v1::PRECAUTION_WOMAN_INTERPRETER,
         content::v1::PRECAUTION_OUTCOME_NOT_POSSIBLE,
         "  ",
         answer);
  const auto left_out = Unanswered(asked, answer);
  ASSERT_EQ(left_out.size(), 1u) << "not possible, and nobody says why";
  EXPECT_EQ(left_out[0].field, "execution_result.measures[0].precautions");
  EXPECT_EQ(NamesOf(left_out), "WOMAN_INTERPRETER (2)");
  answer.mutable_execution_result()->mutable_measures(0)->mutable_precautions(2)->set_reasons(
      "no había intérprete mujer");
  EXPECT_THAT(Unanswered(asked, answer), IsEmpty());
}

TEST(PrecautionsTest, WhatWasNotCarriedOutHasNoneToAnswer) {
  EXPECT_THAT(Unanswered(AskedBy(Request()), Result(v1::MEASURE_OUTCOME_NOT_EXECUTABLE)),
              IsEmpty());
}

TEST(PrecautionsTest, WhatCameOfAReferralAnswersForIt) {
  ActContent answer;
  answer.mutable_referral_feedback()->set_text("bien");
  const std::vector<AskedPrecaution> asked = {For(0, content::v1::PRECAUTION_SUPPORT_PERSON)};
  EXPECT_TRUE(AnswersPrecautions(answer));
  EXPECT_EQ(NamesOf(Unanswered(asked, answer)), "SUPPORT_PERSON");
  ActContent later;
  later.mutable_follow_up()->set_month(1);
  EXPECT_FALSE(AnswersPrecautions(later));
  EXPECT_THAT(Unanswered(asked, later), IsEmpty());
}

}  // namespace
}  // namespace rogatoria::client
