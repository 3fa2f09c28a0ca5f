#include "services/exchange/lifecycle.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/model/act_kind.h"
#include "services/exchange/lifecycle_words.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kInformationCode = "INFORMATION";
constexpr absl::string_view kConsultationCode = "CONSULTATION";
constexpr absl::string_view kReferralCode = "REFERRAL";
constexpr absl::string_view kTeamCode = "JIT";

// What the one measure of a case is called whose opening act names none.
absl::string_view MatterCode(v1::CaseType type) {
  if (type == v1::CASE_TYPE_REFERRAL) return kReferralCode;
  return type == v1::CASE_TYPE_CONSULTATION ? kConsultationCode : kInformationCode;
}

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

// One act at a running case.
struct Step {
  const CaseRecord& current;
  const v1::ActHeader& header;
  v1::CaseRole role;

  uint64_t position() const { return current.act_count + 1; }
};

// What fits in any state moves nothing: it is open to whoever is of the side.
bool IsOpenToAll(v1::ActKind kind) {
  const ActKindTraits* traits = FindActKind(kind);
  return traits != nullptr && traits->any_state;
}

bool SpeaksFor(const Step& step, const MeasureRecord& measure) {
  return IsOpenToAll(step.header.kind()) || step.current.SpeaksFor(step.header.sender(), measure);
}

bool IsAddressed(const v1::ActHeader& header, absl::string_view authority) {
  return std::any_of(header.recipients().begin(),
                     header.recipients().end(),
                     [&](const v1::Recipient& to) { return to.authority() == authority; });
}

// What moves a measure has to reach the other side: who is responsible for it, or who asked for it.
// Nobody else could act on it.
bool Reaches(const Step& step, const MeasureRecord& measure) {
  const CaseRecord& current = step.current;
  if (current.case_type == v1::CASE_TYPE_JIT && step.role == v1::CASE_ROLE_REQUESTING) {
    return IsAddressed(step.header, current.ResponsibleFor(measure));
  }
  const v1::CaseRole other = OtherSide(step.role);
  return std::any_of(
      step.header.recipients().begin(), step.header.recipients().end(), [&](const auto& to) {
        return current.RoleOf(to.authority()) == other &&
               current.SpeaksFor(to.authority(), measure);
      });
}

bool Moves(const Step& step, const Transition& row) {
  return row.from != row.to || step.header.kind() == v1::ACT_KIND_FORWARDING_NOTICE;
}

// The row, wherever the act goes; a proposal concerns the parts of those whom it invites.
const Transition* FindRow(const Step& step,
                          v1::MeasureOutcome outcome,
                          const MeasureRecord& measure) {
  if (step.header.kind() == v1::ACT_KIND_JIT_PROPOSAL && !Reaches(step, measure)) return nullptr;
  return FindTransition(
      step.current.case_type, step.header.kind(), step.role, outcome, measure.state);
}

// Whether it would move the measure, and does not go to whom that has to be told.
bool MissesAddressee(const Step& step, v1::MeasureOutcome outcome, const MeasureRecord& measure) {
  const Transition* row = FindRow(step, outcome, measure);
  return row != nullptr && Moves(step, *row) && !Reaches(step, measure);
}

const Transition* FindMove(const Step& step,
                           v1::MeasureOutcome outcome,
                           const MeasureRecord& measure) {
  if (!SpeaksFor(step, measure) || MissesAddressee(step, outcome, measure)) return nullptr;
  return FindRow(step, outcome, measure);
}

// Whether the same act would have led here from elsewhere: it says again what the state says.
bool Repeats(const Transition& row) {
  if (row.from != row.to || IsOpenToAll(row.kind)) return false;
  for (int number = 0; number < v1::MeasureState_ARRAYSIZE; ++number) {
    const Transition* other = FindTransition(
        row.case_type, row.kind, row.role, row.outcome, static_cast<v1::MeasureState>(number));
    if (other != nullptr && other->from != row.from && other->to == row.to) return true;
  }
  return false;
}

