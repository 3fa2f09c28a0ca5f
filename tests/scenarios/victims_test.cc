// Scenarios of victims and minors: docs/scenarios/precautions.md, shelter-placement.md,
// intersectoral-referral.md, case-file.md. Persons and places are invented.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/client/precautions.h"
#include "tests/scenarios/law.h"
#include "tests/scenarios/stage.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string AllInstruments() {
  return absl::StrCat(kChannels, kConventions);
}

// A child is heard by video with six precautions, in Thai.
constexpr content::v1::Precaution kSix[] = {content::v1::PRECAUTION_SINGLE_RECORDING,
                                            content::v1::PRECAUTION_WOMAN_INTERPRETER,
                                            content::v1::PRECAUTION_SPECIALISED_INTERVIEWER,
                                            content::v1::PRECAUTION_GUARDIAN_PRESENT,
                                            content::v1::PRECAUTION_FRIENDLY_ROOM,
                                            content::v1::PRECAUTION_NO_CONTACT_WITH_ACCUSED};
constexpr char kThai[] = "ขอให้สอบปากคำพยานเด็กเพียงครั้งเดียว โดยมีล่ามหญิง";
// Looks the same and is not: SARA AM is written in two letters, and words are parted by a space of
// no width. Nothing puts it into another form on its way.
constexpr char kThaiApart[] = "ถ้อยค\u0e4d\u0e32\u200bเด็ก ๑๒ ปี";

class HearingScenario : public testing::Test {
 protected:
  HearingScenario() : stage_(AllInstruments()) {
    stage_.Join("th-oag", "TH");
    stage_.Load(AllInstruments());
    client::ActDraft request = stage_.Example("request", {"co-fgn"});
    request.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
    request.channel_basis.clear();
    request.language = "th";
    request.cover_slip.set_subject(kThai);
    request.content.mutable_letter()->set_text(kThaiApart);
    auto& hearing = *request.content.mutable_request()->mutable_measures(0);
    hearing.set_assistance_sought(kThai);
    hearing.mutable_hearing()->clear_precautions();
    for (const auto precaution : kSix) hearing.mutable_hearing()->add_precautions(precaution);
    case_ = stage_.Send("th-oag", request);
    const client::OpenedAct opened = stage_.Take("co-fgn").opened;
    asked_ = opened.content;
    precautions_ = client::AskedBy(client::InView(opened));
    subject_ = opened.cover_slip.subject();
    stage_.Send("co-fgn",
                stage_.Letter(v1::ACT_KIND_DECISION, case_, {"th-oag"}, {Outcome("ADMITTED")}));
    stage_.Take("th-oag");
  }

  static v1::MeasureRef Outcome(const std::string& outcome) {
    v1::MeasureRef measure = MeasureOf(1, "VIDEO_HEARING");
    v1::MeasureOutcome value = v1::MEASURE_OUTCOME_UNSPECIFIED;
    EXPECT_TRUE(v1::MeasureOutcome_Parse(absl::StrCat("MEASURE_OUTCOME_", outcome), &value));
    measure.set_outcome(value);
    return measure;
  }
  // The result, with the first `answered` of the precautions answered.
  client::ActDraft Result(size_t answered) {
    client::ActDraft draft = stage_.Example("execution-result", case_, {"th-oag"});
    auto& measure = *draft.content.mutable_execution_result()->mutable_measures(0);
    measure.clear_precautions();
    for (size_t i = 0; i < answered; ++i) {
      auto& answer = *measure.add_precautions();
      answer.set_precaution(kSix[i]);
      answer.set_precaution_outcome(i == 3 ? content::v1::PRECAUTION_OUTCOME_NOT_POSSIBLE
                                           : content::v1::PRECAUTION_OUTCOME_APPLIED);
      if (i == 3) answer.set_reasons(kThaiApart);
    }
    return draft;
  }

  Stage stage_;
  std::string case_;
  content::v1::ActContent asked_;
  std::vector<client::AskedPrecaution> precautions_;
  std::string subject_;
};

// Byte for byte, in every place that has text, and back again.
TEST_F(HearingScenario, TheTextComesAsItWasWritten) {
  EXPECT_EQ(asked_.request().measures(0).assistance_sought(), kThai);
  EXPECT_EQ(asked_.letter().text(), kThaiApart);
  EXPECT_EQ(subject_, kThai);
  EXPECT_THAT(precautions_, SizeIs(6));
}

