// From rows to records: the columns that each record is read from, and how. Reading takes the
// columns in the order of its SELECT. DATA_LOSS for a column that does not decode.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "common/storage/sqlite/box.h"
#include "common/storage/sqlite/connection.h"
#include "common/storage/store.h"

namespace rogatoria::sqlite {

// Each is followed by the tail of the query: joins, WHERE, ORDER BY, LIMIT.
#define ROGATORIA_SELECT_HEAD                                                \
  "SELECT revision, epoch, log, log_size, last_instant, directory_version, " \
  "next_key_id FROM head"
#define ROGATORIA_ACT_COLUMNS                                                   \
  "a.act_row, a.act_id, coalesce(o.act_id, a.other_case_id), a.case_position, " \
  "a.case_seen, a.disposition, a.kind, a.sender, a.recipients, a.refusal, "     \
  "a.refusal_detail, a.bytes_sha256, a.recorded, a.log, a.first_entry, a.key_id "
#define ROGATORIA_FROM_ACTS "FROM acts a LEFT JOIN acts o ON o.act_row = a.case_row "
#define ROGATORIA_CASE_COLUMNS "o.act_id, c.state, c.updated, c.key_id, c.record "
#define ROGATORIA_SELECT_DELIVERY_BY(index)                                          \
  "SELECT d.authority, d.position, a.act_id, o.act_id, d.case_position, d.urgency, " \
  "d.state, d.attempts, d.log, d.consigned_entry, d.settled_log, d.settled_entry, "  \
  "d.dead_reason, d.key_id, d.retrieve_by FROM deliveries d " index                  \
  "LEFT JOIN acts a ON a.act_row = d.act_row LEFT JOIN acts o ON o.act_row = d.case_row "
#define ROGATORIA_SELECT_DELIVERY ROGATORIA_SELECT_DELIVERY_BY("")
#define ROGATORIA_SELECT_ENTRY                                                    \
  "SELECT e.log, e.position, e.leaf, e.hashes, e.key_id, a.act_id, e.recipient, " \
  "e.owner, e.box FROM entries e LEFT JOIN acts a ON a.act_row = e.act_row "

struct StoredHead {
  uint64_t revision = 0;  // of the store: one more with each commit
  Head head;
};

StoredHead ReadHead(Query& query);

struct StoredAct {
  uint64_t row = 0;
  ActRecord record;
};
absl::StatusOr<StoredAct> ReadAct(Query& query);

absl::StatusOr<CaseRecord> ReadCase(Query& query);
// What ReadCase reads from the column `record`.
Bytes EncodeCase(const CaseRecord& record);

DeliveryRecord ReadDelivery(Query& query);
absl::StatusOr<EntryRecord> ReadEntry(Query& query, const BoxMaker& boxes);
absl::StatusOr<BatchRecord> ReadBatch(Query& query);  // log, size, root, instant, note
RequestRecord ReadRequest(Query& query);  // principal, request_id, request_sha256, response

// Where the boxes of each table stand.
BoxPlace FrontPlace(absl::string_view act_id);   // header and signature
BoxPlace RestPlace(absl::string_view act_id);    // body, key envelopes, identity part
BoxPlace SharesPlace(absl::string_view act_id);  // of the identity part
BoxPlace AcknowledgementPlace(const DeliveryKey& key);
BoxPlace NoticePlace(const DeliveryKey& key);
BoxPlace EntryPlace(uint64_t log, uint64_t index);

}  // namespace rogatoria::sqlite
