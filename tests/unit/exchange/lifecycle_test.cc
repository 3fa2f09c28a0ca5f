#include "services/exchange/lifecycle.h"

#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "common/model/act_kind.h"
#include "services/exchange/lifecycle_words.h"
#include "tests/unit/exchange/lifecycle_fixture.h"

namespace rogatoria {
namespace {

// Every cell: each kind, side, outcome and state of each type of case is judged as the table says,
// and the table says one thing only.
TEST(LifecycleTest, EveryCellOfTheTable) {
  std::map<std::tuple<int, int, int, int, int>, v1::MeasureState> table;
  for (const Transition& row : LifecycleTable()) {
    const bool fresh =
        table.emplace(std::tuple(row.case_type, row.kind, row.role, row.outcome, row.from), row.to)
            .second;
    EXPECT_TRUE(fresh) << KindName(row.kind) << " from " << StateName(row.from) << " twice";
  }
  int cells = 0, fits = 0;
  for (v1::CaseType type : kTypes) {
    for (const ActKindTraits& kind : AllActKinds()) {
      for (v1::CaseRole role : kRoles) {
        for (v1::MeasureOutcome outcome : OutcomesWith(kind.kind)) {
          for (v1::MeasureState state : AllStates()) {
            ++cells;
            const CaseRecord record = CaseIn(type, {state});
            const auto row = table.find(std::tuple(type, kind.kind, role, outcome, state));
            const Verdict verdict = Judge(&record, Act(record, kind.kind, outcome, {1}), role);
            if (row == table.end()) {
              EXPECT_NE(verdict.sequence, Sequence::kInSequence)
                  << kind.name << " in " << StateName(state);
              EXPECT_FALSE(verdict.explanation.empty());
              continue;
            }
            ++fits;
            ASSERT_EQ(verdict.sequence, Sequence::kInSequence)
                << kind.name << " in " << StateName(state) << ": " << verdict.explanation;
            EXPECT_EQ(verdict.measures[0].state, row->second);
            EXPECT_EQ(verdict.case_state,
                      IsEnded(row->second) ? v1::CASE_STATE_ENDED : v1::CASE_STATE_OPEN);
          }
        }
      }
    }
  }
  EXPECT_GT(cells, 10000);
  EXPECT_GT(fits, 1000);
}

TEST(LifecycleTest, EveryStateIsReachable) {
  std::set<v1::MeasureState> reached;
  for (v1::CaseType type : kTypes) reached.merge(Reachable(type));
  EXPECT_EQ(reached.size(), AllStates().size());
  EXPECT_EQ(Reachable(v1::CASE_TYPE_MLA).size(), 25u);
  EXPECT_EQ(Reachable(v1::CASE_TYPE_SPONTANEOUS),
            (std::set<v1::MeasureState>{v1::MEASURE_STATE_RECEIVED,
                                        v1::MEASURE_STATE_ACKNOWLEDGED,
                                        v1::MEASURE_STATE_INFO_REQUESTED,
                                        v1::MEASURE_STATE_INFO_SUPPLIED,
                                        v1::MEASURE_STATE_WITHDRAWN,
                                        v1::MEASURE_STATE_CLOSED}));
}

TEST(LifecycleTest, EveryKindHasAPlace) {
  for (const ActKindTraits& kind : AllActKinds()) {
    const auto table = LifecycleTable();
    EXPECT_TRUE(std::any_of(table.begin(), table.end(), [&](const Transition& row) {
      return row.kind == kind.kind;
    })) << kind.name;
    const bool opens = std::any_of(table.begin(), table.end(), [&](const Transition& row) {
      return row.kind == kind.kind && row.from == v1::MEASURE_STATE_UNSPECIFIED &&
             row.case_type == kind.opens_type;
    });
    EXPECT_EQ(opens, kind.opens_case) << kind.name;
  }
}

// Every outcome that a kind may have leads somewhere, and no row has one that its kind may not.
TEST(LifecycleTest, OutcomesAreThoseOfTheKind) {
  std::set<std::pair<int, int>> used, allowed;
  for (const Transition& row : LifecycleTable()) used.insert({row.kind, row.outcome});
  for (const ActKindTraits& kind : AllActKinds()) {
    for (v1::MeasureOutcome outcome : OutcomesWith(kind.kind)) allowed.insert({kind.kind, outcome});
  }
  EXPECT_EQ(used, allowed);
}

TEST(LifecycleTest, NoRowStartsInAStateThatNobodyReaches) {
  for (v1::CaseType type : kTypes) {
    const auto reachable = Reachable(type);
    for (const Transition& row : LifecycleTable()) {
      if (row.case_type != type || row.from == v1::MEASURE_STATE_UNSPECIFIED) continue;
      EXPECT_EQ(reachable.count(row.from), 1U) << StateName(row.from);
    }
  }
}

// From every state each side alone can bring the measure to an end: nobody waits for ever on the
// other. Where the requested side has nothing to decide, it cannot end what it was only told, and
// where it waits, it may go on without the answer.
bool EndsAlone(v1::CaseType type, v1::CaseRole role, v1::MeasureState start) {
  std::set<v1::MeasureState> reached = {start};
  for (size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const Transition& row : LifecycleTable()) {
      if (row.case_type == type && row.role == role && reached.count(row.from) > 0) {
        reached.insert(row.to);
      }
    }
  }
  return std::any_of(reached.begin(), reached.end(), IsEnded);
}

TEST(LifecycleTest, NoDeadEnd) {
  for (v1::CaseType type : kTypes) {
    for (v1::MeasureState start : Reachable(type)) {
      EXPECT_TRUE(EndsAlone(type, v1::CASE_ROLE_REQUESTING, start)) << StateName(start);
    }
  }
}

// Exactly these wait for the requesting side: what it only told, what it may go on asking, and what
// it holds and is to give back; and a referral, once services have begun.
TEST(LifecycleTest, NoDeadEndFromTheRequestedSide) {
  const std::set<std::pair<v1::CaseType, v1::MeasureState>> waits = {
      {v1::CASE_TYPE_MLA, v1::MEASURE_STATE_RETURN_OF_ITEMS_DUE},
      {v1::CASE_TYPE_CONSULTATION, v1::MEASURE_STATE_ANSWERED},
      {v1::CASE_TYPE_SPONTANEOUS, v1::MEASURE_STATE_RECEIVED},
      {v1::CASE_TYPE_SPONTANEOUS, v1::MEASURE_STATE_ACKNOWLEDGED},
      {v1::CASE_TYPE_SPONTANEOUS, v1::MEASURE_STATE_INFO_REQUESTED},
      {v1::CASE_TYPE_SPONTANEOUS, v1::MEASURE_STATE_INFO_SUPPLIED},
      {v1::CASE_TYPE_REFERRAL, v1::MEASURE_STATE_PLACED},
      {v1::CASE_TYPE_REFERRAL, v1::MEASURE_STATE_IN_SERVICES},
      {v1::CASE_TYPE_REFERRAL, v1::MEASURE_STATE_FEEDBACK_GIVEN},
      {v1::CASE_TYPE_REFERRAL, v1::MEASURE_STATE_FIRST_FOLLOW_UP},
      {v1::CASE_TYPE_REFERRAL, v1::MEASURE_STATE_SECOND_FOLLOW_UP},
      {v1::CASE_TYPE_REFERRAL, v1::MEASURE_STATE_THIRD_FOLLOW_UP}};
  for (v1::CaseType type : kTypes) {
    for (v1::MeasureState start : Reachable(type)) {
      EXPECT_EQ(EndsAlone(type, v1::CASE_ROLE_REQUESTED, start), waits.count({type, start}) == 0)
          << StateName(start);
    }
  }
}

// What has ended is closed and nothing else; only a result can still be transmitted, confirmed, and
// what was lent be returned; and who refused a team or left it be invited again.
TEST(LifecycleTest, WhatHasEndedIsOnlyClosedOrTransmitted) {
  for (const Transition& row : LifecycleTable()) {
    if (!IsEnded(row.from) || row.from == row.to) continue;
    const bool transmits = row.kind == v1::ACT_KIND_EVIDENCE_TRANSFER ||
                           (row.kind == v1::ACT_KIND_ACKNOWLEDGEMENT &&
                            row.from == v1::MEASURE_STATE_RESULT_TRANSMITTED);
    if (transmits) continue;
    if (row.kind == v1::ACT_KIND_JIT_PROPOSAL) {
      EXPECT_EQ(row.to, v1::MEASURE_STATE_RECEIVED);
      EXPECT_NE(row.from, v1::MEASURE_STATE_CLOSED);
      continue;
    }
    EXPECT_EQ(row.kind, v1::ACT_KIND_CLOSURE);
    EXPECT_EQ(row.to, v1::MEASURE_STATE_CLOSED);
  }
}

TEST(LifecycleTest, WhatFitsInAnyStateChangesNone) {
  for (const ActKindTraits& kind : AllActKinds()) {
    if (!kind.any_state) continue;
    for (v1::CaseType type : kTypes) {
      for (v1::MeasureState state : Reachable(type)) {
        const bool fits = FindTransition(type,
                                         kind.kind,
                                         v1::CASE_ROLE_REQUESTING,
                                         v1::MEASURE_OUTCOME_UNSPECIFIED,
                                         state) != nullptr;
        EXPECT_TRUE(fits) << kind.name << " in " << StateName(state);
      }
    }
    for (const Transition& row : LifecycleTable()) {
      if (row.kind != kind.kind || row.from == v1::MEASURE_STATE_UNSPECIFIED) continue;
      EXPECT_EQ(row.from, row.to) << kind.name;
    }
  }
}

TEST(LifecycleTest, FreeFormFitsAlwaysAndChangesNothing) {
  for (v1::CaseType type : kTypes) {
    for (v1::MeasureState state : Reachable(type)) {
      for (v1::CaseRole role : kRoles) {
        const CaseRecord record = CaseIn(type, {state});
        const Verdict verdict = Judge(&record, Act(record, v1::ACT_KIND_FREE_FORM), role);
        EXPECT_EQ(verdict.sequence, Sequence::kInSequence);
        EXPECT_EQ(verdict.measures[0].state, state);
      }
    }
  }
}

TEST(LifecycleTest, WithdrawalFitsAnyTimeBeforeTheEnd) {
  for (v1::MeasureState state : Reachable(v1::CASE_TYPE_MLA)) {
    if (state == v1::MEASURE_STATE_RETURN_OF_ITEMS_DUE) continue;  // it was executed
    const CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {state});
    const Verdict verdict =
        Judge(&record, Act(record, v1::ACT_KIND_WITHDRAWAL), v1::CASE_ROLE_REQUESTING);
    EXPECT_EQ(verdict.sequence == Sequence::kInSequence, !IsEnded(state)) << StateName(state);
  }
}

