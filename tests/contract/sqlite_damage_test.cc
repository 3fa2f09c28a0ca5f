// T4 for the database: one byte changed anywhere in its files is found, or changes nothing of what
// is served. And a process killed in the middle of its writes loses nothing that it acknowledged.
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/files.h"
#include "common/storage/sqlite/sqlite_store.h"
#include "tests/contract/store_rows.h"
#include "tests/support/fault_vfs.h"
#include "tests/support/memory_case_keys.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {
namespace {

constexpr int kFlips = 200;
const std::vector<std::string> kMailboxes = {"co-fgn", "pt-pgr"};

SqliteOptions OptionsFor(const std::string& directory) {
  SqliteOptions options;
  options.directory = directory;
  options.reserve_bytes = 4096;
  options.background_checkpoints = false;
  return options;
}

void Fill(Store& store, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    BatchBuilder builder(store);
    builder.OpenCase(absl::StrCat("a/", i), "pt-pgr", "co-fgn");
    if (i > first)
      builder.AddAct(absl::StrCat("a/", i - 1), absl::StrCat("b/", i), "pt-pgr", "co-fgn");
    ASSERT_THAT(CommitChanges(store, builder.Build()), IsOk());
  }
}

class DamagedFiles : public testing::Test {
 protected:
  std::string Data() const { return folder_ / "data"; }

  // A data folder whose newest commits are still in the write-ahead log, as a killed process leaves
  // it: a copy, made while the store is open.
  void MakeKilledFolder() {
    const std::string live = folder_ / "live";
    {
      auto store = OpenSqliteStore(OptionsFor(live), keys_, random_);
      ASSERT_THAT(store, IsOk());
      Fill(**store, 0, 20);
    }
    auto store = OpenSqliteStore(OptionsFor(live), keys_, random_);
    ASSERT_THAT(store, IsOk());
    Fill(**store, 20, 5);
    std::filesystem::copy(live, folder_ / "killed", std::filesystem::copy_options::recursive);
    auto truth = DumpStore(**store, kMailboxes);
    ASSERT_THAT(truth, IsOk());
    truth_ = *truth;
  }

  void Restore() {
    std::filesystem::remove_all(Data());
    std::filesystem::copy(folder_ / "killed", Data(), std::filesystem::copy_options::recursive);
  }

  void Flip(const std::string& file, uint64_t offset, char mask) {
    std::fstream stream(Data() + "/" + file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(offset));
    const char byte = static_cast<char>(stream.get());
    stream.seekp(static_cast<std::streamoff>(offset));
    stream.put(static_cast<char>(byte ^ mask));
    ROG_CHECK(stream.good(), "the byte cannot be changed");
  }

  // What a start and a full read give: the truth, or an error that says so.
  absl::StatusOr<std::string> Read() {
    auto store = OpenSqliteStore(OptionsFor(Data()), keys_, random_);
    if (!store.ok()) return store.status();
    return DumpStore(**store, kMailboxes);
  }

  // Returns how many flips were found.
  int FlipMany(const std::string& file) {
    const uint64_t size = std::filesystem::file_size(folder_ / "killed" + ("/" + file));
    int found = 0;
    for (int i = 0; i < kFlips; ++i) {
      Restore();
      const uint64_t offset = random_.Below(size);
      const char mask = static_cast<char>(1 + random_.Below(255));
      Flip(file, offset, mask);
      const auto read = Read();
      if (!read.ok()) {
        ++found;
        EXPECT_TRUE(absl::IsDataLoss(read.status()) || absl::IsFailedPrecondition(read.status()))
            << read.status();
      } else {
        EXPECT_EQ(*read, truth_) << file << " at " << offset;
      }
    }
    return found;
  }

  TemporaryFolder folder_{QuickFolder()};
  SeededRandom random_{20261124};
  MemoryCaseKeys keys_{random_};
  std::string truth_;
};

TEST_F(DamagedFiles, UndamagedReadsAsTheTruth) {
  MakeKilledFolder();
  Restore();
  EXPECT_EQ(*Read(), truth_);
}

TEST_F(DamagedFiles, ByteOfTheDatabaseIsFoundOrHarmless) {
  MakeKilledFolder();
  EXPECT_GT(FlipMany("rogatoria.db"), 0);
}

TEST_F(DamagedFiles, ByteOfTheWriteAheadLogIsFoundOrHarmless) {
  MakeKilledFolder();
  EXPECT_GT(FlipMany("rogatoria.db-wal"), 0);
}

TEST_F(DamagedFiles, ByteOfTheHeadMarkIsFound) {
  MakeKilledFolder();
  EXPECT_EQ(FlipMany("head.mark"), kFlips);
}

// When nothing is in the write-ahead log no page has a second copy: every flip in a page in use
// counts.
TEST_F(DamagedFiles, EveryPageOfAClosedDatabaseIsChecked) {
  MakeKilledFolder();
  Restore();
  ASSERT_THAT(Read(), IsOk());  // opens and closes: the log is moved into the database
  std::filesystem::remove_all(folder_ / "killed");
  std::filesystem::copy(Data(), folder_ / "killed", std::filesystem::copy_options::recursive);
  EXPECT_FALSE(std::filesystem::exists(Data() + "/rogatoria.db-wal"));
  const uint64_t size = std::filesystem::file_size(Data() + "/rogatoria.db");
  for (uint64_t page = 0; page < size / 4096; ++page) {
    Restore();
    Flip("rogatoria.db", page * 4096 + random_.Below(4096), 1);
    auto store = OpenSqliteStore(OptionsFor(Data()), keys_, random_);
    // A backup reads every page.
    EXPECT_THAT(store.ok() ? (*store)->Backup(folder_ / "copy").status() : store.status(),
                StatusIs(absl::StatusCode::kDataLoss))
        << "page " << page + 1;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "copy"));
  }
}

