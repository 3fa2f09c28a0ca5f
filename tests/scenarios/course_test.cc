// Scenarios of what may happen to a case: docs/scenarios/preservation.md, joint-team.md,
// suspended-treaty.md, withdrawal-crosses-result.md, forwarding.md, not-yet-in-force.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/scenarios/law.h"
#include "tests/scenarios/stage.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::string AllInstruments() {
  return absl::StrCat(kChannels, kConventions);
}

// With all three designated for the conventions too.
void DesignateAll(Stage& stage) {
  for (const char* id : {"pt-pgr", "co-fgn", "br-mpf"}) stage.Describe(id, kDesignatedForBoth);
}

TEST(PreservationScenario, DataArePreservedAtOnceExtendedAndFollowedByTheRequest) {
  Stage stage(AllInstruments());
  DesignateAll(stage);
  stage.Load(AllInstruments());
  const std::string order = stage.Send("pt-pgr", stage.Example("data-preservation", {"co-fgn"}));
  const ReceivedAct received = stage.Take("co-fgn");
  EXPECT_EQ(received.opened.header.urgency().level(), v1::URGENCY_LEVEL_URGENT);
  const auto play = [&](const std::string& from, const std::string& to, const std::string& name) {
    client::ActDraft draft = stage.Example(name, order, {to});
    if (name == "preservation-follow-up") draft.related_cases = {};
    stage.Send(from, draft);
    stage.Take(to);
    return stage.States("pt-pgr", order);
  };
  EXPECT_THAT(play("co-fgn", "pt-pgr", "preservation-confirmation"),
              ElementsAre(v1::MEASURE_STATE_PRESERVED));
  EXPECT_THAT(play("pt-pgr", "co-fgn", "preservation-extension"),
              ElementsAre(v1::MEASURE_STATE_EXTENSION_REQUESTED));
  EXPECT_THAT(play("co-fgn", "pt-pgr", "preservation-confirmation"),
              ElementsAre(v1::MEASURE_STATE_EXTENDED));
  client::ActDraft request = stage.Example("request", {"co-fgn"});
  request.related_cases = {order};
  const std::string formal = stage.Send("pt-pgr", request);
  stage.Take("co-fgn");
  client::ActDraft follow_up = stage.Example("preservation-follow-up", order, {"co-fgn"});
  follow_up.related_cases = {formal};
  stage.Send("pt-pgr", follow_up);
  stage.Take("co-fgn");
  EXPECT_THAT(stage.States("co-fgn", order), ElementsAre(v1::MEASURE_STATE_FOLLOWED_BY_REQUEST));
  const v1::Case followed = stage.Read("co-fgn", order);
  EXPECT_THAT(followed.related_cases(), ElementsAre(formal));
}

TEST(JointTeamScenario, ThreeCountriesAgreeEachForItselfAndTalkToEachOther) {
  Stage stage(AllInstruments());
  DesignateAll(stage);
  stage.Load(AllInstruments());
  const std::string team =
      stage.Send("pt-pgr", stage.Example("jit-proposal", {"co-fgn", "br-mpf"}));
  stage.Take("co-fgn");
  stage.Take("br-mpf");
  stage.Send("br-mpf", stage.Example("jit-agreement", team, {"pt-pgr", "co-fgn"}));
  stage.Take("pt-pgr");
  EXPECT_THAT(stage.States("pt-pgr", team),
              ElementsAre(v1::MEASURE_STATE_RECEIVED, v1::MEASURE_STATE_AGREED));
  // Brazil cannot speak for Colombia.
  client::ActDraft for_another =
      stage.Letter(v1::ACT_KIND_JIT_AGREEMENT, team, {"pt-pgr"}, {MeasureOf(1, "JIT")});
  EXPECT_THAT(stage.TryToSend("br-mpf", for_another), HasReason(Reason::WRONG_SIDE));
  stage.Take("co-fgn");
  stage.Send("co-fgn", stage.Example("jit-agreement", team, {"pt-pgr", "br-mpf"}));
  stage.Take("pt-pgr");
  stage.Take("br-mpf");
  EXPECT_THAT(stage.States("br-mpf", team), Each(v1::MEASURE_STATE_AGREED));
  // A meeting is told to the others at once.
  stage.Send("br-mpf", stage.Example("coordination-meeting", team, {"pt-pgr", "co-fgn"}));
  EXPECT_EQ(stage.Take("co-fgn").opened.header.kind(), v1::ACT_KIND_COORDINATION_MEETING);
  EXPECT_EQ(stage.Take("pt-pgr").opened.header.sender(), "br-mpf");
  stage.Send("pt-pgr", stage.Example("jit-extension", team, {"co-fgn", "br-mpf"}));
  stage.Take("co-fgn");
  const v1::Case known = stage.Read("co-fgn", team);
  EXPECT_THAT(known.parties(), SizeIs(3));
}

