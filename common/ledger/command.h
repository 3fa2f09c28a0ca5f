// A command: one thing to be decided and recorded by the commit pipeline. Several are decided in
// one transaction, in the order they were queued.
//
// The life of a command: Declare (what it will look at) -> Decide (pure, over the draft) -> then
// exactly one of Committed (everything is on disk) or Failed (nothing is). All calls come from the
// pipeline's thread; none may block, wait for I/O or throw.
#pragma once

#include <cstddef>

#include "absl/status/status.h"
#include "common/ledger/draft.h"
#include "common/ledger/receipts.h"
#include "common/storage/store.h"

namespace rogatoria {

class Command {
 public:
  virtual ~Command() = default;

  // Bytes it may write; bounds a batch (limits::kMaxBatchBytes).
  virtual size_t ByteSize() const { return 256; }
  // True when its caller no longer waits (deadline, cancellation). Looked at before the decision,
  // never after; such a command fails with DEADLINE_PASSED and records nothing.
  virtual bool Abandoned() const { return false; }
  // Adds the keys of the rows it will look at.
  virtual void Declare(BatchKeys& keys) const = 0;
  // Looks at the draft and records in it. A refusal is a decision too: it records what decisions.md
  // asks for (an A.2, an audit leaf) or nothing, and remembers what to answer. Must first check,
  // then write.
  virtual void Decide(Draft& draft) = 0;
  // The batch is on disk. `receipts` gives the receipts of what it recorded.
  virtual void Committed(const BatchReceipts& receipts) = 0;
  // Nothing of it was recorded.
  virtual void Failed(const absl::Status& status) = 0;
};

}  // namespace rogatoria
