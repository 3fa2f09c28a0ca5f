// Goal: a program composes each kind of act with its own content, and what a kind does not admit
// does not compile.
#include "common/client/act_builder.h"

#include <fstream>
#include <set>

#include <gtest/gtest.h>

#include "common/client/typed_content.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::client {
namespace {

using Request = ActBuilder<v1::ACT_KIND_REQUEST>;
using Decision = ActBuilder<v1::ACT_KIND_DECISION>;
using Progress = ActBuilder<v1::ACT_KIND_PROGRESS>;
using Supplement = ActBuilder<v1::ACT_KIND_SUPPLEMENT>;
using RiskAlert = ActBuilder<v1::ACT_KIND_RISK_ALERT>;
using Spontaneous = ActBuilder<v1::ACT_KIND_SPONTANEOUS_INFORMATION>;

// What compiles, asked of the compiler.
template <typename Act>
concept AsksForMeasures = requires(Act act) {
  act.Measure("BANK_TRANSACTIONS");
};
template <typename Act>
concept NamesMeasures = requires(Act act) {
  act.Measure(1u);
};
template <typename Act>
concept AddsMeasures = requires(Act act) {
  act.NewMeasure(2u, "SEARCH");
};
template <typename Act>
concept HasLegalBasis = requires(Act act) {
  act.LegalBasis("RECIPROCITY");
};
template <typename Act, v1::MeasureOutcome kOutcome>
concept Gives = requires(Act act) {
  act.template Outcome<kOutcome>(1u);
};

static_assert(std::is_default_constructible_v<Request>);
static_assert(!std::is_constructible_v<Request, CasePlace>, "a request opens a case");
static_assert(!std::is_default_constructible_v<Decision>, "a decision stands in a case");
static_assert(std::is_constructible_v<Decision, CasePlace>);
static_assert(std::is_default_constructible_v<RiskAlert> &&
                  std::is_constructible_v<RiskAlert, CasePlace>,
              "an alert may open a case or stand in one");
static_assert(AsksForMeasures<Request> && !AsksForMeasures<Spontaneous> &&
              !AsksForMeasures<Decision>);
static_assert(NamesMeasures<Progress> && !NamesMeasures<Request>);
static_assert(!NamesMeasures<Decision>, "it says what becomes of each");
static_assert(AddsMeasures<Supplement> && !AddsMeasures<Progress>);
static_assert(HasLegalBasis<Request> && !HasLegalBasis<Decision>);
static_assert(Gives<Decision, v1::MEASURE_OUTCOME_REFUSED> &&
              !Gives<Decision, v1::MEASURE_OUTCOME_EXECUTED> &&
              !Gives<Progress, v1::MEASURE_OUTCOME_ADMITTED>);

Request Complete() {
  Request request;
  request.To("co-fgn")
      .LegalBasis("COMJIB-MEDELLIN-2019", "4")
      .Channel(v1::CHANNEL_CLASS_FORMAL)
      .Measure("BANK_TRANSACTIONS")
      .Measure("VIDEO_HEARING")
      .Subject("Accounts")
      .InLanguage("pt-PT");
  return request;
}

TEST(ActBuilderTest, ARequestIsWhatWasSaid) {
  TemporaryFolder folder;
  std::ofstream(folder / "letter.pdf") << "%PDF letter";
  std::ofstream(folder / "annex.txt") << "annex";
  Request request = Complete();
  request.Letter(folder / "letter.pdf").Enclosure(folder / "annex.txt").Text("See the letter.");
  request.content().add_persons()->set_name("Silva");
  const auto draft = request.Build();
  ASSERT_THAT(draft, IsOk());
  EXPECT_EQ(draft->kind, v1::ACT_KIND_REQUEST);
  EXPECT_EQ(draft->to.at(0).authority(), "co-fgn");
  EXPECT_EQ(draft->legal_basis.article(), "4");
  ASSERT_EQ(draft->measures.size(), 2u);
  EXPECT_EQ(draft->measures[1].ordinal(), 2u);
  EXPECT_EQ(draft->measures[1].code(), "VIDEO_HEARING");
  EXPECT_EQ(draft->cover_slip.subject(), "Accounts");
  EXPECT_EQ(draft->content.letter().document().content(), "%PDF letter");
  EXPECT_EQ(draft->content.letter().document().language(), "pt-PT");
  EXPECT_EQ(draft->content.letter().enclosures(0).file_name(), "annex.txt");
  EXPECT_EQ(KindOfContent(draft->content), v1::ACT_KIND_REQUEST);
}

TEST(ActBuilderTest, AnAnswerStandsInItsCase) {
  Decision decision(CasePlace{"pt-pgr/1", "pt-pgr/2"});
  decision.Outcome<v1::MEASURE_OUTCOME_ADMITTED>(1).Outcome<v1::MEASURE_OUTCOME_REFUSED>(2);
  const auto draft = decision.Build();
  ASSERT_THAT(draft, IsOk()) << "the case has its parties, its channel and its legal basis";
  EXPECT_EQ(draft->case_id, "pt-pgr/1");
  EXPECT_EQ(draft->in_reply_to, "pt-pgr/2");
  EXPECT_EQ(draft->measures.at(1).outcome(), v1::MEASURE_OUTCOME_REFUSED);
  EXPECT_EQ(draft->measures.at(1).ordinal(), 2u);
}

TEST(ActBuilderTest, ACompetenceInThePlaceOfAnAuthority) {
  Spontaneous information;
  information.ToCompetent("CO", "BANK_TRANSACTIONS").Channel(v1::CHANNEL_CLASS_INFORMAL);
  const auto draft = information.Build();
  ASSERT_THAT(draft, IsOk());
  EXPECT_EQ(draft->to.at(0).competence().country(), "CO");
}

TEST(ActBuilderTest, WhatAKindNeedsIsNamed) {
  Request without_all;
  EXPECT_EQ(GetErrorDetails(without_all.Build().status())->field, "to");
  Request request = Complete();
  request.draft().channel_class = v1::CHANNEL_CLASS_UNSPECIFIED;
  EXPECT_EQ(GetErrorDetails(request.Build().status())->field, "channel");
  request = Complete();
  request.draft().legal_basis.Clear();
  EXPECT_EQ(GetErrorDetails(request.Build().status())->field, "legal_basis");
  request = Complete();
  request.draft().measures.clear();
  EXPECT_EQ(GetErrorDetails(request.Build().status())->field, "measures");
  request = Complete();
  request.To("br-pgr");
  EXPECT_THAT(request.Build(), HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(GetErrorDetails(Progress(InCase("")).Build().status())->field, "case");
}

TEST(ActBuilderTest, AFileThatIsNotThereIsSaidWhenItIsBuilt) {
  Request request = Complete();
  request.Letter("/nowhere/letter.pdf").Subject("later calls go on");
  EXPECT_THAT(request.Build(), HasReason(Reason::FILE_UNREADABLE));
}

// The list of typed_contents.inc is content.proto's, each kind at its place.
TEST(ActBuilderTest, EveryKindHasItsContent) {
  std::set<v1::ActKind> kinds;
  const auto check = [&kinds](v1::ActKind kind, const google::protobuf::Message& message) {
    kinds.insert(kind);
    ASSERT_NE(ContentFieldOf(kind), nullptr);
    EXPECT_EQ(message.GetDescriptor(), ContentFieldOf(kind)->message_type())
        << v1::ActKind_Name(kind);
  };
  content::v1::ActContent content;
#define ROGATORIA_TYPED_CONTENT(kind, field)                                  \
  check(v1::ACT_KIND_##kind, TypedContent<v1::ACT_KIND_##kind>::In(content)); \
  EXPECT_EQ(KindOfContent(content), v1::ACT_KIND_##kind);
#include "common/client/typed_contents.inc"
#undef ROGATORIA_TYPED_CONTENT
  EXPECT_EQ(kinds.size(), AllActKinds().size());
}

}  // namespace
}  // namespace rogatoria::client