// What was admitted stays so while it is put off: it is no longer refused, returned or handed on.
TEST(LifecycleTest, APostponedExecutionIsNotDecidedAgain) {
  for (v1::MeasureState begun : {v1::MEASURE_STATE_ADMITTED,
                                 v1::MEASURE_STATE_IN_EXECUTION,
                                 v1::MEASURE_STATE_PARTIALLY_EXECUTED}) {
    CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {begun});
    const Verdict postponed =
        Judge(&record,
              Act(record, v1::ACT_KIND_DECISION, v1::MEASURE_OUTCOME_POSTPONED, {1}),
              v1::CASE_ROLE_REQUESTED);
    ASSERT_EQ(postponed.sequence, Sequence::kInSequence) << postponed.explanation;
    EXPECT_EQ(postponed.measures[0].state, v1::MEASURE_STATE_EXECUTION_POSTPONED);
  }
  const CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_EXECUTION_POSTPONED});
  const v1::ActHeader refusal =
      Act(record, v1::ACT_KIND_DECISION, v1::MEASURE_OUTCOME_REFUSED, {1});
  EXPECT_EQ(Judge(&record, refusal, v1::CASE_ROLE_REQUESTED).sequence, Sequence::kWrongState);
  for (v1::ActKind kind :
       {v1::ACT_KIND_RETURN, v1::ACT_KIND_FORWARDING_NOTICE, v1::ACT_KIND_CONDITIONS}) {
    const Verdict verdict = Judge(
        &record, Act(record, kind, v1::MEASURE_OUTCOME_UNSPECIFIED, {1}), v1::CASE_ROLE_REQUESTED);
    EXPECT_EQ(verdict.sequence, Sequence::kWrongState) << KindName(kind);
  }
  const Verdict goes_on =
      Judge(&record, Act(record, v1::ACT_KIND_PROGRESS), v1::CASE_ROLE_REQUESTED);
  ASSERT_EQ(goes_on.sequence, Sequence::kInSequence);
  EXPECT_EQ(goes_on.measures[0].state, v1::MEASURE_STATE_IN_EXECUTION);
}

