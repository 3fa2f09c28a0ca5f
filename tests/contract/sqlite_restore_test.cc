// A backup is put back only when it is what its manifest says; whatever is wrong leaves nothing.
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/storage/sqlite/restore.h"
#include "common/storage/sqlite/sqlite_store.h"
#include "tests/contract/store_rows.h"
#include "tests/support/memory_case_keys.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {
namespace {

using absl::StatusCode;

constexpr size_t kMaxBytes = 16 * 1024 * 1024;

class RestoreTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto store = Open(folder_ / "data");
    ASSERT_THAT(
        CommitChanges(*store, BatchBuilder(*store).OpenCase("a/1", "pt-pgr", "co-fgn").Build()),
        IsOk());
    ASSERT_THAT(store->Backup(backup_), IsOk());
  }
  std::unique_ptr<Store> Open(const std::string& directory) {
    SqliteOptions options;
    options.directory = directory;
    options.reserve_bytes = 64 * 1024;
    auto store = OpenSqliteStore(options, keys_, random_);
    EXPECT_THAT(store, IsOk());
    return *std::move(store);
  }
  void Write(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  void ExpectNothing() { EXPECT_FALSE(std::filesystem::exists(target_ + "/rogatoria.db")); }

  TemporaryFolder folder_;
  SeededRandom random_{3};
  MemoryCaseKeys keys_{random_};
  const std::string backup_ = folder_ / "backup";
  const std::string target_ = folder_ / "target";
  const std::string database_ = folder_ / "backup/rogatoria.db";
  const std::string manifest_ = folder_ / "backup/backup.txt";
};

TEST_F(RestoreTest, CopiesWhatTheManifestProves) {
  ASSERT_THAT(sqlite::CopyBackup(backup_, target_), IsOk());
  EXPECT_EQ(ReadFile(target_ + "/rogatoria.db", kMaxBytes).value(),
            ReadFile(database_, kMaxBytes).value());
  const auto store = Open(target_);
  const auto snapshot = store->OpenSnapshot().value();
  EXPECT_EQ(snapshot->Count()->cases, 1u);
  EXPECT_THAT(snapshot->GetCase("a/1"), IsOk());
}

TEST_F(RestoreTest, OverwritesNothing) {
  ASSERT_THAT(sqlite::CopyBackup(backup_, target_), IsOk());
  EXPECT_THAT(sqlite::CopyBackup(backup_, target_), StatusIs(StatusCode::kAlreadyExists));
}

TEST_F(RestoreTest, AnyChangedByteIsNoticed) {
  const Bytes good = ReadFile(database_, kMaxBytes).value();
  for (const size_t at : {size_t{0}, good.size() / 2, good.size() - 1}) {
    Bytes bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 1);
    Write(database_, bad);
    EXPECT_THAT(sqlite::CopyBackup(backup_, target_), StatusIs(StatusCode::kDataLoss)) << at;
    ExpectNothing();
  }
}

TEST_F(RestoreTest, WhatIsNoWholeBackupIsRefusedAndLeavesNothing) {
  const Bytes good = ReadFile(manifest_, kMaxBytes).value();
  for (const Bytes& manifest : {Bytes(),
                                Bytes("rogatoria-backup v2\n" + good.substr(20)),
                                good.substr(0, good.find("sha256")),
                                Bytes("\0\n", 2)}) {
    Write(manifest_, manifest);
    EXPECT_THAT(sqlite::CopyBackup(backup_, target_), StatusIs(StatusCode::kFailedPrecondition));
    ExpectNothing();
  }
  std::filesystem::remove(manifest_);
  EXPECT_THAT(sqlite::CopyBackup(backup_, target_), StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_THAT(sqlite::CopyBackup(folder_ / "nowhere", target_),
              StatusIs(StatusCode::kFailedPrecondition));
  ExpectNothing();
}

TEST_F(RestoreTest, ADatabaseThatIsLongerOrShorterIsNotTheOne) {
  const Bytes good = ReadFile(database_, kMaxBytes).value();
  for (const Bytes& bytes : {good + good, good.substr(4096), Bytes()}) {
    Write(database_, bytes);
    EXPECT_THAT(sqlite::CopyBackup(backup_, target_), StatusIs(StatusCode::kDataLoss));
    ExpectNothing();
  }
}

}  // namespace
}  // namespace rogatoria
