// A rule as docs/rules.md lists it: what is checked, by whom, and with which reason it refuses.
// Each place that checks has a table of such rows beside it; the page is made from them
// (tests/structure/rules), and a test fails when a reason for refusing an act is in none.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/error.h"

namespace rogatoria {

struct RuleRow {
  absl::string_view name;
  absl::string_view what;    // in English, as a statement that must hold
  absl::string_view source;  // treaty, decision or page; "-" where it is the protocol's own
  Reason reason;
  // Whether an act passes, OUT_OF_SEQUENCE, when its sender insists. Identity, entitlement and
  // integrity are never insisted on (docs/decisions/0016).
  bool insisting_passes = false;
};

// The field rules of a header: header.h, header_rules.h. The sender's library looks at the same
// rules before it seals, the recipient's before it opens.
absl::Span<const RuleRow> HeaderRules();

}  // namespace rogatoria
