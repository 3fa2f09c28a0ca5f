#include "tests/contract/store_harnesses.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/storage/sqlite/backup.h"
#include "common/storage/sqlite/checked_vfs.h"
#include "common/storage/sqlite/connection.h"
#include "common/storage/sqlite/sqlite_store.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/memory_case_keys.h"
#include "tests/support/memory_store.h"
#include "tests/support/seeded_random.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {
namespace {

class MemoryHarness final : public StoreHarness {
 public:
  absl::StatusOr<std::unique_ptr<Store>> Open() override { return OpenMemoryStore(disk_, keys_); }
  CaseKeys& keys() override { return keys_; }
  void RaiseEpochElsewhere() override { disk_.RaiseEpoch(); }
  void FillDisk() override { disk_.set_room(DiskRoom::kNone); }
  void MakeRoom() override { disk_.set_room(DiskRoom::kPlenty); }
  std::string NewBackupFolder() override { return "backup"; }
  absl::StatusOr<std::unique_ptr<Store>> OpenBackup(const std::string& folder) override {
    restored_ = disk_.Restore(folder);
    if (restored_ == nullptr) return absl::NotFoundError("no such backup");
    return OpenMemoryStore(*restored_, keys_);
  }

 private:
  SeededRandom random_{1};
  MemoryCaseKeys keys_{random_};
  MemoryDisk disk_;
  std::unique_ptr<MemoryDisk> restored_;
};

class SqliteHarness final : public StoreHarness {
 public:
  SqliteHarness() {
    auto keys = OpenCaseKeyFile(folder_ / "case.keys", random_);
    ROG_CHECK(keys.ok(), "no key file for the test");
    keys_ = *std::move(keys);
    FaultVfs::Get().Clear();
  }
  ~SqliteHarness() override { FaultVfs::Get().Clear(); }

  absl::StatusOr<std::unique_ptr<Store>> Open() override {
    return OpenSqliteStore(OptionsFor(folder_ / "data"), *keys_, random_);
  }
  CaseKeys& keys() override { return *keys_; }
  void RaiseEpochElsewhere() override {
    auto connection =
        sqlite::Connection::Open(absl::StrCat(folder_ / "data", "/", sqlite::kDatabaseFile),
                                 *sqlite::CheckedVfsOver(FaultVfs::kName),
                                 1024);
    ROG_CHECK(connection.ok() && (*connection)->Execute("UPDATE head SET epoch = epoch + 1").ok(),
              "the epoch cannot be raised");
  }
  void FillDisk() override { FaultVfs::Get().FailAt(1, FaultVfs::Kind::kFull, true); }
  void MakeRoom() override { FaultVfs::Get().Clear(); }
  std::string NewBackupFolder() override { return folder_ / "backup"; }
  absl::StatusOr<std::unique_ptr<Store>> OpenBackup(const std::string& folder) override {
    return OpenSqliteStore(OptionsFor(folder), *keys_, random_);
  }

 private:
  static SqliteOptions OptionsFor(const std::string& directory) {
    SqliteOptions options;
    options.directory = directory;
    options.reserve_bytes = 64 * 1024;
    options.checkpoint_bytes = 64 * 1024;  // so that checkpoints happen in the tests, too
    options.base_vfs = FaultVfs::kName;
    return options;
  }

  TemporaryFolder folder_{QuickFolder()};
  SystemRandom random_;
  std::unique_ptr<CaseKeys> keys_;
};

}  // namespace

std::unique_ptr<StoreHarness> MakeMemoryHarness() {
  return std::make_unique<MemoryHarness>();
}

std::unique_ptr<StoreHarness> MakeSqliteHarness() {
  FaultVfs::Get();
  return std::make_unique<SqliteHarness>();
}

}  // namespace rogatoria
