// Scenarios of requests: docs/scenarios/formal-request.md, same-act-two-effects.md,
// consultation-becomes-formal.md, refusal-and-conditions.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/client/redraft.h"
#include "tests/scenarios/law.h"
#include "tests/scenarios/stage.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;

// Sends what one side says and lets the other take it, so that everybody has seen everything.
void Play(Stage& stage,
          const std::string& from,
          const std::string& to,
          const client::ActDraft& draft) {
  stage.Send(from, draft);
  const ReceivedAct received = stage.Take(to);
  EXPECT_EQ(received.opened.header.kind(), draft.kind);
  EXPECT_EQ(received.delivery.disposition(), v1::ACT_DISPOSITION_IN_SEQUENCE);
}

TEST(FormalRequestScenario, BetweenCentralAuthoritiesUnderMedellinToItsClosure) {
  Stage stage(kChannels);
  const std::string request = stage.Send("pt-pgr", stage.Example("request", {"co-fgn"}));
  const ReceivedAct received = stage.Take("co-fgn");
  EXPECT_EQ(received.opened.content.request().proceedings().national_case_number(),
            "412/26.0EXEMP");
  EXPECT_THAT(received.opened.contradictions, testing::IsEmpty());
  EXPECT_THAT(stage.EvidenceOf("co-fgn", request),
              Each(Field(&Evidence::effect, StatedEffect::kFormalOriginal)));

  const auto inside = [&](const std::string& example, const std::string& to) {
    return stage.Example(example, request, {to});
  };
  Play(stage, "co-fgn", "pt-pgr", inside("acknowledgement", "pt-pgr"));
  client::ActDraft admission =
      stage.Letter(v1::ACT_KIND_DECISION,
                   request,
                   {"pt-pgr"},
                   {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_ADMITTED),
                    MeasureOf(2, "BANK_TRANSACTIONS", v1::MEASURE_OUTCOME_ADMITTED)});
  Play(stage, "co-fgn", "pt-pgr", admission);
  Play(stage, "co-fgn", "pt-pgr", inside("execution-result", "pt-pgr"));
  EXPECT_THAT(stage.States("pt-pgr", request),
              ElementsAre(v1::MEASURE_STATE_EXECUTED, v1::MEASURE_STATE_ADMITTED));
  // The second part comes later, in two pieces, and the recording goes back.
  const auto result = [&](v1::MeasureOutcome outcome) {
    return stage.Letter(v1::ACT_KIND_EXECUTION_RESULT,
                        request,
                        {"pt-pgr"},
                        {MeasureOf(2, "BANK_TRANSACTIONS", outcome)});
  };
  Play(stage, "co-fgn", "pt-pgr", result(v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED));
  Play(stage, "co-fgn", "pt-pgr", result(v1::MEASURE_OUTCOME_EXECUTED));
  Play(stage, "co-fgn", "pt-pgr", inside("evidence-transfer", "pt-pgr"));
  EXPECT_EQ(stage.States("pt-pgr", request)[0], v1::MEASURE_STATE_RETURN_OF_ITEMS_DUE);
  EXPECT_EQ(stage.Read("pt-pgr", request).state(), v1::CASE_STATE_OPEN);
  Play(stage,
       "pt-pgr",
       "co-fgn",
       stage.Letter(
           v1::ACT_KIND_RETURN_OF_ITEMS, request, {"co-fgn"}, {MeasureOf(1, "VIDEO_HEARING")}));
  Play(stage, "pt-pgr", "co-fgn", stage.Letter(v1::ACT_KIND_CLOSURE, request, {"co-fgn"}));
  EXPECT_THAT(stage.States("co-fgn", request), Each(v1::MEASURE_STATE_CLOSED));
  EXPECT_EQ(stage.Read("co-fgn", request).state(), v1::CASE_STATE_ENDED);
}

