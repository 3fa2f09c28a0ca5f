// Several sectors, and two matters in one event: docs/scenarios/two-matters-one-event.md and
// intersectoral-referral.md. Persons and places are invented.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/law.h"
#include "tests/scenarios/stage.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::IsEmpty;
using testing::Not;

// What a health ministry may have: no facts, no indicators, no risks.
constexpr char kHealth[] =
    "allowed_fields = [\"intersectoral_referral.sector\", \"intersectoral_referral.pseudonym\", "
    "\"intersectoral_referral.languages\", \"intersectoral_referral.vulnerability\", "
    "\"intersectoral_referral.services\", \"intersectoral_referral.consent_record\", "
    "\"intersectoral_referral.reintegration_plan_reference\", "
    "\"intersectoral_referral.feedback_by_day\", \"intersectoral_referral.procedure_version\"]\n"
    "gateway_for = [\"Hospital de referencia\"]\n";

class SectorsScenario : public testing::Test {
 protected:
  SectorsScenario() : stage_(absl::StrCat(kChannels, kFollowUps)) {
    stage_.Join("pe-mp", "PE");
    stage_.Join("pe-salud", "PE", "PUBLIC_BODY", kHealth);
    stage_.Load(absl::StrCat(kChannels, kFollowUps));
  }

  // An example between the two of Peru, without what belongs to Portugal's channel.
  client::ActDraft Informal(const std::string& name, const std::string& to) {
    client::ActDraft draft = stage_.Example(name, {to});
    draft.channel_class = v1::CHANNEL_CLASS_INFORMAL;
    draft.channel_basis.clear();
    return draft;
  }
  client::ActDraft Referral() {
    client::ActDraft draft = Informal("intersectoral-referral", "pe-salud");
    draft.content.mutable_intersectoral_referral()->set_reintegration_plan_reference("PE-PLAN-12");
    return draft;
  }
  v1::MeasureState State(const std::string& case_id) {
    return stage_.States("pe-mp", case_id).at(0);
  }

  Stage stage_;
};

// What is handed on by its key is looked at like what is sent.
TEST_F(SectorsScenario, WhatItMayNotHaveIsNotHandedOnToItEither) {
  stage_.Join("pe-puerta", "PE", "PUBLIC_BODY", "allowed_fields = [\"forwarding_notice\"]\n");
  stage_.Join("pe-policia", "PE");
  stage_.Load(absl::StrCat(kChannels, kFollowUps));
  const std::string report = stage_.Send("pe-policia", Informal("detection-report", "pe-mp"));
  stage_.Take("pe-mp");
  const auto refused =
      stage_.office("pe-mp").Forward({{report}, "pe-puerta", "Le compete la atención"});
  ASSERT_THAT(refused, HasReason(Reason::FIELD_OUTSIDE_PROFILE));
  EXPECT_THAT(GetErrorDetails(refused.status())->field, testing::StartsWith("detection_report."));
  EXPECT_THAT(stage_.Read("pe-mp", report).parties(), testing::SizeIs(2));
}

TEST_F(SectorsScenario, AMinistryHealsByAPlanAndSaysWhatCameOfIt) {
  const std::string id = stage_.Send("pe-mp", Referral());
  const ReceivedAct received = stage_.Take("pe-salud");
  EXPECT_EQ(received.opened.content.intersectoral_referral().reintegration_plan_reference(),
            "PE-PLAN-12");
  stage_.Send("pe-salud", stage_.Example("referral-answer", id, {"pe-mp"}));
  EXPECT_EQ(State(id), v1::MEASURE_STATE_ACCEPTED);
  stage_.Send("pe-salud", stage_.Letter(v1::ACT_KIND_PROGRESS, id, {"pe-mp"}));
  EXPECT_EQ(State(id), v1::MEASURE_STATE_IN_SERVICES);
  stage_.Send("pe-salud", stage_.Example("referral-feedback", id, {"pe-mp"}));
  EXPECT_EQ(State(id), v1::MEASURE_STATE_FEEDBACK_GIVEN);
  stage_.Take("pe-mp");
  stage_.Take("pe-mp");
  const ReceivedAct feedback = stage_.Take("pe-mp");
  EXPECT_FALSE(feedback.opened.content.referral_feedback().text().empty());
  EXPECT_THAT(feedback.opened.contradictions, IsEmpty());
}

