// How a case goes on between several: acts that cross, measures that are handed on, joint teams,
// acknowledgements.
#include <gtest/gtest.h>

#include "common/base/limits.h"
#include "services/exchange/lifecycle.h"
#include "tests/unit/exchange/lifecycle_fixture.h"

namespace rogatoria {
namespace {

constexpr auto kNone = v1::MEASURE_OUTCOME_UNSPECIFIED;

v1::ActHeader From(const std::string& sender, v1::ActHeader header) {
  header.set_sender(sender);
  return header;
}

CaseRecord Moved(CaseRecord record, v1::MeasureState to, const std::string& by) {
  ++record.act_count;
  for (MeasureRecord& measure : record.measures) measure.Move(to, record.act_count, by);
  return record;
}

// A withdrawal that crosses a result: the first one counts, the other is kept as crossed.
TEST(CrossingTest, AnActThatCrossedAnotherIsToldFromAWrongOne) {
  const CaseRecord before = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_ADMITTED});
  const CaseRecord record = Moved(before, v1::MEASURE_STATE_EXECUTED, "co-fgn");
  v1::ActHeader withdrawal = From("pt-pgr", Act(before, v1::ACT_KIND_WITHDRAWAL));
  EXPECT_EQ(Judge(&record, withdrawal, v1::CASE_ROLE_REQUESTING).sequence, Sequence::kCrossed);
  withdrawal.set_case_position_seen(2);
  EXPECT_EQ(Judge(&record, withdrawal, v1::CASE_ROLE_REQUESTING).sequence, Sequence::kWrongState);
}

// However many acts of the other side came in between.
TEST(CrossingTest, AnActCrossesTwoOrThreeMoves) {
  const CaseRecord before = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_ADMITTED});
  const CaseRecord two = Moved(Moved(before, v1::MEASURE_STATE_IN_EXECUTION, "co-fgn"),
                               v1::MEASURE_STATE_EXECUTED,
                               "co-fgn");
  const CaseRecord three = Moved(two, v1::MEASURE_STATE_RESULT_TRANSMITTED, "co-fgn");
  v1::ActHeader withdrawal = From("pt-pgr", Act(before, v1::ACT_KIND_WITHDRAWAL));
  EXPECT_EQ(Judge(&two, withdrawal, v1::CASE_ROLE_REQUESTING).sequence, Sequence::kCrossed);
  EXPECT_EQ(Judge(&three, withdrawal, v1::CASE_ROLE_REQUESTING).sequence, Sequence::kCrossed);
  withdrawal.set_case_position_seen(2);
  EXPECT_EQ(Judge(&three, withdrawal, v1::CASE_ROLE_REQUESTING).sequence, Sequence::kCrossed);
  withdrawal.set_case_position_seen(3);
  EXPECT_EQ(Judge(&three, withdrawal, v1::CASE_ROLE_REQUESTING).sequence, Sequence::kWrongState);
}

TEST(CrossingTest, NobodyCrossesHisOwnAct) {
  const CaseRecord before = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_ADMITTED});
  const CaseRecord record = Moved(before, v1::MEASURE_STATE_EXECUTED, "co-fgn");
  const v1::ActHeader result =
      From("co-fgn",
           Act(before, v1::ACT_KIND_EXECUTION_RESULT, v1::MEASURE_OUTCOME_NOT_EXECUTABLE, {1}));
  EXPECT_EQ(Judge(&record, result, v1::CASE_ROLE_REQUESTED).sequence, Sequence::kWrongState);
  // Nor what came before it.
  const CaseRecord later = Moved(record, v1::MEASURE_STATE_CLOSED, "pt-pgr");
  EXPECT_EQ(Judge(&later, result, v1::CASE_ROLE_REQUESTED).sequence, Sequence::kWrongState);
}

