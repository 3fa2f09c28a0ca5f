#include "common/client/precautions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rogatoria::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

AskedPrecaution For(uint32_t ordinal, content::v1::Precaution precaution) {
  return {ordinal, precaution};
}

v1::MeasureRef Measure(uint32_t ordinal,
                       const std::string& code,
                       v1::MeasureOutcome outcome = v1::MEASURE_OUTCOME_UNSPECIFIED) {
  v1::MeasureRef measure;
  measure.set_ordinal(ordinal);
  measure.set_code(code);
  measure.set_outcome(outcome);
  return measure;
}

ActDraft Draft(v1::ActKind kind, std::vector<v1::MeasureRef> measures = {}) {
  ActDraft draft;
  draft.kind = kind;
  draft.measures = std::move(measures);
  return draft;
}

std::vector<AskedPrecaution> AskedBy(const ActDraft& draft) {
  return client::AskedBy(InView(draft));
}

std::vector<UnansweredPrecaution> Unanswered(const std::vector<AskedPrecaution>& asked,
                                             const ActDraft& draft) {
  return client::Unanswered(asked, InView(draft));
}

// A hearing of P1 with two precautions of its own, and P1's one; P2 is heard nowhere.
ActDraft Request() {
  ActDraft draft =
      Draft(v1::ACT_KIND_REQUEST, {Measure(1, "BANK_TRANSACTIONS"), Measure(2, "VIDEO_HEARING")});
  auto& request = *draft.content.mutable_request();
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
  return draft;
}

ActDraft Result(v1::MeasureOutcome outcome) {
  ActDraft draft = Draft(v1::ACT_KIND_EXECUTION_RESULT, {Measure(2, "VIDEO_HEARING", outcome)});
  auto& measure = *draft.content.mutable_execution_result()->add_measures();
  measure.set_ordinal(2);
  measure.set_outcome(outcome);
  return draft;
}

void Answer(content::v1::Precaution precaution,
            content::v1::PrecautionOutcome outcome,
            const std::string& reasons,
            ActDraft& draft) {
  auto& answer = *draft.content.mutable_execution_result()->mutable_measures(0)->add_precautions();
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
  ActDraft draft = Request();
  draft.content.mutable_request()->mutable_measures(1)->clear_person_references();
  EXPECT_THAT(AskedBy(draft), testing::Contains(For(2, content::v1::PRECAUTION_CLOSED_SESSION)));
}

TEST(PrecautionsTest, AReferralAsksForItsPerson) {
  ActDraft draft = Draft(v1::ACT_KIND_VICTIM_REFERRAL);
  draft.content.mutable_victim_referral()
      ->mutable_person()
      ->mutable_vulnerability()
      ->add_precautions(content::v1::PRECAUTION_SUPPORT_PERSON);
  draft.cover_slip.add_precautions(content::v1::PRECAUTION_SUPPORT_PERSON);
  draft.cover_slip.add_precautions(content::v1::PRECAUTION_BREAKS);
  EXPECT_THAT(AskedBy(draft),
              ElementsAre(For(0, content::v1::PRECAUTION_SUPPORT_PERSON),
                          For(0, content::v1::PRECAUTION_BREAKS)));
  draft.kind = v1::ACT_KIND_REFERRAL_ANSWER;
  EXPECT_THAT(AskedBy(draft), IsEmpty()) << "an answer asks for nothing";
}

TEST(PrecautionsTest, AHearingIsOneByItsCodeToo) {
  ActDraft draft = Request();
  draft.content.mutable_request()->mutable_measures(1)->clear_hearing();
  EXPECT_THAT(AskedBy(draft),
              UnorderedElementsAre(For(2, content::v1::PRECAUTION_WOMAN_INTERPRETER),
                                   For(2, content::v1::PRECAUTION_BREAKS)));
}