void Apply(const Step& step, const Transition& row, MeasureRecord& measure) {
  const v1::ActHeader& header = step.header;
  const bool hands_on =
      header.kind() == v1::ACT_KIND_FORWARDING_NOTICE && !header.recipients().empty();
  if (hands_on) measure.responsible = header.recipients(0).authority();
  if (hands_on || row.from != row.to) {
    measure.Move(row.to, step.position(), header.sender());
  } else if (Repeats(row)) {
    measure.repeated_at = step.position();
  }
}

// The first state that an act in a running case gives to measures it adds; nullptr when its kind
// adds none.
const Transition* FindAddition(const CaseRecord& current, v1::ActKind kind, v1::CaseRole role) {
  return FindTransition(current.case_type,
                        kind,
                        role,
                        v1::MEASURE_OUTCOME_UNSPECIFIED,
                        v1::MEASURE_STATE_UNSPECIFIED);
}

const Transition* FindAddition(const Step& step) {
  return FindAddition(step.current, step.header.kind(), step.role);
}

// The next measure of the case, which the act adds.
bool Adds(const Step& step, const v1::MeasureRef& named, size_t measures) {
  const ActKindTraits* kind = FindActKind(step.header.kind());
  return kind != nullptr && kind->adds_measures && named.ordinal() == measures + 1 &&
         measures < limits::kMaxMeasures && FindAddition(step) != nullptr;
}

// The measure that is named; nullptr, with the refusal, when the case does not have it.
MeasureRecord* FindNamed(const v1::MeasureRef& named,
                         const std::string& field,
                         std::vector<MeasureRecord>& measures,
                         Verdict& refusal) {
  const auto found =
      std::find_if(measures.begin(), measures.end(), [&named](const MeasureRecord& measure) {
        return measure.ordinal == named.ordinal();
      });
  if (found == measures.end()) {
    refusal = Refuse(Sequence::kUnknownMeasure,
                     field + ".ordinal",
                     absl::StrCat("The case has measures 1 to ", measures.size(), "."));
    return nullptr;
  }
  if (found->code != named.code()) {
    refusal = Refuse(Sequence::kUnknownMeasure,
                     field + ".code",
                     absl::StrCat("Measure ", found->ordinal, " is ", found->code, "."));
    return nullptr;
  }
  return &*found;
}

std::string FieldOf(int index) {
  return absl::StrCat("measures[", index, "]");
}

Verdict RefuseAddressee(const Step& step, const MeasureRecord& measure) {
  return Refuse(Sequence::kNotAddressed,
                "recipients[0].authority",
                ExplainAddressee(step.current, measure, OtherSide(step.role)));
}

Verdict RefuseMeasure(const Step& step, int index, const MeasureRecord& measure) {
  if (!SpeaksFor(step, measure)) {
    return Refuse(Sequence::kWrongSide, FieldOf(index), ExplainPart(step.current, measure));
  }
  if (MissesAddressee(step, step.header.measures(index).outcome(), measure)) {
    return RefuseAddressee(step, measure);
  }
  return Refuse(
      Sequence::kWrongState,
      FieldOf(index),
      ExplainState(
          step.current, measure, step.header.kind(), step.header.measures(index).outcome()));
}

// Who is asked for a measure that the act adds, if that is somebody to whom the case was handed on.
std::string NewlyAsked(const Step& step) {
  if (step.header.recipients().empty()) return "";
  const Party* asked = step.current.FindParty(step.header.recipients(0).authority());
  return asked == nullptr || asked->forwarded_by.empty() ? "" : asked->authority;
}

