#include "services/exchange/lifecycle.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/model/act_kind.h"
#include "services/exchange/lifecycle_words.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kInformationCode = "INFORMATION";
constexpr absl::string_view kConsultationCode = "CONSULTATION";
constexpr absl::string_view kTeamCode = "JIT";

// Whether an act of this kind, with some outcome, fits a measure in this state.
bool Fits(v1::CaseType type, v1::ActKind kind, v1::CaseRole role, v1::MeasureState from) {
  for (int outcome = 0; outcome < v1::MeasureOutcome_ARRAYSIZE; ++outcome) {
    if (FindTransition(type, kind, role, static_cast<v1::MeasureOutcome>(outcome), from) != nullptr)
      return true;
  }
  return false;
}

// Whether the kind is known in a running case of this type, from this side or from the other.
bool IsSentBy(v1::CaseType type, v1::ActKind kind, v1::CaseRole role) {
  for (int state = 1; state < v1::MeasureState_ARRAYSIZE; ++state) {
    if (Fits(type, kind, role, static_cast<v1::MeasureState>(state))) return true;
  }
  return false;
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

// Whether an act of this sender may speak for this measure: in a joint team each invited authority
// has a part of its own, in the order of the parties.
bool IsOwnPart(const CaseRecord& current, const v1::ActHeader& header, uint32_t ordinal) {
  if (current.case_type != v1::CASE_TYPE_JIT ||
      current.RoleOf(header.sender()) != v1::CASE_ROLE_REQUESTED) {
    return true;
  }
  return ordinal < current.parties.size() && current.parties[ordinal].authority == header.sender();
}

const Transition* FindMove(const CaseRecord& current,
                           const v1::ActHeader& header,
                           v1::CaseRole role,
                           v1::MeasureOutcome outcome,
                           const MeasureRecord& measure) {
  if (!IsOwnPart(current, header, measure.ordinal)) return nullptr;
  return FindTransition(current.case_type, header.kind(), role, outcome, measure.state);
}

// The first states that an act in a running case gives to measures it adds; nullptr when its kind
// adds none.
const Transition* FindAddition(const CaseRecord& current,
                               const v1::ActHeader& header,
                               v1::CaseRole role) {
  return FindTransition(current.case_type,
                        header.kind(),
                        role,
                        v1::MEASURE_OUTCOME_UNSPECIFIED,
                        v1::MEASURE_STATE_UNSPECIFIED);
}

Verdict RefuseMeasure(const CaseRecord& current,
                      const v1::ActHeader& header,
                      int index,
                      const MeasureRecord& measure) {
  const std::string field = absl::StrCat("measures[", index, "]");
  if (!IsOwnPart(current, header, measure.ordinal)) {
    return Refuse(Sequence::kWrongSide, field, ExplainPart(measure));
  }
  return Refuse(Sequence::kWrongState,
                field,
                ExplainState(current, measure, header.kind(), header.measures(index).outcome()));
}

// The next measure of the case, which the act adds.
bool Adds(const CaseRecord& current,
          const v1::ActHeader& header,
          v1::CaseRole role,
          const v1::MeasureRef& named,
          size_t measures) {
  const ActKindTraits* kind = FindActKind(header.kind());
  return kind != nullptr && kind->adds_measures && named.ordinal() == measures + 1 &&
         measures < limits::kMaxMeasures && FindAddition(current, header, role) != nullptr;
}

// An act that names its measures: each must fit.
Verdict JudgeNamed(const CaseRecord& current, const v1::ActHeader& header, v1::CaseRole role) {
  std::vector<MeasureRecord> measures = current.measures;
  for (int i = 0; i < header.measures_size(); ++i) {
    const v1::MeasureRef& named = header.measures(i);
    const std::string field = absl::StrCat("measures[", i, "]");
    if (Adds(current, header, role, named, measures.size())) {
      measures.push_back({named.ordinal(), named.code(), FindAddition(current, header, role)->to});
      continue;
    }
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
    const Transition* row = FindMove(current, header, role, named.outcome(), *found);
    if (row == nullptr) return RefuseMeasure(current, header, i, *found);
    found->state = row->to;
  }
  return Accept(std::move(measures));
}

// The parts of authorities that this act invites into a running team.
void AddParts(const CaseRecord& current,
              const v1::ActHeader& header,
              v1::CaseRole role,
              std::vector<MeasureRecord>& measures) {
  if (current.case_type != v1::CASE_TYPE_JIT) return;
  const Transition* row = FindAddition(current, header, role);
  if (row == nullptr) return;
  for (const v1::Recipient& to : header.recipients()) {
    if (current.RoleOf(to.authority()) != v1::CASE_ROLE_UNSPECIFIED) continue;
    measures.push_back(
        {static_cast<uint32_t>(measures.size() + 1), std::string(kTeamCode), row->to});
  }
}

// An act that names none means all that fit, and must fit at least one.
Verdict JudgeAll(const CaseRecord& current, const v1::ActHeader& header, v1::CaseRole role) {
  std::vector<MeasureRecord> measures = current.measures;
  bool fits = false;
  for (MeasureRecord& measure : measures) {
    const Transition* row =
        FindMove(current, header, role, v1::MEASURE_OUTCOME_UNSPECIFIED, measure);
    if (row == nullptr) continue;
    fits = true;
    measure.state = row->to;
  }
  AddParts(current, header, role, measures);
  if (!fits && measures.size() == current.measures.size()) {
    return Refuse(Sequence::kWrongState, "kind", ExplainCase(current, header.kind()));
  }
  return Accept(std::move(measures));
}

Verdict JudgeMeasures(const CaseRecord& current, const v1::ActHeader& header, v1::CaseRole role) {
  return header.measures().empty() ? JudgeAll(current, header, role)
                                   : JudgeNamed(current, header, role);
}

// The case as the sender saw it: without the latest moves by others that came after.
CaseRecord AsSeen(const CaseRecord& current, const v1::ActHeader& header) {
  CaseRecord seen = current;
  for (MeasureRecord& measure : seen.measures) {
    if (measure.moved_at <= header.case_position_seen() || measure.moved_by == header.sender()) {
      continue;
    }
    measure.state = measure.before;
  }
  return seen;
}

bool HasCrossed(const CaseRecord& current, const v1::ActHeader& header, v1::CaseRole role) {
  return JudgeMeasures(AsSeen(current, header), header, role).sequence == Sequence::kInSequence;
}

// The measures that one kind from one side fits, whatever its outcome.
std::vector<uint32_t> MeasuresFor(const CaseRecord& current, v1::ActKind kind, v1::CaseRole role) {
  std::vector<uint32_t> ordinals;
  for (const MeasureRecord& measure : current.measures) {
    if (Fits(current.case_type, kind, role, measure.state)) ordinals.push_back(measure.ordinal);
  }
  return ordinals;
}

// Whether the kind is the other side's: always, or as the measures stand now.
bool IsOtherSides(const CaseRecord& current, v1::ActKind kind, v1::CaseRole role) {
  const v1::CaseRole other = OtherSide(role);
  if (!IsSentBy(current.case_type, kind, role)) return IsSentBy(current.case_type, kind, other);
  return MeasuresFor(current, kind, role).empty() && !MeasuresFor(current, kind, other).empty();
}

void AppendAllowed(const CaseRecord& current,
                   const ActKindTraits& kind,
                   std::vector<v1::AllowedAct>& acts) {
  for (v1::CaseRole role : {v1::CASE_ROLE_REQUESTING, v1::CASE_ROLE_REQUESTED}) {
    const std::vector<uint32_t> measures = MeasuresFor(current, kind.kind, role);
    if (measures.empty()) continue;
    v1::AllowedAct& act = acts.emplace_back();
    act.set_kind(kind.kind);
    act.set_role(role);
    // What moves nothing concerns the case as a whole.
    if (kind.any_state) continue;
    for (uint32_t ordinal : measures) act.add_measures(ordinal);
  }
}

}  // namespace

