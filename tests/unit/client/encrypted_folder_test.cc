// Goal: what an office keeps is readable by its sealing keys and by nobody else, stays readable
// when they change, and a file that is damaged is told of and keeps no other.
#include "common/client/encrypted_folder.h"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr size_t kMaxFileBytes = 1 << 20;

class EncryptedFolderTest : public testing::Test {
 protected:
  static TestOffices& offices() {
    static auto& offices = *new TestOffices();  // keys are dear
    return offices;
  }
  KeyPair first() { return offices().pt().sealing; }
  KeyPair second() { return offices().co().sealing; }
  absl::StatusOr<std::unique_ptr<EncryptedFolder>> Open(const std::vector<KeyPair>& keys) {
    return EncryptedFolder::Open(folder_.path(), keys);
  }
  std::unique_ptr<EncryptedFolder> Opened() { return *Open({first()}); }
  void Overwrite(const std::string& name, const std::string& bytes) {
    std::ofstream(folder_ / name, std::ios::binary | std::ios::trunc) << bytes;
  }
  Bytes FileOf(const std::string& name) { return *ReadFile(folder_ / name, kMaxFileBytes); }

  TemporaryFolder folder_{QuickFolder()};
};

TEST_F(EncryptedFolderTest, WhatIsWrittenIsThereAgain) {
  ASSERT_THAT(Opened()->Write("agent/jobs/17", "secreto"), IsOk());
  ASSERT_THAT(Opened()->Write("agent/jobs/17", "otro"), IsOk());
  const auto folder = Opened();
  EXPECT_EQ(*folder->Read("agent/jobs/17"), "otro");
  EXPECT_TRUE(folder->Holds("agent/jobs/17"));
  EXPECT_THAT(folder->Read("agent/jobs/18"), HasReason(Reason::NOT_FOUND));
}

TEST_F(EncryptedFolderTest, NothingIsOnDiskInClear) {
  ASSERT_THAT(Opened()->Write("agent/jobs/17", "secreto"), IsOk());
  for (const auto& file : fs::recursive_directory_iterator(folder_.path())) {
    if (!file.is_regular_file()) continue;
    EXPECT_FALSE(absl::StrContains(*ReadFile(file.path().string(), kMaxFileBytes), "secreto"));
    EXPECT_EQ(file.status().permissions(), fs::perms::owner_read | fs::perms::owner_write)
        << file.path();
  }
}

TEST_F(EncryptedFolderTest, RecordsAreListedAndRemoved) {
  const auto folder = Opened();
  EXPECT_THAT(folder->List("jobs"), IsEmpty());
  for (const char* name : {"jobs/b", "jobs/a", "jobs/below/c"})
    ASSERT_THAT(folder->Write(name, ""), IsOk());
  Overwrite("jobs/d.new", "half");
  EXPECT_THAT(folder->List("jobs"), ElementsAre("jobs/a", "jobs/b"));
  ASSERT_THAT(folder->Remove("jobs/a"), IsOk());
  ASSERT_THAT(folder->Remove("jobs/a"), IsOk());
  EXPECT_THAT(folder->List("jobs"), ElementsAre("jobs/b"));
}

TEST_F(EncryptedFolderTest, ARecordThatWasMovedDoesNotOpen) {
  const auto folder = Opened();
  ASSERT_THAT(folder->Write("jobs/a", "one"), IsOk());
  ASSERT_THAT(folder->Write("jobs/b", "two"), IsOk());
  Overwrite("jobs/b", FileOf("jobs/a"));
  EXPECT_THAT(folder->Read("jobs/b"), HasReason(Reason::KEPT_FILE_DAMAGED));
  EXPECT_EQ(*folder->Read("jobs/a"), "one");
}

TEST_F(EncryptedFolderTest, ABitThatChangedAndACutAreSeen) {
  const auto folder = Opened();
  ASSERT_THAT(folder->Write("jobs/a", "one"), IsOk());
  const Bytes whole = FileOf("jobs/a");
  for (size_t i = 0; i < whole.size(); ++i) {
    Bytes changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    Overwrite("jobs/a", changed);
    EXPECT_THAT(folder->Read("jobs/a"), HasReason(Reason::KEPT_FILE_DAMAGED)) << i;
    Overwrite("jobs/a", whole.substr(0, i));
    EXPECT_THAT(folder->Read("jobs/a"), HasReason(Reason::KEPT_FILE_DAMAGED)) << i;
  }
}

TEST_F(EncryptedFolderTest, NoNameLeadsElsewhere) {
  const auto folder = Opened();
  for (const char* name :
       {"", "/etc/x", "../x", "a/../x", "a//b", "a/", ".", "a b", "a\nb", "ñ", "x.new"}) {
    EXPECT_THAT(folder->Write(name, ""), HasReason(Reason::FIELD_INVALID)) << name;
    EXPECT_THAT(folder->Read(name), HasReason(Reason::FIELD_INVALID)) << name;
    EXPECT_THAT(folder->Remove(name), HasReason(Reason::FIELD_INVALID)) << name;
    EXPECT_FALSE(folder->Holds(name)) << name;
  }
}

TEST_F(EncryptedFolderTest, StaysReadableWhenTheSealingKeyChanges) {
  ASSERT_THAT(Opened()->Write("jobs/a", "one"), IsOk());
  EXPECT_EQ(*(*Open({second(), first()}))->Read("jobs/a"), "one");
  EXPECT_EQ(*(*Open({second()}))->Read("jobs/a"), "one");
  // The key that was given up opens nothing any more.
  EXPECT_THAT(Open({first()}), HasReason(Reason::FOLDER_KEY_UNUSABLE));
}

TEST_F(EncryptedFolderTest, AnotherOfficesKeyOpensNothing) {
  ASSERT_THAT(Opened()->Write("jobs/a", "one"), IsOk());
  const Bytes key = FileOf("folder.key");
  EXPECT_THAT(Open({second()}), HasReason(Reason::FOLDER_KEY_UNUSABLE));
  EXPECT_EQ(FileOf("folder.key"), key);
  EXPECT_THAT(Open({}), HasReason(Reason::FIELD_REQUIRED));
}

TEST_F(EncryptedFolderTest, OneDamagedFileOfTheKeyLosesNothing) {
  ASSERT_THAT(Opened()->Write("jobs/a", "one"), IsOk());
  for (const char* name : {"folder.key", "folder.key.copy"}) {
    Overwrite(name, "");
    EXPECT_EQ(*Opened()->Read("jobs/a"), "one");
    fs::remove(folder_ / name);
    EXPECT_EQ(*Opened()->Read("jobs/a"), "one");
    EXPECT_EQ(FileOf("folder.key"), FileOf("folder.key.copy"));
  }
  for (const char* name : {"folder.key", "folder.key.copy"}) Overwrite(name, "nothing");
  EXPECT_THAT(Open({first()}), HasReason(Reason::FOLDER_KEY_UNUSABLE));
}

TEST_F(EncryptedFolderTest, ProgramsThatBeginAtOnceMakeOneKey) {
  std::vector<std::thread> programs;
  for (int i = 0; i < 8; ++i) {
    programs.emplace_back(
        [&, i] { EXPECT_THAT(Opened()->Write(absl::StrCat("jobs/", i), "one"), IsOk()); });
  }
  for (std::thread& program : programs) program.join();
  const auto folder = Opened();
  for (int i = 0; i < 8; ++i) EXPECT_EQ(*folder->Read(absl::StrCat("jobs/", i)), "one");
}

}  // namespace
}  // namespace rogatoria::client