// An act that names its measures: each must fit.
Verdict JudgeNamed(const Step& step) {
  std::vector<MeasureRecord> measures = step.current.measures;
  Verdict refusal;
  for (int i = 0; i < step.header.measures_size(); ++i) {
    const v1::MeasureRef& named = step.header.measures(i);
    if (Adds(step, named, measures.size())) {
      measures.push_back({named.ordinal(),
                          named.code(),
                          FindAddition(step)->to,
                          step.position(),
                          NewlyAsked(step)});
      continue;
    }
    MeasureRecord* measure = FindNamed(named, FieldOf(i), measures, refusal);
    if (measure == nullptr) return refusal;
    const Transition* row = FindMove(step, named.outcome(), *measure);
    if (row == nullptr) return RefuseMeasure(step, i, *measure);
    Apply(step, *row, *measure);
  }
  return Accept(std::move(measures));
}

// The parts of authorities that this act invites into a running team.
void AddParts(const Step& step, std::vector<MeasureRecord>& measures) {
  if (step.current.case_type != v1::CASE_TYPE_JIT) return;
  const Transition* row = FindAddition(step);
  if (row == nullptr) return;
  for (const v1::Recipient& to : step.header.recipients()) {
    if (step.current.RoleOf(to.authority()) != v1::CASE_ROLE_UNSPECIFIED) continue;
    measures.push_back({static_cast<uint32_t>(measures.size() + 1),
                        std::string(kTeamCode),
                        row->to,
                        step.position()});
  }
}

// Nothing of the sender's own fits. What fits of others' is theirs to move.
Verdict RefuseAll(const Step& step) {
  for (const MeasureRecord& measure : step.current.measures) {
    if (!SpeaksFor(step, measure) &&
        FindRow(step, v1::MEASURE_OUTCOME_UNSPECIFIED, measure) != nullptr) {
      return Refuse(Sequence::kWrongSide, "kind", ExplainPart(step.current, measure));
    }
  }
  for (const MeasureRecord& measure : step.current.measures) {
    if (MissesAddressee(step, v1::MEASURE_OUTCOME_UNSPECIFIED, measure)) {
      return RefuseAddressee(step, measure);
    }
  }
  return Refuse(Sequence::kWrongState, "kind", ExplainCase(step.current, step.header.kind()));
}

// An act that names none means all that fit, and must fit at least one.
Verdict JudgeAll(const Step& step) {
  std::vector<MeasureRecord> measures = step.current.measures;
  bool fits = false;
  for (MeasureRecord& measure : measures) {
    const Transition* row = FindMove(step, v1::MEASURE_OUTCOME_UNSPECIFIED, measure);
    if (row == nullptr) continue;
    fits = true;
    Apply(step, *row, measure);
  }
  AddParts(step, measures);
  if (!fits && measures.size() == step.current.measures.size()) return RefuseAll(step);
  return Accept(std::move(measures));
}

Verdict JudgeMeasures(const Step& step) {
  return step.header.measures().empty() ? JudgeAll(step) : JudgeNamed(step);
}

// Whether an acknowledgement of the act at `answered` is about the state of this measure: of what
// was handed on, the request itself may be acknowledged, too.
bool IsAnswerable(const MeasureRecord& measure, uint64_t answered) {
  return measure.RestsOn(answered) ||
         (measure.state == v1::MEASURE_STATE_FORWARDED && answered == measure.added_at);
}

// An acknowledgement of one act fits in any state. It moves the measures whose state rests on that
// act, and of an alert or a part of the evidence it moves none.
Verdict JudgeAnswer(const Step& step, uint64_t answered) {
  std::vector<MeasureRecord> measures = step.current.measures;
  std::vector<MeasureRecord*> meant;
  Verdict refusal;
  for (int i = 0; i < step.header.measures_size(); ++i) {
    meant.push_back(FindNamed(step.header.measures(i), FieldOf(i), measures, refusal));
    if (meant.back() == nullptr) return refusal;
  }
  if (step.header.measures().empty()) {
    for (MeasureRecord& measure : measures) meant.push_back(&measure);
  }
  for (MeasureRecord* measure : meant) {
    if (!IsAnswerable(*measure, answered)) continue;
    const Transition* row = FindMove(step, v1::MEASURE_OUTCOME_UNSPECIFIED, *measure);
    if (row != nullptr) Apply(step, *row, *measure);
  }
  return Accept(std::move(measures));
}

