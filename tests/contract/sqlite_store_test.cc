// What only the embedded store promises: its folder, its schema, its boxes, its backups, a disk
// that is really full.
#include "common/storage/sqlite/sqlite_store.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/crypto/digest.h"
#include "common/storage/sqlite/checked_vfs.h"
#include "common/storage/sqlite/connection.h"
#include "common/storage/sqlite/encoding.h"
#include "common/storage/sqlite/rows.h"
#include "common/storage/sqlite/schema.h"
#include "tests/contract/store_rows.h"
#include "tests/support/memory_case_keys.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {
namespace {

using absl::StatusCode;

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteStoreTest() { options_.reserve_bytes = 64 * 1024; }

  absl::StatusOr<std::unique_ptr<Store>> Open() {
    options_.directory = Data();
    return OpenSqliteStore(options_, keys_, random_);
  }
  std::unique_ptr<Store> MustOpen() {
    auto store = Open();
    EXPECT_THAT(store, IsOk());
    return *std::move(store);
  }
  std::string Data() const { return folder_ / "data"; }
  // The database itself, past the store.
  std::unique_ptr<sqlite::Connection> Raw() {
    auto connection =
        sqlite::Connection::Open(Data() + "/rogatoria.db", *sqlite::CheckedVfsOver(""), 1024);
    EXPECT_THAT(connection, IsOk());
    return *std::move(connection);
  }
  static absl::Status AddCase(Store& store, const std::string& id, size_t body = 300) {
    return CommitChanges(store,
                         BatchBuilder(store)
                             .OpenCase(id, "pt-pgr", "co-fgn", v1::URGENCY_LEVEL_UNSPECIFIED, body)
                             .Build());
  }

  TemporaryFolder folder_;
  SeededRandom random_{3};
  MemoryCaseKeys keys_{random_};
  SqliteOptions options_;
};