TEST(JudgeTest, AnActOpensItsCase) {
  CaseRecord shape = CaseIn(v1::CASE_TYPE_MLA, {});
  const Verdict request =
      Judge(nullptr,
            Act(shape, v1::ACT_KIND_REQUEST, v1::MEASURE_OUTCOME_UNSPECIFIED, {1, 2}),
            v1::CASE_ROLE_REQUESTING);
  ASSERT_EQ(request.measures.size(), 2U);
  EXPECT_EQ(request.measures[1].state, v1::MEASURE_STATE_RECEIVED);
  EXPECT_EQ(request.case_state, v1::CASE_STATE_OPEN);
  shape.case_type = v1::CASE_TYPE_SPONTANEOUS;
  const Verdict information =
      Judge(nullptr, Act(shape, v1::ACT_KIND_SPONTANEOUS_INFORMATION), v1::CASE_ROLE_REQUESTING);
  ASSERT_EQ(information.measures.size(), 1U);
  EXPECT_EQ(information.measures[0].code, "INFORMATION");
}

TEST(JudgeTest, NamedMeasuresMoveAloneAndAllMustFit) {
  const CaseRecord record = CaseIn(
      v1::CASE_TYPE_MLA,
      {v1::MEASURE_STATE_ACKNOWLEDGED, v1::MEASURE_STATE_EXECUTED, v1::MEASURE_STATE_ACKNOWLEDGED});
  const Verdict one = Judge(&record,
                            Act(record, v1::ACT_KIND_DECISION, v1::MEASURE_OUTCOME_REFUSED, {3}),
                            v1::CASE_ROLE_REQUESTED);
  ASSERT_EQ(one.sequence, Sequence::kInSequence);
  EXPECT_EQ(one.measures[0].state, v1::MEASURE_STATE_ACKNOWLEDGED);
  EXPECT_EQ(one.measures[2].state, v1::MEASURE_STATE_REFUSED);
  EXPECT_EQ(one.case_state, v1::CASE_STATE_OPEN);
  const Verdict two =
      Judge(&record,
            Act(record, v1::ACT_KIND_DECISION, v1::MEASURE_OUTCOME_ADMITTED, {1, 2}),
            v1::CASE_ROLE_REQUESTED);
  EXPECT_EQ(two.sequence, Sequence::kWrongState);
  EXPECT_EQ(two.field, "measures[1]");
  EXPECT_TRUE(two.measures.empty());
}

