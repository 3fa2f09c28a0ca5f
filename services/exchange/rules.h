// The rules of a submission, as docs/rules.md lists them.
#pragma once

#include "absl/types/span.h"
#include "common/model/rules.h"

namespace rogatoria::exchange {

// Without the case (admission.h, common/directory/signer.h): bytes, identity, signature, signer.
absl::Span<const RuleRow> AdmissionRuleRows();
// With the case, in the transaction (submit.h, lifecycle.h).
absl::Span<const RuleRow> SequenceRuleRows();

}  // namespace rogatoria::exchange
