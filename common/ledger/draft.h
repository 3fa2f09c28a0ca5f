// The draft of a batch: what the store holds, overlaid with what the commands before this one in the
// batch decided. Commands read and write it; the ledger saves it whole.
//
// Looking at a key that the command did not declare is a fault of ours: the process stops.
// Not thread-safe; used on the pipeline's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/model/audit_record.h"
#include "common/model/evidence.h"
#include "common/model/leaf.h"
#include "common/storage/store.h"

namespace rogatoria {

// Where a record of this batch will stand in the log.
struct EntryAddress {
  uint64_t log = 0;
  uint64_t index = 0;
};

class Draft {
 public:
  // `state` is what the batch loaded, `now` its one instant (already not before the last one).
  Draft(BatchState state, Instant now, Random& random);

  // The instant of everything in this batch.
  Instant now() const { return now_; }
  const Head& head() const { return changes_.head; }

  // Reading. nullptr when there is none.
  const ActRecord* FindAct(const std::string& act_id) const;
  const CaseRecord* FindCase(const std::string& case_id) const;
  const DeliveryRecord* FindDelivery(const DeliveryKey& key) const;
  const RequestRecord* FindRequest(const RequestKey& key) const;

  // Writing. Put replaces or inserts.
  void AddAct(ActRecord act);
  void PutCase(CaseRecord record);
  // Gives a new case its data key.
  uint64_t TakeKey() { return changes_.head.next_key_id++; }
  // Fills in the next position of the mailbox and returns it.
  uint64_t AddDelivery(DeliveryRecord delivery);
  void PutDelivery(DeliveryRecord delivery);
  void AddRequest(RequestRecord request);
  void PutStanding(StandingRecord standing);
  void SetDirectory(DirectoryRecord directory);  // also sets head().directory_version
  void AddKeyStatement(KeyStatementRecord statement);

  // The log. Each appends one entry and returns its address.
  // `owner`: authority whose register the entry belongs to.
  EntryAddress AppendEvidence(const Evidence& evidence, uint64_t key_id, const std::string& owner);
  EntryAddress AppendAudit(const AuditRecord& record, uint64_t key_id, const std::string& owner);
  EntryAddress AppendClear(const Leaf& leaf, const std::string& owner);

  // For the ledger: the changes so far; entries have leaf, record and salt, no hashes yet.
  BatchChanges& changes() { return changes_; }
  const BatchChanges& changes() const { return changes_; }

 private:
  EntryAddress Append(Bytes leaf, Bytes record, Bytes salt, uint64_t key_id, const std::string& owner);

  BatchState state_;
  BatchChanges changes_;
  Instant now_;
  Random& random_;
};

}  // namespace rogatoria