TEST_F(HearingScenario, AnAnswerThatLeavesOneOutIsStoppedAtTheSender) {
  const absl::Status stopped = stage_.TryToSend("co-fgn", Result(5)).status();
  EXPECT_THAT(stopped, HasReason(Reason::PRECAUTION_UNANSWERED));
  EXPECT_THAT(GetErrorDetails(stopped)->accepted, HasSubstr("NO_CONTACT_WITH_ACCUSED (1)"));
  EXPECT_EQ(stage_.Read("co-fgn", case_).act_count(), 2u) << "nothing was sent";
  stage_.Send("co-fgn", Result(6));
  const client::OpenedAct opened = stage_.Take("th-oag").opened;
  EXPECT_THAT(opened.contradictions, IsEmpty());
  const auto& answers = opened.content.execution_result().measures(0).precautions();
  ASSERT_THAT(answers, SizeIs(6));
  EXPECT_EQ(answers[3].reasons(), kThaiApart) << "not possible, and why";
}

TEST_F(HearingScenario, IfItComesAnywayTheRecipientIsTold) {
  // An office whose folder knows nothing of the request, as one with another program.
  stage_.SubmitUnchecked("co-fgn", Result(5));
  const ReceivedAct received = stage_.Take("th-oag");
  ASSERT_THAT(received.opened.contradictions, SizeIs(1));
  const auto& told = received.opened.contradictions[0];
  EXPECT_EQ(told.discrepancy_code(), content::v1::DISCREPANCY_CODE_PRECAUTIONS);
  EXPECT_EQ(told.stated(), "NO_CONTACT_WITH_ACCUSED (1)");
}

// By the flags of the command line, or by another program's letter.
TEST_F(HearingScenario, AResultInWordsAloneLeavesOutAllSix) {
  const client::ActDraft letter =
      stage_.Letter(v1::ACT_KIND_EXECUTION_RESULT, case_, {"th-oag"}, {Outcome("EXECUTED")});
  const absl::Status stopped = stage_.TryToSend("co-fgn", letter).status();
  EXPECT_THAT(stopped, HasReason(Reason::PRECAUTION_UNANSWERED));
  for (const char* named : {"SINGLE_RECORDING (1)", "FRIENDLY_ROOM (1)", "act new"})
    EXPECT_THAT(GetErrorDetails(stopped)->accepted, HasSubstr(named));
  stage_.SubmitUnchecked("co-fgn", letter);
  const ReceivedAct received = stage_.Take("th-oag");
  ASSERT_THAT(received.opened.contradictions, SizeIs(1));
  EXPECT_THAT(received.opened.contradictions[0].stated(), HasSubstr("GUARDIAN_PRESENT (1)"));
}

// By the slip of a letter that names no measure: it means the hearing.
TEST_F(HearingScenario, WhatASupplementAsksForIsAnsweredToo) {
  client::ActDraft more = stage_.Letter(v1::ACT_KIND_SUPPLEMENT, case_, {"co-fgn"});
  more.cover_slip.add_precautions(content::v1::PRECAUTION_BREAKS);
  stage_.Send("th-oag", more);
  stage_.Take("co-fgn");
  const absl::Status stopped = stage_.TryToSend("co-fgn", Result(6)).status();
  EXPECT_THAT(stopped, HasReason(Reason::PRECAUTION_UNANSWERED));
  EXPECT_THAT(GetErrorDetails(stopped)->accepted, HasSubstr("BREAKS (1)"));
  stage_.SubmitUnchecked("co-fgn", Result(6));
  const ReceivedAct received = stage_.Take("th-oag");
  ASSERT_THAT(received.opened.contradictions, SizeIs(1));
  EXPECT_EQ(received.opened.contradictions[0].stated(), "BREAKS (1)");
}

class ReferralScenario : public testing::Test {
 protected:
  ReferralScenario() : stage_(AllInstruments()) {
    stage_.Join("co-coordinacion", "CO", "VICTIM_COORDINATOR");
    stage_.Join("co-salud",
                "CO",
                "PUBLIC_BODY",
                "allowed_fields = [\"intersectoral_referral.pseudonym\", "
                "\"intersectoral_referral.languages\", \"intersectoral_referral.vulnerability\", "
                "\"intersectoral_referral.services\", \"intersectoral_referral.consent_record\"]\n"
                "gateway_for = [\"Hospital de referencia\"]\n");
    stage_.Load(AllInstruments());
  }
  void Play(const std::string& from, const std::string& to, client::ActDraft draft) {
    draft.case_id = case_;
    draft.to.clear();
    draft.to.emplace_back().set_authority(to);
    stage_.Send(from, draft);
    stage_.Take(to);
  }
  v1::MeasureState State() { return stage_.States("pt-pgr", case_).at(0); }