// The broker cannot see it; the recipient's library does, and says so by an act.
TEST(FormalRequestScenario, WhatContradictsItsHeaderIsObjectedToAndTheSenderReadsIt) {
  Stage stage(kChannels);
  client::ActDraft draft = stage.Example("request", {"co-fgn"});
  draft.content.set_written_for("pt-pgr/another");
  const std::string request = stage.Send("pt-pgr", draft);
  const ReceivedAct received = stage.Take("co-fgn");
  ASSERT_FALSE(received.opened.contradictions.empty());
  client::ActDraft objection = client::DraftObjection(received.opened);
  objection.language = "es-CO";
  objection.content.mutable_discrepancy_notice()->set_remarks("¿De otro expediente?");
  stage.Send("co-fgn", objection);
  const ReceivedAct told = stage.Take("pt-pgr");
  EXPECT_EQ(told.opened.header.kind(), v1::ACT_KIND_DISCREPANCY_NOTICE);
  EXPECT_EQ(told.opened.header.in_reply_to(), request);
  const auto& notice = told.opened.content.discrepancy_notice();
  EXPECT_EQ(notice.act_id(), request);
  EXPECT_EQ(notice.remarks(), "¿De otro expediente?");
  ASSERT_EQ(notice.discrepancies_size(), static_cast<int>(received.opened.contradictions.size()));
  EXPECT_EQ(notice.discrepancies(0).discrepancy_code(), content::v1::DISCREPANCY_CODE_CASE);
  EXPECT_EQ(stage.States("pt-pgr", request)[0], v1::MEASURE_STATE_RECEIVED) << "moves nothing";
}

TEST(TwoEffectsScenario, TheSameActUnderMedellinAndUnderAiampStatesAnotherEffect) {
  Stage stage(kChannels);
  const std::string formal = stage.Send("pt-pgr", stage.Example("request", {"co-fgn"}));
  client::ActDraft direct = stage.Example("request", {"co-fgn"});
  direct.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
  direct.channel_basis = "AIAMP-TIP-2011";
  const std::string interinstitutional = stage.Send("pt-pgr", direct);
  stage.Take("co-fgn");
  stage.Take("co-fgn");
  // Both sides read the same effect in every receipt.
  for (const char* at : {"pt-pgr", "co-fgn"}) {
    EXPECT_THAT(stage.EvidenceOf(at, formal),
                Each(Field(&Evidence::effect, StatedEffect::kFormalOriginal)));
    EXPECT_THAT(stage.EvidenceOf(at, interinstitutional),
                Each(Field(&Evidence::effect, StatedEffect::kInterinstitutional)));
  }
  // An answer counts as the request did, without anybody saying so again.
  const client::ActDraft answer =
      stage.Letter(v1::ACT_KIND_DECISION,
                   formal,
                   {},
                   {MeasureOf(1, "VIDEO_HEARING", v1::MEASURE_OUTCOME_ADMITTED)});
  const std::string decision = stage.Send("co-fgn", answer);
  EXPECT_THAT(stage.EvidenceOf("co-fgn", decision),
              Each(Field(&Evidence::effect, StatedEffect::kFormalOriginal)));
  // By another way one informs and consults, and commits oneself to nothing.
  client::ActDraft aside = answer;
  aside.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  EXPECT_THAT(stage.TryToSend("co-fgn", aside), HasReason(Reason::FIELD_INVALID));
}

TEST(ConsultationScenario, AnInformalConsultationBecomesAFormalRequest) {
  Stage stage(kChannels);
  const std::string question =
      stage.Send("pt-pgr", stage.Example("informal-consultation", {"co-fgn"}));
  stage.Take("co-fgn");
  EXPECT_THAT(stage.EvidenceOf("pt-pgr", question),
              Each(Field(&Evidence::effect, StatedEffect::kNone)));
  Play(stage, "co-fgn", "pt-pgr", stage.Example("consultation-reply", question, {"pt-pgr"}));
  // What becomes formal does not do so inside the informal case ...
  client::ActDraft inside = stage.Letter(v1::ACT_KIND_FREE_FORM, question, {"co-fgn"});
  inside.channel_class = v1::CHANNEL_CLASS_FORMAL;
  inside.legal_basis.set_instrument("UN-TIP-2000");
  EXPECT_THAT(stage.TryToSend("pt-pgr", inside), HasReason(Reason::FIELD_INVALID));
  // ... it opens a case of its own, which takes the informal one up.
  client::ActDraft request = stage.Example("request", {"co-fgn"});
  request.related_cases = {question};
  const std::string formal = stage.Send("pt-pgr", request);
  stage.Take("co-fgn");
  const v1::Case opened = stage.Read("co-fgn", formal);
  EXPECT_THAT(opened.related_cases(), ElementsAre(question));
  EXPECT_EQ(opened.channel_class(), v1::CHANNEL_CLASS_FORMAL);
  Play(stage, "pt-pgr", "co-fgn", stage.Letter(v1::ACT_KIND_CLOSURE, question, {"co-fgn"}));
  EXPECT_EQ(stage.Read("pt-pgr", question).state(), v1::CASE_STATE_ENDED);
}

