// The embedded store: SQLite with a write-ahead log, synced at every commit. Nothing to install or
// run beside the daemon. Local file systems only.
//
// The folder (mode 0700) holds
//   rogatoria.db, -wal, -shm   the database; checksums on every page (checked_vfs.h)
//   head.mark                  what was committed last (head_mark.h)
//   audit.reserve              room for the audit log when the disk is full (audit_reserve.h)
// and is locked by the process that has it open. The data keys belong elsewhere (case_keys.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/storage/case_keys.h"
#include "common/storage/store.h"

namespace rogatoria {

struct SqliteOptions {
  std::string directory;  // made if it is not there
  uint64_t reserve_bytes = limits::kAuditReserveBytes;
  // How far the write-ahead log grows before it is moved into the database.
  uint64_t checkpoint_bytes = 4 * 1024 * 1024;

  // For tests. `base_vfs` names a VFS of SQLite's that injects faults. Without background
  // checkpoints nothing is moved before the store is closed. The negative control of the power-cut
  // test syncs nothing at a commit: it must be caught losing acts.
  std::string base_vfs;
  bool background_checkpoints = true;
  bool negative_control_unsynced = false;
};

// Opens or makes the store, migrates an older schema and raises the epoch. `keys` and `random` must
// outlive the store, as it must outlive its transactions and snapshots.
//
// UNAVAILABLE: another process has the folder. FAILED_PRECONDITION: the schema is newer, or of
// another program; the keys are not this database's. DATA_LOSS: a file is damaged, or the database
// is older than what was acknowledged. Each says what to do.
absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteOptions& options,
                                                       CaseKeys& keys,
                                                       Random& random);

// fsyncs of all stores of this process so far. Thread-safe.
uint64_t SqliteStoreSyncs();

}  // namespace rogatoria