  Stage stage_;
  std::string case_;
};

TEST_F(ReferralScenario, FromTheReportToTheLastFollowUp) {
  case_ = stage_.Send("pt-pgr", stage_.Example("detection-report", {"co-fgn"}));
  stage_.Take("co-fgn");
  EXPECT_EQ(State(), v1::MEASURE_STATE_RECEIVED);
  Play("co-fgn", "pt-pgr", stage_.Letter(v1::ACT_KIND_ACKNOWLEDGEMENT, case_, {"pt-pgr"}));
  EXPECT_EQ(State(), v1::MEASURE_STATE_ACKNOWLEDGED);
  Play("pt-pgr", "co-fgn", stage_.Example("victim-referral"));
  EXPECT_EQ(State(), v1::MEASURE_STATE_ACKNOWLEDGED) << "asks for more in the same case";
  Play("co-fgn", "pt-pgr", stage_.Example("referral-answer"));
  EXPECT_EQ(State(), v1::MEASURE_STATE_ACCEPTED);
  Play("co-fgn", "pt-pgr", stage_.Letter(v1::ACT_KIND_PROGRESS, case_, {"pt-pgr"}));
  EXPECT_EQ(State(), v1::MEASURE_STATE_IN_SERVICES);
  client::ActDraft feedback = stage_.Example("referral-feedback");
  auto& armed = *feedback.content.mutable_referral_feedback()->add_precautions();
  armed.set_precaution(content::v1::PRECAUTION_NO_ARMED_CONTACT);
  armed.set_precaution_outcome(content::v1::PRECAUTION_OUTCOME_APPLIED);
  Play("co-fgn", "pt-pgr", feedback);
  EXPECT_EQ(State(), v1::MEASURE_STATE_FEEDBACK_GIVEN);
  for (const auto next : {v1::MEASURE_STATE_FIRST_FOLLOW_UP,
                          v1::MEASURE_STATE_SECOND_FOLLOW_UP,
                          v1::MEASURE_STATE_THIRD_FOLLOW_UP}) {
    Play("co-fgn", "pt-pgr", stage_.Example("follow-up"));
    EXPECT_EQ(State(), next);
  }
  Play("pt-pgr", "co-fgn", stage_.Letter(v1::ACT_KIND_CLOSURE, case_, {"co-fgn"}));
  EXPECT_EQ(State(), v1::MEASURE_STATE_CLOSED);
  client::ActDraft late = stage_.Example("follow-up", case_, {"pt-pgr"});
  EXPECT_THAT(stage_.TryToSend("co-fgn", late), HasReason(Reason::WRONG_STATE));
}

TEST_F(ReferralScenario, WhatCameOfItAnswersWhatTheReportAskedFor) {
  case_ = stage_.Send("pt-pgr", stage_.Example("detection-report", {"co-fgn"}));
  stage_.Take("co-fgn");
  Play("co-fgn", "pt-pgr", stage_.Example("referral-answer"));
  client::ActDraft feedback = stage_.Example("referral-feedback", case_, {"pt-pgr"});
  const absl::Status stopped = stage_.TryToSend("co-fgn", feedback).status();
  EXPECT_THAT(stopped, HasReason(Reason::PRECAUTION_UNANSWERED));
  EXPECT_THAT(GetErrorDetails(stopped)->accepted, HasSubstr("NO_ARMED_CONTACT"));
}

// The officer is told what came of the report; the precautions are for nobody to take.
TEST_F(ReferralScenario, WhatCameOfADeclinedOneAnswersNothing) {
  case_ = stage_.Send("pt-pgr", stage_.Example("detection-report", {"co-fgn"}));
  stage_.Take("co-fgn");
  client::ActDraft no = stage_.Example("referral-answer");
  no.measures[0].set_outcome(v1::MEASURE_OUTCOME_DECLINED);
  no.content.mutable_referral_answer()->Clear();
  no.content.mutable_referral_answer()->set_decline_reason(content::v1::DECLINE_REASON_NOT_SAFE);
  Play("co-fgn", "pt-pgr", no);
  EXPECT_EQ(State(), v1::MEASURE_STATE_DECLINED);
  const client::ActDraft words = stage_.Letter(v1::ACT_KIND_REFERRAL_FEEDBACK, case_, {"pt-pgr"});
  EXPECT_THAT(stage_.TryToSend("co-fgn", words), IsOk());
  EXPECT_THAT(stage_.Take("pt-pgr").opened.contradictions, IsEmpty());
}

