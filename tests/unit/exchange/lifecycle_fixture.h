// Cases and headers as the tests of the lifecycle need them: small, and without what the rules do
// not look at.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "common/model/act_kind.h"
#include "services/exchange/lifecycle.h"

namespace rogatoria {

inline constexpr v1::CaseType kTypes[] = {v1::CASE_TYPE_MLA,
                                          v1::CASE_TYPE_SPONTANEOUS,
                                          v1::CASE_TYPE_CONSULTATION,
                                          v1::CASE_TYPE_PRESERVATION,
                                          v1::CASE_TYPE_JIT,
                                          v1::CASE_TYPE_REFERRAL};
inline constexpr v1::CaseRole kRoles[] = {v1::CASE_ROLE_REQUESTING, v1::CASE_ROLE_REQUESTED};

inline std::string CodeIn(v1::CaseType type) {
  switch (type) {
    case v1::CASE_TYPE_MLA:
      return "SEARCH";
    case v1::CASE_TYPE_CONSULTATION:
      return "CONSULTATION";
    case v1::CASE_TYPE_PRESERVATION:
      return "DATA_PRESERVATION";
    case v1::CASE_TYPE_JIT:
      return "JIT";
    case v1::CASE_TYPE_REFERRAL:
      return "REFERRAL";
    default:
      return "INFORMATION";
  }
}

inline bool HasManyMeasures(v1::CaseType type) {
  return type == v1::CASE_TYPE_MLA || type == v1::CASE_TYPE_PRESERVATION;
}

inline CaseRecord CaseIn(v1::CaseType type, std::vector<v1::MeasureState> states) {
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

// To everybody, the requested side first.
inline v1::ActHeader Act(const CaseRecord& record,
                         v1::ActKind kind,
                         v1::MeasureOutcome outcome = v1::MEASURE_OUTCOME_UNSPECIFIED,
                         std::vector<uint32_t> ordinals = {}) {
  v1::ActHeader header;
  header.set_case_id(record.case_id);
  header.set_case_type(record.case_type);
  header.set_kind(kind);
  header.set_case_position_seen(record.act_count);
  for (v1::CaseRole role : {v1::CASE_ROLE_REQUESTED, v1::CASE_ROLE_REQUESTING}) {
    for (const Party& party : record.parties) {
      if (party.role == role) header.add_recipients()->set_authority(party.authority);
    }
  }
  for (uint32_t ordinal : ordinals) {
    v1::MeasureRef& measure = *header.add_measures();
    measure.set_ordinal(ordinal);
    measure.set_code(CodeIn(record.case_type));
    measure.set_outcome(outcome);
  }
  return header;
}

inline std::vector<v1::MeasureState> AllStates() {
  std::vector<v1::MeasureState> states;
  for (int i = 1; i < v1::MeasureState_ARRAYSIZE; ++i) {
    states.push_back(static_cast<v1::MeasureState>(i));
  }
  return states;
}

inline std::vector<v1::MeasureOutcome> OutcomesWith(v1::ActKind kind) {
  const auto outcomes = OutcomesOf(kind);
  if (outcomes.empty()) return {v1::MEASURE_OUTCOME_UNSPECIFIED};
  return {outcomes.begin(), outcomes.end()};
}

// The states that a case of this type can be in, found by walking from the opening act.
inline std::set<v1::MeasureState> Reachable(v1::CaseType type) {
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

}  // namespace rogatoria
