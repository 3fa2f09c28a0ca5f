#include "tests/support/memory_store.h"

#include <memory>
#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "tests/support/memory_session.h"
#include "tests/support/memory_snapshot.h"
#include "tests/support/memory_tables.h"
#include "tests/support/memory_transaction.h"

namespace rogatoria {

FaultPlan FaultAt(uint64_t k, StoreFault fault) {
  return [left = k, fault](StoreStep) mutable {
    if (left == 0 || --left > 0) return StoreFault::kNone;
    return fault;
  };
}

FaultPlan FaultAt(StoreStep step, uint64_t k, StoreFault fault) {
  return [step, plan = FaultAt(k, fault)](StoreStep at) {
    return at == step ? plan(at) : StoreFault::kNone;
  };
}

absl::Status MemorySession::Enter(const FaultPlan& plan, StoreStep step) {
  if (crashed) return absl::UnavailableError("the simulated process has crashed");
  const StoreFault fault = plan ? plan(step) : StoreFault::kNone;
  if (fault == StoreFault::kNone) return absl::OkStatus();
  if (fault == StoreFault::kDiskFull) return Error(Reason::DISK_FULL);
  crashed = fault == StoreFault::kCrash;
  return absl::UnavailableError("simulated fault");
}

MemoryDisk::MemoryDisk() : tables_(std::make_unique<MemoryTables>()) {
  tables_->head.Put(0, 0, Head());
}

MemoryDisk::~MemoryDisk() = default;

void MemoryDisk::set_fault_plan(FaultPlan plan) {
  absl::MutexLock lock(&mutex_);
  fault_plan_ = std::move(plan);
}

void MemoryDisk::set_room(DiskRoom room) {
  absl::MutexLock lock(&mutex_);
  room_ = room;
}

void MemoryDisk::RaiseEpoch() {
  absl::MutexLock lock(&mutex_);
  Head head = *tables_->head.Find(0, tables_->version);
  ++head.epoch;
  tables_->head.Put(0, ++tables_->version, head);
}

std::unique_ptr<MemoryDisk> MemoryDisk::Restore(const std::string& folder) const {
  absl::MutexLock lock(&mutex_);
  const auto it = backups_.find(folder);
  if (it == backups_.end()) return nullptr;
  auto disk = std::make_unique<MemoryDisk>();
  absl::MutexLock other(&disk->mutex_);
  *disk->tables_ = it->second;
  return disk;
}

class MemoryStore final : public Store {
 public:
  MemoryStore(MemoryDisk& disk, CaseKeys& keys, std::shared_ptr<MemorySession> session)
      : disk_(disk), keys_(keys), session_(std::move(session)) {}

  absl::StatusOr<std::unique_ptr<Transaction>> Begin() override {
    absl::MutexLock lock(&disk_.mutex_);
    ROG_RETURN_IF_ERROR(session_->Enter(disk_.fault_plan_, StoreStep::kBegin));
    if (session_->in_transaction) return absl::InternalError("one transaction at a time");
    const MemoryTables& tables = *disk_.tables_;
    if (tables.head.Find(0, tables.version)->epoch != session_->epoch) {
      return absl::FailedPreconditionError("another process has opened this store");
    }
    return std::make_unique<MemoryTransaction>(disk_, keys_, session_);
  }

  absl::StatusOr<std::unique_ptr<Snapshot>> OpenSnapshot() override {
    absl::MutexLock lock(&disk_.mutex_);
    ROG_RETURN_IF_ERROR(session_->Enter(disk_.fault_plan_, StoreStep::kOpenSnapshot));
    return std::make_unique<MemorySnapshot>(disk_, keys_, session_, disk_.tables_->version);
  }

  absl::StatusOr<uint64_t> Backup(const std::string& folder) override {
    absl::MutexLock lock(&disk_.mutex_);
    if (disk_.room_ != DiskRoom::kPlenty) return Error(Reason::DISK_FULL);
    if (!disk_.backups_.emplace(folder, *disk_.tables_).second) {
      return absl::AlreadyExistsError("the folder of the backup exists");
    }
    return disk_.tables_->version;  // this disk has no bytes; any size will do
  }

 private:
  MemoryDisk& disk_;
  CaseKeys& keys_;
  const std::shared_ptr<MemorySession> session_;
};

absl::StatusOr<std::unique_ptr<Store>> OpenMemoryStore(MemoryDisk& disk, CaseKeys& keys) {
  disk.RaiseEpoch();
  auto session = std::make_shared<MemorySession>();
  {
    absl::MutexLock lock(&disk.mutex_);
    session->epoch = disk.tables_->head.Find(0, disk.tables_->version)->epoch;
  }
  return std::make_unique<MemoryStore>(disk, keys, std::move(session));
}

}  // namespace rogatoria