// A SUPPLEMENT may come in any state of any case; here it is of the referral.
TEST_F(ReferralScenario, WhatASupplementAsksForIsAnsweredToo) {
  case_ = stage_.Send("pt-pgr", stage_.Example("detection-report", {"co-fgn"}));
  stage_.Take("co-fgn");
  client::ActDraft more = stage_.Letter(v1::ACT_KIND_SUPPLEMENT, case_, {"co-fgn"});
  more.cover_slip.add_precautions(content::v1::PRECAUTION_BREAKS);
  Play("pt-pgr", "co-fgn", more);
  Play("co-fgn", "pt-pgr", stage_.Example("referral-answer"));
  const client::ActDraft words = stage_.Letter(v1::ACT_KIND_REFERRAL_FEEDBACK, case_, {"pt-pgr"});
  const absl::Status stopped = stage_.TryToSend("co-fgn", words).status();
  EXPECT_THAT(stopped, HasReason(Reason::PRECAUTION_UNANSWERED));
  EXPECT_THAT(GetErrorDetails(stopped)->accepted, HasSubstr("BREAKS"));
}

TEST_F(ReferralScenario, AClosureOverWhatNobodyAnsweredIsTold) {
  case_ = stage_.Send("pt-pgr", stage_.Example("detection-report", {"co-fgn"}));
  stage_.Take("co-fgn");
  client::ActDraft accepted = stage_.Example("referral-answer");
  accepted.content.mutable_referral_answer()->clear_precautions();
  Play("co-fgn", "pt-pgr", accepted);
  const client::ActDraft words = stage_.Letter(v1::ACT_KIND_REFERRAL_FEEDBACK, case_, {"pt-pgr"});
  EXPECT_THAT(stage_.TryToSend("co-fgn", words), HasReason(Reason::PRECAUTION_UNANSWERED));
  Play("co-fgn", "pt-pgr", stage_.Letter(v1::ACT_KIND_PROGRESS, case_, {"pt-pgr"}));
  for (int i = 0; i < 3; ++i) Play("co-fgn", "pt-pgr", stage_.Example("follow-up"));
  const client::ActDraft closure = stage_.Letter(v1::ACT_KIND_CLOSURE, case_, {"co-fgn"});
  const auto findings = stage_.office("pt-pgr").Lint(closure, "en");
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [](const client::Finding& finding) {
    return finding.field == "referral_feedback.precautions[NO_ARMED_CONTACT]";
  }));
  stage_.Send("pt-pgr", closure);
  const ReceivedAct received = stage_.Take("co-fgn");
  ASSERT_THAT(received.opened.contradictions, SizeIs(1));
  EXPECT_EQ(received.opened.contradictions[0].field(), "referral_feedback.precautions");
  EXPECT_THAT(received.opened.contradictions[0].stated(), HasSubstr("WOMAN_INTERPRETER"));
}

TEST_F(ReferralScenario, APlaceIsAskedOfTheCoordinatorOfferedDeclinedOfferedAndTaken) {
  const client::ActDraft request = stage_.Example("shelter-placement");
  case_ = stage_.Send("pt-pgr", request);
  stage_.Take("co-coordinacion");
  const auto offer = [&] {
    client::ActDraft draft = stage_.Example("shelter-placement");
    auto& placement = *draft.content.mutable_shelter_placement();
    placement.set_placement_step(content::v1::PLACEMENT_STEP_OFFER);
    placement.set_service_id("SVC-7F3A");
    Play("co-coordinacion", "pt-pgr", draft);
  };
  offer();
  EXPECT_EQ(State(), v1::MEASURE_STATE_OFFERED);
  client::ActDraft no = stage_.Example("referral-answer");
  no.measures[0].set_outcome(v1::MEASURE_OUTCOME_DECLINED);
  no.content.mutable_referral_answer()->Clear();
  no.content.mutable_referral_answer()->set_decline_reason(content::v1::DECLINE_REASON_NOT_SAFE);
  Play("pt-pgr", "co-coordinacion", no);
  EXPECT_EQ(State(), v1::MEASURE_STATE_ACKNOWLEDGED);
  offer();
  client::ActDraft yes = stage_.Example("shelter-placement");
  yes.content.mutable_shelter_placement()->set_placement_step(content::v1::PLACEMENT_STEP_CONFIRM);
  Play("pt-pgr", "co-coordinacion", yes);
  EXPECT_EQ(State(), v1::MEASURE_STATE_PLACED);
}