constexpr char kSuspended[] = R"(
[[instrument.relation]]
between = ["CO", "PT"]
status = "SUSPENDED"
from = 2024-05-15
)";

TEST(SuspendedTreatyScenario, OldCasesRunToTheirEndAndNewOnesAreRefused) {
  Stage stage(kChannels);
  const std::string old_case = stage.Send("pt-pgr", stage.Example("request", {"co-fgn"}));
  stage.Take("co-fgn");
  // Portugal suspends the treaty: told beside the table of parties.
  std::string law = kChannels;
  const std::string parties = "CO = 2024-05-15\n";
  law.insert(law.find(parties) + parties.size(), kSuspended);
  stage.Load(law);

  const auto refused = stage.TryToSend("pt-pgr", stage.Example("request", {"co-fgn"}));
  EXPECT_THAT(refused, HasReason(Reason::INSTRUMENT_NOT_IN_FORCE));
  stage.Send("co-fgn", stage.Example("acknowledgement", old_case, {"pt-pgr"}));
  stage.Take("pt-pgr");
  EXPECT_THAT(stage.States("pt-pgr", old_case), Each(v1::MEASURE_STATE_ACKNOWLEDGED));
  // Without that channel basis a new request goes, and says that paper may have to follow.
  client::ActDraft on_paper = stage.Example("request", {"co-fgn"});
  on_paper.channel_basis.clear();
  on_paper.originals_follow = true;
  const std::string other = stage.Send("pt-pgr", on_paper);
  EXPECT_THAT(stage.EvidenceOf("pt-pgr", other),
              Each(testing::Field(&Evidence::effect, StatedEffect::kFormal)));
}

TEST(CrossingScenario, AWithdrawalThatCrossesAResultIsKeptAndSaysSo) {
  Stage stage(kChannels);
  const std::string request = stage.Send("pt-pgr", stage.Example("request", {"co-fgn"}));
  stage.Take("co-fgn");
  const auto about_second = [&](v1::ActKind kind, const std::string& to, v1::MeasureOutcome o) {
    return stage.Letter(kind, request, {to}, {MeasureOf(2, "BANK_TRANSACTIONS", o)});
  };
  stage.Send("co-fgn", about_second(v1::ACT_KIND_DECISION, "pt-pgr", v1::MEASURE_OUTCOME_ADMITTED));
  stage.Take("pt-pgr");
  // Portugal writes its withdrawal; while it is on its desk the result is recorded.
  client::ActDraft withdrawal = stage.Example("withdrawal", request, {"co-fgn"});
  const auto prepared = stage.office("pt-pgr").Prepare(withdrawal);
  ASSERT_THAT(prepared, IsOk());
  stage.Send("co-fgn",
             about_second(v1::ACT_KIND_EXECUTION_RESULT, "pt-pgr", v1::MEASURE_OUTCOME_EXECUTED));
  const auto sent = stage.SignAndSubmit("pt-pgr", *prepared);
  ASSERT_THAT(sent, IsOk());
  EXPECT_EQ(sent->disposition(), v1::ACT_DISPOSITION_CROSSED);
  EXPECT_EQ(stage.Take("co-fgn").delivery.disposition(), v1::ACT_DISPOSITION_CROSSED);
  EXPECT_EQ(stage.Take("pt-pgr").opened.header.kind(), v1::ACT_KIND_EXECUTION_RESULT);
  EXPECT_EQ(stage.States("pt-pgr", request)[1], v1::MEASURE_STATE_EXECUTED);
}

// What the office states as seen is what it has fetched, however far the hub is.
TEST(CrossingScenario, AnActWrittenBeforeTheMailWasFetchedHasCrossedIt) {
  Stage stage(kChannels);
  const std::string request = stage.Send("pt-pgr", stage.Example("request", {"co-fgn"}));
  stage.Take("co-fgn");
  const auto send = [&](v1::ActKind kind, v1::MeasureOutcome outcome) {
    stage.Send(
        "co-fgn",
        stage.Letter(kind, request, {"pt-pgr"}, {MeasureOf(2, "BANK_TRANSACTIONS", outcome)}));
  };
  send(v1::ACT_KIND_DECISION, v1::MEASURE_OUTCOME_ADMITTED);
  send(v1::ACT_KIND_EXECUTION_RESULT, v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED);
  send(v1::ACT_KIND_EXECUTION_RESULT, v1::MEASURE_OUTCOME_EXECUTED);
  client::ActDraft withdrawal =
      stage.Letter(v1::ACT_KIND_WITHDRAWAL, request, {}, {MeasureOf(2, "BANK_TRANSACTIONS")});
  const auto crossed = stage.TryToSend("pt-pgr", withdrawal);
  ASSERT_THAT(crossed, IsOk());
  EXPECT_EQ(crossed->disposition(), v1::ACT_DISPOSITION_CROSSED);
  for (int i = 0; i < 3; ++i) stage.Take("pt-pgr");
  EXPECT_THAT(stage.TryToSend("pt-pgr", withdrawal), HasReason(Reason::WRONG_STATE));
}

