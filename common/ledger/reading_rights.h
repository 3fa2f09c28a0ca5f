// Who may read an act, and with it its documents: those whom it names, and those to whom the case
// was handed on by one who could; and the substitute that was called because the duty desk did not
// answer.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/storage/store.h"

namespace rogatoria {

// Whether the act names the authority as its sender or, unless it was refused, as a recipient.
bool IsNamedBy(const ActRecord& act, absl::string_view authority);

// `of_case` is the act's.
bool MayRead(const CaseRecord& of_case, const ActRecord& act, absl::string_view authority);
// The same, reading the case only when it matters.
absl::StatusOr<bool> MayRead(Snapshot& snapshot, const ActRecord& act, absl::string_view authority);

}  // namespace rogatoria