TEST(CrossingTest, MoreMovesThanAreKeptAreNotGuessed) {
  CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_ADMITTED});
  const v1::ActHeader withdrawal = From("pt-pgr", Act(record, v1::ACT_KIND_WITHDRAWAL));
  for (size_t i = 0; i + 1 < limits::kMaxMoves; ++i) {
    record = Moved(record, v1::MEASURE_STATE_EXECUTED, "co-fgn");
  }
  EXPECT_EQ(Judge(&record, withdrawal, v1::CASE_ROLE_REQUESTING).sequence, Sequence::kCrossed);
  for (int i = 0; i < 3; ++i) record = Moved(record, v1::MEASURE_STATE_EXECUTED, "co-fgn");
  EXPECT_EQ(record.measures[0].moves.size(), limits::kMaxMoves);
  EXPECT_EQ(Judge(&record, withdrawal, v1::CASE_ROLE_REQUESTING).sequence, Sequence::kWrongState);
}

// Colombia was asked for two measures and hands the first on.
class HandedOnTest : public testing::Test {
 protected:
  HandedOnTest() {
    v1::ActHeader notice = From("co-fgn", Act(case_, v1::ACT_KIND_FORWARDING_NOTICE, kNone, {1}));
    notice.mutable_recipients(0)->set_authority("co-delegada");
    notice.add_recipients()->set_authority("pt-pgr");
    const Verdict verdict = Judge(&case_, notice, v1::CASE_ROLE_REQUESTED);
    EXPECT_EQ(verdict.sequence, Sequence::kInSequence) << verdict.explanation;
    case_.measures = verdict.measures;
    case_.act_count = 2;
    case_.parties.push_back({"co-delegada", v1::CASE_ROLE_REQUESTED, "co-fgn", 2});
  }
  Verdict Requested(const std::string& sender, const v1::ActHeader& header, uint64_t answered = 0) {
    return Judge(&case_, From(sender, header), v1::CASE_ROLE_REQUESTED, answered);
  }
  v1::ActHeader Decision(uint32_t measure) {
    return Act(case_, v1::ACT_KIND_DECISION, v1::MEASURE_OUTCOME_REFUSED, {measure});
  }

  CaseRecord case_ =
      CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_RECEIVED, v1::MEASURE_STATE_RECEIVED});
};

TEST_F(HandedOnTest, EachAuthorityDecidesOnItsOwnMeasures) {
  EXPECT_EQ(case_.measures[0].state, v1::MEASURE_STATE_FORWARDED);
  EXPECT_EQ(case_.measures[0].responsible, "co-delegada");
  EXPECT_EQ(case_.measures[1].state, v1::MEASURE_STATE_RECEIVED);
  EXPECT_EQ(case_.ResponsibleFor(case_.measures[1]), "co-fgn");
  EXPECT_EQ(Requested("co-delegada", Decision(1)).sequence, Sequence::kInSequence);
  EXPECT_EQ(Requested("co-fgn", Decision(2)).sequence, Sequence::kInSequence);
  const Verdict meddling = Requested("co-fgn", Decision(1));
  EXPECT_EQ(meddling.sequence, Sequence::kWrongSide);
  EXPECT_EQ(meddling.field, "measures[0]");
  EXPECT_EQ(meddling.explanation,
            "Measure 1 (SEARCH) was handed on: co-delegada alone speaks for it on the requested "
            "side.");
  const Verdict early = Requested("co-delegada", Decision(2));
  EXPECT_EQ(early.sequence, Sequence::kWrongSide);
  EXPECT_EQ(early.explanation,
            "Measure 2 (SEARCH) was not handed on to you: co-fgn alone speaks for it on the "
            "requested side.");
}

// What moves a measure reaches who has to act on it, or it moves nothing.
TEST_F(HandedOnTest, AWithdrawalGoesToWhoIsResponsible) {
  const auto withdraw = [&](std::vector<uint32_t> measures, const std::string& to) {
    v1::ActHeader header = Act(case_, v1::ACT_KIND_WITHDRAWAL, kNone, std::move(measures));
    header.clear_recipients();
    header.add_recipients()->set_authority(to);
    return Judge(&case_, From("pt-pgr", header), v1::CASE_ROLE_REQUESTING);
  };
  const Verdict astray = withdraw({1}, "co-fgn");
  EXPECT_EQ(astray.sequence, Sequence::kNotAddressed);
  EXPECT_EQ(astray.field, "recipients[0].authority");
  EXPECT_EQ(astray.explanation, "co-delegada, which is responsible for measure 1 (SEARCH)");
  EXPECT_EQ(withdraw({1}, "co-delegada").sequence, Sequence::kInSequence);
  const Verdict rest = withdraw({}, "co-fgn");
  ASSERT_EQ(rest.sequence, Sequence::kInSequence);
  EXPECT_EQ(rest.measures[0].state, v1::MEASURE_STATE_FORWARDED) << "it is not told of that one";
  EXPECT_EQ(rest.measures[1].state, v1::MEASURE_STATE_WITHDRAWN);
}

