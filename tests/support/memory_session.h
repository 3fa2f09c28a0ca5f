// One opening of a MemoryDisk: what a store shares with its transactions and snapshots. Internal to
// tests/support; guarded by the disk's lock.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "tests/support/memory_store.h"

namespace rogatoria {

struct MemorySession {
  uint64_t epoch = 0;
  bool crashed = false;
  bool in_transaction = false;

  // Asks the fault plan; OK when the step may go on.
  absl::Status Enter(const FaultPlan& plan, StoreStep step);
};

}  // namespace rogatoria