Verdict Judge(const CaseRecord* current, const v1::ActHeader& header, v1::CaseRole role) {
  if (current == nullptr) return Accept(OpeningMeasures(header));
  if (header.case_type() != current->case_type) {
    return Refuse(Sequence::kWrongState,
                  "case_type",
                  absl::StrCat("The case is of type ", CaseTypeName(current->case_type), "."));
  }
  Verdict verdict = JudgeMeasures(*current, header, role);
  if (verdict.sequence == Sequence::kInSequence) return verdict;
  if (verdict.sequence == Sequence::kWrongState && HasCrossed(*current, header, role)) {
    verdict.sequence = Sequence::kCrossed;
    return verdict;
  }
  if (IsOtherSides(*current, header.kind(), role)) {
    return Refuse(Sequence::kWrongSide, "kind", ExplainSide(*current, header.kind(), role));
  }
  return verdict;
}

std::vector<v1::AllowedAct> AllowedActs(const CaseRecord& current) {
  std::vector<v1::AllowedAct> acts;
  for (const ActKindTraits& kind : AllActKinds()) {
    if (!kind.any_state) AppendAllowed(current, kind, acts);
  }
  const ActKindTraits& free_form = *FindActKind(v1::ACT_KIND_FREE_FORM);
  for (const ActKindTraits& kind : AllActKinds()) {
    if (kind.any_state && &kind != &free_form) AppendAllowed(current, kind, acts);
  }
  AppendAllowed(current, free_form, acts);
  return acts;
}

std::vector<MeasureRecord> OpeningMeasures(const v1::ActHeader& header) {
  std::vector<MeasureRecord> measures;
  const auto add = [&measures](absl::string_view code) {
    measures.push_back({static_cast<uint32_t>(measures.size() + 1),
                        std::string(code),
                        v1::MEASURE_STATE_RECEIVED});
  };
  if (header.case_type() == v1::CASE_TYPE_JIT) {
    for (int i = 0; i < header.recipients_size(); ++i) add(kTeamCode);
    return measures;
  }
  for (const v1::MeasureRef& measure : header.measures()) add(measure.code());
  if (measures.empty()) {
    add(header.case_type() == v1::CASE_TYPE_CONSULTATION ? kConsultationCode : kInformationCode);
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
