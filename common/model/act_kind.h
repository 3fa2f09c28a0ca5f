// What the rules say of each kind of act, as one table. The state machine of cases is
// services/exchange/lifecycle.h; here is only what concerns the header by itself.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria {

struct ActKindTraits {
  v1::ActKind kind;
  absl::string_view name;   // as in files and on the command line: REQUEST
  bool opens_case;          // may be the first act of a case
  v1::CaseType opens_type;  // of the case it opens; CASE_TYPE_UNSPECIFIED if it opens none
  size_t min_recipients;    // 2 where somebody else has to be told by the same act
  size_t max_recipients;    // 1 for acts that open or move a measure; see MostRecipients
  bool needs_measures;      // must name at least one measure
  bool allows_outcomes;     // its measures carry outcomes
  bool needs_legal_basis;   // an instrument must be named, whatever the channel class
  bool allows_measures;     // may name measures; where it may and does not, it means all that fit
  bool any_state;           // fits whatever the state, and changes none
  bool adds_parties;        // may be sent to authorities that are not parties yet, who become it
  bool adds_measures;       // may name measures that the case does not have yet
};

// nullptr for a kind that this version does not know.
const ActKindTraits* FindActKind(v1::ActKind kind);
const ActKindTraits* FindActKind(absl::string_view name);
// All rows, by ascending number.
absl::Span<const ActKindTraits> AllActKinds();

// How many may be addressed by an act of this kind in a case of this type: the members of a joint
// team are told together (decisions.md 16).
size_t MostRecipients(const ActKindTraits& kind, v1::CaseType case_type);

// Whether its sender commits itself by it, or takes back what it asked for: in a formal case such
// an act has to be formal, too (Treaty of Medellin articles 3.1 and 3.4: by other ways one informs
// and consults).
bool Binds(v1::ActKind kind);

// The outcomes that a kind may give a measure; empty for kinds that allow none.
absl::Span<const v1::MeasureOutcome> OutcomesOf(v1::ActKind kind);

}  // namespace rogatoria