TEST(PrecautionsTest, WhatTheSlipAloneHasIsAskedOfTheHearings) {
  ActDraft draft = Request();
  draft.cover_slip.add_precautions(content::v1::PRECAUTION_BREAKS);
  EXPECT_THAT(AskedBy(draft), testing::SizeIs(3)) << "repeats what is inside";
  draft.cover_slip.add_precautions(content::v1::PRECAUTION_FRIENDLY_ROOM);
  EXPECT_THAT(AskedBy(draft), testing::Contains(For(2, content::v1::PRECAUTION_FRIENDLY_ROOM)));
  EXPECT_THAT(AskedBy(draft), testing::SizeIs(4));
  draft.content.Clear();  // a letter
  EXPECT_THAT(AskedBy(draft),
              UnorderedElementsAre(For(2, content::v1::PRECAUTION_FRIENDLY_ROOM),
                                   For(2, content::v1::PRECAUTION_BREAKS)));
}

TEST(PrecautionsTest, WhereNobodyIsHeardTheyAreOfWhateverIsDone) {
  ActDraft draft = Draft(v1::ACT_KIND_REQUEST, {Measure(1, "SEARCH")});
  draft.cover_slip.add_precautions(content::v1::PRECAUTION_NO_ARMED_CONTACT);
  EXPECT_THAT(AskedBy(draft), ElementsAre(For(1, content::v1::PRECAUTION_NO_ARMED_CONTACT)));
}

std::vector<AskedPrecaution> AskedAfter(const std::vector<ActDraft>& acts) {
  AskedInCase asked;
  for (const ActDraft& act : acts) asked.Take(InView(act));
  return asked.precautions();
}

TEST(PrecautionsTest, ASupplementThatNamesNoMeasureMeansTheHearingsOfItsCase) {
  ActDraft slip = Draft(v1::ACT_KIND_SUPPLEMENT);
  slip.cover_slip.add_precautions(content::v1::PRECAUTION_FRIENDLY_ROOM);
  ActDraft person = Draft(v1::ACT_KIND_SUPPLEMENT);
  person.content.mutable_supplement()->add_persons()->mutable_vulnerability()->add_precautions(
      content::v1::PRECAUTION_SUPPORT_PERSON);
  EXPECT_THAT(AskedAfter({Request(), slip, person}),
              UnorderedElementsAre(For(2, content::v1::PRECAUTION_SINGLE_RECORDING),
                                   For(2, content::v1::PRECAUTION_BREAKS),
                                   For(2, content::v1::PRECAUTION_WOMAN_INTERPRETER),
                                   For(2, content::v1::PRECAUTION_FRIENDLY_ROOM),
                                   For(2, content::v1::PRECAUTION_SUPPORT_PERSON)));
}

TEST(PrecautionsTest, WhereTheCaseHearsNobodyItMeansAllOfThem) {
  ActDraft slip = Draft(v1::ACT_KIND_SUPPLEMENT);
  slip.cover_slip.add_precautions(content::v1::PRECAUTION_NO_ARMED_CONTACT);
  EXPECT_THAT(AskedAfter({Draft(v1::ACT_KIND_REQUEST, {Measure(1, "SEARCH")}),
                          Draft(v1::ACT_KIND_SUPPLEMENT, {Measure(2, "SEIZURE")}),
                          slip}),
              ElementsAre(For(1, content::v1::PRECAUTION_NO_ARMED_CONTACT),
                          For(2, content::v1::PRECAUTION_NO_ARMED_CONTACT)));
}

TEST(PrecautionsTest, ASupplementThatNamesOneMeansThatOneAlone) {
  const ActDraft request =
      Draft(v1::ACT_KIND_REQUEST, {Measure(1, "VIDEO_HEARING"), Measure(2, "TESTIMONY")});
  ActDraft header = Draft(v1::ACT_KIND_SUPPLEMENT, {Measure(2, "TESTIMONY")});
  header.cover_slip.add_precautions(content::v1::PRECAUTION_BREAKS);
  EXPECT_THAT(AskedAfter({request, header}), ElementsAre(For(2, content::v1::PRECAUTION_BREAKS)));
  ActDraft inside = Draft(v1::ACT_KIND_SUPPLEMENT);
  auto& measure = *inside.content.mutable_supplement()->add_measures();
  measure.set_code("TESTIMONY");
  measure.mutable_hearing()->add_precautions(content::v1::PRECAUTION_BREAKS);
  EXPECT_THAT(AskedAfter({request, inside}), ElementsAre(For(2, content::v1::PRECAUTION_BREAKS)))
      << "by its code";
}