TEST_F(ReferralScenario, APlaceIsAskedOfNobodyElse) {
  const absl::Status refused =
      stage_.TryToSend("pt-pgr", stage_.Example("shelter-placement", {"co-fgn"})).status();
  EXPECT_THAT(refused, HasReason(Reason::ADDRESSEE_NOT_COORDINATOR));
}

TEST_F(ReferralScenario, ABodyOfAnotherSectorGetsWhatItMayHave) {
  client::ActDraft draft = stage_.Example("intersectoral-referral", {"co-salud"});
  const absl::Status refused = stage_.TryToSend("pt-pgr", draft).status();
  EXPECT_THAT(refused, HasReason(Reason::FIELD_OUTSIDE_PROFILE));
  EXPECT_EQ(GetErrorDetails(refused)->field, "intersectoral_referral.sector");
  auto& referral = *draft.content.mutable_intersectoral_referral();
  referral.clear_sector();
  referral.clear_reintegration_plan_reference();
  referral.clear_feedback_by_day();
  referral.clear_procedure_version();
  stage_.Send("pt-pgr", draft);
  const ReceivedAct received = stage_.Take("co-salud");
  EXPECT_EQ(received.opened.content.intersectoral_referral().pseudonym(), "VIC-0501");
}

TEST_F(ReferralScenario, SmugglingIsACaseOfItsOwn) {
  const std::string smuggling =
      stage_.Send("pt-pgr", stage_.Example("smuggling-report", {"co-fgn"}));
  stage_.Take("co-fgn");
  EXPECT_EQ(stage_.Read("co-fgn", smuggling).case_type(), v1::CASE_TYPE_SPONTANEOUS);
  const std::string trafficking =
      stage_.Send("pt-pgr", stage_.Example("detection-report", {"co-fgn"}));
  EXPECT_NE(smuggling, trafficking);
  client::ActDraft mixed = stage_.Example("smuggling-report", trafficking, {"co-fgn"});
  EXPECT_THAT(stage_.TryToSend("pt-pgr", mixed), HasReason(Reason::WRONG_STATE));
}

TEST(FollowUpScenario, ComesDueAfterOneThreeAndSixMonthsOnACalendarThatRestsOnFridays) {
  const std::string law = absl::StrCat(kChannels, kConventions, kFollowUps);
  Stage stage(law);
  stage.hub().office("co-fgn").calendar = "jo-official";
  stage.Load(law);
  const std::string id = stage.Send("pt-pgr", stage.Example("victim-referral", {"co-fgn"}));
  stage.Take("co-fgn");
  stage.Send("co-fgn", stage.Example("referral-answer", id, {"pt-pgr"}));
  stage.Send("co-fgn", stage.Letter(v1::ACT_KIND_PROGRESS, id, {"pt-pgr"}));
  absl::TimeZone zone;
  ASSERT_TRUE(absl::LoadTimeZone("America/Bogota", &zone));
  const absl::CivilDay today = absl::ToCivilDay(absl::Now(), zone);
  std::map<v1::DeadlineClock, absl::CivilDay> due;
  const auto found = stage.office("pt-pgr").FetchCase(id);
  ASSERT_THAT(found, IsOk());
  for (const v1::CaseClock& clock : found->clocks())
    due[clock.clock()] = absl::ToCivilDay(absl::FromUnixMillis(clock.due_unix_ms()), zone);
  for (const auto& [clock, months] : {std::pair(v1::DEADLINE_CLOCK_FIRST_FOLLOW_UP, 1),
                                      std::pair(v1::DEADLINE_CLOCK_SECOND_FOLLOW_UP, 3),
                                      std::pair(v1::DEADLINE_CLOCK_THIRD_FOLLOW_UP, 6)}) {
    ASSERT_TRUE(due.contains(clock));
    const absl::CivilMonth month = absl::CivilMonth(today) + months;
    EXPECT_GE(due[clock], absl::CivilDay(month) + std::min<int>(today.day(), 28) - 1);
    EXPECT_LE(due[clock], absl::CivilDay(month) + today.day() + 2);
    EXPECT_NE(absl::GetWeekday(due[clock]), absl::Weekday::friday);
    EXPECT_NE(absl::GetWeekday(due[clock]), absl::Weekday::saturday);
  }
  EXPECT_TRUE(due.contains(v1::DEADLINE_CLOCK_FEEDBACK));
}

}  // namespace
}  // namespace rogatoria