TEST_F(HandedOnTest, ADecisionGoesToWhoAsked) {
  v1::ActHeader decision = Decision(1);
  decision.clear_recipients();
  decision.add_recipients()->set_authority("co-fgn");
  const Verdict aside = Requested("co-delegada", decision);
  EXPECT_EQ(aside.sequence, Sequence::kNotAddressed);
  EXPECT_EQ(aside.explanation, "the authority that asked for measure 1 (SEARCH), among others");
}

TEST_F(HandedOnTest, WhoHasNotSeenItHandedOnWroteToWhoHadIt) {
  v1::ActHeader header = Act(case_, v1::ACT_KIND_WITHDRAWAL, kNone, {1});
  header.clear_recipients();
  header.add_recipients()->set_authority("co-fgn");
  header.set_case_position_seen(1);
  EXPECT_EQ(Judge(&case_, From("pt-pgr", header), v1::CASE_ROLE_REQUESTING).sequence,
            Sequence::kCrossed);
}

TEST_F(HandedOnTest, AMeasureThatIsAddedIsWithWhomItWasAskedOf) {
  for (const auto& [to, responsible] :
       {std::pair("co-delegada", "co-delegada"), std::pair("co-fgn", "")}) {
    v1::ActHeader header = Act(case_, v1::ACT_KIND_SUPPLEMENT, kNone, {3});
    header.clear_recipients();
    header.add_recipients()->set_authority(to);
    const Verdict verdict = Judge(&case_, From("pt-pgr", header), v1::CASE_ROLE_REQUESTING);
    ASSERT_EQ(verdict.sequence, Sequence::kInSequence) << verdict.explanation;
    EXPECT_EQ(verdict.measures[2].responsible, responsible);
  }
}

TEST_F(HandedOnTest, AnActThatNamesNoneMovesTheSendersOwn) {
  const Verdict progress = Requested("co-fgn", Act(case_, v1::ACT_KIND_PROGRESS));
  ASSERT_EQ(progress.sequence, Sequence::kInSequence);
  EXPECT_EQ(progress.measures[0].state, v1::MEASURE_STATE_FORWARDED);
  EXPECT_EQ(progress.measures[1].state, v1::MEASURE_STATE_UNDER_ASSESSMENT);
  // With nothing of its own left to which the act would fit, it is told whose the rest is.
  case_.measures[1].state = v1::MEASURE_STATE_REFUSED;
  const Verdict refused = Requested("co-fgn", Act(case_, v1::ACT_KIND_PROGRESS));
  EXPECT_EQ(refused.sequence, Sequence::kWrongSide);
  EXPECT_EQ(refused.field, "kind");
  EXPECT_NE(refused.explanation.find("co-delegada alone speaks for it"), std::string::npos);
}

TEST_F(HandedOnTest, WhatMovesNothingIsOpenToBoth) {
  for (const char* sender : {"co-fgn", "co-delegada"}) {
    for (uint32_t measure : {1u, 2u}) {
      const Verdict verdict =
          Requested(sender, Act(case_, v1::ACT_KIND_FREE_FORM, kNone, {measure}));
      EXPECT_EQ(verdict.sequence, Sequence::kInSequence) << sender << verdict.explanation;
    }
  }
}