TEST(PrecautionsTest, WhereNoMeasureIsAskedForItIsOfTheReferral) {
  ActDraft slip = Draft(v1::ACT_KIND_SUPPLEMENT);
  slip.cover_slip.add_precautions(content::v1::PRECAUTION_BREAKS);
  EXPECT_THAT(AskedAfter({Draft(v1::ACT_KIND_DETECTION_REPORT), slip}),
              ElementsAre(For(kWholeReferral, content::v1::PRECAUTION_BREAKS)));
}

TEST(PrecautionsTest, OfADeclinedReferralNothingIsAskedUntilTheNextAsks) {
  ActDraft referral = Draft(v1::ACT_KIND_DETECTION_REPORT);
  referral.cover_slip.add_precautions(content::v1::PRECAUTION_BREAKS);
  ActDraft answer =
      Draft(v1::ACT_KIND_REFERRAL_ANSWER, {Measure(1, "REFERRAL", v1::MEASURE_OUTCOME_ACCEPTED)});
  EXPECT_THAT(AskedAfter({referral, answer}), testing::SizeIs(1));
  answer.measures[0].set_outcome(v1::MEASURE_OUTCOME_DECLINED);
  EXPECT_THAT(AskedAfter({referral, answer}), IsEmpty());
  EXPECT_THAT(AskedAfter({referral, answer, referral}), testing::SizeIs(1));
  EXPECT_THAT(AskedAfter({Request(), answer}), testing::SizeIs(3)) << "of measures";
}

TEST(PrecautionsTest, OfItsOwnActsTheAnswerersAnswerToAReferralCountsAlone) {
  EXPECT_TRUE(AskedInCase::Changes(v1::ACT_KIND_REFERRAL_ANSWER, true));
  EXPECT_FALSE(AskedInCase::Changes(v1::ACT_KIND_REFERRAL_ANSWER, false));
  for (const auto kind : {v1::ACT_KIND_REQUEST,
                          v1::ACT_KIND_SUPPLEMENT,
                          v1::ACT_KIND_DETECTION_REPORT,
                          v1::ACT_KIND_SHELTER_PLACEMENT}) {
    EXPECT_TRUE(AskedInCase::Changes(kind, false)) << kind;
    EXPECT_FALSE(AskedInCase::Changes(kind, true)) << kind;
  }
  for (const auto kind : {v1::ACT_KIND_EXECUTION_RESULT, v1::ACT_KIND_REFERRAL_FEEDBACK}) {
    EXPECT_FALSE(AskedInCase::Changes(kind, false)) << "to open one comes here again";
    EXPECT_FALSE(AskedInCase::Changes(kind, true)) << "to open one comes here again";
  }
}

TEST(PrecautionsTest, EachIsAnsweredAppliedOrNotPossibleAndWhy) {
  const auto asked = AskedBy(Request());
  ActDraft answer = Result(v1::MEASURE_OUTCOME_EXECUTED);
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
  answer.content.mutable_execution_result()
      ->mutable_measures(0)
      ->mutable_precautions(2)
      ->set_reasons("no había intérprete mujer");
  EXPECT_THAT(Unanswered(asked, answer), IsEmpty());
}

TEST(PrecautionsTest, WhatWasNotCarriedOutHasNoneToAnswer) {
  EXPECT_THAT(Unanswered(AskedBy(Request()), Result(v1::MEASURE_OUTCOME_NOT_EXECUTABLE)),
              IsEmpty());
}

// By flags of the command line, as a letter, or with remarks alone.
TEST(PrecautionsTest, AResultWithoutTypedAnswersLeavesOutAll) {
  const auto asked = AskedBy(Request());
  ActDraft answer = Result(v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED);
  answer.content.Clear();
  answer.content.mutable_letter()->set_text("Hecho");
  ASSERT_EQ(Unanswered(asked, answer).size(), 3u);
  EXPECT_EQ(Unanswered(asked, answer)[0].field, "execution_result.measures[].precautions");
  answer.content.mutable_execution_result()->set_remarks("Hecho.");
  EXPECT_EQ(Unanswered(asked, answer).size(), 3u);
  answer.measures[0].set_outcome(v1::MEASURE_OUTCOME_NOT_EXECUTABLE);
  EXPECT_THAT(Unanswered(asked, answer), IsEmpty());
}

