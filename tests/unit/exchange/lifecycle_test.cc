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
#include "tests/support/seeded_random.h"

namespace rogatoria {
namespace {

constexpr v1::CaseType kTypes[] = {v1::CASE_TYPE_MLA,
                                   v1::CASE_TYPE_SPONTANEOUS,
                                   v1::CASE_TYPE_CONSULTATION,
                                   v1::CASE_TYPE_PRESERVATION,
                                   v1::CASE_TYPE_JIT};
constexpr v1::CaseRole kRoles[] = {v1::CASE_ROLE_REQUESTING, v1::CASE_ROLE_REQUESTED};

std::string CodeIn(v1::CaseType type) {
  switch (type) {
    case v1::CASE_TYPE_MLA:
      return "SEARCH";
    case v1::CASE_TYPE_CONSULTATION:
      return "CONSULTATION";
    case v1::CASE_TYPE_PRESERVATION:
      return "DATA_PRESERVATION";
    case v1::CASE_TYPE_JIT:
      return "JIT";
    default:
      return "INFORMATION";
  }
}

bool HasManyMeasures(v1::CaseType type) {
  return type == v1::CASE_TYPE_MLA || type == v1::CASE_TYPE_PRESERVATION;
}

CaseRecord CaseIn(v1::CaseType type, std::vector<v1::MeasureState> states) {
  CaseRecord record;
  record.case_id = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
  record.case_type = type;
  for (size_t i = 0; i < states.size(); ++i) {
    record.measures.push_back({static_cast<uint32_t>(i + 1), CodeIn(type), states[i]});
  }
  record.act_count = 1;
  record.parties = {{"pt-pgr", v1::CASE_ROLE_REQUESTING}, {"co-fgn", v1::CASE_ROLE_REQUESTED}};
  record.state = DeriveCaseState(record.measures);
  return record;
}

v1::ActHeader Act(const CaseRecord& record,
                  v1::ActKind kind,
                  v1::MeasureOutcome outcome = v1::MEASURE_OUTCOME_UNSPECIFIED,
                  std::vector<uint32_t> ordinals = {}) {
  v1::ActHeader header;
  header.set_case_id(record.case_id);
  header.set_case_type(record.case_type);
  header.set_kind(kind);
  header.set_case_position_seen(record.act_count);
  for (uint32_t ordinal : ordinals) {
    v1::MeasureRef& measure = *header.add_measures();
    measure.set_ordinal(ordinal);
    measure.set_code(CodeIn(record.case_type));
    measure.set_outcome(outcome);
  }
  return header;
}

std::vector<v1::MeasureState> AllStates() {
  std::vector<v1::MeasureState> states;
  for (int i = 1; i < v1::MeasureState_ARRAYSIZE; ++i) {
    states.push_back(static_cast<v1::MeasureState>(i));
  }
  return states;
}

std::vector<v1::MeasureOutcome> OutcomesWith(v1::ActKind kind) {
  const auto outcomes = OutcomesOf(kind);
  if (outcomes.empty()) return {v1::MEASURE_OUTCOME_UNSPECIFIED};
  return {outcomes.begin(), outcomes.end()};
}

// The states that a case of this type can be in, found by walking from the opening act.
std::set<v1::MeasureState> Reachable(v1::CaseType type) {
  std::set<v1::MeasureState> reached = {v1::MEASURE_STATE_UNSPECIFIED};
  for (size_t before = 0; before != reached.size();) {
    before = reached.size();
    for (const Transition& row : LifecycleTable()) {
      if (row.case_type == type && reached.count(row.from) > 0) reached.insert(row.to);
    }
  }
  reached.erase(v1::MEASURE_STATE_UNSPECIFIED);
  return reached;
}

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
  EXPECT_EQ(Reachable(v1::CASE_TYPE_MLA).size(), 24u);
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

// From every state an end can be reached, and each side alone can bring the measure to one: nobody
// waits for ever on the other.
TEST(LifecycleTest, NoDeadEnd) {
  for (v1::CaseType type : kTypes) {
    for (v1::MeasureState start : Reachable(type)) {
      std::set<v1::MeasureState> reached = {start};
      for (size_t before = 0; before != reached.size();) {
        before = reached.size();
        for (const Transition& row : LifecycleTable()) {
          if (row.case_type == type && row.role == v1::CASE_ROLE_REQUESTING &&
              reached.count(row.from) > 0) {
            reached.insert(row.to);
          }
        }
      }
      EXPECT_TRUE(std::any_of(reached.begin(), reached.end(), IsEnded)) << StateName(start);
    }
  }
}

// What has ended is closed and nothing else; only a result can still be transmitted, confirmed, and
// what was lent be returned.
TEST(LifecycleTest, WhatHasEndedIsOnlyClosedOrTransmitted) {
  for (const Transition& row : LifecycleTable()) {
    if (!IsEnded(row.from) || row.from == row.to) continue;
    const bool transmits = row.kind == v1::ACT_KIND_EVIDENCE_TRANSFER ||
                           (row.kind == v1::ACT_KIND_ACKNOWLEDGEMENT &&
                            row.from == v1::MEASURE_STATE_RESULT_TRANSMITTED);
    if (transmits) continue;
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
            "state: FREE_FORM, SUPPLEMENT, RISK_ALERT, notices.");
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
            "state: FREE_FORM, SUPPLEMENT, RISK_ALERT, notices.");
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

CaseRecord Moved(CaseRecord record, v1::MeasureState to, uint64_t at, const std::string& by) {
  for (MeasureRecord& measure : record.measures) {
    measure.before = measure.state;
    measure.state = to;
    measure.moved_at = at;
    measure.moved_by = by;
  }
  record.act_count = at;
  return record;
}

// A withdrawal that crosses a result: the first one counts, the other is kept as crossed.
TEST(JudgeTest, AnActThatCrossedAnotherIsToldFromAWrongOne) {
  const CaseRecord before = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_ADMITTED});
  const CaseRecord record = Moved(before, v1::MEASURE_STATE_EXECUTED, 2, "co-fgn");
  v1::ActHeader withdrawal = Act(before, v1::ACT_KIND_WITHDRAWAL);
  withdrawal.set_sender("pt-pgr");
  EXPECT_EQ(Judge(&record, withdrawal, v1::CASE_ROLE_REQUESTING).sequence, Sequence::kCrossed);
  withdrawal.set_case_position_seen(2);
  EXPECT_EQ(Judge(&record, withdrawal, v1::CASE_ROLE_REQUESTING).sequence, Sequence::kWrongState);
}

