#include "services/exchange/lifecycle.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/model/act_kind.h"
#include "services/exchange/lifecycle_words.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kInformationCode = "INFORMATION";

const Transition* FindTransition(v1::CaseType type,
                                 v1::ActKind kind,
                                 v1::CaseRole role,
                                 v1::MeasureOutcome outcome,
                                 v1::MeasureState from) {
  for (const Transition& row : LifecycleTable()) {
    if (row.case_type == type && row.kind == kind && row.role == role && row.outcome == outcome &&
        row.from == from) {
      return &row;
    }
  }
  return nullptr;
}

// Whether the kind is known in a running case of this type, from this side or from the other.
bool IsSentBy(v1::CaseType type, v1::ActKind kind, v1::CaseRole role) {
  const auto table = LifecycleTable();
  return std::any_of(table.begin(), table.end(), [=](const Transition& row) {
    return row.case_type == type && row.kind == kind && row.role == role &&
           row.from != v1::MEASURE_STATE_UNSPECIFIED;
  });
}

v1::CaseRole OtherSide(v1::CaseRole role) {
  return role == v1::CASE_ROLE_REQUESTING ? v1::CASE_ROLE_REQUESTED : v1::CASE_ROLE_REQUESTING;
}

Verdict Refuse(Sequence sequence, std::string field, std::string explanation) {
  Verdict verdict;
  verdict.sequence = sequence;
  verdict.field = std::move(field);
  verdict.explanation = std::move(explanation);
  return verdict;
}

Verdict Accept(std::vector<MeasureRecord> measures) {
  Verdict verdict;
  verdict.case_state = DeriveCaseState(measures);
  verdict.measures = std::move(measures);
  return verdict;
}

// An act that names its measures: each must fit.
Verdict JudgeNamed(const CaseRecord& current, const v1::ActHeader& header, v1::CaseRole role) {
  std::vector<MeasureRecord> measures = current.measures;
  for (int i = 0; i < header.measures_size(); ++i) {
    const v1::MeasureRef& named = header.measures(i);
    const std::string field = absl::StrCat("measures[", i, "]");
    const auto found =
        std::find_if(measures.begin(), measures.end(), [&named](const MeasureRecord& measure) {
          return measure.ordinal == named.ordinal();
        });
    if (found == measures.end()) {
      return Refuse(Sequence::kUnknownMeasure,
                    field + ".ordinal",
                    absl::StrCat("The case has measures 1 to ", measures.size(), "."));
    }
    if (found->code != named.code()) {
      return Refuse(Sequence::kUnknownMeasure,
                    field + ".code",
                    absl::StrCat("Measure ", found->ordinal, " is ", found->code, "."));
    }
    const Transition* row =
        FindTransition(current.case_type, header.kind(), role, named.outcome(), found->state);
    if (row == nullptr) {
      return Refuse(Sequence::kWrongState,
                    field,
                    ExplainState(current, *found, header.kind(), named.outcome()));
    }
    found->state = row->to;
  }
  return Accept(std::move(measures));
}

// An act that names none means all that fit, and must fit at least one.
Verdict JudgeAll(const CaseRecord& current, const v1::ActHeader& header, v1::CaseRole role) {
  std::vector<MeasureRecord> measures = current.measures;
  bool fits = false;
  for (MeasureRecord& measure : measures) {
    const Transition* row = FindTransition(
        current.case_type, header.kind(), role, v1::MEASURE_OUTCOME_UNSPECIFIED, measure.state);
    if (row == nullptr) continue;
    fits = true;
    measure.state = row->to;
  }
  if (!fits) {
    return Refuse(Sequence::kWrongState, "kind", ExplainCase(current, header.kind()));
  }
  return Accept(std::move(measures));
}

// The measures that one kind from one side fits, whatever its outcome.
std::vector<uint32_t> MeasuresFor(const CaseRecord& current, v1::ActKind kind, v1::CaseRole role) {
  std::vector<uint32_t> ordinals;
  const auto table = LifecycleTable();
  for (const MeasureRecord& measure : current.measures) {
    const bool fits = std::any_of(table.begin(), table.end(), [&](const Transition& row) {
      return row.case_type == current.case_type && row.kind == kind && row.role == role &&
             row.from == measure.state;
    });
    if (fits) ordinals.push_back(measure.ordinal);
  }
  return ordinals;
}

}  // namespace

Verdict Judge(const CaseRecord* current, const v1::ActHeader& header, v1::CaseRole role) {
  if (current == nullptr) return Accept(OpeningMeasures(header));
  if (header.case_type() != current->case_type) {
    return Refuse(Sequence::kWrongState,
                  "case_type",
                  absl::StrCat("The case is of type ", CaseTypeName(current->case_type), "."));
  }
  if (!IsSentBy(current->case_type, header.kind(), role) &&
      IsSentBy(current->case_type, header.kind(), OtherSide(role))) {
    return Refuse(Sequence::kWrongSide, "kind", ExplainSide(*current, header.kind(), role));
  }
  return header.measures().empty() ? JudgeAll(*current, header, role)
                                   : JudgeNamed(*current, header, role);
}

std::vector<v1::AllowedAct> AllowedActs(const CaseRecord& current) {
  std::vector<v1::AllowedAct> acts;
  for (const ActKindTraits& traits : AllActKinds()) {
    for (v1::CaseRole role : {v1::CASE_ROLE_REQUESTING, v1::CASE_ROLE_REQUESTED}) {
      const std::vector<uint32_t> measures = MeasuresFor(current, traits.kind, role);
      if (measures.empty()) continue;
      v1::AllowedAct& act = acts.emplace_back();
      act.set_kind(traits.kind);
      act.set_role(role);
      // What moves nothing concerns the case as a whole.
      if (traits.kind == v1::ACT_KIND_FREE_FORM) continue;
      for (uint32_t ordinal : measures) act.add_measures(ordinal);
    }
  }
  return acts;
}

std::vector<MeasureRecord> OpeningMeasures(const v1::ActHeader& header) {
  std::vector<MeasureRecord> measures;
  for (const v1::MeasureRef& measure : header.measures()) {
    measures.push_back({measure.ordinal(), measure.code(), v1::MEASURE_STATE_RECEIVED});
  }
  if (measures.empty()) {
    measures.push_back({1, std::string(kInformationCode), v1::MEASURE_STATE_RECEIVED});
  }
  return measures;
}

v1::CaseState DeriveCaseState(absl::Span<const MeasureRecord> measures) {
  const bool ended =
      std::all_of(measures.begin(), measures.end(), [](const MeasureRecord& measure) {
        return IsEnded(measure.state);
      });
  return ended ? v1::CASE_STATE_ENDED : v1::CASE_STATE_OPEN;
}

}  // namespace rogatoria
