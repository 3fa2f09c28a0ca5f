// The rules of the door, as docs/rules.md lists them: who is calling, and may they. Before any act
// is looked at.
#pragma once

#include "absl/types/span.h"
#include "common/model/rules.h"

namespace rogatoria::gate {

absl::Span<const RuleRow> GateRules();

}  // namespace rogatoria::gate
