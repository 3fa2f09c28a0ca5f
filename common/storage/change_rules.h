// What every batch must satisfy, whichever engine stores it: the log grows without a gap, nothing
// goes back, and every erasable row names a data key that has been given out. A batch that breaks
// one of these is a fault of ours, found before it is written.
#pragma once

#include "absl/status/status.h"
#include "common/storage/store.h"

namespace rogatoria {

// INTERNAL naming the rule. `before` is the head that the transaction began with.
absl::Status CheckChanges(const Head& before, const BatchChanges& changes);

}  // namespace rogatoria
