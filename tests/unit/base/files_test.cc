#include "common/base/files.h"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {
namespace {

mode_t ModeOf(const std::string& path) {
  struct stat about = {};
  EXPECT_EQ(stat(path.c_str(), &about), 0);
  return about.st_mode & 0777;
}

class FilesTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return folder_ / name; }
  int CountFiles() const {
    int count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      ++count;
    }
    return count;
  }

  TemporaryFolder folder_;
};

TEST_F(FilesTest, ReadsWhatWasWritten) {
  const Bytes content("a\0b\n\xff", 5);
  ASSERT_THAT(WriteFileDurably(Path("file"), content), IsOk());
  EXPECT_EQ(ReadFile(Path("file"), 5).value(), content);
}

TEST_F(FilesTest, ListsAFolderInOrder) {
  for (const char* name : {"b", "a"}) EXPECT_THAT(WriteFileDurably(folder_ / name, "x"), IsOk());
  EXPECT_THAT(*ListFolder(folder_.path()), testing::ElementsAre("a", "b"));
  EXPECT_THAT(*ListFolder(folder_ / "none"), testing::IsEmpty());
  EXPECT_THAT(ListFolder(folder_ / "a"), HasReason(Reason::FILE_UNREADABLE));
  EXPECT_TRUE(FileExists(folder_ / "a"));
  EXPECT_FALSE(FileExists(folder_ / std::string(5000, 'x')));
}