// The case as the sender saw it: without the moves of others that came since.
CaseRecord AsSeen(const CaseRecord& current, const v1::ActHeader& header, v1::CaseRole role) {
  CaseRecord seen = current;
  for (MeasureRecord& measure : seen.measures) {
    const uint64_t seen_up_to = header.case_position_seen();
    const std::string responsible = measure.ResponsibleSeen(header.sender(), seen_up_to);
    measure.state = measure.StateSeen(header.sender(), seen_up_to);
    // Whom the requesting side wrote to: the other side knows for what it speaks.
    if (role == v1::CASE_ROLE_REQUESTING) measure.responsible = responsible;
  }
  return seen;
}

bool HasCrossed(const Step& step) {
  const CaseRecord seen = AsSeen(step.current, step.header, step.role);
  return JudgeMeasures({seen, step.header, step.role}).sequence == Sequence::kInSequence;
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

// Whether an act of this kind brings in parties whatever the state of those who are in.
bool Invites(const CaseRecord& current, const ActKindTraits& kind, v1::CaseRole role) {
  return kind.adds_parties && FindAddition(current, kind.kind, role) != nullptr;
}

void AppendAct(v1::ActKind kind, v1::CaseRole role, std::vector<v1::AllowedAct>& acts) {
  v1::AllowedAct& act = acts.emplace_back();
  act.set_kind(kind);
  act.set_role(role);
}

// An entry for each authority of the requested side that has measures of its own.
void AppendByAuthority(const CaseRecord& current,
                       v1::ActKind kind,
                       const std::vector<uint32_t>& measures,
                       std::vector<v1::AllowedAct>& acts) {
  const size_t first = acts.size();
  for (uint32_t ordinal : measures) {
    const std::string authority = current.ResponsibleFor(*current.FindMeasure(ordinal));
    auto act = std::find_if(
        acts.begin() + static_cast<std::ptrdiff_t>(first),
        acts.end(),
        [&authority](const v1::AllowedAct& other) { return other.authority() == authority; });
    if (act == acts.end()) {
      AppendAct(kind, v1::CASE_ROLE_REQUESTED, acts);
      act = std::prev(acts.end());
      act->set_authority(authority);
    }
    act->add_measures(ordinal);
  }
}

void AppendAllowed(const CaseRecord& current,
                   const ActKindTraits& kind,
                   std::vector<v1::AllowedAct>& acts) {
  for (v1::CaseRole role : {v1::CASE_ROLE_REQUESTING, v1::CASE_ROLE_REQUESTED}) {
    const std::vector<uint32_t> measures = MeasuresFor(current, kind.kind, role);
    if (measures.empty() && !Invites(current, kind, role)) continue;
    if (!kind.any_state && role == v1::CASE_ROLE_REQUESTED) {
      AppendByAuthority(current, kind.kind, measures, acts);
      continue;
    }
    AppendAct(kind.kind, role, acts);
    // What moves nothing concerns the case as a whole.
    if (kind.any_state) continue;
    for (uint32_t ordinal : measures) acts.back().add_measures(ordinal);
  }
}

}  // namespace

Verdict Judge(const CaseRecord* current,
              const v1::ActHeader& header,
              v1::CaseRole role,
              uint64_t answered) {
  if (current == nullptr) return Accept(OpeningMeasures(header));
  if (header.case_type() != current->case_type) {
    return Refuse(Sequence::kWrongState,
                  "case_type",
                  absl::StrCat("The case is of type ", CaseTypeName(current->case_type), "."));
  }
  const Step step{*current, header, role};
  if (header.kind() == v1::ACT_KIND_ACKNOWLEDGEMENT && answered != 0) {
    return JudgeAnswer(step, answered);
  }
  Verdict verdict = JudgeMeasures(step);
  if (verdict.sequence == Sequence::kInSequence) return verdict;
  if (verdict.sequence != Sequence::kUnknownMeasure && HasCrossed(step)) {
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
  if (measures.empty()) add(MatterCode(header.case_type()));
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