TEST_F(DamagedFiles, LostEndOfTheLogIsFound) {
  MakeKilledFolder();
  for (const bool all : {true, false}) {
    Restore();
    const std::string log = Data() + "/rogatoria.db-wal";
    std::filesystem::resize_file(log, all ? 0 : std::filesystem::file_size(log) - 1);
    EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST_F(DamagedFiles, OlderCopyOfTheDatabaseIsFound) {
  MakeKilledFolder();
  Restore();
  std::filesystem::remove(Data() + "/rogatoria.db-wal");
  EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DamagedFiles, CutOffDatabaseIsFound) {
  MakeKilledFolder();
  Restore();
  ASSERT_THAT(Read(), IsOk());
  const std::string file = Data() + "/rogatoria.db";
  std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1000);
  EXPECT_THAT(Read(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(DamagedFiles, OtherKeysAreRefused) {
  MakeKilledFolder();
  Restore();
  SeededRandom other_random(7);
  MemoryCaseKeys other(other_random);
  EXPECT_THAT(OpenSqliteStore(OptionsFor(Data()), other, random_),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(DamagedFiles, OlderCopyOfTheKeysIsRefused) {
  const std::string path = folder_ / "case.keys";
  auto keys = OpenCaseKeyFile(path, random_);
  ASSERT_THAT(keys, IsOk());
  std::filesystem::copy(path, folder_ / "older.keys");
  {
    auto store = OpenSqliteStore(OptionsFor(Data()), **keys, random_);
    BatchBuilder builder(**store);
    builder.changes().head.next_key_id = 3000;  // more than the first pool
    ASSERT_THAT(CommitChanges(**store, builder.OpenCase("a/1", "pt-pgr", "co-fgn").Build()),
                IsOk());
  }
  auto older = OpenCaseKeyFile(folder_ / "older.keys", random_);
  ASSERT_THAT(older, IsOk());
  EXPECT_THAT(OpenSqliteStore(OptionsFor(Data()), **older, random_),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(OpenSqliteStore(OptionsFor(Data()), **keys, random_), IsOk());
}

// A restart after a kill, with the k-th call failing as it recovers, and then a restart without.
TEST_F(DamagedFiles, FaultsDuringRecoveryLoseNothing) {
  MakeKilledFolder();
  for (const auto kind : {FaultVfs::Kind::kFull, FaultVfs::Kind::kBroken}) {
    bool failed = true;
    for (uint64_t k = 1; failed; ++k) {
      Restore();
      SqliteOptions options = OptionsFor(Data());
      FaultVfs::Get().FailAt(k, kind, /*for_good=*/true);
      options.base_vfs = FaultVfs::kName;
      OpenSqliteStore(options, keys_, random_).status().IgnoreError();
      failed = FaultVfs::Get().has_failed();
      FaultVfs::Get().Clear();
      const auto read = Read();
      ASSERT_THAT(read, IsOk()) << k;
      ASSERT_EQ(*read, truth_) << k;
    }
  }
}

// Writes acts until it is killed, telling each one through the pipe once it is acknowledged.
[[noreturn]] void WriteForEver(const SqliteOptions& options, int pipe_end) {
  SystemRandom random;
  auto keys = OpenCaseKeyFile(options.directory + ".keys", random);
  if (!keys.ok()) _exit(1);
  auto store = OpenSqliteStore(options, **keys, random);
  for (int i = 0; store.ok(); ++i) {
    const BatchChanges changes =
        BatchBuilder(**store).OpenCase(absl::StrCat("a/", i), "pt-pgr", "co-fgn").Build();
    if (!CommitChanges(**store, changes).ok() || write(pipe_end, &i, sizeof i) != sizeof i) break;
  }
  _exit(1);
}

TEST(KilledWriter, LosesNothingAcknowledged) {
  TemporaryFolder folder;
  SeededRandom random(1);
  for (int cycle = 0; cycle < 8; ++cycle) {
    SqliteOptions options = OptionsFor(folder / absl::StrCat("data", cycle));
    options.background_checkpoints = true;
    options.checkpoint_bytes = 64 * 1024;
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    if (child == 0) WriteForEver(options, ends[1]);
    close(ends[1]);
    int acknowledged = -1;
    const int wanted = 1 + static_cast<int>(random.Below(60));
    while (acknowledged < wanted && read(ends[0], &acknowledged, sizeof acknowledged) > 0) {
    }
    kill(child, SIGKILL);
    while (read(ends[0], &acknowledged, sizeof acknowledged) > 0) {
    }
    close(ends[0]);
    waitpid(child, nullptr, 0);

    auto keys = OpenCaseKeyFile(options.directory + ".keys", random);
    ASSERT_THAT(keys, IsOk());
    auto store = OpenSqliteStore(options, **keys, random);
    ASSERT_THAT(store, IsOk());
    auto snapshot = (*store)->OpenSnapshot();
    const uint64_t size = (*snapshot)->GetHead()->log_size;
    EXPECT_GE(size, 2 * static_cast<uint64_t>(acknowledged + 1));
    for (int i = 0; i <= acknowledged; ++i) {
      EXPECT_THAT((*snapshot)->GetAct(absl::StrCat("a/", i)), IsOk());
    }
    EXPECT_THAT(DumpStore(**store, kMailboxes), IsOk());
  }
}

}  // namespace
}  // namespace rogatoria
