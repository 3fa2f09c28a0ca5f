// A network of twenty-two and its observers: docs/scenarios/network.md. Persons, services and
// places are invented.
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "tests/scenarios/law.h"
#include "tests/scenarios/stage.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::SizeIs;

// The others of the twenty-two (docs of the network differ; who takes part is data).
constexpr const char* kOthers[] = {"AD",
                                   "AR",
                                   "BO",
                                   "CL",
                                   "CR",
                                   "CU",
                                   "DO",
                                   "EC",
                                   "ES",
                                   "GT",
                                   "HN",
                                   "MX",
                                   "NI",
                                   "PA",
                                   "PE",
                                   "PY",
                                   "SV",
                                   "UY",
                                   "VE"};
constexpr const char* kObservers[] = {"GQ", "PR"};

std::string ServiceOf(const std::string& country) {
  return absl::StrCat(absl::AsciiStrToLower(country), "-fiscalia");
}

// The protocol of the network among all of them.
std::string LawOfTheNetwork() {
  std::string law = absl::StrCat(kChannels, kConventions);
  const std::string last = "BR = 2011-09-23\n";
  std::string parties;
  for (const char* country : kOthers) absl::StrAppend(&parties, country, " = 2011-09-23\n");
  law.insert(law.find(last) + last.size(), parties);
  return law;
}

class NetworkScenario : public testing::Test {
 protected:
  NetworkScenario() : stage_(LawOfTheNetwork()) {
    for (const char* id : {"pt-pgr", "co-fgn", "br-mpf"}) stage_.Describe(id, kDesignatedForBoth);
    for (const char* country : kOthers) stage_.Join(ServiceOf(country), country);
    for (const char* country : kObservers) stage_.Join(ServiceOf(country), country);
    stage_.Load(LawOfTheNetwork());
  }

  client::ActDraft Protection(const std::string& to) {
    client::ActDraft draft = stage_.Example("protection-request", {to});
    draft.related_cases = {request_};
    return draft;
  }
  // Sends it and lets each of them take it.
  ReceivedAct Play(const std::string& from,
                   const client::ActDraft& draft,
                   const std::vector<std::string>& takers) {
    stage_.Send(from, draft);
    std::optional<ReceivedAct> last;
    for (const std::string& taker : takers) {
      last = stage_.Take(taker);
      EXPECT_EQ(last->opened.header.kind(), draft.kind);
      EXPECT_THAT(last->opened.contradictions, IsEmpty());
    }
    return *last;
  }
  void OpenTheRequest() {
    request_ = stage_.Send("pt-pgr", stage_.Example("request", {"co-fgn"}));
    stage_.Take("co-fgn");
  }

  Stage stage_;
  std::string request_;
};

TEST_F(NetworkScenario, WhatBrazilSaysUnaskedBecomesARequestUnderMedellin) {
  client::ActDraft unasked = stage_.Example("spontaneous-information", {"pt-pgr", "co-fgn"});
  unasked.legal_basis = {};
  unasked.channel_basis = "AIAMP-TIP-2011";
  const std::string told = stage_.Send("br-mpf", unasked);
  for (const char* at : {"pt-pgr", "co-fgn"}) {
    const ReceivedAct received = stage_.Take(at);
    EXPECT_THAT(received.opened.header.recipients(), SizeIs(2)) << "they see one another";
    EXPECT_TRUE(received.opened.content.spontaneous_information().use_limitation().speciality());
  }
  // The same words go twice: directly between the services, and between central authorities.
  client::ActDraft draft = stage_.Example("request", {"co-fgn"});
  draft.related_cases = {told};
  client::ActDraft direct = draft;
  direct.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
  direct.channel_basis = "AIAMP-TIP-2011";
  const std::string preview = stage_.Send("pt-pgr", direct);
  const std::string formal = stage_.Send("pt-pgr", draft);
  for (const char* at : {"pt-pgr", "co-fgn"}) {
    EXPECT_THAT(stage_.EvidenceOf(at, preview),
                Each(Field(&Evidence::effect, StatedEffect::kInterinstitutional)));
    EXPECT_THAT(stage_.EvidenceOf(at, formal),
                Each(Field(&Evidence::effect, StatedEffect::kFormalOriginal)));
  }
  EXPECT_THAT(stage_.Read("co-fgn", formal).related_cases(), ElementsAre(told));
}

// Two States protect one witness, each in a case of its own; neither sees the other's.
TEST_F(NetworkScenario, AWitnessIsProtectedInTwoStates) {
  OpenTheRequest();
  for (const std::string at : {"co-fgn", "br-mpf"}) {
    // Brazil is no party of the request, and is not told of it.
    client::ActDraft draft = Protection(at);
    if (at == "br-mpf") draft.related_cases.clear();
    const std::string id = stage_.Send("pt-pgr", draft);
    const ReceivedAct received = stage_.Take(at);
    const auto& asked = received.opened.content.protection_request();
    EXPECT_EQ(asked.persons(0).pseudonym(), "VIC-0001");
    EXPECT_TRUE(asked.persons(0).name().empty());
    EXPECT_THAT(received.opened.cover_slip.do_not_contact(),
                ElementsAre(content::v1::CONTACT_MANNER_COMMUNITY));
    client::ActDraft answer = stage_.Example("referral-answer", id, {"pt-pgr"});
    answer.content.mutable_referral_answer()->clear_precautions();
    Play(at, answer, {"pt-pgr"});
    EXPECT_THAT(stage_.States("pt-pgr", id), ElementsAre(v1::MEASURE_STATE_ACCEPTED));
    const std::string stranger = at == "co-fgn" ? "br-mpf" : "co-fgn";
    v1::GetCaseRequest question;
    question.set_case_id(id);
    EXPECT_THAT(
        CallStub(
            *stage_.hub().office(stranger).exchange, &v1::ExchangeService::Stub::GetCase, question),
        HasReason(Reason::CASE_NOT_FOUND));
  }
}