TEST_F(HandedOnTest, TheOtherSideSpeaksForAll) {
  const Verdict withdrawal =
      Judge(&case_, From("pt-pgr", Act(case_, v1::ACT_KIND_WITHDRAWAL)), v1::CASE_ROLE_REQUESTING);
  ASSERT_EQ(withdrawal.sequence, Sequence::kInSequence);
  EXPECT_EQ(withdrawal.measures[0].state, v1::MEASURE_STATE_WITHDRAWN);
  EXPECT_EQ(withdrawal.measures[1].state, v1::MEASURE_STATE_WITHDRAWN);
}

TEST_F(HandedOnTest, WhoTookOverAcknowledgesTheNoticeOrTheRequest) {
  const v1::ActHeader acknowledgement = Act(case_, v1::ACT_KIND_ACKNOWLEDGEMENT);
  for (uint64_t answered : {2u, 1u}) {
    const Verdict verdict = Requested("co-delegada", acknowledgement, answered);
    ASSERT_EQ(verdict.sequence, Sequence::kInSequence);
    EXPECT_EQ(verdict.measures[0].state, v1::MEASURE_STATE_ACKNOWLEDGED);
    EXPECT_EQ(verdict.measures[1].state, v1::MEASURE_STATE_RECEIVED);
  }
  const Verdict kept = Requested("co-fgn", acknowledgement, 1);
  ASSERT_EQ(kept.sequence, Sequence::kInSequence);
  EXPECT_EQ(kept.measures[0].state, v1::MEASURE_STATE_FORWARDED);
  EXPECT_EQ(kept.measures[1].state, v1::MEASURE_STATE_ACKNOWLEDGED);
}

// What is acknowledged here is an alert, or a part of the evidence, or a decision.
TEST(AcknowledgementTest, OfAnyActFitsInAnyStateAndMovesNothing) {
  for (v1::CaseType type : kTypes) {
    for (v1::MeasureState state : Reachable(type)) {
      const CaseRecord record = Moved(CaseIn(type, {state}), state, "pt-pgr");
      for (v1::CaseRole role : kRoles) {
        const Verdict verdict = Judge(&record, Act(record, v1::ACT_KIND_ACKNOWLEDGEMENT), role, 7);
        ASSERT_EQ(verdict.sequence, Sequence::kInSequence) << verdict.explanation;
        EXPECT_EQ(verdict.measures[0], record.measures[0]);
      }
    }
  }
}

TEST(AcknowledgementTest, OfTheActThatOpenedTheCaseMovesWhatItOpened) {
  CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_RECEIVED});
  record.measures.push_back({2, "SEARCH", v1::MEASURE_STATE_RECEIVED, 3});  // by a supplement
  const v1::ActHeader acknowledgement = Act(record, v1::ACT_KIND_ACKNOWLEDGEMENT);
  const Verdict opened = Judge(&record, acknowledgement, v1::CASE_ROLE_REQUESTED, 1);
  EXPECT_EQ(opened.measures[0].state, v1::MEASURE_STATE_ACKNOWLEDGED);
  EXPECT_EQ(opened.measures[1].state, v1::MEASURE_STATE_RECEIVED);
  const Verdict added = Judge(&record, acknowledgement, v1::CASE_ROLE_REQUESTED, 3);
  EXPECT_EQ(added.measures[0].state, v1::MEASURE_STATE_RECEIVED);
  EXPECT_EQ(added.measures[1].state, v1::MEASURE_STATE_ACKNOWLEDGED);
  // From the other side it says that something came, and nothing of the measure.
  const Verdict other = Judge(&record, acknowledgement, v1::CASE_ROLE_REQUESTING, 1);
  EXPECT_EQ(other.sequence, Sequence::kInSequence);
  EXPECT_EQ(other.measures[0].state, v1::MEASURE_STATE_RECEIVED);
}

