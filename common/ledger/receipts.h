// Receipts from stored rows: at once for a batch just committed, from memory; at any later time
// from the store. Both give the same bytes (tested), because both are the same pure function
// (receipt/receipt.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/ledger/draft.h"
#include "common/merkle/batch_nodes.h"
#include "common/storage/store.h"

#include "rogatoria/v1/exchange_service.pb.h"
#include "rogatoria/v1/receipt.pb.h"

namespace rogatoria {

// What a batch that was just committed wrote, and its receipts; each is made once, when it is first
// asked for. Thread-safe.
class BatchReceipts {
 public:
  BatchReceipts(Draft draft, merkle::BatchNodes nodes);

  // The receipt of an evidence that was appended in this batch. The address must be of this batch.
  const v1::Receipt& Make(const EntryAddress& address) const;
  const BatchChanges& changes() const { return changes_; }

 private:
  const BatchChanges changes_;
  const std::vector<v1::TransportEvent> events_;  // one an entry
  const merkle::BatchNodes nodes_;
  mutable absl::Mutex mutex_;
  mutable absl::flat_hash_map<uint64_t, std::unique_ptr<const v1::Receipt>> made_
      ABSL_GUARDED_BY(mutex_);  // by index
};

// The receipt of an entry, read from the store. NOT_FOUND when the evidence was erased or is none.
absl::StatusOr<v1::Receipt> LoadReceipt(Snapshot& snapshot, const EntryRecord& entry);

// The receipts of an act that `authority` is entitled to (decisions.md 6): all of them for its
// sender, A.1 and its own for a recipient. In log order, without those whose evidence was erased.
absl::StatusOr<std::vector<v1::Receipt>> LoadReceipts(Snapshot& snapshot,
                                                      const ActRecord& act,
                                                      const std::string& authority);

// What SubmitAct answered when `act` was recorded, byte for byte: the disposition, the position and
// the receipts of that batch (A.1 and the D.1s). For a refused act: the error it was answered with,
// with the A.2 in its details. NOT_FOUND when the evidence was erased.
absl::StatusOr<v1::SubmitActResponse> ReplaySubmission(Snapshot& snapshot, const ActRecord& act);

// The error that answers a refused act: its reason, field and explanation as recorded, and the A.2.
absl::Status RefusalStatus(const ActRecord& act, const v1::Receipt& rejection);

}  // namespace rogatoria
