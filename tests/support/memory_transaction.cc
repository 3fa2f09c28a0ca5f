#include "tests/support/memory_transaction.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/storage/change_rules.h"

namespace rogatoria {
namespace {

template <typename Map, typename Keys, typename Found>
void LoadRows(const Map& map, const Keys& keys, uint64_t version, Found& found) {
  for (const auto& key : keys) {
    if (const auto row = map.Find(key, version); row != nullptr) found.emplace(key, *row);
  }
}

// The last version of each, as the engine loads it.
void LoadGuidance(const MemoryTables& tables, const BatchKeys& keys, BatchState& state) {
  for (const std::string& id : keys.guidance) {
    tables.guidance.Scan({id, 0}, tables.version, [&](const auto& key, const auto& row) {
      if (key.first != id) return false;
      state.guidance[id] = row;
      return true;
    });
  }
  for (auto& [id, row] : state.guidance) {
    row.document.clear();
    row.signature.clear();
  }
}

// Every row is looked at: the engine has indexes, and the same answers.
void LoadDocuments(const MemoryTables& tables, const BatchKeys& keys, BatchState& state) {
  LoadRows(tables.documents, keys.documents, tables.version, state.documents);
  for (const UsageKey& key : keys.document_usage) state.document_usage[key.owner] = {};
  tables.documents.Scan("", tables.version, [&](const auto& id, const DocumentRecord& row) {
    for (const DocumentDigest& digest : keys.document_digests) {
      if (row.sealed_sha256.empty() || digest != DocumentDigest{row.owner, row.sealed_sha256}) {
        continue;
      }
      std::string& found = state.document_digests[digest];
      if (!found.empty() && state.documents[found].state <= row.state) continue;
      found = id;
      state.documents[id] = row;
    }
    for (const std::string& case_id : keys.documents_of) {
      if (row.case_id != case_id) continue;
      std::vector<std::string>& ids = state.documents_of[case_id];
      if (ids.size() == limits::kMaxCaseDocuments) continue;
      ids.push_back(id);
      state.documents[id] = row;
    }
    for (const UsageKey& key : keys.document_usage) {
      if (row.owner != key.owner) continue;
      DocumentUsage& usage = state.document_usage[key.owner];
      if (row.state == v1::DOCUMENT_STATE_OPEN) ++usage.open;
      if (row.state != v1::DOCUMENT_STATE_ERASED) usage.stored_bytes += row.sealed_size;
      if (row.begun >= key.since) usage.begun_bytes += row.sealed_size;
    }
    return true;
  });
}

}  // namespace

MemoryTransaction::MemoryTransaction(MemoryDisk& disk,
                                     CaseKeys& keys,
                                     std::shared_ptr<MemorySession> session)
    : disk_(disk), keys_(keys), session_(std::move(session)) {
  session_->in_transaction = true;
}

MemoryTransaction::~MemoryTransaction() {
  absl::MutexLock lock(&disk_.mutex_);
  session_->in_transaction = false;
}

absl::StatusOr<BatchState> MemoryTransaction::Load(const BatchKeys& keys) {
  absl::MutexLock lock(&disk_.mutex_);
  ROG_RETURN_IF_ERROR(session_->Enter(disk_.fault_plan_, StoreStep::kLoad));
  const MemoryTables& tables = *disk_.tables_;
  BatchState state;
  state.head = *tables.head.Find(0, tables.version);
  LoadRows(tables.acts, keys.acts, tables.version, state.acts);
  LoadRows(tables.cases, keys.cases, tables.version, state.cases);
  LoadRows(tables.deliveries, keys.deliveries, tables.version, state.deliveries);
  LoadRows(tables.requests, keys.requests, tables.version, state.requests);
  LoadGuidance(tables, keys, state);
  LoadDocuments(tables, keys, state);
  for (auto& [act_id, act] : state.acts) {
    act.act.Clear();
    act.identity_shares.clear();
  }
  for (auto& [key, delivery] : state.deliveries) {
    delivery.statement.clear();
    delivery.statement_signature.clear();
    delivery.notice.clear();
  }
  for (const std::string& mailbox : keys.mailboxes) {
    const auto last = tables.last_position.Find(mailbox, tables.version);
    state.last_positions[mailbox] = last == nullptr ? 0 : *last;
  }
  return state;
}

absl::Status MemoryTransaction::CheckRoom(const BatchChanges& changes) const {
  const bool grows = !changes.new_acts.empty() || !changes.guidance.empty() ||
                     !changes.documents.empty() || changes.directory.has_value();
  if (disk_.room_ == DiskRoom::kNone || (disk_.room_ == DiskRoom::kReserveOnly && grows)) {
    return Error(Reason::DISK_FULL);
  }
  return absl::OkStatus();
}

absl::Status MemoryTransaction::Save(const BatchChanges& changes) {
  absl::MutexLock lock(&disk_.mutex_);
  ROG_RETURN_IF_ERROR(session_->Enter(disk_.fault_plan_, StoreStep::kSave));
  if (ended_ || saved_.has_value()) {
    ended_ = true;
    return absl::InternalError("a transaction saves once");
  }
  ended_ = true;  // unless all goes well
  const MemoryTables& tables = *disk_.tables_;
  ROG_RETURN_IF_ERROR(CheckChanges(*tables.head.Find(0, tables.version), changes));
  ROG_RETURN_IF_ERROR(CheckRows(tables, changes));
  ROG_RETURN_IF_ERROR(CheckRoom(changes));
  ROG_RETURN_IF_ERROR(keys_.EnsureThrough(changes.head.next_key_id - 1));
  saved_ = changes;
  ended_ = false;
  return absl::OkStatus();
}

absl::Status MemoryTransaction::Commit() {
  absl::MutexLock lock(&disk_.mutex_);
  ROG_RETURN_IF_ERROR(session_->Enter(disk_.fault_plan_, StoreStep::kCommit));
  if (ended_) return absl::InternalError("the transaction has ended");
  ended_ = true;
  if (!saved_.has_value()) return absl::OkStatus();
  MemoryTables& tables = *disk_.tables_;
  if (tables.head.Find(0, tables.version)->epoch != session_->epoch) {
    return absl::FailedPreconditionError("another process has opened this store");
  }
  ROG_RETURN_IF_ERROR(CheckRoom(*saved_));
  Apply(*std::move(saved_), tables);
  if (session_->Enter(disk_.fault_plan_, StoreStep::kCommitted).ok()) return absl::OkStatus();
  return absl::UnknownError("the outcome of the commit is unknown");
}

}  // namespace rogatoria