TEST(JudgeTest, UnnamedMeansAllThatFit) {
  const CaseRecord record = CaseIn(v1::CASE_TYPE_MLA,
                                   {v1::MEASURE_STATE_EXECUTED,
                                    v1::MEASURE_STATE_ADMITTED,
                                    v1::MEASURE_STATE_REFUSED,
                                    v1::MEASURE_STATE_WITHDRAWN});
  const Verdict closure =
      Judge(&record, Act(record, v1::ACT_KIND_CLOSURE), v1::CASE_ROLE_REQUESTING);
  ASSERT_EQ(closure.sequence, Sequence::kInSequence);
  EXPECT_EQ(closure.measures[0].state, v1::MEASURE_STATE_CLOSED);
  EXPECT_EQ(closure.measures[1].state, v1::MEASURE_STATE_ADMITTED);
  EXPECT_EQ(closure.measures[2].state, v1::MEASURE_STATE_CLOSED);
  EXPECT_EQ(closure.measures[3].state, v1::MEASURE_STATE_WITHDRAWN);
  EXPECT_EQ(closure.case_state, v1::CASE_STATE_OPEN);
  const Verdict none =
      Judge(&record, Act(record, v1::ACT_KIND_ACKNOWLEDGEMENT), v1::CASE_ROLE_REQUESTED);
  EXPECT_EQ(none.sequence, Sequence::kWrongState);
  EXPECT_EQ(none.field, "kind");
}

TEST(JudgeTest, UnknownMeasuresAreNamed) {
  const CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_RECEIVED});
  v1::ActHeader header = Act(record, v1::ACT_KIND_DECISION, v1::MEASURE_OUTCOME_ADMITTED, {1, 2});
  Verdict verdict = Judge(&record, header, v1::CASE_ROLE_REQUESTED);
  EXPECT_EQ(verdict.sequence, Sequence::kUnknownMeasure);
  EXPECT_EQ(verdict.field, "measures[1].ordinal");
  header.mutable_measures()->RemoveLast();
  header.mutable_measures(0)->set_code("SEIZURE");
  verdict = Judge(&record, header, v1::CASE_ROLE_REQUESTED);
  EXPECT_EQ(verdict.sequence, Sequence::kUnknownMeasure);
  EXPECT_EQ(verdict.field, "measures[0].code");
  EXPECT_EQ(verdict.explanation, "Measure 1 is SEARCH.");
}