TEST(RefusalScenario, OneMeasureIsRefusedAfterConsultationTheOtherGrantedOnConditions) {
  Stage stage(kChannels);
  const std::string request = stage.Send("pt-pgr", stage.Example("request", {"co-fgn"}));
  stage.Take("co-fgn");
  const auto first = [&](v1::ActKind kind,
                         const std::string& to,
                         v1::MeasureOutcome outcome = v1::MEASURE_OUTCOME_UNSPECIFIED) {
    return stage.Letter(kind, request, {to}, {MeasureOf(1, "VIDEO_HEARING", outcome)});
  };
  Play(stage, "co-fgn", "pt-pgr", first(v1::ACT_KIND_CONSULTATION, "pt-pgr"));
  Play(stage, "co-fgn", "pt-pgr", stage.Example("conditions", request, {"pt-pgr"}));
  EXPECT_THAT(
      stage.States("pt-pgr", request),
      ElementsAre(v1::MEASURE_STATE_IN_CONSULTATION, v1::MEASURE_STATE_CONDITIONS_PROPOSED));
  Play(stage, "pt-pgr", "co-fgn", first(v1::ACT_KIND_CONSULTATION_REPLY, "co-fgn"));
  Play(stage, "pt-pgr", "co-fgn", stage.Example("conditions-reply", request, {"co-fgn"}));
  Play(stage,
       "co-fgn",
       "pt-pgr",
       first(v1::ACT_KIND_DECISION, "pt-pgr", v1::MEASURE_OUTCOME_REFUSED));
  Play(stage,
       "co-fgn",
       "pt-pgr",
       stage.Letter(v1::ACT_KIND_DECISION,
                    request,
                    {"pt-pgr"},
                    {MeasureOf(2, "BANK_TRANSACTIONS", v1::MEASURE_OUTCOME_ADMITTED)}));
  EXPECT_THAT(stage.States("co-fgn", request),
              ElementsAre(v1::MEASURE_STATE_REFUSED, v1::MEASURE_STATE_ADMITTED));
  EXPECT_EQ(stage.Read("co-fgn", request).state(), v1::CASE_STATE_OPEN);
}

// Colombia states a key of its duty desk while Portugal's request, sealed without it, is on its
// way.
TEST(StaleRouteScenario, ARouteThatChangedOnTheWayIsResolvedAgainByItself) {
  Stage stage(kChannels);
  client::ActDraft draft = stage.Example("request", {"co-fgn"});
  const auto prepared = stage.office("pt-pgr").Prepare(draft);
  ASSERT_THAT(prepared, IsOk());
  ASSERT_THAT(stage.LeaveInOutbox("pt-pgr", *prepared), IsOk());
  stage.hub().office("co-fgn").AddKey(stage.hub().pki(), v1::KEY_PURPOSE_SEALING_DUTY);
  stage.Load(kChannels);

  const auto flushed = stage.office("pt-pgr").Flush();
  ASSERT_THAT(flushed, IsOk());
  ASSERT_EQ(flushed->size(), 1u);
  EXPECT_THAT(flushed->front().status, IsOk());
  EXPECT_TRUE(flushed->front().signed_again);
  const ReceivedAct received = stage.Take("co-fgn");
  EXPECT_EQ(received.opened.header.act_id(), flushed->front().act_id);
  EXPECT_EQ(received.opened.header.recipients(0).sealed_to_size(), 2);
}

}  // namespace
}  // namespace rogatoria