// Each field that it may not have stops the act, by its name, and nothing is sent.
TEST_F(SectorsScenario, WhatItMayNotHaveIsNamedAndNothingIsSent) {
  const auto refused_for = [&](const std::string& field, const client::ActDraft& draft) {
    const absl::Status refused = stage_.TryToSend("pe-mp", draft).status();
    EXPECT_THAT(refused, HasReason(Reason::FIELD_OUTSIDE_PROFILE));
    EXPECT_EQ(GetErrorDetails(refused)->field, field);
  };
  client::ActDraft facts = Referral();
  facts.content.mutable_intersectoral_referral()->set_summary_of_facts("La red la captó.");
  refused_for("intersectoral_referral.summary_of_facts", facts);
  client::ActDraft indicators = Referral();
  indicators.content.mutable_intersectoral_referral()->add_indicators()->set_code("AL-DR-01");
  refused_for("intersectoral_referral.indicators[0].code", indicators);
  client::ActDraft letter = Referral();
  letter.content.mutable_letter()->set_text("Todo está en la carta.");
  refused_for("letter.text", letter);
  client::ActDraft whole = Informal("victim-referral", "pe-salud");
  EXPECT_THAT(stage_.TryToSend("pe-mp", whole), HasReason(Reason::FIELD_OUTSIDE_PROFILE));
  EXPECT_THAT(
      stage_.office("pe-salud")
          .Receive(1,
                   absl::Seconds(1),
                   [](const auto&) { return absl::FailedPreconditionError("something came"); }),
      IsOk());
}

// Fourteen came in a container; two of them were sold on. Two reports, two cases of two types, and
// neither is made from the other.
TEST_F(SectorsScenario, SmugglingBesideTraffickingInOneEventIsTwoCases) {
  client::ActDraft migrants = stage_.Example("smuggling-report", {"co-fgn"});
  client::ActDraft victims = stage_.Example("detection-report", {"co-fgn"});
  const auto& report = migrants.content.smuggling_report();
  victims.content.mutable_detection_report()->set_place_locode(report.place_locode());
  victims.content.mutable_detection_report()->set_detected_at(report.detected_at());
  const std::string smuggling = stage_.Send("pt-pgr", migrants);
  const std::string trafficking = stage_.Send("pt-pgr", victims);
  EXPECT_EQ(stage_.Read("pt-pgr", smuggling).case_type(), v1::CASE_TYPE_SPONTANEOUS);
  EXPECT_EQ(stage_.Read("pt-pgr", trafficking).case_type(), v1::CASE_TYPE_REFERRAL);
  const client::OpenedAct urgent = stage_.Take("co-fgn").opened;
  EXPECT_TRUE(urgent.content.has_detection_report());
  EXPECT_THAT(urgent.header.related_cases(), IsEmpty()) << "not bound to one another";
  const client::OpenedAct other = stage_.Take("co-fgn").opened;
  EXPECT_TRUE(other.content.has_smuggling_report());
  EXPECT_FALSE(other.cover_slip.victims()) << "migrants are not called victims";
  // Neither fits into the other's case.
  migrants.case_id = trafficking;
  EXPECT_THAT(stage_.TryToSend("pt-pgr", migrants), HasReason(Reason::WRONG_STATE));
  victims.case_id = smuggling;
  EXPECT_THAT(stage_.TryToSend("pt-pgr", victims), Not(IsOk()));
}

// The code of one matter on the report of the other is an error before anything is sent.
TEST_F(SectorsScenario, TheCodeOfOneMatterOnTheReportOfTheOtherIsStopped) {
  client::ActDraft migrants = stage_.Example("smuggling-report", {"co-fgn"});
  migrants.cover_slip.add_offence_codes("ICCS:0204");
  client::ActDraft victims = stage_.Example("detection-report", {"co-fgn"});
  victims.cover_slip.add_offence_codes("ICCS:08051");
  for (const client::ActDraft& draft : {migrants, victims}) {
    bool error = false;
    for (const client::Finding& finding : stage_.office("pt-pgr").Lint(draft, "es", false))
      error |= finding.error && finding.field == "cover_slip.offence_codes";
    EXPECT_TRUE(error);
  }
}

}  // namespace
}  // namespace rogatoria