TEST(ForwardingScenario, WhoIsNotCompetentHandsOnWithoutTouchingTheBody) {
  Stage stage(kChannels);
  stage.Join("co-delegada", "CO");
  stage.Load(kChannels);
  const std::string request = stage.Send("pt-pgr", stage.Example("request", {"co-fgn"}));
  stage.Take("co-fgn");
  const client::ForwardingOrder order = {{request}, "co-delegada", "Competencia territorial."};
  ASSERT_THAT(stage.office("co-fgn").Forward(order), IsOk());
  // The new authority reads the notice, and with the key in it the request as Portugal sealed it.
  const ReceivedAct notice = stage.Take("co-delegada");
  ASSERT_EQ(notice.opened.header.kind(), v1::ACT_KIND_FORWARDING_NOTICE);
  ASSERT_THAT(notice.opened.content.forwarding_notice().forwarded_acts(), SizeIs(1));
  const auto handed_on =
      stage.office("co-delegada")
          .FetchForwarded(notice.opened.content.forwarding_notice().forwarded_acts(0));
  ASSERT_THAT(handed_on, IsOk());
  const auto opened = stage.office("co-delegada").OpenAct(*handed_on);
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->header.sender(), "pt-pgr");
  EXPECT_EQ(opened->content.request().proceedings().national_case_number(), "412/26.0EXEMP");
  // Portugal is told by the same act, and goes on with the competent authority.
  EXPECT_EQ(stage.Take("pt-pgr").opened.header.kind(), v1::ACT_KIND_FORWARDING_NOTICE);
  EXPECT_THAT(stage.States("pt-pgr", request), Each(v1::MEASURE_STATE_FORWARDED));
  // Neither has to say to whom: the other side, and of those asked the one who has the case now.
  stage.Send("co-delegada", stage.Letter(v1::ACT_KIND_ACKNOWLEDGEMENT, request, {}));
  EXPECT_EQ(stage.Take("pt-pgr").opened.header.sender(), "co-delegada");
  EXPECT_THAT(stage.States("pt-pgr", request), Each(v1::MEASURE_STATE_ACKNOWLEDGED));
  stage.Send("pt-pgr", stage.Letter(v1::ACT_KIND_PROGRESS_QUERY, request, {}));
  EXPECT_EQ(stage.Take("co-delegada").opened.header.kind(), v1::ACT_KIND_PROGRESS_QUERY);
}

// Who was handed a case may find that yet another is competent: the key goes on from notice to
// notice.
TEST(ForwardingScenario, WhatWasHandedOnIsHandedOnAgain) {
  Stage stage(kChannels);
  stage.Join("co-delegada", "CO");
  stage.Join("co-seccional", "CO");
  stage.Load(kChannels);
  const std::string request = stage.Send("pt-pgr", stage.Example("request", {"co-fgn"}));
  stage.Take("co-fgn");
  client::ForwardingOrder order = {{request}, "co-delegada", "Competencia territorial."};
  ASSERT_THAT(stage.office("co-fgn").Forward(order), IsOk());
  stage.Take("co-delegada");
  order.authority = "co-seccional";
  ASSERT_THAT(stage.office("co-delegada").Forward(order), IsOk());
  const ReceivedAct notice = stage.Take("co-seccional");
  const auto handed_on =
      stage.office("co-seccional")
          .FetchForwarded(notice.opened.content.forwarding_notice().forwarded_acts(0));
  ASSERT_THAT(handed_on, IsOk());
  const auto opened = stage.office("co-seccional").OpenAct(*handed_on);
  ASSERT_THAT(opened, IsOk());
  EXPECT_EQ(opened->header.sender(), "pt-pgr");
  // What Portugal then sends about it goes to who has it, and to nobody else.
  stage.Take("pt-pgr");
  stage.Take("pt-pgr");
  EXPECT_THAT(
      stage.TryToSend("pt-pgr", stage.Letter(v1::ACT_KIND_WITHDRAWAL, request, {"co-delegada"})),
      HasReason(Reason::FIELD_INVALID));
  stage.Send("pt-pgr", stage.Letter(v1::ACT_KIND_WITHDRAWAL, request, {}));
  EXPECT_EQ(stage.Take("co-seccional").opened.header.kind(), v1::ACT_KIND_WITHDRAWAL);
}

