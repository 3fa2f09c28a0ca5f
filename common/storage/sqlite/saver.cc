#include "common/storage/sqlite/saver.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/storage/sqlite/document_rows.h"
#include "common/storage/sqlite/encoding.h"
#include "common/storage/sqlite/guidance_rows.h"
#include "common/storage/sqlite/rows.h"

namespace rogatoria::sqlite {
namespace {

constexpr char kLastActRow[] = "SELECT coalesce(max(act_row), 0) FROM acts";
constexpr char kFindActRow[] = "SELECT act_row FROM acts WHERE act_id = ?";
constexpr char kInsertAct[] =
    "INSERT INTO acts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kInsertContent[] = "INSERT INTO act_contents VALUES (?, ?, ?, ?)";
constexpr char kFindCase[] =
    "SELECT " ROGATORIA_CASE_COLUMNS
    "FROM cases c JOIN acts o ON o.act_row = c.case_row WHERE c.case_row = ?";
constexpr char kHasCase[] = "SELECT 1 FROM cases WHERE case_row = ?";
constexpr char kPutCase[] =
    "INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (case_row) DO UPDATE SET "
    "state = excluded.state, updated = excluded.updated, key_id = excluded.key_id, "
    "record = excluded.record, next_event = excluded.next_event";
constexpr char kDropParty[] =
    "DELETE FROM case_parties WHERE authority = ? AND state = ? AND updated = ? AND case_id = ?";
constexpr char kPutParty[] =
    "INSERT INTO case_parties VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
constexpr char kInsertDelivery[] =
    "INSERT INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kReplaceDelivery[] =
    "UPDATE deliveries SET state = ?, attempts = ?, settled_log = ?, settled_entry = ?, "
    "dead_reason = ?, retrieve_by = ? WHERE authority = ? AND position = ?";
constexpr char kPutAcknowledgement[] =
    "INSERT INTO acknowledgements VALUES (?, ?, ?) "
    "ON CONFLICT (authority, position) DO UPDATE SET box = excluded.box";
constexpr char kInsertNotice[] = "INSERT INTO notices VALUES (?, ?, ?)";
constexpr char kInsertEntry[] = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr char kInsertBatch[] = "INSERT INTO batches VALUES (?, ?, ?, ?, ?)";
constexpr char kInsertRequest[] = "INSERT INTO requests VALUES (?, ?, ?, ?)";
constexpr char kInsertDirectory[] = "INSERT INTO directories VALUES (?, ?, ?)";
constexpr char kPutStanding[] =
    "INSERT INTO standings VALUES (?, ?, ?, ?) "
    "ON CONFLICT (subject, id) DO UPDATE SET standing = excluded.standing, since = excluded.since";
constexpr char kDropStanding[] = "DELETE FROM standings WHERE subject = ? AND id = ?";
constexpr char kInsertKeyStatement[] = "INSERT INTO key_statements VALUES (?, ?, ?, ?)";
constexpr char kUpdateHead[] =
    "UPDATE head SET revision = revision + 1, log = ?, log_size = ?, last_instant = ?, "
    "directory_version = ?, next_key_id = ? WHERE id = 1";

absl::Status Missing(const char* what) {
  return absl::NotFoundError(what);
}

std::optional<uint64_t> Milliseconds(const std::optional<Instant>& instant) {
  if (!instant.has_value()) return std::nullopt;
  return static_cast<uint64_t>(instant->unix_ms);
}

}  // namespace

absl::Status Saver::Save(const BatchChanges& changes) {
  ROG_RETURN_IF_ERROR(SaveActs(changes));
  for (const CaseRecord& record : changes.cases) ROG_RETURN_IF_ERROR(SaveCase(record));
  ROG_RETURN_IF_ERROR(CheckCasesOfActs(changes));
  for (const DeliveryRecord& delivery : changes.new_deliveries) {
    ROG_RETURN_IF_ERROR(SaveNewDelivery(delivery));
  }
  for (const DeliveryRecord& delivery : changes.deliveries) {
    ROG_RETURN_IF_ERROR(ReplaceDelivery(delivery));
  }
  ROG_RETURN_IF_ERROR(SaveEntries(changes));
  ROG_RETURN_IF_ERROR(SaveRegistry(changes));
  return SaveHead(changes.head);
}

absl::StatusOr<uint64_t> Saver::ActRow(const std::string& act_id) {
  if (const auto it = act_rows_.find(act_id); it != act_rows_.end()) return it->second;
  Query find = connection_.Prepare(kFindActRow);
  ROG_ASSIGN_OR_RETURN(const bool found, find.Text(act_id).Step());
  if (!found) return Missing("an act that a row names is not there");
  return act_rows_[act_id] = find.NextUint();
}

absl::StatusOr<uint64_t> Saver::CaseRow(const std::string& case_id) {
  ROG_ASSIGN_OR_RETURN(const uint64_t row, ActRow(case_id));
  if (case_rows_.contains(row)) return row;
  Query find = connection_.Prepare(kHasCase);
  ROG_ASSIGN_OR_RETURN(const bool found, find.Uint(row).Step());
  if (!found) return Missing("a case that a row names is not there");
  case_rows_.insert(row);
  return row;
}

absl::Status Saver::SaveActs(const BatchChanges& changes) {
  if (changes.new_acts.empty()) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(const int64_t last, connection_.SelectInt(kLastActRow));
  Query insert = connection_.Prepare(kInsertAct);
  uint64_t row = static_cast<uint64_t>(last);
  for (const ActRecord& act : changes.new_acts) {
    ROG_RETURN_IF_ERROR(SaveAct(act, ++row, insert));
  }
  return absl::OkStatus();
}

absl::Status Saver::SaveAct(const ActRecord& act, uint64_t row, Query& insert) {
  std::optional<uint64_t> case_row = row;
  if (act.case_id != act.act_id) {
    const auto found = ActRow(act.case_id);
    if (!found.ok() && !absl::IsNotFound(found.status())) return found.status();
    case_row = found.ok() ? std::optional<uint64_t>(*found) : std::nullopt;
  }
  const Bytes recipients = EncodeList(act.recipients);
  insert.Uint(row).Text(act.act_id).OptionalUint(case_row);
  // A refused act may name a case that is none.
  if (case_row.has_value()) {
    insert.OptionalUint(std::nullopt);
  } else {
    insert.Text(act.case_id);
  }
  insert.Uint(act.case_position).Uint(act.case_seen).Int(act.disposition).Int(act.kind);
  insert.Text(act.sender).Blob(recipients).Text(act.refusal).Text(act.refusal_detail);
  insert.Blob(act.bytes_sha256).Int(act.recorded.unix_ms).Uint(act.log).Uint(act.first_entry);
  ROG_RETURN_IF_ERROR(insert.Uint(act.key_id).Run());
  act_rows_[act.act_id] = row;
  return SaveContent(act, row);
}

absl::Status Saver::SaveContent(const ActRecord& act, uint64_t row) {
  v1::Act front;
  front.set_header(act.act.header());
  front.set_signature(act.act.signature());
  v1::Act rest;
  rest.set_body(act.act.body());
  *rest.mutable_key_envelopes() = act.act.key_envelopes();
  rest.set_identity_part(act.act.identity_part());
  v1::Act shares;
  shares.mutable_identity_shares()->Assign(act.identity_shares.begin(), act.identity_shares.end());
  ROG_ASSIGN_OR_RETURN(const Bytes front_box,
                       boxes_.Close(act.key_id, FrontPlace(act.act_id), front.SerializeAsString()));
  ROG_ASSIGN_OR_RETURN(const Bytes rest_box,
                       boxes_.Close(act.key_id, RestPlace(act.act_id), rest.SerializeAsString()));
  ROG_ASSIGN_OR_RETURN(
      const Bytes shares_box,
      boxes_.Close(act.key_id, SharesPlace(act.act_id), shares.SerializeAsString()));
  Query insert = connection_.Prepare(kInsertContent);
  insert.Uint(row).BlobOrNull(front_box).BlobOrNull(rest_box).BlobOrNull(shares_box);
  return insert.Run();
}

absl::Status Saver::SaveCase(const CaseRecord& record) {
  auto row = ActRow(record.case_id);
  ROG_RETURN_IF_ERROR(row.status());
  ROG_RETURN_IF_ERROR(MoveParties(record, *row));
  const Bytes encoded = EncodeCase(record);
  Query put = connection_.Prepare(kPutCase);
  put.Uint(*row).Int(record.state).Int(record.updated.unix_ms).Uint(record.key_id).Blob(encoded);
  ROG_RETURN_IF_ERROR(put.OptionalUint(Milliseconds(record.NextEvent())).Run());
  case_rows_.insert(*row);
  return absl::OkStatus();
}

// The lists of each party's cases: out of the old place, into the new one.
absl::Status Saver::MoveParties(const CaseRecord& record, uint64_t row) {
  Query find = connection_.Prepare(kFindCase);
  ROG_ASSIGN_OR_RETURN(const bool found, find.Uint(row).Step());
  if (found) {
    ROG_ASSIGN_OR_RETURN(const CaseRecord old, ReadCase(find));
    Query drop = connection_.Prepare(kDropParty);
    for (const Party& party : old.parties) {
      drop.Text(party.authority).Int(old.state).Int(old.updated.unix_ms).Text(old.case_id);
      ROG_RETURN_IF_ERROR(drop.Run());
    }
  }
  Query put = connection_.Prepare(kPutParty);
  for (const Party& party : record.parties) {
    put.Text(party.authority).Int(record.state).Int(record.updated.unix_ms);
    ROG_RETURN_IF_ERROR(put.Text(record.case_id).Uint(row).Run());
  }
  return absl::OkStatus();
}

absl::Status Saver::CheckCasesOfActs(const BatchChanges& changes) {
  for (const ActRecord& act : changes.new_acts) {
    if (act.case_position > 0) ROG_RETURN_IF_ERROR(CaseRow(act.case_id).status());
  }
  return absl::OkStatus();
}

absl::Status Saver::SaveNewDelivery(const DeliveryRecord& delivery) {
  ROG_ASSIGN_OR_RETURN(const auto rows, RowsOf(delivery));
  Query insert = connection_.Prepare(kInsertDelivery);
  insert.Text(delivery.authority).Uint(delivery.position).Uint(rows.first).Uint(rows.second);
  insert.Uint(delivery.case_position).Int(delivery.urgency);
  insert.Int(static_cast<int64_t>(delivery.state)).Uint(delivery.attempts).Uint(delivery.log);
  insert.Uint(delivery.consigned_entry).OptionalUint(delivery.settled_log);
  insert.OptionalUint(delivery.settled_entry).Text(delivery.dead_reason).Uint(delivery.key_id);
  insert.OptionalUint(Milliseconds(delivery.retrieve_by));
  ROG_RETURN_IF_ERROR(insert.Run());
  ROG_RETURN_IF_ERROR(SaveNotice(delivery));
  return SaveAcknowledgement(delivery);
}

absl::StatusOr<std::pair<uint64_t, uint64_t>> Saver::RowsOf(const DeliveryRecord& delivery) {
  if (delivery.IsNotice()) return std::pair<uint64_t, uint64_t>(0, 0);
  ROG_ASSIGN_OR_RETURN(const uint64_t act_row, ActRow(delivery.act_id));
  ROG_ASSIGN_OR_RETURN(const uint64_t case_row, CaseRow(delivery.case_id));
  return std::pair(act_row, case_row);
}

absl::Status Saver::SaveNotice(const DeliveryRecord& delivery) {
  if (!delivery.IsNotice()) return absl::OkStatus();
  const DeliveryKey key{delivery.authority, delivery.position};
  ROG_ASSIGN_OR_RETURN(const Bytes box,
                       boxes_.Close(delivery.key_id, NoticePlace(key), delivery.notice));
  Query insert = connection_.Prepare(kInsertNotice);
  return insert.Text(key.authority).Uint(key.position).BlobOrNull(box).Run();
}

absl::Status Saver::ReplaceDelivery(const DeliveryRecord& delivery) {
  Query replace = connection_.Prepare(kReplaceDelivery);
  replace.Int(static_cast<int64_t>(delivery.state)).Uint(delivery.attempts);
  replace.OptionalUint(delivery.settled_log).OptionalUint(delivery.settled_entry);
  replace.Text(delivery.dead_reason).OptionalUint(Milliseconds(delivery.retrieve_by));
  replace.Text(delivery.authority).Uint(delivery.position);
  ROG_ASSIGN_OR_RETURN(const int rows, replace.RunCounting());
  if (rows == 0) return Missing("a delivery to replace is not there");
  return SaveAcknowledgement(delivery);
}

absl::Status Saver::SaveAcknowledgement(const DeliveryRecord& delivery) {
  const DeliveryKey key{delivery.authority, delivery.position};
  const Bytes pair = JoinPair(delivery.statement, delivery.statement_signature);
  if (pair.empty()) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(const Bytes box,
                       boxes_.Close(delivery.key_id, AcknowledgementPlace(key), pair));
  Query put = connection_.Prepare(kPutAcknowledgement);
  return put.Text(key.authority).Uint(key.position).BlobOrNull(box).Run();
}

absl::Status Saver::SaveEntries(const BatchChanges& changes) {
  Query insert = connection_.Prepare(kInsertEntry);
  for (const EntryRecord& entry : changes.entries) {
    ROG_RETURN_IF_ERROR(SaveEntry(entry, insert));
  }
  if (!changes.batch.has_value()) return absl::OkStatus();
  const BatchRecord& batch = *changes.batch;
  Query insert_batch = connection_.Prepare(kInsertBatch);
  insert_batch.Uint(batch.log).Uint(batch.size).Blob(batch.root.view());
  return insert_batch.Int(batch.instant.unix_ms).Blob(batch.note).Run();
}

absl::Status Saver::SaveEntry(const EntryRecord& entry, Query& insert) {
  std::optional<uint64_t> act_row;
  if (!entry.act_id.empty()) {
    ROG_ASSIGN_OR_RETURN(act_row, ActRow(entry.act_id));
  }
  const Bytes hashes = EncodeHashes(entry.hashes);
  ROG_ASSIGN_OR_RETURN(
      const Bytes box,
      boxes_.Close(
          entry.key_id, EntryPlace(entry.log, entry.index), JoinPair(entry.record, entry.salt)));
  insert.Uint(entry.log).Uint(entry.index).Blob(entry.leaf).Blob(hashes).Uint(entry.key_id);
  insert.OptionalUint(act_row).Text(entry.recipient).Text(entry.owner).BlobOrNull(box);
  return insert.Run();
}

absl::Status Saver::SaveRegistry(const BatchChanges& changes) {
  for (const RequestRecord& row : changes.requests) {
    Query insert = connection_.Prepare(kInsertRequest);
    insert.Text(row.key.principal).Text(row.key.request_id);
    ROG_RETURN_IF_ERROR(insert.Blob(row.request_sha256).Blob(row.response).Run());
  }
  for (const StandingRecord& row : changes.standings) ROG_RETURN_IF_ERROR(SaveStanding(row));
  for (const KeyStatementRecord& row : changes.key_statements) {
    Query insert = connection_.Prepare(kInsertKeyStatement);
    insert.Uint(row.log).Uint(row.index).Text(row.authority).Blob(row.statement_sha256);
    ROG_RETURN_IF_ERROR(insert.Run());
  }
  for (const GuidanceRecord& row : changes.guidance) {
    ROG_RETURN_IF_ERROR(InsertGuidance(connection_, row));
  }
  for (const DocumentRecord& row : changes.documents) {
    ROG_RETURN_IF_ERROR(PutDocument(connection_, row));
  }
  for (const CustodyRecord& row : changes.custody) {
    ROG_RETURN_IF_ERROR(InsertCustody(connection_, row));
  }
  if (!changes.directory.has_value()) return absl::OkStatus();
  Query insert = connection_.Prepare(kInsertDirectory);
  insert.Uint(changes.directory->version).Int(changes.directory->loaded.unix_ms);
  return insert.Blob(changes.directory->files).Run();
}

absl::Status Saver::SaveStanding(const StandingRecord& standing) {
  if (standing.standing == v1::STANDING_ACTIVE) {
    Query drop = connection_.Prepare(kDropStanding);
    return drop.Int(standing.subject).Text(standing.id).Run();
  }
  Query put = connection_.Prepare(kPutStanding);
  put.Int(standing.subject).Text(standing.id).Int(standing.standing);
  return put.Int(standing.since.unix_ms).Run();
}

absl::Status Saver::SaveHead(const Head& head) {
  Query update = connection_.Prepare(kUpdateHead);
  update.Uint(head.log).Uint(head.log_size).Int(head.last_instant.unix_ms);
  return update.Uint(head.directory_version).Uint(head.next_key_id).Run();
}

}  // namespace rogatoria::sqlite
