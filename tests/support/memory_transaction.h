// The write of a MemoryDisk: held back until Commit. Internal to tests/support.
#pragma once

#include <memory>
#include <optional>

#include "tests/support/memory_session.h"
#include "tests/support/memory_store.h"
#include "tests/support/memory_tables.h"

namespace rogatoria {

class MemoryTransaction final : public Transaction {
 public:
  // REQUIRES: the disk's lock is held, and session->in_transaction was false.
  MemoryTransaction(MemoryDisk& disk, CaseKeys& keys, std::shared_ptr<MemorySession> session);
  ~MemoryTransaction() override;

  absl::StatusOr<BatchState> Load(const BatchKeys& keys) override;
  absl::Status Save(const BatchChanges& changes) override;
  absl::Status Commit() override;

 private:
  absl::Status CheckRoom(const BatchChanges& changes) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(disk_.mutex_);

  MemoryDisk& disk_;
  CaseKeys& keys_;
  const std::shared_ptr<MemorySession> session_;
  std::optional<BatchChanges> saved_;
  bool ended_ = false;
};

// Row rules that need the tables: what is new is not there yet, what is replaced or named is.
absl::Status CheckRows(const MemoryTables& tables, const BatchChanges& changes);
// Adds `changes` as version tables.version + 1.
void Apply(BatchChanges changes, MemoryTables& tables);

}  // namespace rogatoria
