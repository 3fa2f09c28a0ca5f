// The draft of a batch: what the store holds, overlaid with what the commands before this one in
// the batch decided. Commands read and write it; the ledger saves it whole.
//
// Looking at a key that the command did not declare is a fault of ours: the process stops.
// Pointers given by Find... are good until the next write. Not thread-safe; used on the pipeline's
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
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
  // `state` is what the batch loaded for `keys`, which must outlive the draft; `now` its one
  // instant (already not before the last one). `random` gives the salts.
  Draft(BatchState state, const BatchKeys& keys, Instant now, Random& random);

  // The instant of everything in this batch.
  Instant now() const { return now_; }
  const Head& head() const { return changes_.head; }

  // Reading. nullptr when there is none.
  const ActRecord* FindAct(const std::string& act_id) const;
  const CaseRecord* FindCase(const std::string& case_id) const;
  const DeliveryRecord* FindDelivery(const DeliveryKey& key) const;
  const RequestRecord* FindRequest(const RequestKey& key) const;
  // The latest version of a practice note.
  const GuidanceRecord* FindGuidance(const std::string& id) const;
  // The document; by an id that was named, or that FindDocumentId or DocumentsOf gave.
  const DocumentRecord* FindDocument(const std::string& document_id) const;
  // Empty when its owner has none of this digest.
  std::string FindDocumentId(const DocumentDigest& digest) const;
  // Of a case, as the batch found it.
  const std::vector<std::string>& DocumentsOf(const std::string& case_id) const;
  // With what this batch began.
  DocumentUsage UsageOf(const std::string& owner) const;
  // A standing set by this batch, which the directory in memory does not show yet; nullptr when
  // this batch set none. Needs no declaring.
  const StandingRecord* FindNewStanding(v1::StandingSubject subject, absl::string_view id) const;
  // Whether the act was recorded by this batch: its receipts are not in the store yet.
  bool IsNewAct(const std::string& act_id) const { return new_acts_.contains(act_id); }
  // Whether the entry was appended by this batch.
  bool IsNewEntry(uint64_t log, uint64_t index) const {
    return !changes_.entries.empty() && log == changes_.entries.front().log &&
           index >= changes_.entries.front().index;
  }

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
  // A new version, higher than the latest.
  void AddGuidance(GuidanceRecord guidance);

  void PutDocument(DocumentRecord document);
  void AddCustody(CustodyRecord custody);

  // The log. Each appends one entry and returns its address.
  // `owner`: authority whose register the entry belongs to.
  EntryAddress AppendEvidence(const Evidence& evidence, uint64_t key_id, const std::string& owner);
  EntryAddress AppendAudit(const AuditRecord& record, uint64_t key_id, const std::string& owner);
  EntryAddress AppendClear(const Leaf& leaf, const std::string& owner);

  // For the ledger: the changes so far; entries have leaf, record and salt, no hashes yet.
  BatchChanges& changes() { return changes_; }
  const BatchChanges& changes() const { return changes_; }
  // One an entry: what an evidence proves; TRANSPORT_EVENT_UNSPECIFIED for other entries.
  const std::vector<v1::TransportEvent>& events() const { return events_; }
  // Nothing was written: there is nothing to commit.
  bool IsEmpty() const { return !written_; }

 private:
  EntryAddress Append(EntryRecord entry, v1::TransportEvent event);
  EntryAddress AppendCommitted(RecordClass record_class,
                               EntryRecord entry,
                               v1::TransportEvent event);

  BatchState state_;
  BatchChanges changes_;
  Instant now_;
  Random& random_;
  bool written_ = false;
  std::vector<v1::TransportEvent> events_;

  // What was declared.
  absl::flat_hash_set<absl::string_view> acts_, cases_, mailboxes_;
  absl::flat_hash_set<DeliveryKey> deliveries_;
  absl::flat_hash_set<RequestKey> requests_;
  absl::flat_hash_set<absl::string_view> guidance_, documents_, documents_of_;
  absl::flat_hash_set<DocumentDigest> document_digests_;

  // Where the rows written by this batch are in changes_.
  absl::flat_hash_map<std::string, size_t> new_acts_, put_cases_, new_guidance_, put_documents_;
  absl::flat_hash_map<DeliveryKey, size_t> put_deliveries_;
  absl::flat_hash_map<RequestKey, size_t> new_requests_;
};

}  // namespace rogatoria
