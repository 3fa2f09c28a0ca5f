// One log as the proof calls read it, from a snapshot of the database.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "common/merkle/node.h"
#include "common/merkle/proof.h"
#include "common/storage/store.h"

namespace rogatoria::audit {

// Used by one thread at a time; `snapshot` must outlive it.
class LogReader {
 public:
  // `log`: a number, or 0 for the current one. LOG_RANGE_INVALID when there is none.
  static absl::StatusOr<LogReader> Open(Snapshot& snapshot, uint64_t log);

  uint64_t log() const { return head_.log; }
  const BatchRecord& head() const { return head_; }
  // `size`, or the head's for 0. LOG_RANGE_INVALID, naming `field`, beyond the head.
  absl::StatusOr<uint64_t> SizeOrHead(uint64_t size, absl::string_view field) const;

  merkle::NodeReader Nodes() const;
  absl::StatusOr<merkle::Hash> LeafHashOf(uint64_t index) const;
  // The head that was signed at exactly this size; LOG_RANGE_INVALID when none was.
  absl::StatusOr<BatchRecord> HeadAt(uint64_t size) const;

 private:
  LogReader(Snapshot& snapshot, BatchRecord head) : snapshot_(&snapshot), head_(std::move(head)) {}

  Snapshot* snapshot_;
  BatchRecord head_;
};

}  // namespace rogatoria::audit
