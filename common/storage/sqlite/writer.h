// What all write transactions of one opening share, and the transaction. Internal to sqlite/.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "common/storage/sqlite/audit_reserve.h"
#include "common/storage/sqlite/box.h"
#include "common/storage/sqlite/checkpointer.h"
#include "common/storage/sqlite/connection.h"
#include "common/storage/sqlite/head_mark.h"
#include "common/storage/sqlite/rows.h"
#include "common/storage/store.h"

namespace rogatoria::sqlite {

struct Writer {
  CaseKeys& keys;
  const BoxMaker& boxes;
  const uint64_t epoch;
  std::unique_ptr<Connection> connection;
  HeadMark mark;
  AuditReserve reserve;
  // Null when nobody checkpoints (tests). Goes before the connection, whose hook it has.
  std::unique_ptr<Checkpointer> checkpointer;
  // A commit ended without a known outcome: only a new opening may go on.
  bool broken = false;
};

class SqliteTransaction final : public Transaction {
 public:
  // Waits for a checkpoint's end, takes the write lock and compares the epoch.
  static absl::StatusOr<std::unique_ptr<Transaction>> Begin(Writer& writer);
  ~SqliteTransaction() override;

  absl::StatusOr<BatchState> Load(const BatchKeys& keys) override;
  absl::Status Save(const BatchChanges& changes) override;
  absl::Status Commit() override;

 private:
  enum class Stage { kLoading, kSaved, kEnded };

  explicit SqliteTransaction(Writer& writer) : writer_(writer) {}
  absl::Status Start();
  absl::Status CheckRoom(const BatchChanges& changes);
  absl::Status SaveRows(const BatchChanges& changes);
  // Rolls back what is open; gives up the reserve when there was no room. Returns `status`.
  absl::Status End(absl::Status status);

  absl::Status LoadActs(const BatchKeys& keys, BatchState& state);
  absl::Status LoadCases(const BatchKeys& keys, BatchState& state);
  absl::Status LoadMailboxes(const BatchKeys& keys, BatchState& state);
  absl::Status LoadRequests(const BatchKeys& keys, BatchState& state);
  absl::Status LoadGuidance(const BatchKeys& keys, BatchState& state);
  absl::Status LoadDocuments(const BatchKeys& keys, BatchState& state);

  Writer& writer_;
  StoredHead head_;
  Stage stage_ = Stage::kLoading;
};

}  // namespace rogatoria::sqlite
