#include "common/storage/sqlite/writer.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/storage/change_rules.h"
#include "common/storage/sqlite/document_rows.h"
#include "common/storage/sqlite/guidance_rows.h"
#include "common/storage/sqlite/saver.h"

namespace rogatoria::sqlite {
namespace {

constexpr char kBegin[] = "BEGIN IMMEDIATE";
constexpr char kHead[] = ROGATORIA_SELECT_HEAD;
constexpr char kAct[] = "SELECT " ROGATORIA_ACT_COLUMNS ROGATORIA_FROM_ACTS "WHERE a.act_id = ?";
constexpr char kCase[] = "SELECT " ROGATORIA_CASE_COLUMNS
                         "FROM acts o JOIN cases c ON c.case_row = o.act_row WHERE o.act_id = ?";
constexpr char kDelivery[] = ROGATORIA_SELECT_DELIVERY "WHERE d.authority = ? AND d.position = ?";
constexpr char kLastPosition[] =
    "SELECT coalesce(max(position), 0) FROM deliveries WHERE authority = ?";
constexpr char kRequest[] =
    "SELECT principal, request_id, request_sha256, response FROM requests "
    "WHERE principal = ? AND request_id = ?";

}  // namespace

absl::StatusOr<std::unique_ptr<Transaction>> SqliteTransaction::Begin(Writer& writer) {
  if (writer.broken) return absl::UnknownError("an earlier commit failed: open the store again");
  if (writer.checkpointer != nullptr) {
    writer.checkpointer->BeginWrite();
    if (writer.checkpointer->IsBroken()) {
      writer.checkpointer->EndWrite();
      return absl::UnknownError("a checkpoint failed: open the store again");
    }
  }
  std::unique_ptr<SqliteTransaction> transaction(new SqliteTransaction(writer));
  ROG_RETURN_IF_ERROR(transaction->Start());
  return transaction;
}

absl::Status SqliteTransaction::Start() {
  ROG_RETURN_IF_ERROR(writer_.connection->Prepare(kBegin).Run());
  Query query = writer_.connection->Prepare(kHead);
  ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
  if (!found) return absl::DataLossError("the head row is not there");
  head_ = ReadHead(query);
  if (head_.head.epoch == writer_.epoch) return absl::OkStatus();
  return absl::FailedPreconditionError("another process has opened this store: stop");
}

SqliteTransaction::~SqliteTransaction() {
  End(absl::OkStatus()).IgnoreError();
  if (writer_.checkpointer != nullptr) writer_.checkpointer->EndWrite();
}

absl::Status SqliteTransaction::End(absl::Status status) {
  stage_ = Stage::kEnded;
  writer_.connection->Rollback();
  if (absl::IsResourceExhausted(status)) writer_.reserve.GiveUp();
  return status;
}

absl::StatusOr<BatchState> SqliteTransaction::Load(const BatchKeys& keys) {
  if (stage_ != Stage::kLoading) return absl::InternalError("a transaction loads before it saves");
  BatchState state;
  state.head = head_.head;
  ROG_RETURN_IF_ERROR(LoadActs(keys, state));
  ROG_RETURN_IF_ERROR(LoadCases(keys, state));
  ROG_RETURN_IF_ERROR(LoadMailboxes(keys, state));
  ROG_RETURN_IF_ERROR(LoadRequests(keys, state));
  ROG_RETURN_IF_ERROR(LoadGuidance(keys, state));
  ROG_RETURN_IF_ERROR(LoadDocuments(keys, state));
  return state;
}

// In one process a prepared statement a key costs no more than a query a set, and needs no list to
// be written and parsed (docs/decisions/0007).
absl::Status SqliteTransaction::LoadActs(const BatchKeys& keys, BatchState& state) {
  for (const std::string& act_id : keys.acts) {
    Query query = writer_.connection->Prepare(kAct);
    ROG_ASSIGN_OR_RETURN(const bool found, query.Text(act_id).Step());
    if (!found) continue;
    ROG_ASSIGN_OR_RETURN(StoredAct act, ReadAct(query));
    state.acts.emplace(act_id, std::move(act.record));
  }
  return absl::OkStatus();
}

absl::Status SqliteTransaction::LoadCases(const BatchKeys& keys, BatchState& state) {
  for (const std::string& case_id : keys.cases) {
    Query query = writer_.connection->Prepare(kCase);
    ROG_ASSIGN_OR_RETURN(const bool found, query.Text(case_id).Step());
    if (!found) continue;
    ROG_ASSIGN_OR_RETURN(CaseRecord record, ReadCase(query));
    state.cases.emplace(case_id, std::move(record));
  }
  return absl::OkStatus();
}

absl::Status SqliteTransaction::LoadMailboxes(const BatchKeys& keys, BatchState& state) {
  for (const std::string& mailbox : keys.mailboxes) {
    Query query = writer_.connection->Prepare(kLastPosition);
    ROG_RETURN_IF_ERROR(query.Text(mailbox).Step().status());
    state.last_positions[mailbox] = query.NextUint();
  }
  for (const DeliveryKey& key : keys.deliveries) {
    Query query = writer_.connection->Prepare(kDelivery);
    ROG_ASSIGN_OR_RETURN(const bool found, query.Text(key.authority).Uint(key.position).Step());
    if (found) state.deliveries.emplace(key, ReadDelivery(query));
  }
  return absl::OkStatus();
}

absl::Status SqliteTransaction::LoadRequests(const BatchKeys& keys, BatchState& state) {
  for (const RequestKey& key : keys.requests) {
    Query query = writer_.connection->Prepare(kRequest);
    ROG_ASSIGN_OR_RETURN(const bool found, query.Text(key.principal).Text(key.request_id).Step());
    if (found) state.requests.emplace(key, ReadRequest(query));
  }
  return absl::OkStatus();
}

absl::Status SqliteTransaction::LoadGuidance(const BatchKeys& keys, BatchState& state) {
  for (const std::string& id : keys.guidance) {
    auto latest = FindLatestGuidance(*writer_.connection, id);
    if (absl::IsNotFound(latest.status())) continue;
    ROG_RETURN_IF_ERROR(latest.status());
    state.guidance.emplace(id, *std::move(latest));
  }
  return absl::OkStatus();
}

absl::Status SqliteTransaction::LoadDocuments(const BatchKeys& keys, BatchState& state) {
  Connection& connection = *writer_.connection;
  for (const std::string& id : keys.documents) {
    auto found = GetDocument(connection, id);
    if (absl::IsNotFound(found.status())) continue;
    ROG_RETURN_IF_ERROR(found.status());
    state.documents.emplace(id, *std::move(found));
  }
  for (const DocumentDigest& digest : keys.document_digests) {
    auto found = FindDocumentByDigest(connection, digest);
    if (absl::IsNotFound(found.status())) continue;
    ROG_RETURN_IF_ERROR(found.status());
    state.document_digests.emplace(digest, found->document_id);
    state.documents.emplace(found->document_id, *found);
  }
  for (const std::string& case_id : keys.documents_of) {
    ROG_ASSIGN_OR_RETURN(auto found,
                         ListDocumentsOfCase(connection, case_id, limits::kMaxCaseDocuments));
    for (DocumentRecord& row : found) {
      state.documents_of[case_id].push_back(row.document_id);
      state.documents.emplace(row.document_id, std::move(row));
    }
  }
  for (const UsageKey& key : keys.document_usage) {
    ROG_ASSIGN_OR_RETURN(state.document_usage[key.owner], GetDocumentUsage(connection, key));
  }
  return absl::OkStatus();
}

// What is given up for the audit log is not for new acts: they wait until the reserve is whole.
absl::Status SqliteTransaction::CheckRoom(const BatchChanges& changes) {
  if (writer_.reserve.Restore()) return absl::OkStatus();
  if (changes.new_acts.empty() && changes.guidance.empty() && changes.documents.empty() &&
      !changes.directory.has_value()) {
    return absl::OkStatus();
  }
  return Error(Reason::DISK_FULL);
}

absl::Status SqliteTransaction::SaveRows(const BatchChanges& changes) {
  ROG_RETURN_IF_ERROR(CheckChanges(head_.head, changes));
  ROG_RETURN_IF_ERROR(CheckRoom(changes));
  ROG_RETURN_IF_ERROR(writer_.keys.EnsureThrough(changes.head.next_key_id - 1));
  return Saver(*writer_.connection, writer_.boxes).Save(changes);
}

absl::Status SqliteTransaction::Save(const BatchChanges& changes) {
  if (stage_ != Stage::kLoading) return End(absl::InternalError("a transaction saves once"));
  const absl::Status saved = SaveRows(changes);
  if (!saved.ok()) return End(saved);
  stage_ = Stage::kSaved;
  return absl::OkStatus();
}

absl::Status SqliteTransaction::Commit() {
  if (stage_ == Stage::kEnded) return absl::InternalError("the transaction has ended");
  if (stage_ == Stage::kLoading) return End(absl::OkStatus());
  const absl::Status committed = writer_.connection->Commit();
  writer_.broken = !committed.ok() && !absl::IsResourceExhausted(committed);
  if (committed.ok()) writer_.mark.Advance(head_.revision + 1);
  return End(committed);
}

}  // namespace rogatoria::sqlite