TEST(JudgeTest, TheWrongSideIsToldWhoseActItIs) {
  const CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_RECEIVED});
  const Verdict verdict =
      Judge(&record,
            Act(record, v1::ACT_KIND_DECISION, v1::MEASURE_OUTCOME_ADMITTED, {1}),
            v1::CASE_ROLE_REQUESTING);
  EXPECT_EQ(verdict.sequence, Sequence::kWrongSide);
  EXPECT_EQ(verdict.explanation,
            "DECISION is sent by the requested side, and you are the requesting side. Now fit: "
            "ACKNOWLEDGEMENT (the requested side), CLARIFICATION_REQUEST (the requested side), "
            "DECISION (the requested side), PROGRESS (the requested side), WITHDRAWAL (the "
            "requesting side), FORWARDING_NOTICE (the requested side), RETURN (the requested "
            "side), CONSULTATION (the requested side), CONDITIONS (the requested side). In any "
            "state: FREE_FORM, SUPPLEMENT, RISK_ALERT, notices, an ACKNOWLEDGEMENT in reply.");
}

TEST(JudgeTest, TheWrongStateIsExplained) {
  const CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_EXECUTED});
  const Verdict verdict =
      Judge(&record,
            Act(record, v1::ACT_KIND_DECISION, v1::MEASURE_OUTCOME_REFUSED, {1}),
            v1::CASE_ROLE_REQUESTED);
  EXPECT_EQ(verdict.sequence, Sequence::kWrongState);
  EXPECT_EQ(verdict.explanation,
            "Measure 1 (SEARCH) is EXECUTED. DECISION REFUSED fits a measure that is RECEIVED, "
            "ACKNOWLEDGED, INFO_REQUESTED, INFO_SUPPLIED, POSTPONED, FORWARDED, UNDER_ASSESSMENT, "
            "IN_CONSULTATION, CONDITIONS_PROPOSED, CONDITIONS_ACCEPTED, CONDITIONS_DECLINED. Now "
            "fit: CLOSURE (the requesting side), EVIDENCE_TRANSFER (the requested side). In any "
            "state: FREE_FORM, SUPPLEMENT, RISK_ALERT, notices, an ACKNOWLEDGEMENT in reply.");
}

TEST(JudgeTest, ASecondRequestDoesNotFitIntoACase) {
  const CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_RECEIVED});
  const Verdict verdict =
      Judge(&record,
            Act(record, v1::ACT_KIND_REQUEST, v1::MEASURE_OUTCOME_UNSPECIFIED, {1}),
            v1::CASE_ROLE_REQUESTING);
  EXPECT_EQ(verdict.sequence, Sequence::kWrongState);
  EXPECT_NE(verdict.explanation.find("REQUEST does not fit into an existing case"),
            std::string::npos);
}

TEST(JudgeTest, ACaseKeepsItsType) {
  const CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_RECEIVED});
  v1::ActHeader header = Act(record, v1::ACT_KIND_FREE_FORM);
  header.set_case_type(v1::CASE_TYPE_SPONTANEOUS);
  const Verdict verdict = Judge(&record, header, v1::CASE_ROLE_REQUESTING);
  EXPECT_EQ(verdict.sequence, Sequence::kWrongState);
  EXPECT_EQ(verdict.field, "case_type");
}

TEST(JudgeTest, ASupplementAddsMeasuresThatFollowThoseOfTheCase) {
  const CaseRecord record = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_EXECUTED});
  v1::ActHeader header =
      Act(record, v1::ACT_KIND_SUPPLEMENT, v1::MEASURE_OUTCOME_UNSPECIFIED, {2, 3});
  const Verdict verdict = Judge(&record, header, v1::CASE_ROLE_REQUESTING);
  ASSERT_EQ(verdict.sequence, Sequence::kInSequence) << verdict.explanation;
  ASSERT_EQ(verdict.measures.size(), 3u);
  EXPECT_EQ(verdict.measures[2].ordinal, 3u);
  EXPECT_EQ(verdict.measures[2].state, v1::MEASURE_STATE_RECEIVED);
  EXPECT_EQ(verdict.case_state, v1::CASE_STATE_OPEN);
  header.mutable_measures(1)->set_ordinal(4);
  EXPECT_EQ(Judge(&record, header, v1::CASE_ROLE_REQUESTING).sequence, Sequence::kUnknownMeasure);
  EXPECT_EQ(Judge(&record, header, v1::CASE_ROLE_REQUESTED).sequence, Sequence::kWrongSide);
  const CaseRecord information = CaseIn(v1::CASE_TYPE_SPONTANEOUS, {v1::MEASURE_STATE_RECEIVED});
  header = Act(information, v1::ACT_KIND_SUPPLEMENT, v1::MEASURE_OUTCOME_UNSPECIFIED, {2});
  EXPECT_EQ(Judge(&information, header, v1::CASE_ROLE_REQUESTING).sequence,
            Sequence::kUnknownMeasure);
}

