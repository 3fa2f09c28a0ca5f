// Goal: the key of an upload survives a cut anywhere, is this office's alone, and is never used for
// a file of another size or with other bytes.
#include "common/client/upload_state.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/crypto/digest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::client {
namespace {

namespace fs = std::filesystem;

class UploadStateTest : public testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<UploadState>> Open(uint64_t size = 100) {
    return UploadState::Open(
        folder_.path(), {"pt-pgr/doc", "request", "a\nb", size, 4096}, random_);
  }
  std::string File() { return folder_ / "uploads/doc.upload"; }
  std::string Text() { return ReadFile(File(), 1 << 20).value(); }
  // Of an upload of which two segments were noted.
  Bytes Begin() {
    auto state = Open();
    EXPECT_THAT(state, IsOk());
    EXPECT_TRUE((*state)->fresh());
    EXPECT_THAT((*state)->NoteSegment(1, Sha256("one")), IsOk());
    EXPECT_THAT((*state)->NoteSegment(2, Sha256("two")), IsOk());
    return Bytes((*state)->kek().RevealForUse());
  }

  TemporaryFolder folder_;
  SystemRandom random_;
};

TEST_F(UploadStateTest, KeyAndSegmentsAreThereAgain) {
  const Bytes kek = Begin();
  auto again = Open();
  ASSERT_THAT(again, IsOk());
  EXPECT_FALSE((*again)->fresh());
  EXPECT_EQ((*again)->kek().RevealForUse(), kek);
  EXPECT_EQ((*again)->chunk_size(), 4096u);
  EXPECT_THAT((*again)->NoteSegment(1, Sha256("one")), IsOk());
  EXPECT_THAT((*again)->NoteSegment(2, Sha256("other")), HasReason(Reason::UPLOAD_SOURCE_CHANGED));
}

TEST_F(UploadStateTest, IsForThisOfficeOnly) {
  Begin();
  EXPECT_EQ(fs::status(File()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(UploadStateTest, AnotherSizeIsAnotherFile) {
  Begin();
  EXPECT_THAT(Open(101), HasReason(Reason::UPLOAD_SOURCE_CHANGED));
}

// Wherever the cut was: the key of the beginning, or, when the beginning itself was cut and nothing
// was sent under it, a new one.
TEST_F(UploadStateTest, ACutWhileItIsWrittenLosesNothing) {
  const Bytes kek = Begin();
  const std::string whole = Text();
  const size_t head = whole.find("segment");
  for (size_t size = 0; size < whole.size(); ++size) {
    std::ofstream(File(), std::ios::binary) << whole.substr(0, size);
    auto state = Open();
    ASSERT_THAT(state, IsOk()) << size;
    EXPECT_EQ((*state)->fresh(), size < head) << size;
    EXPECT_EQ((*state)->kek().RevealForUse() == kek, size >= head) << size;
    EXPECT_THAT((*state)->NoteSegment(1, Sha256("one")), IsOk());
    EXPECT_THAT((*state)->NoteSegment(2, Sha256("two")), IsOk());
    EXPECT_TRUE(size < head || Text() == whole) << size;
  }
}

TEST_F(UploadStateTest, ADamagedOneIsToldAndNotReplaced) {
  Begin();
  std::string text = Text();
  text[text.find("kek ") + 10] = 'x';
  std::ofstream(File(), std::ios::binary) << text;
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(Text(), text);
}

TEST_F(UploadStateTest, OneHolderAtATime) {
  auto held = Open();
  ASSERT_THAT(held, IsOk());
  EXPECT_THAT(Open(), HasReason(Reason::UPLOAD_BUSY));
  held->reset();
  EXPECT_THAT(Open(), IsOk());
}

TEST_F(UploadStateTest, IsListedAndForgotten) {
  Begin();
  std::ofstream(folder_ / "uploads/other") << "no state";
  const auto uploads = ListUploads(folder_.path());
  ASSERT_EQ(uploads.size(), 1u);
  EXPECT_EQ(uploads[0].document_id, "pt-pgr/doc");
  EXPECT_EQ(uploads[0].path, "a?b") << "one line";
  ForgetUpload(folder_.path(), "pt-pgr/doc");
  EXPECT_TRUE(ListUploads(folder_.path()).empty());
}

}  // namespace
}  // namespace rogatoria::client
