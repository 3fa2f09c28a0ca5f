// The rules of a submission, as docs/rules.md lists them.
#pragma once

#include "absl/types/span.h"
#include "common/model/rules.h"

namespace rogatoria::exchange {

// What counts for a deadline when an act is recorded; it refuses nothing (clock_rules.h).
struct EffectRow {
  absl::string_view name;
  absl::string_view what;
  absl::string_view source;
};
absl::Span<const EffectRow> DeadlineRuleRows();

// Without the case (admission.h, common/directory/signer.h): bytes, identity, signature, signer.
absl::Span<const RuleRow> AdmissionRuleRows();
// With the case, in the transaction (submit.h, lifecycle.h).
absl::Span<const RuleRow> SequenceRuleRows();

}  // namespace rogatoria::exchange