TEST(JudgeTest, DataArePreservedExtendedAndFollowedByTheRequest) {
  CaseRecord record = CaseIn(v1::CASE_TYPE_PRESERVATION, {v1::MEASURE_STATE_RECEIVED});
  struct Step {
    v1::ActKind kind;
    v1::CaseRole role;
    v1::MeasureOutcome outcome;
    v1::MeasureState state;
  };
  constexpr auto kNone = v1::MEASURE_OUTCOME_UNSPECIFIED;
  const Step steps[] = {{v1::ACT_KIND_DECISION,
                         v1::CASE_ROLE_REQUESTED,
                         v1::MEASURE_OUTCOME_ADMITTED,
                         v1::MEASURE_STATE_ORDERED},
                        {v1::ACT_KIND_PRESERVATION_CONFIRMATION,
                         v1::CASE_ROLE_REQUESTED,
                         kNone,
                         v1::MEASURE_STATE_PRESERVED},
                        {v1::ACT_KIND_PRESERVATION_EXTENSION,
                         v1::CASE_ROLE_REQUESTING,
                         kNone,
                         v1::MEASURE_STATE_EXTENSION_REQUESTED},
                        {v1::ACT_KIND_PRESERVATION_CONFIRMATION,
                         v1::CASE_ROLE_REQUESTED,
                         kNone,
                         v1::MEASURE_STATE_EXTENDED},
                        {v1::ACT_KIND_PRESERVATION_FOLLOW_UP,
                         v1::CASE_ROLE_REQUESTING,
                         kNone,
                         v1::MEASURE_STATE_FOLLOWED_BY_REQUEST}};
  for (const Step& step : steps) {
    const Verdict verdict = Judge(&record, Act(record, step.kind, step.outcome, {1}), step.role);
    ASSERT_EQ(verdict.sequence, Sequence::kInSequence) << verdict.explanation;
    EXPECT_EQ(verdict.measures[0].state, step.state);
    record.measures = verdict.measures;
  }
  EXPECT_EQ(DeriveCaseState(record.measures), v1::CASE_STATE_ENDED);
}

TEST(AllowedActsTest, ListsKindsWithTheirMeasures) {
  const CaseRecord record =
      CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_ADMITTED, v1::MEASURE_STATE_INFO_REQUESTED});
  std::map<std::pair<v1::ActKind, v1::CaseRole>, std::vector<uint32_t>> acts;
  for (const v1::AllowedAct& act : AllowedActs(record)) {
    acts[{act.kind(), act.role()}] = {act.measures().begin(), act.measures().end()};
  }
  EXPECT_EQ((acts[{v1::ACT_KIND_EXECUTION_RESULT, v1::CASE_ROLE_REQUESTED}]),
            (std::vector<uint32_t>{1}));
  EXPECT_EQ((acts[{v1::ACT_KIND_CLARIFICATION_REPLY, v1::CASE_ROLE_REQUESTING}]),
            (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(acts.count({v1::ACT_KIND_REQUEST, v1::CASE_ROLE_REQUESTING}), 0U);
  EXPECT_EQ(acts.count({v1::ACT_KIND_FREE_FORM, v1::CASE_ROLE_REQUESTED}), 1U);
  EXPECT_EQ(AllowedActs(record).back().kind(), v1::ACT_KIND_FREE_FORM);
}

TEST(LifecyclePageTest, IsUpToDate) {
  std::stringstream page;
  page << std::ifstream(std::string(ROGATORIA_SOURCE_DIR) + "/docs/lifecycle.md").rdbuf();
  EXPECT_EQ(page.str(), DescribeLifecycle()) << "run describe_lifecycle > docs/lifecycle.md";
}

}  // namespace
}  // namespace rogatoria