TEST(AcknowledgementTest, OfAPartOfTheEvidenceDoesNotTouchWhatWasTransmittedBefore) {
  CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_EXECUTED});
  record.measures.push_back({2, "SEARCH", v1::MEASURE_STATE_PARTIALLY_EXECUTED});
  const auto transfer = [&](uint32_t measure) {
    const Verdict verdict = Judge(&record,
                                  From("co-fgn",
                                       Act(record,
                                           v1::ACT_KIND_EVIDENCE_TRANSFER,
                                           v1::MEASURE_OUTCOME_TRANSMITTED,
                                           {measure})),
                                  v1::CASE_ROLE_REQUESTED);
    EXPECT_EQ(verdict.sequence, Sequence::kInSequence) << verdict.explanation;
    record.measures = verdict.measures;
    return ++record.act_count;
  };
  const uint64_t whole = transfer(1), part = transfer(2), again = transfer(1);
  const auto received = [&](uint64_t answered) {
    const Verdict verdict = Judge(&record,
                                  From("pt-pgr", Act(record, v1::ACT_KIND_ACKNOWLEDGEMENT)),
                                  v1::CASE_ROLE_REQUESTING,
                                  answered);
    EXPECT_EQ(verdict.sequence, Sequence::kInSequence);
    return verdict.measures[0].state == v1::MEASURE_STATE_RESULT_RECEIVED;
  };
  EXPECT_FALSE(received(part));
  EXPECT_TRUE(received(whole));
  EXPECT_TRUE(received(again)) << "the second transmission is one, too";
}

// A team of four: each invited authority speaks for its own part, and a further one can be invited.
TEST(TeamTest, InATeamEachSpeaksForItsOwnPart) {
  CaseRecord team = CaseIn(v1::CASE_TYPE_JIT, {v1::MEASURE_STATE_RECEIVED});
  v1::ActHeader proposal = Act(team, v1::ACT_KIND_JIT_PROPOSAL);
  proposal.set_sender("pt-pgr");
  proposal.mutable_recipients(1)->set_authority("br-mpf");  // not to itself
  team.measures = OpeningMeasures(proposal);
  ASSERT_EQ(team.measures.size(), 2u);
  team.parties.push_back({"br-mpf", v1::CASE_ROLE_REQUESTED});

  v1::ActHeader agreement = Act(team, v1::ACT_KIND_JIT_AGREEMENT);
  agreement.set_sender("br-mpf");
  const Verdict joined = Judge(&team, agreement, v1::CASE_ROLE_REQUESTED);
  ASSERT_EQ(joined.sequence, Sequence::kInSequence) << joined.explanation;
  EXPECT_EQ(joined.measures[0].state, v1::MEASURE_STATE_RECEIVED);
  EXPECT_EQ(joined.measures[1].state, v1::MEASURE_STATE_AGREED);

  v1::ActHeader meddling = Act(team, v1::ACT_KIND_DECISION, v1::MEASURE_OUTCOME_REFUSED, {1});
  meddling.set_sender("br-mpf");
  const Verdict refused = Judge(&team, meddling, v1::CASE_ROLE_REQUESTED);
  EXPECT_EQ(refused.sequence, Sequence::kWrongSide);
  EXPECT_EQ(refused.explanation, "Measure 1 is the part of another authority of the team.");

  proposal.add_recipients()->set_authority("es-fge");
  const Verdict invited = Judge(&team, proposal, v1::CASE_ROLE_REQUESTING);
  ASSERT_EQ(invited.sequence, Sequence::kInSequence) << invited.explanation;
  ASSERT_EQ(invited.measures.size(), 3u);
  EXPECT_EQ(invited.measures[2].code, "JIT");
  EXPECT_EQ(invited.measures[2].state, v1::MEASURE_STATE_RECEIVED);

  // Who refused, or left, can be invited again, and only who is addressed is.
  team.measures[0].state = v1::MEASURE_STATE_REFUSED;
  team.measures[1].state = v1::MEASURE_STATE_WITHDRAWN;
  proposal.clear_recipients();
  proposal.add_recipients()->set_authority("br-mpf");
  const Verdict again = Judge(&team, proposal, v1::CASE_ROLE_REQUESTING);
  ASSERT_EQ(again.sequence, Sequence::kInSequence) << again.explanation;
  EXPECT_EQ(again.measures[0].state, v1::MEASURE_STATE_REFUSED);
  EXPECT_EQ(again.measures[1].state, v1::MEASURE_STATE_RECEIVED);
}

}  // namespace
}  // namespace rogatoria