TEST(JudgeTest, NobodyCrossesHisOwnAct) {
  const CaseRecord before = CaseIn(v1::CASE_TYPE_MLA, {v1::MEASURE_STATE_ADMITTED});
  const CaseRecord record = Moved(before, v1::MEASURE_STATE_EXECUTED, 2, "co-fgn");
  v1::ActHeader result =
      Act(before, v1::ACT_KIND_EXECUTION_RESULT, v1::MEASURE_OUTCOME_NOT_EXECUTABLE, {1});
  result.set_sender("co-fgn");
  EXPECT_EQ(Judge(&record, result, v1::CASE_ROLE_REQUESTED).sequence, Sequence::kWrongState);
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

// A team of four: each invited authority speaks for its own part, and a further one can be invited.
TEST(JudgeTest, InATeamEachSpeaksForItsOwnPart) {
  CaseRecord team = CaseIn(v1::CASE_TYPE_JIT, {v1::MEASURE_STATE_RECEIVED});
  v1::ActHeader proposal = Act(team, v1::ACT_KIND_JIT_PROPOSAL);
  proposal.set_sender("pt-pgr");
  proposal.add_recipients()->set_authority("co-fgn");
  proposal.add_recipients()->set_authority("br-mpf");
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

// Random histories: what is announced as allowed fits, what is not does not, in any mixture of
// states.
TEST(JudgeTest, RandomHistoriesFollowWhatWasAnnounced) {
  constexpr uint64_t kSeed = 20261124;
  SeededRandom random(kSeed);
  int ended = 0;
  for (int history = 0; history < 300; ++history) {
    const v1::CaseType type = kTypes[random.Below(std::size(kTypes))];
    CaseRecord record = CaseIn(type, {});
    const size_t measures = HasManyMeasures(type) ? 1 + random.Below(4) : 1;
    for (size_t i = 0; i < measures; ++i) {
      record = CaseIn(type, std::vector<v1::MeasureState>(i + 1, v1::MEASURE_STATE_RECEIVED));
    }
    for (int step = 0; step < 60; ++step) {
      const auto& kind = AllActKinds()[random.Below(AllActKinds().size())];
      const v1::CaseRole role = kRoles[random.Below(2)];
      const v1::MeasureOutcome outcome = random.Pick(OutcomesWith(kind.kind));
      std::vector<uint32_t> named;
      if (kind.needs_measures || (kind.allows_measures && random.Chance(50))) {
        named.push_back(1 + static_cast<uint32_t>(random.Below(record.measures.size())));
      }
      bool announced = false;
      for (const v1::AllowedAct& act : AllowedActs(record)) {
        announced |= act.kind() == kind.kind && act.role() == role;
      }
      const Verdict verdict = Judge(&record, Act(record, kind.kind, outcome, named), role);
      if (verdict.sequence != Sequence::kInSequence) continue;
      ASSERT_TRUE(announced) << "seed " << kSeed << " history " << history << ": " << kind.name;
      ASSERT_EQ(verdict.measures.size(), record.measures.size());
      record.measures = verdict.measures;
      record.state = verdict.case_state;
      const bool all_ended = std::all_of(
          record.measures.begin(), record.measures.end(), [](const MeasureRecord& measure) {
            return IsEnded(measure.state);
          });
      ASSERT_EQ(record.state == v1::CASE_STATE_ENDED, all_ended);
      ended += all_ended ? 1 : 0;
    }
  }
  EXPECT_GT(ended, 50);
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
