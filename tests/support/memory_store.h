// The store of a test or a simulation: everything in memory, every fault on demand. It passes the
// same contract suite as the real one (tests/contract/store_contract.h).
//
//   MemoryDisk   what survives a crash: the committed rows. One per hub and test.
//   a store      one process that has the disk open: OpenMemoryStore(disk, keys). Opening raises
//                the epoch, so an older store on the same disk is fenced off.
//
// A restart after a crash: drop the store, call OpenMemoryStore again on the same disk.
//
//   disk.set_fault_plan(FaultAt(17, StoreFault::kCrash));   // the 17th step of any kind
//
// A fault plan is asked before every step, so a simulation can draw faults from its own seed.
// After a crash every call on that store and its snapshots gives UNAVAILABLE.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/synchronization/mutex.h"
#include "common/storage/case_keys.h"
#include "common/storage/store.h"

namespace rogatoria {

struct MemoryTables;  // tests/support/memory_tables.h

enum class StoreStep {
  kBegin,
  kLoad,
  kSave,
  kCommit,     // before anything is durable
  kCommitted,  // after it is durable, before the caller learns it
  kOpenSnapshot,
  kRead,
};

enum class StoreFault {
  kNone,
  kUnavailable,  // the call fails and changes nothing; at kCommitted the commit did happen
  kDiskFull,     // as kUnavailable, with the reason DISK_FULL; not a fault of kCommitted
  kCrash,        // the process is gone
};

// Called under the disk's lock: must not call the store.
using FaultPlan = std::function<StoreFault(StoreStep)>;

// A fault at the k-th step (k from 1) of any kind, or of one kind; none before and after.
FaultPlan FaultAt(uint64_t k, StoreFault fault);
FaultPlan FaultAt(StoreStep step, uint64_t k, StoreFault fault);

// How much room there is. With kReserveOnly new acts and directories are refused, and leaves and
// settlements still fit (decisions.md 12); with kNone everything that writes is refused.
enum class DiskRoom { kPlenty, kReserveOnly, kNone };

// Thread-safe.
class MemoryDisk {
 public:
  MemoryDisk();
  ~MemoryDisk();

  void set_fault_plan(FaultPlan plan);
  void set_room(DiskRoom room);
  // As another process would on opening it to write.
  void RaiseEpoch();
  // A disk with what Backup(folder) copied; null if there was no such backup.
  std::unique_ptr<MemoryDisk> Restore(const std::string& folder) const;

 private:
  friend class MemoryStore;
  friend class MemoryTransaction;
  friend class MemorySnapshot;
  friend absl::StatusOr<std::unique_ptr<Store>> OpenMemoryStore(MemoryDisk& disk, CaseKeys& keys);

  mutable absl::Mutex mutex_;
  std::unique_ptr<MemoryTables> tables_ ABSL_GUARDED_BY(mutex_);
  FaultPlan fault_plan_ ABSL_GUARDED_BY(mutex_);
  DiskRoom room_ ABSL_GUARDED_BY(mutex_) = DiskRoom::kPlenty;
  std::map<std::string, MemoryTables> backups_ ABSL_GUARDED_BY(mutex_);
};

// `disk` and `keys` must outlive the store; transactions and snapshots must not.
absl::StatusOr<std::unique_ptr<Store>> OpenMemoryStore(MemoryDisk& disk, CaseKeys& keys);

}  // namespace rogatoria