TEST(PrecautionsTest, TheOutcomeOfTheHeaderCountsWhereTheContentLeavesItOut) {
  const auto asked = AskedBy(Request());
  ActDraft answer = Result(v1::MEASURE_OUTCOME_EXECUTED);
  auto& measure = *answer.content.mutable_execution_result()->mutable_measures(0);
  measure.clear_outcome();
  EXPECT_EQ(Unanswered(asked, answer).size(), 3u);
  measure.clear_ordinal();
  measure.set_code("VIDEO_HEARING");
  for (const AskedPrecaution& one : asked)
    Answer(one.precaution, content::v1::PRECAUTION_OUTCOME_APPLIED, "", answer);
  EXPECT_THAT(Unanswered(asked, answer), IsEmpty()) << "known by its code";
}

TEST(PrecautionsTest, TheNextStepIsAnExample) {
  const ActDraft answer = Result(v1::MEASURE_OUTCOME_EXECUTED);
  EXPECT_EQ(LinesToAnswer(answer.kind, Unanswered(AskedBy(Request()), answer)),
            "[[execution_result.measures]] ordinal = 2, [[execution_result.measures.precautions]] "
            "precaution = \"SINGLE_RECORDING\", precaution_outcome = \"APPLIED\" | "
            "\"NOT_POSSIBLE\", reasons = \"...\" (rogatoria act new --template EXECUTION_RESULT)");
}

TEST(PrecautionsTest, OfAReferralThatIsOpenWhichNobodyAnswers) {
  std::vector<AskedPrecaution> open;
  ActDraft referral = Draft(v1::ACT_KIND_DETECTION_REPORT);
  referral.cover_slip.add_precautions(content::v1::PRECAUTION_SUPPORT_PERSON);
  referral.cover_slip.add_precautions(content::v1::PRECAUTION_BREAKS);
  TakeIntoBalance(InView(referral), open);
  EXPECT_EQ(open.size(), 2u);
  ActDraft answer = Draft(v1::ACT_KIND_REFERRAL_ANSWER,
                          {Measure(1, "IDENTIFY_VICTIM", v1::MEASURE_OUTCOME_ACCEPTED)});
  auto& breaks = *answer.content.mutable_referral_answer()->add_precautions();
  breaks.set_precaution(content::v1::PRECAUTION_BREAKS);
  breaks.set_precaution_outcome(content::v1::PRECAUTION_OUTCOME_APPLIED);
  TakeIntoBalance(InView(answer), open);
  EXPECT_THAT(open, ElementsAre(For(0, content::v1::PRECAUTION_SUPPORT_PERSON)));
  answer.measures[0].set_outcome(v1::MEASURE_OUTCOME_DECLINED);
  TakeIntoBalance(InView(answer), open);
  EXPECT_THAT(open, IsEmpty()) << "nothing is done";
}

TEST(PrecautionsTest, WhatCameOfAReferralAnswersForIt) {
  ActDraft answer = Draft(v1::ACT_KIND_REFERRAL_FEEDBACK);
  answer.content.mutable_letter()->set_text("bien");
  const std::vector<AskedPrecaution> asked = {For(0, content::v1::PRECAUTION_SUPPORT_PERSON)};
  EXPECT_TRUE(AnswersPrecautions(answer.kind));
  EXPECT_EQ(NamesOf(Unanswered(asked, answer)), "SUPPORT_PERSON") << "a letter";
  answer.content.mutable_referral_feedback()->set_text("bien");
  EXPECT_EQ(NamesOf(Unanswered(asked, answer)), "SUPPORT_PERSON");
  ActDraft later = Draft(v1::ACT_KIND_FOLLOW_UP);
  later.content.mutable_follow_up()->set_month(1);
  EXPECT_FALSE(AnswersPrecautions(later.kind));
  EXPECT_THAT(Unanswered(asked, later), IsEmpty());
}

}  // namespace
}  // namespace rogatoria::client