TEST_F(SqliteStoreTest, SecondProcessIsRefusedUntilTheFirstEnds) {
  auto store = MustOpen();
  const auto second = Open();
  ASSERT_THAT(second, StatusIs(StatusCode::kUnavailable));
  EXPECT_NE(second.status().message().find("in use by another process"), absl::string_view::npos);
  store.reset();
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(SqliteStoreTest, FilesAreTheOwnersOnly) {
  auto store = MustOpen();
  ASSERT_THAT(AddCase(*store, "a/1"), IsOk());
  for (const auto& file : std::filesystem::directory_iterator(Data())) {
    struct stat status {};
    ASSERT_EQ(stat(file.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 077, 0u) << file.path();
  }
}

TEST_F(SqliteStoreTest, NewerSchemaIsRefusedAndUnchanged) {
  MustOpen();
  ASSERT_THAT(Raw()->Execute("INSERT INTO schema_version VALUES (99, 'of a later program')"),
              IsOk());
  const auto store = Open();
  ASSERT_THAT(store, StatusIs(StatusCode::kFailedPrecondition));
  EXPECT_NE(store.status().message().find("99"), absl::string_view::npos);
  ASSERT_THAT(Raw()->Execute("DELETE FROM schema_version WHERE version = 99"), IsOk());
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(SqliteStoreTest, OlderSchemaIsMigratedStepByStepAndKeepsItsRows) {
  {
    auto store = MustOpen();
    ASSERT_THAT(AddCase(*store, "a/1"), IsOk());
  }
  std::vector<sqlite::SchemaStep> steps(sqlite::SchemaSteps().begin(), sqlite::SchemaSteps().end());
  steps.push_back({"a column", "ALTER TABLE acts ADD COLUMN note TEXT NOT NULL DEFAULT 'none'"});
  steps.push_back({"an index", "CREATE INDEX acts_by_note ON acts (note)"});
  auto connection = Raw();
  ASSERT_THAT(sqlite::Migrate(*connection, steps), IsOk());
  EXPECT_EQ(*connection->SelectInt("SELECT max(version) FROM schema_version"),
            static_cast<int64_t>(steps.size()));
  EXPECT_EQ(*connection->SelectInt("SELECT count(*) FROM acts WHERE note = 'none'"), 1);
  ASSERT_THAT(sqlite::Migrate(*connection, steps), IsOk());  // nothing is missing: nothing is done
  connection.reset();
  EXPECT_THAT(Open(), StatusIs(StatusCode::kFailedPrecondition));  // it is newer now
}

// As it was before there were notices and clocks.
TEST_F(SqliteStoreTest, DatabaseOfTheFirstSchemaTakesNotices) {
  {
    auto store = MustOpen();
    ASSERT_THAT(AddCase(*store, "a/1"), IsOk());
  }
  ASSERT_THAT(Raw()->Execute("DROP INDEX cases_due; ALTER TABLE cases DROP COLUMN next_event;"
                             "DROP INDEX deliveries_due;"
                             "ALTER TABLE deliveries DROP COLUMN retrieve_by;"
                             "DROP TABLE notices; DROP TABLE guidance;"
                             "DROP TABLE documents; DROP TABLE document_custody;"
                             "ALTER TABLE act_contents DROP COLUMN shares;"
                             "DELETE FROM schema_version WHERE version > 1"),
              IsOk());
  auto store = MustOpen();
  const std::string before = *DumpStore(*store, {"co-fgn"});
  EXPECT_NE(before.find("delivery "), std::string::npos);
  ASSERT_THAT(CommitChanges(*store, BatchBuilder(*store).AddNotice("co-fgn", "a/1").Build()),
              IsOk());
  store.reset();
  store = MustOpen();
  EXPECT_EQ((*store->OpenSnapshot())->GetDelivery({"co-fgn", 2})->notice, "notice about a/1");
  EXPECT_THAT((*store->OpenSnapshot())->GetDelivery({"co-fgn", 1}), IsOk());
}

// A case as it was stored when there were only so many fields: what came later has its default.
absl::StatusOr<CaseRecord> ReadWithFields(sqlite::Connection& database,
                                          const CaseRecord& record,
                                          size_t count) {
  std::vector<std::string> fields = *sqlite::DecodeList(sqlite::EncodeCase(record));
  fields.resize(count);
  const Bytes stored = sqlite::EncodeList(fields);
  sqlite::Query query = database.Prepare("SELECT 'a/1', 1, 2, 3, ?1");
  query.Blob(stored);
  EXPECT_TRUE(*query.Step());
  return sqlite::ReadCase(query);
}

TEST_F(SqliteStoreTest, CasesOfEarlierProgramsAreRead) {
  MustOpen();
  const auto database = Raw();
  CaseRecord record;
  record.act_count = 7;
  record.channel_basis = "COMJIB-MEDELLIN-2019";
  record.data_class = v1::DATA_CLASS_SENSITIVE;
  record.measures = {{1,
                      "SEARCH",
                      v1::MEASURE_STATE_ADMITTED,
                      3,
                      "co-delegada",
                      6,
                      {{v1::MEASURE_STATE_RECEIVED, 4, "co-fgn"},
                       {v1::MEASURE_STATE_FORWARDED, 5, "co-delegada"}}}};
  const auto first = ReadWithFields(*database, record, 9);
  ASSERT_THAT(first, IsOk());
  EXPECT_EQ(first->act_count, 7u);
  EXPECT_EQ(first->measures[0], (MeasureRecord{1, "SEARCH", v1::MEASURE_STATE_ADMITTED}));
  EXPECT_EQ(first->data_class, v1::DATA_CLASS_UNSPECIFIED);
  const auto later = ReadWithFields(*database, record, 13);
  ASSERT_THAT(later, IsOk());
  EXPECT_EQ(later->data_class, v1::DATA_CLASS_SENSITIVE);
  EXPECT_EQ(later->measures[0].moves.size(), 1u) << "one move was remembered";
  EXPECT_EQ(later->measures[0].moves[0], record.measures[0].moves[1]);
  EXPECT_EQ(ReadWithFields(*database, record, 15)->measures, record.measures);
  EXPECT_EQ(ReadWithFields(*database, record, 15)->channel_basis, "");
  EXPECT_EQ(ReadWithFields(*database, record, 16)->channel_basis, "COMJIB-MEDELLIN-2019");
  // Less than the first program wrote, or more than this one knows.
  EXPECT_THAT(ReadWithFields(*database, record, 8), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT(ReadWithFields(*database, record, 17), StatusIs(StatusCode::kDataLoss));
}

TEST_F(SqliteStoreTest, FailedMigrationLeavesTheOldSchema) {
  MustOpen();
  std::vector<sqlite::SchemaStep> steps(sqlite::SchemaSteps().begin(), sqlite::SchemaSteps().end());
  steps.push_back({"a table", "CREATE TABLE half (x INTEGER)"});
  steps.push_back({"an error", "CREATE TABLE acts (x INTEGER)"});
  EXPECT_FALSE(sqlite::Migrate(*Raw(), steps).ok());
  EXPECT_THAT(Open(), IsOk());
  EXPECT_EQ(*Raw()->SelectInt("SELECT count(*) FROM sqlite_schema WHERE name = 'half'"), 0);
}

TEST_F(SqliteStoreTest, DatabaseOfAnotherProgramIsRefused) {
  MustOpen();
  ASSERT_THAT(Raw()->Execute("PRAGMA application_id = 7"), IsOk());
  EXPECT_THAT(Open(), StatusIs(StatusCode::kFailedPrecondition));
}

TEST_F(SqliteStoreTest, FileThatIsNoDatabaseIsRefused) {
  std::filesystem::create_directory(Data());
  std::ofstream(Data() + "/rogatoria.db") << std::string(8192, 'x');
  EXPECT_THAT(Open(), StatusIs(StatusCode::kDataLoss));
}

TEST_F(SqliteStoreTest, ErasableColumnsAreNotInAnyFile) {
  {
    auto store = MustOpen();
    ASSERT_THAT(AddCase(*store, "a/1"), IsOk());
    ASSERT_THAT(
        CommitChanges(
            *store, BatchBuilder(*store).Settle({"co-fgn", 1}, DeliveryState::kHandedOver).Build()),
        IsOk());
  }
  const auto file = ReadFile(Data() + "/rogatoria.db", size_t{1} << 30);
  ASSERT_THAT(file, IsOk());
  for (const char* clear :
       {"header of", "signature of", "envelope of", "record of", "statement on"}) {
    EXPECT_EQ(file->find(clear), std::string::npos) << clear;
  }
  EXPECT_EQ(file->find(MakeAct("a/1", 300).body().substr(0, 16)), std::string::npos);
  EXPECT_NE(file->find("leaf of"), std::string::npos);  // what is plain is
}

TEST_F(SqliteStoreTest, BoxPutIntoAnotherRowDoesNotOpen) {
  {
    auto store = MustOpen();
    ASSERT_THAT(AddCase(*store, "a/1"), IsOk());
    ASSERT_THAT(CommitChanges(
                    *store, BatchBuilder(*store).AddAct("a/1", "a/2", "pt-pgr", "co-fgn").Build()),
                IsOk());
  }
  ASSERT_THAT(Raw()->Execute("UPDATE act_contents SET rest = (SELECT rest FROM act_contents WHERE "
                             "act_row = 1) WHERE act_row = 2;"
                             "UPDATE entries SET box = (SELECT box FROM entries e WHERE "
                             "e.position = 0) WHERE position = 1"),
              IsOk());
  auto store = MustOpen();
  auto snapshot = store->OpenSnapshot();
  EXPECT_THAT((*snapshot)->GetAct("a/1"), IsOk());
  EXPECT_THAT((*snapshot)->GetAct("a/2"), StatusIs(StatusCode::kDataLoss));
  EXPECT_THAT((*snapshot)->GetEntry(1, 1), StatusIs(StatusCode::kDataLoss));
}

TEST_F(SqliteStoreTest, BackupHasAManifestThatIsTrue) {
  auto store = MustOpen();
  ASSERT_THAT(AddCase(*store, "a/1"), IsOk());
  const auto size = store->Backup(folder_ / "backup");
  ASSERT_THAT(size, IsOk());
  const auto file = ReadFile(folder_ / "backup/rogatoria.db", size_t{1} << 30);
  EXPECT_EQ(file->size(), *size);
  const auto manifest = ReadFile(folder_ / "backup/backup.txt", 4096);
  ASSERT_THAT(manifest, IsOk());
  EXPECT_NE(manifest->find(absl::StrCat("sha256 ", ToHex(Sha256(*file)), "\n")), std::string::npos);
  EXPECT_NE(manifest->find("log 1\nlog-size 2\n"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "backup/head.mark"));
}

TEST_F(SqliteStoreTest, BackupWhileTheWriterWrites) {
  auto store = MustOpen();
  std::thread writer([&] {
    for (int i = 0; i < 60; ++i) EXPECT_THAT(AddCase(*store, absl::StrCat("a/", i)), IsOk());
  });
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(store->Backup(folder_ / absl::StrCat("backup", i)), IsOk());
  }
  writer.join();
}

TEST_F(SqliteStoreTest, CheckpointsKeepTheWriteAheadLogShort) {
  options_.checkpoint_bytes = 256 * 1024;
  auto store = MustOpen();
  for (int i = 0; i < 150; ++i) ASSERT_THAT(AddCase(*store, absl::StrCat("a/", i), 20'000), IsOk());
  // Some 5 MB have gone through it.
  EXPECT_LT(std::filesystem::file_size(Data() + "/rogatoria.db-wal"), 2u * 1024 * 1024);
  EXPECT_GT(std::filesystem::file_size(Data() + "/rogatoria.db"), 2u * 1024 * 1024);
}

// A file system of a few megabytes, where root may mount one.
class SmallDisk : public SqliteStoreTest {
 protected:
  void SetUp() override {
    std::filesystem::create_directory(Data());
    mounted_ = mount("tmpfs", Data().c_str(), "tmpfs", 0, "size=3m,mode=0700") == 0;
    if (!mounted_) std::cout << "skipped: needs the right to mount a file system\n";
  }
  void TearDown() override {
    if (mounted_) umount2(Data().c_str(), MNT_DETACH);
  }
  bool mounted_ = false;
};

TEST_F(SmallDisk, FullDiskStillTakesLeavesAndResumesWhenThereIsRoom) {
  if (!mounted_) return;
  options_.reserve_bytes = 512 * 1024;
  auto store = MustOpen();
  int stored = 0;
  absl::Status status;
  while ((status = AddCase(*store, absl::StrCat("a/", stored), 40'000)).ok()) ++stored;
  EXPECT_THAT(status, HasReason(Reason::DISK_FULL));
  EXPECT_GT(stored, 5);
  // The reserve is for the log and for settling what was delivered.
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(AddCase(*store, "a/next"), HasReason(Reason::DISK_FULL));
    EXPECT_THAT(CommitChanges(*store, BatchBuilder(*store).AddAudit("a refusal").Build()), IsOk());
  }
  EXPECT_THAT(
      CommitChanges(*store,
                    BatchBuilder(*store).Settle({"co-fgn", 1}, DeliveryState::kHandedOver).Build()),
      IsOk());
  EXPECT_THAT((*store->OpenSnapshot())->GetAct("a/0"), IsOk());
  ASSERT_EQ(mount("tmpfs", Data().c_str(), "tmpfs", MS_REMOUNT, "size=16m,mode=0700"), 0);
  EXPECT_THAT(AddCase(*store, "a/next"), IsOk());
  store.reset();
  store = MustOpen();
  auto snapshot = store->OpenSnapshot();
  for (int i = 0; i < stored; ++i) EXPECT_THAT((*snapshot)->GetAct(absl::StrCat("a/", i)), IsOk());
  EXPECT_THAT((*snapshot)->GetAct(absl::StrCat("a/", stored)), StatusIs(StatusCode::kNotFound));
  EXPECT_THAT((*snapshot)->GetAct("a/next"), IsOk());
}

TEST_F(SmallDisk, WhenTheReserveIsGoneTooLeavesAreRefused) {
  if (!mounted_) return;
  options_.reserve_bytes = 128 * 1024;
  auto store = MustOpen();
  absl::Status status;
  for (int i = 0; status.ok(); ++i) status = AddCase(*store, absl::StrCat("a/", i), 40'000);
  int leaves = 0;
  do {
    BatchBuilder builder(*store);
    for (int i = 0; i < 100; ++i) builder.AddAudit("a refusal");
    status = CommitChanges(*store, builder.Build());
    leaves += status.ok() ? 1 : 0;
  } while (status.ok());
  EXPECT_THAT(status, HasReason(Reason::DISK_FULL));
  EXPECT_GT(leaves, 0);
  EXPECT_THAT((*store->OpenSnapshot())->GetAct("a/0"), IsOk());
}

}  // namespace
}  // namespace rogatoria