// One measure is the delegated office's, the other stays with the central authority.
TEST(ForwardingScenario, OneMeasureIsHandedOnAndAnotherKept) {
  Stage stage(kChannels);
  stage.Join("co-delegada", "CO");
  stage.Load(kChannels);
  const std::string request = stage.Send("pt-pgr", stage.Example("request", {"co-fgn"}));
  stage.Take("co-fgn");
  client::ForwardingOrder order = {{request}, "br-mpf", "Competencia territorial.", {2}};
  EXPECT_THAT(stage.office("co-fgn").Forward(order), HasReason(Reason::FORWARDING_ABROAD));
  order.authority = "co-delegada";
  ASSERT_THAT(stage.office("co-fgn").Forward(order), IsOk());
  stage.Take("co-delegada");
  stage.Take("pt-pgr");
  const auto decision = [&](uint32_t number, const std::string& code) {
    return stage.Letter(v1::ACT_KIND_DECISION,
                        request,
                        {},
                        {MeasureOf(number, code, v1::MEASURE_OUTCOME_ADMITTED)});
  };
  EXPECT_THAT(stage.TryToSend("co-fgn", decision(2, "BANK_TRANSACTIONS")),
              HasReason(Reason::WRONG_SIDE));
  stage.Send("co-delegada", decision(2, "BANK_TRANSACTIONS"));
  stage.Send("co-fgn", decision(1, "VIDEO_HEARING"));
  stage.Take("pt-pgr");
  stage.Take("pt-pgr");
  // Portugal names the measure, and its act goes to whoever has it; without one it has to say.
  stage.Send(
      "pt-pgr",
      stage.Letter(v1::ACT_KIND_PROGRESS_QUERY, request, {}, {MeasureOf(2, "BANK_TRANSACTIONS")}));
  EXPECT_EQ(stage.Take("co-delegada").opened.header.kind(), v1::ACT_KIND_PROGRESS_QUERY);
  stage.Send(
      "pt-pgr",
      stage.Letter(v1::ACT_KIND_PROGRESS_QUERY, request, {}, {MeasureOf(1, "VIDEO_HEARING")}));
  EXPECT_EQ(stage.Take("co-fgn").opened.header.kind(), v1::ACT_KIND_PROGRESS_QUERY);
  EXPECT_THAT(stage.TryToSend("pt-pgr", stage.Letter(v1::ACT_KIND_PROGRESS_QUERY, request, {})),
              HasReason(Reason::FIELD_REQUIRED));
}

TEST(NotYetInForceScenario, TheHubSaysFromWhenAndWhatWorksUntilThen) {
  // Brazil has signed; for it the treaty begins far in the future.
  const std::string law = absl::StrCat(kChannels, R"(
[[instrument]]
id = "IBER-VC-2010"
title = "Convenio Iberoamericano sobre el uso de la videoconferencia"
legal_basis = true
[instrument.parties]
PT = 2014-07-17
BR = 2199-01-01
)");
  Stage stage(law);
  for (const char* id : {"pt-pgr", "br-mpf"}) {
    stage.Describe(id, "\n[[authority.designation]]\ninstrument = \"IBER-VC-2010\"\n");
  }
  stage.Load(law);
  client::ActDraft request = stage.Example("request", {"br-mpf"});
  request.channel_basis.clear();
  request.legal_basis.set_instrument("IBER-VC-2010");
  request.legal_basis.clear_article();
  EXPECT_THAT(stage.TryToSend("pt-pgr", request), HasReason(Reason::INSTRUMENT_NOT_IN_FORCE));
  v1::ExplainRouteRequest question;
  question.mutable_addressee()->set_authority("br-mpf");
  question.set_channel_class(v1::CHANNEL_CLASS_FORMAL);
  question.set_instrument("IBER-VC-2010");
  question.set_kind(v1::ACT_KIND_REQUEST);
  question.set_language("es");
  const auto explained = CallStub(
      *stage.hub().office("pt-pgr").directory, &v1::DirectoryService::Stub::ExplainRoute, question);
  ASSERT_THAT(explained, IsOk());
  EXPECT_FALSE(explained->possible());
  std::string alternatives;
  for (const std::string& way : explained->alternatives())
    absl::StrAppend(&alternatives, way, "\n");
  EXPECT_THAT(alternatives, testing::HasSubstr("UN-TIP-2000"));
  EXPECT_THAT(alternatives, testing::HasSubstr("2199-01-01"));
  request.legal_basis.set_instrument("UN-TIP-2000");
  stage.Send("pt-pgr", request);
  stage.Take("br-mpf");
}

}  // namespace
}  // namespace rogatoria
