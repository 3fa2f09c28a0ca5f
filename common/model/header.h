// The header of an act: read from its signed bytes, and checked by itself, without directory, case
// or clock. What passes here is well formed; whether it may be sent is decided later.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria {

// Canonical form (model/canonical.h) and field rules (CheckHeader).
absl::StatusOr<v1::ActHeader> ParseHeader(absl::string_view bytes);

// Grammar of ids, known enumeration values, lists within limits.h, the table of act_kind.h, fields
// that belong together. Errors name the field (without the prefix "header.") and what is accepted.
absl::Status CheckHeader(const v1::ActHeader& header);

// The urgency level; routine when the field is absent.
v1::UrgencyLevel UrgencyOf(const v1::ActHeader& header);

}  // namespace rogatoria