TEST_F(FilesTest, ANewFileReplacesNothing) {
  ASSERT_THAT(WriteFileDurably(Path("file.new"), "theirs"), IsOk());
  ASSERT_THAT(WriteNewFileDurably(Path("file"), "ours", 0600), IsOk());
  EXPECT_EQ(ModeOf(Path("file")), 0600u);
  EXPECT_THAT(WriteNewFileDurably(Path("file"), "other"), HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(RenameToNew(Path("file.new"), Path("file")), HasReason(Reason::FIELD_INVALID));
  ASSERT_EQ(symlink("nowhere", Path("link").c_str()), 0);
  EXPECT_THAT(WriteNewFileDurably(Path("link"), "other"), HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(ReadFile(Path("file"), 100).value(), "ours");
  EXPECT_EQ(ReadFile(Path("file.new"), 100).value(), "theirs");
  EXPECT_EQ(CountFiles(), 3) << "nothing else is left";
  ASSERT_THAT(RenameToNew(Path("file.new"), Path("free")), IsOk());
}

TEST_F(FilesTest, ReadsAnEmptyFile) {
  ASSERT_THAT(WriteFileDurably(Path("file"), ""), IsOk());
  EXPECT_EQ(ReadFile(Path("file"), 0).value(), "");
}

TEST_F(FilesTest, ReadsUpToTheLimitAndRefusesOneByteMore) {
  const Bytes content(200000, 'x');
  ASSERT_THAT(WriteFileDurably(Path("file"), content), IsOk());
  EXPECT_EQ(ReadFile(Path("file"), content.size()).value(), content);
  EXPECT_THAT(ReadFile(Path("file"), content.size() - 1), HasReason(Reason::LIMIT_EXCEEDED));
}

TEST_F(FilesTest, RefusesAMissingFileAndNamesIt) {
  const auto result = ReadFile(Path("missing"), 100);
  ASSERT_THAT(result, HasReason(Reason::FILE_UNREADABLE));
  EXPECT_EQ(GetErrorDetails(result.status())->field, Path("missing"));
}

TEST_F(FilesTest, RefusesAFolder) {
  EXPECT_THAT(ReadFile(folder_.path(), 100), HasReason(Reason::FILE_UNREADABLE));
}

TEST_F(FilesTest, ReplacesAFileAndLeavesNothingBeside) {
  ASSERT_THAT(WriteFileDurably(Path("file"), "a longer old text"), IsOk());
  ASSERT_THAT(WriteFileDurably(Path("file"), "new"), IsOk());
  EXPECT_EQ(ReadFile(Path("file"), 100).value(), "new");
  EXPECT_EQ(CountFiles(), 1);
}

TEST_F(FilesTest, TwoThreadsAtOneFileWriteItOneAfterTheOther) {
  const std::string path = folder_ / "file";
  const std::string contents[] = {std::string(50000, 'a'), std::string(70000, 'b')};
  std::vector<std::thread> writers;
  for (const std::string& content : contents) {
    writers.emplace_back([&] {
      for (int i = 0; i < 50; ++i) EXPECT_THAT(WriteFileDurably(path, content), IsOk());
    });
  }
  for (int i = 0; i < 500; ++i) {
    const auto read = ReadFile(path, 1 << 20);
    if (read.ok()) EXPECT_TRUE(*read == contents[0] || *read == contents[1]) << read->size();
  }
  for (std::thread& writer : writers) writer.join();
}

TEST_F(FilesTest, AFileForItsOwnerIsThatFromTheFirstByte) {
  ASSERT_THAT(WriteFileDurably(Path("key"), "secret", 0600), IsOk());
  EXPECT_EQ(ModeOf(Path("key")), 0600U);
}

TEST_F(FilesTest, WhatACrashLeftDoesNotLendItsModeToASecret) {
  std::ofstream(Path("key.new")) << "left behind, readable by all";
  std::filesystem::permissions(Path("key.new"), std::filesystem::perms::all);
  ASSERT_THAT(WriteFileDurably(Path("key"), "secret", 0600), IsOk());
  EXPECT_EQ(ModeOf(Path("key")), 0600U);
  EXPECT_EQ(ReadFile(Path("key"), 100).value(), "secret");
}

TEST_F(FilesTest, AFailedWriteLeavesTheOldFileAndNothingBeside) {
  std::filesystem::create_directory(Path("target"));  // a file cannot be renamed over a folder
  EXPECT_FALSE(WriteFileDurably(Path("target"), "new").ok());
  EXPECT_TRUE(std::filesystem::is_directory(Path("target")));
  EXPECT_EQ(CountFiles(), 1);
}

TEST_F(FilesTest, AMissingFolderIsAnErrorThatNamesThePathOnly) {
  const absl::Status status = WriteFileDurably(Path("none/file"), "secret");
  EXPECT_FALSE(status.ok());
  EXPECT_THAT(std::string(status.message()), ::testing::HasSubstr("none/file"));
  EXPECT_THAT(std::string(status.message()), ::testing::Not(::testing::HasSubstr("secret")));
}

TEST_F(FilesTest, MakesFoldersForTheirOwner) {
  ASSERT_THAT(CreateFolders(Path("a/b/c")), IsOk());
  EXPECT_EQ(ModeOf(Path("a")), 0700U);
  EXPECT_EQ(ModeOf(Path("a/b/c")), 0700U);
  EXPECT_THAT(CreateFolders(Path("a/b/c")), IsOk());
}

// The umask is the process's: a thread that changed it for a moment would give the files of the
// others a mode that nobody chose, or leave its own behind for good.
TEST_F(FilesTest, MakingFoldersLeavesTheUmaskAlone) {
  const mode_t before = umask(0022);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 500; ++i) {
        EXPECT_THAT(CreateFolders(Path("f" + std::to_string(thread) + "/" + std::to_string(i))),
                    IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(umask(before), 0022U);
}

TEST_F(FilesTest, DoesNotMakeAFolderOfAFile) {
  ASSERT_THAT(WriteFileDurably(Path("file"), ""), IsOk());
  EXPECT_FALSE(CreateFolders(Path("file/below")).ok());
}

TEST_F(FilesTest, SyncsAFolderButNotAFile) {
  EXPECT_THAT(SyncFolder(folder_.path()), IsOk());
  EXPECT_FALSE(SyncFolder(Path("none")).ok());
}

TEST(FullDiskTest, IsThisMachinesAndTheHubTellsItAsItsOwn) {
  for (const int number : {ENOSPC, EDQUOT}) {
    errno = number;
    const absl::Status full = CannotWrite("letters/1");
    EXPECT_THAT(full, HasReason(Reason::LOCAL_DISK_FULL));
    EXPECT_EQ(GetErrorDetails(full)->field, "letters/1");
    EXPECT_TRUE(IsFullDisk(full));
    EXPECT_THAT(ToldByHub(full), HasReason(Reason::DISK_FULL));
    EXPECT_EQ(GetErrorDetails(ToldByHub(full))->field, "") << "a path of the hub's machine";
  }
  EXPECT_TRUE(IsFullDisk(absl::Status(Error(Reason::DISK_FULL))));
}

TEST(FullDiskTest, AnotherFaultIsNone) {
  errno = EACCES;
  const absl::Status refused = CannotWrite("letters/1", Sentence::CANNOT_RENAME);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(refused.ToString(), testing::HasSubstr("cannot rename letters/1"));
  EXPECT_FALSE(IsFullDisk(refused));
  EXPECT_EQ(ToldByHub(refused), refused);
  EXPECT_FALSE(IsFullDisk(absl::OkStatus()));
}

}  // namespace
}  // namespace rogatoria
