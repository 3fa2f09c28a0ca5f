#include "common/storage/change_rules.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace rogatoria {
namespace {

absl::Status Require(bool holds, absl::string_view rule) {
  if (holds) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("batch breaks a rule of the store: ", rule));
}

absl::Status CheckHead(const Head& before, const Head& after) {
  ROG_RETURN_IF_ERROR(Require(after.epoch == before.epoch, "the epoch is the store's own"));
  ROG_RETURN_IF_ERROR(
      Require(std::pair(after.log, after.log_size) >= std::pair(before.log, before.log_size),
              "the log only grows"));
  ROG_RETURN_IF_ERROR(
      Require(after.last_instant >= before.last_instant, "the last instant never goes back"));
  ROG_RETURN_IF_ERROR(Require(after.directory_version >= before.directory_version,
                              "the directory's version never goes back"));
  return Require(after.next_key_id >= before.next_key_id, "a data key is given once");
}

absl::Status CheckEntries(const Head& before, const BatchChanges& changes) {
  uint64_t next = changes.head.log == before.log ? before.log_size : 0;
  for (const EntryRecord& entry : changes.entries) {
    ROG_RETURN_IF_ERROR(Require(entry.log == changes.head.log && entry.index == next,
                                "entries follow each other in the current log"));
    ++next;
  }
  return Require(next == changes.head.log_size, "the head counts the entries");
}

absl::Status CheckBatch(const BatchChanges& changes) {
  if (changes.entries.empty()) {
    return Require(!changes.batch.has_value(), "a batch without entries has no head to sign");
  }
  return Require(changes.batch.has_value() && changes.batch->log == changes.head.log &&
                     changes.batch->size == changes.head.log_size,
                 "entries come with the batch that signs them");
}

template <typename Record>
absl::Status CheckKeys(const std::vector<Record>& records, uint64_t next_key_id) {
  for (const Record& record : records) {
    ROG_RETURN_IF_ERROR(Require(record.key_id < next_key_id, "a row's data key was given out"));
  }
  return absl::OkStatus();
}

absl::Status CheckAllKeys(const BatchChanges& changes) {
  const uint64_t next = changes.head.next_key_id;
  ROG_RETURN_IF_ERROR(CheckKeys(changes.entries, next));
  ROG_RETURN_IF_ERROR(CheckKeys(changes.new_acts, next));
  ROG_RETURN_IF_ERROR(CheckKeys(changes.cases, next));
  ROG_RETURN_IF_ERROR(CheckKeys(changes.new_deliveries, next));
  return CheckKeys(changes.deliveries, next);
}

// A row of a mailbox holds an act or a notice, and never both.
absl::Status CheckDelivery(const DeliveryRecord& row) {
  if (!row.IsNotice()) return Require(row.notice.empty(), "an act's row holds no notice");
  return Require(!row.notice.empty() && row.case_id.empty() && row.case_position == 0,
                 "a notice's row names no case");
}

absl::Status CheckNewDeliveries(const BatchChanges& changes) {
  for (const DeliveryRecord& row : changes.new_deliveries) {
    ROG_RETURN_IF_ERROR(CheckDelivery(row));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckChanges(const Head& before, const BatchChanges& changes) {
  ROG_RETURN_IF_ERROR(CheckHead(before, changes.head));
  ROG_RETURN_IF_ERROR(CheckEntries(before, changes));
  ROG_RETURN_IF_ERROR(CheckBatch(changes));
  ROG_RETURN_IF_ERROR(CheckAllKeys(changes));
  ROG_RETURN_IF_ERROR(CheckNewDeliveries(changes));
  return Require(!changes.directory.has_value() ||
                     changes.directory->version == changes.head.directory_version,
                 "the head names the directory that is loaded");
}

}  // namespace rogatoria