// Who is threatened in two States is told of to both at once.
TEST_F(NetworkScenario, AnAlertReachesBothStates) {
  const std::string alert =
      stage_.Send("pt-pgr", stage_.Example("risk-alert", {"co-fgn", "br-mpf"}));
  for (const char* at : {"co-fgn", "br-mpf"}) {
    EXPECT_EQ(stage_.Take(at).opened.header.act_id(), alert);
  }
}

TEST_F(NetworkScenario, ThreeCountriesAgreeOnStepsAndMeet) {
  client::ActDraft proposal = stage_.Example("jit-proposal", {"co-fgn", "br-mpf"});
  const std::string team = stage_.Send("pt-pgr", proposal);
  stage_.Take("co-fgn");
  stage_.Take("br-mpf");
  Play("br-mpf", stage_.Example("jit-agreement", team, {"pt-pgr", "co-fgn"}), {"pt-pgr", "co-fgn"});
  Play("co-fgn", stage_.Example("jit-agreement", team, {"pt-pgr", "br-mpf"}), {"pt-pgr", "br-mpf"});
  EXPECT_THAT(stage_.States("pt-pgr", team), Each(v1::MEASURE_STATE_AGREED));
  const ReceivedAct met = Play("pt-pgr",
                               stage_.Example("coordination-meeting", team, {"co-fgn", "br-mpf"}),
                               {"co-fgn", "br-mpf"});
  EXPECT_FALSE(met.opened.content.coordination_meeting().agenda().empty());
}

// What a victim was made to do is not to be punished: said once, it reaches whoever prosecutes.
TEST_F(NetworkScenario, NonPunishmentTravelsToWhoeverProsecutes) {
  OpenTheRequest();
  const client::ActDraft notice =
      stage_.Example("victim-identification-notice", request_, {"co-fgn"});
  const ReceivedAct received = Play("pt-pgr", notice, {"co-fgn"});
  const auto& said = received.opened.content.victim_identification_notice();
  EXPECT_TRUE(said.non_punishment());
  EXPECT_EQ(said.non_punishment_scope(),
            notice.content.victim_identification_notice().non_punishment_scope());
  EXPECT_EQ(said.identification_status(), content::v1::IDENTIFICATION_STATUS_PRESUMED);
  EXPECT_FALSE(said.decided_by().empty()) << "it is an authority's word";
  // The executed request does not depend on it, nor it on the request.
  EXPECT_THAT(stage_.States("pt-pgr", request_), Each(v1::MEASURE_STATE_RECEIVED));
}

TEST_F(NetworkScenario, ReparationIsFollowedUntilItIsPaid) {
  OpenTheRequest();
  for (const auto stage : {content::v1::REPARATION_STAGE_SECURED,
                           content::v1::REPARATION_STAGE_GRANTED,
                           content::v1::REPARATION_STAGE_PAID}) {
    client::ActDraft draft = stage_.Example("reparation-status", request_, {"pt-pgr"});
    draft.content.mutable_reparation_status()->set_reparation_stage(stage);
    const ReceivedAct received = Play("co-fgn", draft, {"pt-pgr"});
    const auto& said = received.opened.content.reparation_status();
    EXPECT_EQ(said.reparation_stage(), stage);
    EXPECT_EQ(said.amounts(0).currency(), "EUR");
    EXPECT_EQ(said.pseudonym(), "VIC-0001");
  }
  EXPECT_THAT(stage_.States("pt-pgr", request_), Each(v1::MEASURE_STATE_RECEIVED));
}

// The protocol is for those who agreed to it; an observer is written to, and nothing is claimed.
TEST_F(NetworkScenario, AllTwentyTwoAreReachedUnderTheProtocolAndObserversInformally) {
  const auto to = [&](const std::string& service) {
    client::ActDraft draft = stage_.Example("informal-consultation", {service});
    draft.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
    draft.channel_basis = "AIAMP-TIP-2011";
    return draft;
  };
  for (const char* country : kOthers) {
    const std::string act = stage_.Send("pt-pgr", to(ServiceOf(country)));
    EXPECT_THAT(stage_.EvidenceOf("pt-pgr", act),
                Each(Field(&Evidence::effect, StatedEffect::kInterinstitutional)));
  }
  for (const char* country : kObservers) {
    client::ActDraft draft = to(ServiceOf(country));
    EXPECT_THAT(stage_.TryToSend("pt-pgr", draft), HasReason(Reason::INSTRUMENT_NOT_IN_FORCE))
        << country;
    draft.channel_class = v1::CHANNEL_CLASS_INFORMAL;
    draft.channel_basis.clear();
    const std::string act = stage_.Send("pt-pgr", draft);
    EXPECT_THAT(stage_.EvidenceOf("pt-pgr", act),
                Each(Field(&Evidence::effect, StatedEffect::kNone)));
  }
}

}  // namespace
}  // namespace rogatoria
