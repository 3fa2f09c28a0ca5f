// Rows for tests of a store: batches as the ledger would make them, and texts to compare them by.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "common/storage/store.h"

namespace rogatoria {

// Builds one batch on top of what a store holds. Every content follows from the ids, so that a
// reader who knows an id knows what must be there.
class BatchBuilder {
 public:
  explicit BatchBuilder(Store& store);

  // An act that opens a case: the act, the case, a delivery, A.1 and D.1.
  BatchBuilder& OpenCase(const std::string& act_id,
                         const std::string& sender,
                         const std::string& recipient,
                         v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED,
                         size_t body_bytes = 300);
  // A further act on a case of the store or of this batch: the same.
  BatchBuilder& AddAct(const std::string& case_id,
                       const std::string& act_id,
                       const std::string& sender,
                       const std::string& recipient,
                       v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED,
                       size_t body_bytes = 300);
  // A notice in a mailbox, erasable with a case of the store or of this batch; with its entry.
  BatchBuilder& AddNotice(const std::string& authority,
                          const std::string& case_id,
                          v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED);
  // Settles a delivery: handed over with a statement, or dead with a reason, and its entry.
  BatchBuilder& Settle(const DeliveryKey& key, DeliveryState state);
  // An entry of the log alone: an audit record under the register's key.
  BatchBuilder& AddAudit(const std::string& text);

  // The batch so far, to add to by hand.
  BatchChanges& changes() { return changes_; }
  // With the head, the root and the note filled in.
  BatchChanges Build();

 private:
  EntryRecord& AddEntry(const std::string& text, uint64_t key_id);
  CaseRecord& CaseToChange(const std::string& case_id);
  uint64_t KeyOfCase(const std::string& case_id) const;
  uint64_t NextPosition(const std::string& authority);

  Store& store_;
  BatchChanges changes_;
  std::map<std::string, uint64_t> last_positions_;
};

// Begin, Save, Commit: the first error.
absl::Status CommitChanges(Store& store, const BatchChanges& changes);

// An act of this id, as the builder makes it.
v1::Act MakeAct(const std::string& act_id, size_t body_bytes);

// A practice note of this id and version; everything in it follows from them.
GuidanceRecord MakeGuidance(const std::string& id, uint32_t version);

// All fields, in a form that a failing test shows readably.
std::string Text(const Head& head);
std::string Text(const ActRecord& act);
std::string Text(const ClockRecord& clock);
std::string Text(const CaseRecord& record);
std::string Text(const DeliveryRecord& delivery);
std::string Text(const EntryRecord& entry);
std::string Text(const BatchRecord& batch);
std::string Text(const GuidanceRecord& guidance);
template <typename Record>
std::string Text(const std::vector<Record>& records) {
  std::string text;
  for (const Record& record : records) text += Text(record) + "\n";
  return text;
}

// Everything that a snapshot shows, by way of every query: acts and cases are found through the
// log, mailboxes through `authorities`. The first error otherwise.
absl::StatusOr<std::string> DumpStore(Store& store, const std::vector<std::string>& authorities);

}  // namespace rogatoria
