// What an office's library checks, as docs/rules.md lists it: at the sender before anything is
// sealed, at the recipient before anything is shown. The rules of lint are in lint.h.
#pragma once

#include "absl/types/span.h"
#include "common/model/rules.h"

namespace rogatoria::client {

// Before sealing and sending: key_trust.h, composer.h, profile.h.
absl::Span<const RuleRow> SealingRules();
// What was received: opener.h.
absl::Span<const RuleRow> OpeningRules();
// What the hub says it did: receipt_check.h. At both ends.
absl::Span<const RuleRow> ReceiptRules();

}  // namespace rogatoria::client
