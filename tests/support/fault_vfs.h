// A VFS for SQLite whose writes and syncs fail on demand: the store's I/O calls of trust.md T3. It
// stands over SQLite's own and counts every write, sync and cut of every file opened through it.
//
//   FaultVfs& faults = FaultVfs::Get();
//   faults.FailAt(17, FaultVfs::Kind::kNoRoom, /*for_good=*/true);
//   ... use a store with SqliteOptions::base_vfs = FaultVfs::kName ...
//   faults.Clear();
//
// One for the process; thread-safe.
#pragma once

#include <cstdint>

#include "absl/synchronization/mutex.h"

namespace rogatoria {

class FaultVfs {
 public:
  static constexpr char kName[] = "rogatoria-faults";

  enum class Kind {
    kFull,    // as ENOSPC: a write stops in its middle; syncs and cuts go on
    kNoRoom,  // the same, and syncs and cuts fail
    kBroken,  // as EIO: all of them fail
  };

  // Registered with SQLite on first use.
  static FaultVfs& Get();

  // The k-th call from now (k from 1) fails; with `for_good` all after it, too.
  void FailAt(uint64_t k, Kind kind, bool for_good);
  void Clear();
  // Calls that could fail since FailAt or Clear.
  uint64_t calls() const;
  // Whether one has failed since.
  bool has_failed() const;

  // For the VFS's own methods: whether this call shall fail, and how.
  enum class Verdict { kGoOn, kNoRoom, kBroken };
  Verdict CountWrite();
  Verdict CountSync();

 private:
  FaultVfs() = default;
  Verdict Count(bool spared) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  uint64_t calls_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t fail_at_ ABSL_GUARDED_BY(mutex_) = 0;  // 0: never
  Kind kind_ ABSL_GUARDED_BY(mutex_) = Kind::kBroken;
  bool for_good_ ABSL_GUARDED_BY(mutex_) = false;
  bool has_failed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace rogatoria
