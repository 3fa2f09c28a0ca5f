// The life of a case (protocol.md 4, domain.md 5.3): which act moves a measure from which state to
// which, and who may send it. One data table, from headers alone; docs/lifecycle.md is generated
// from it. Pure; no clock, no I/O, no knowledge of who is entitled (a stranger never gets here).
//
// The rules explain; they never have the last word: a sender who insists gets the act delivered out
// of sequence, which is the caller's to apply.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/model/case_record.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria {

// One transition: an act of `kind`, sent by `role`, with `outcome` (unspecified: none), takes a
// measure of a case of `case_type` from `from` to `to`. MEASURE_STATE_UNSPECIFIED as `from`: the
// act opens the case. `from` equal to `to`: fits, and changes nothing.
struct Transition {
  v1::CaseType case_type;
  v1::ActKind kind;
  v1::CaseRole role;
  v1::MeasureOutcome outcome;
  v1::MeasureState from;
  v1::MeasureState to;
};
// The whole table, by case type, kind and state.
absl::Span<const Transition> LifecycleTable();
// One cell of it; nullptr when such an act does not fit.
const Transition* FindTransition(v1::CaseType type,
                                 v1::ActKind kind,
                                 v1::CaseRole role,
                                 v1::MeasureOutcome outcome,
                                 v1::MeasureState from);

// Whether a measure in this state has ended. An ended measure can still be closed.
bool IsEnded(v1::MeasureState state);

enum class Sequence {
  kInSequence,
  kCrossed,         // fitted what the sender had seen, before another's act moved the measure
  kWrongState,      // WRONG_STATE: the kind does not fit now
  kWrongSide,       // WRONG_SIDE: it is the other side's act
  kNotAddressed,    // FIELD_INVALID: it would move a measure, and does not go to the other side
  kUnknownMeasure,  // MEASURE_UNKNOWN: number or code is not the case's
};

struct Verdict {
  Sequence sequence = Sequence::kInSequence;
  // In sequence: all measures of the case after the act, with those that it adds, the move noted in
  // each, and the state of the case.
  std::vector<MeasureRecord> measures;
  v1::CaseState case_state = v1::CASE_STATE_UNSPECIFIED;
  // Otherwise: the field concerned, and in plain English the state, what fits now and from whom.
  std::string field = {};
  std::string explanation = {};
};

// `current`: the case, or nullptr when the act opens one. `role`: the sender's in it; REQUESTING
// when it opens one. `answered`: position of the act that it answers; 0 when it answers none.
//
// An act that does not fit is said to have crossed when it would have fitted before the moves of
// others that its sender had not seen. On the requested side only the authority responsible for a
// measure moves it: to whom it was handed on, in a joint team whose part it is. An ACKNOWLEDGEMENT
// that answers an act fits always, and moves those measures whose state rests on that act.
// REQUIRES: a header that passed CheckHeader.
Verdict Judge(const CaseRecord* current,
              const v1::ActHeader& header,
              v1::CaseRole role,
              uint64_t answered = 0);

// What fits now: kinds by role, with the measures each fits; on the requested side, an entry for
// each authority that is responsible for some. Acts that fit in any state come last, FREE_FORM at
// the end.
std::vector<v1::AllowedAct> AllowedActs(const CaseRecord& current);

// The measures that an opening act gives its case, all in their first state. Where an act names
// none, a joint team has one for the part of each invited authority, in the order of the parties,
// with the code JIT; any other case has one, with the ordinal 1 and a code that says what the case
// is about (INFORMATION, CONSULTATION).
std::vector<MeasureRecord> OpeningMeasures(const v1::ActHeader& header);

// CASE_STATE_ENDED when every measure has ended.
v1::CaseState DeriveCaseState(absl::Span<const MeasureRecord> measures);

// docs/lifecycle.md, whole.
std::string DescribeLifecycle();

}  // namespace rogatoria
