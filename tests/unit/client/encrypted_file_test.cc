// Goal: a long file is encrypted piece by piece, read from anywhere, and no piece that is missing,
// doubled, moved or changed passes.
#include "common/client/encrypted_file.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "common/base/files.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPiece = 1024 * 1024;
constexpr size_t kBox = kPiece + 28;
constexpr size_t kMaxBytes = 16 * kPiece;
constexpr char kName[] = "documents/a";

class EncryptedFileTest : public testing::Test {
 protected:
  static TestOffices& offices() {
    static auto& offices = *new TestOffices();
    return offices;
  }
  EncryptedFileTest() : folder_(*EncryptedFolder::Open(disk_.path(), {offices().pt().sealing})) {}

  void Keep(const Bytes& clear) {
    auto writer = EncryptedFileWriter::Create(*folder_, kName);
    ASSERT_THAT(writer, IsOk());
    for (size_t done = 0; done < clear.size(); done += 300'000)
      ASSERT_THAT((*writer)->Append(absl::string_view(clear).substr(done, 300'000)), IsOk());
    ASSERT_THAT((*writer)->Finish(), IsOk());
  }
  Bytes File() { return *ReadFile(folder_->PathOf(kName), kMaxBytes); }
  void Overwrite(const Bytes& bytes) {
    std::ofstream(folder_->PathOf(kName), std::ios::binary | std::ios::trunc) << bytes;
  }
  absl::Status Decrypt() {
    const std::string target = disk_ / "clear";
    fs::remove(target);
    const absl::Status status = DecryptFile(*folder_, kName, target);
    EXPECT_EQ(fs::exists(target), status.ok());
    return status;
  }

  TemporaryFolder disk_{QuickFolder()};
  std::unique_ptr<EncryptedFolder> folder_;
  SeededRandom random_{7};
};

TEST_F(EncryptedFileTest, EverySizeIsReadAgain) {
  for (const size_t size : {size_t{0}, size_t{1}, kPiece - 1, kPiece, kPiece + 1, 3 * kPiece}) {
    const Bytes clear = random_.Generate(size);
    Keep(clear);
    EXPECT_THAT(Decrypt(), IsOk()) << size;
    EXPECT_EQ(*ReadFile(disk_ / "clear", kMaxBytes), clear) << size;
    EXPECT_EQ((*EncryptedFileReader::Open(*folder_, kName))->size(), size);
  }
}

TEST_F(EncryptedFileTest, IsReadFromAnywhere) {
  const Bytes clear = random_.Generate(2 * kPiece + 17);
  Keep(clear);
  auto reader = *EncryptedFileReader::Open(*folder_, kName);
  for (const size_t offset :
       {size_t{2 * kPiece + 3}, size_t{5}, kPiece - 1, size_t{2 * kPiece + 17}}) {
    const auto got = reader->Read(offset, 64);
    ASSERT_THAT(got, IsOk());
    EXPECT_EQ(*got, clear.substr(offset, got->size())) << offset;
    EXPECT_EQ(got->empty(), offset == clear.size());
  }
}

TEST_F(EncryptedFileTest, PiecesThatAreMissingMovedOrChangedDoNotPass) {
  Keep(random_.Generate(2 * kPiece + 17));
  const Bytes whole = File();
  const Bytes first = whole.substr(0, kBox), second = whole.substr(kBox, kBox),
              last = whole.substr(2 * kBox);
  for (const Bytes& bad : {Bytes(),
                           first.substr(0, 20),
                           first,
                           first + second,
                           first + last,
                           second + first + last,
                           first + first + second + last,
                           first + second + last.substr(0, last.size() - 1),
                           first + second + last + "x"}) {
    Overwrite(bad);
    EXPECT_THAT(Decrypt(), HasReason(Reason::KEPT_FILE_DAMAGED)) << bad.size();
  }
  Overwrite(whole);
  EXPECT_THAT(Decrypt(), IsOk());
}

TEST_F(EncryptedFileTest, AnotherFilesBytesDoNotPass) {
  Keep("mine");
  const Bytes mine = File();
  ASSERT_THAT((*EncryptedFileWriter::Create(*folder_, "documents/b"))->Finish(), IsOk());
  std::ofstream(folder_->PathOf("documents/b"), std::ios::binary) << mine;
  auto reader = *EncryptedFileReader::Open(*folder_, "documents/b");
  EXPECT_THAT(reader->Read(0, 10), HasReason(Reason::KEPT_FILE_DAMAGED));
}

TEST_F(EncryptedFileTest, WithoutFinishThereIsWhatWasThere) {
  Keep("before");
  {
    auto writer = *EncryptedFileWriter::Create(*folder_, kName);
    ASSERT_THAT(writer->Append("half"), IsOk());
  }
  EXPECT_EQ(*(*EncryptedFileReader::Open(*folder_, kName))->Read(0, 10), "before");
  EXPECT_EQ(folder_->List("documents").size(), 1u);
}

TEST_F(EncryptedFileTest, NothingIsOverwritten) {
  Keep("clear");
  std::ofstream(disk_ / "there") << "mine";
  EXPECT_THAT(DecryptFile(*folder_, kName, disk_ / "there"), HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(*ReadFile(disk_ / "there", kMaxBytes), "mine");
  EXPECT_THAT(DecryptFile(*folder_, "documents/none", disk_ / "new"), HasReason(Reason::NOT_FOUND));
}

}  // namespace
}  // namespace rogatoria::client
