// Receipts from stored rows: at once for a batch just committed, from memory; at any later time from the
// store. Both give the same bytes (tested), because both are the same pure function (receipt/receipt.h).
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "common/ledger/draft.h"
#include "common/merkle/proof.h"
#include "common/storage/store.h"
#include "rogatoria/v1/receipt.pb.h"

namespace rogatoria {

// The receipts of the batch that was just committed. Lives only during Command::Committed.
class BatchReceipts {
 public:
  BatchReceipts(const BatchChanges& changes, const merkle::BatchNodes& nodes)
      : changes_(changes), nodes_(nodes) {}

  // The receipt of an evidence that was appended in this batch. The address must be of this batch.
  v1::Receipt Make(const EntryAddress& address) const;
  const BatchChanges& changes() const { return changes_; }

 private:
  const BatchChanges& changes_;
  const merkle::BatchNodes& nodes_;
};

// The receipt of an entry, read from the store. NOT_FOUND when the evidence was erased or is none.
absl::StatusOr<v1::Receipt> LoadReceipt(Snapshot& snapshot, const EntryRecord& entry);

// The receipts of an act that `authority` is entitled to (decisions.md 6): all of them for its sender,
// A.1 and its own for a recipient. In log order.
absl::StatusOr<std::vector<v1::Receipt>> LoadReceipts(Snapshot& snapshot,
                                                      const ActRecord& act,
                                                      const std::string& authority);

}  // namespace rogatoria
