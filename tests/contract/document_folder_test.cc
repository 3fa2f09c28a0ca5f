// The folder of documents: chunks in any order, cut and begun again, damaged by what a power cut
// leaves, ended once.
#include "common/storage/document_folder.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "common/crypto/digest.h"
#include "tests/contract/failing_sync.h"
#include "tests/contract/heap_peak.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint32_t kChunk = 4096;

class DocumentFolderTest : public testing::Test {
 protected:
  DocumentFolderTest() : whole_(3 * kChunk + 100, '\0') {
    for (size_t i = 0; i < whole_.size(); ++i) whole_[i] = static_cast<char>(i * 7 + i / kChunk);
    Open();
  }

  void Open(uint64_t look_bytes = limits::kMaxLookBytes) {
    documents_ = nullptr;
    documents_ = DocumentFolder::Open(folder_ / "documents", 0, look_bytes).value();
  }
  // Asks until all was looked at; how often it was not yet.
  int AskUntilLookedAt(const std::function<absl::Status()>& ask) {
    for (int busy = 0;; ++busy) {
      const absl::Status status = ask();
      if (status.ok()) return busy;
      EXPECT_THAT(status, HasReason(Reason::OVERLOADED));
      EXPECT_GT(GetErrorDetails(status)->retry_after, absl::ZeroDuration());
      if (busy == 10) return busy;
    }
  }
  UploadShape Shape() const { return {"pt-pgr/1", whole_.size(), kChunk}; }
  std::string ChunkAt(uint64_t offset) const { return whole_.substr(offset, kChunk); }
  absl::StatusOr<uint64_t> Write(uint64_t offset) {
    const std::string chunk = ChunkAt(offset);
    return documents_->WriteChunk(Shape(), offset, chunk, Sha256(chunk));
  }
  void WriteAll() {
    for (uint64_t offset = 0; offset < whole_.size(); offset += kChunk) {
      ASSERT_THAT(Write(offset), IsOk());
    }
  }
  absl::Status Finish() { return documents_->Finish(Shape(), Sha256(whole_)); }
  // The one file with this ending.
  std::string FileWith(const std::string& ending) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "documents")) {
      if (absl::EndsWith(entry.path().string(), ending)) return entry.path().string();
    }
    return "";
  }
  void Overwrite(const std::string& path, std::streamoff offset, const std::string& bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(offset);
    file << bytes;
    ASSERT_TRUE(file.good());
  }

  TemporaryFolder folder_;
  Bytes whole_;
  std::unique_ptr<DocumentFolder> documents_;
};

TEST_F(DocumentFolderTest, ChunksComeInAnyOrderAndAreReadAsOne) {
  for (uint64_t offset : {3u * kChunk, 0u, 2u * kChunk, 1u * kChunk}) {
    ASSERT_THAT(Write(offset), IsOk());
  }
  ASSERT_THAT(Finish(), IsOk());
  EXPECT_EQ(documents_->Read("pt-pgr/1", 0, whole_.size()).value(), whole_);
  EXPECT_EQ(documents_->Read("pt-pgr/1", 3 * kChunk, kChunk).value(), whole_.substr(3 * kChunk));
  EXPECT_THAT(documents_->Read("pt-pgr/1", whole_.size(), 1),
              HasReason(Reason::CHUNK_OUT_OF_RANGE));
  EXPECT_THAT(Write(0), HasReason(Reason::UPLOAD_FINISHED));
  EXPECT_THAT(Finish(), IsOk()) << "ending again is ending once";
  EXPECT_EQ(FileWith(".chunks"), "");
}

TEST_F(DocumentFolderTest, TheSameChunkAgainChangesNothingAndOtherBytesAreRefused) {
  ASSERT_THAT(Write(kChunk), IsOk());
  EXPECT_EQ(Write(kChunk).value(), kChunk);
  const std::string other(kChunk, 'x');
  EXPECT_THAT(documents_->WriteChunk(Shape(), kChunk, other, Sha256(other)),
              HasReason(Reason::CHUNK_CONFLICT));
  WriteAll();
  EXPECT_THAT(Finish(), IsOk());
}

TEST_F(DocumentFolderTest, WhatDoesNotFitIsRefusedAndChangesNothing) {
  const std::string chunk = ChunkAt(0);
  const auto write = [&](uint64_t offset, const std::string& data, const Bytes& sha256) {
    return documents_->WriteChunk(Shape(), offset, data, sha256);
  };
  EXPECT_THAT(write(4 * kChunk, chunk, Sha256(chunk)), HasReason(Reason::CHUNK_OUT_OF_RANGE));
  EXPECT_THAT(write(1, chunk, Sha256(chunk)), HasReason(Reason::CHUNK_OUT_OF_RANGE));
  EXPECT_THAT(write(0, "short", Sha256("short")), HasReason(Reason::CHUNK_OUT_OF_RANGE));
  EXPECT_THAT(write(3 * kChunk, chunk, Sha256(chunk)), HasReason(Reason::CHUNK_OUT_OF_RANGE))
      << "the last one is shorter";
  EXPECT_THAT(write(0, chunk, Sha256("other")), HasReason(Reason::DIGEST_MISMATCH));
  EXPECT_EQ(documents_->Progress(Shape())->received_bytes, 0u);
}

TEST_F(DocumentFolderTest, SaysWhatIsMissingInRanges) {
  ASSERT_THAT(Write(kChunk), IsOk());
  const UploadProgress progress = documents_->Progress(Shape()).value();
  EXPECT_EQ(progress.received_bytes, kChunk);
  EXPECT_THAT(progress.missing,
              ElementsAre(MissingRange{0, kChunk}, MissingRange{2 * kChunk, kChunk + 100}));
  EXPECT_THAT(Finish(), HasReason(Reason::UPLOAD_INCOMPLETE));
}

TEST_F(DocumentFolderTest, AfterAKilledProcessItGoesOnWhereItWas) {
  ASSERT_THAT(Write(0), IsOk());
  ASSERT_THAT(Write(2 * kChunk), IsOk());
  Open();
  EXPECT_THAT(documents_->Progress(Shape())->missing,
              ElementsAre(MissingRange{kChunk, kChunk}, MissingRange{3 * kChunk, 100}));
  ASSERT_THAT(Write(3 * kChunk), IsOk());
  ASSERT_THAT(Write(kChunk), IsOk());
  EXPECT_THAT(Finish(), IsOk());
}

// A power cut may lose bytes whose digest came to the disk, and the other way round.
TEST_F(DocumentFolderTest, AChunkThatThePowerCutSpoiltIsMissingAgain) {
  WriteAll();
  documents_ = nullptr;
  Overwrite(FileWith(".part"), 2 * kChunk + 17, "spoilt");
  Overwrite(FileWith(".chunks"), 0, std::string(32, '\0'));
  Open();
  EXPECT_THAT(documents_->Progress(Shape())->missing,
              ElementsAre(MissingRange{0, kChunk}, MissingRange{2 * kChunk, kChunk}));
  ASSERT_THAT(Write(0), IsOk());
  ASSERT_THAT(Write(2 * kChunk), IsOk());
  EXPECT_THAT(Finish(), IsOk());
  EXPECT_EQ(documents_->Read("pt-pgr/1", 0, whole_.size()).value(), whole_);
}

TEST_F(DocumentFolderTest, AnotherDigestOfTheWholeLeavesTheUploadOpen) {
  WriteAll();
  EXPECT_THAT(documents_->Finish(Shape(), Sha256("other")), HasReason(Reason::DIGEST_MISMATCH));
  EXPECT_THAT(Finish(), IsOk());
  EXPECT_THAT(documents_->Finish(Shape(), Sha256("other")), HasReason(Reason::DIGEST_MISMATCH));
}

TEST_F(DocumentFolderTest, EndedBeforeTheCrashIsEndedAfterIt) {
  WriteAll();
  ASSERT_THAT(Finish(), IsOk());
  Open();
  EXPECT_THAT(documents_->Progress(Shape())->missing, IsEmpty());
  EXPECT_THAT(Finish(), IsOk());
}

TEST_F(DocumentFolderTest, WhatACrashLeftIsLookedAtAPartACall) {
  WriteAll();
  Open(kChunk);
  EXPECT_EQ(AskUntilLookedAt([&] { return documents_->Progress(Shape()).status(); }), 3);
  EXPECT_EQ(documents_->Progress(Shape())->received_bytes, whole_.size());
  EXPECT_THAT(Finish(), IsOk());
  Open(kChunk);
  EXPECT_EQ(AskUntilLookedAt([&] { return Finish(); }), 3) << "ended, and not recorded";
  EXPECT_EQ(AskUntilLookedAt([&] {
              const absl::Status other = documents_->Finish(Shape(), Sha256("other"));
              return absl::IsInvalidArgument(other) ? absl::OkStatus() : other;
            }),
            3);
}

TEST_F(DocumentFolderTest, WhatACrashLeftTakesChunksOnceItWasLookedAt) {
  ASSERT_THAT(Write(0), IsOk());
  ASSERT_THAT(Write(kChunk), IsOk());
  Open(kChunk);
  EXPECT_THAT(Write(2 * kChunk), HasReason(Reason::OVERLOADED));
  EXPECT_EQ(AskUntilLookedAt([&] { return Write(2 * kChunk).status(); }), 1);
  ASSERT_THAT(Write(3 * kChunk), IsOk());
  EXPECT_THAT(Finish(), IsOk());
}

// An upload of which nothing came costs a bit a chunk, not a digest; also what
// an earlier process left is looked at without having all digests at one time.
TEST_F(DocumentFolderTest, WhatIsEmptyTakesLittleMemory) {
  const UploadShape shape{"pt-pgr/2", 10ULL << 30, 5 * kChunk};
  for (const bool found : {false, true}) {
    if (found) Open();
    const HeapPeak peak;
    ASSERT_THAT(documents_->Progress(shape), IsOk());
    EXPECT_GE(peak.bytes(), shape.Chunks() / 8) << "it counts";
    EXPECT_LT(peak.bytes(), size_t{1} << 20) << found;
  }
}

// What came before its turn is read again for the digest: a part with each later chunk, and the
// rest a part a call at the end.
TEST_F(DocumentFolderTest, WhatCameOutOfOrderIsReadAPartACall) {
  constexpr uint32_t kMib = 1 << 20;
  const UploadShape shape{"pt-pgr/3", 20 * kMib, kMib};
  const std::string chunk(kMib, 'x');
  Open(4 * kMib);
  for (uint64_t i = 20; i-- > 0;) {
    ASSERT_THAT(documents_->WriteChunk(shape, i * kMib, chunk, Sha256(chunk)), IsOk());
  }
  const Bytes whole = Sha256(std::string(20 * kMib, 'x'));
  EXPECT_EQ(AskUntilLookedAt([&] { return documents_->Finish(shape, whole); }), 2);
}

TEST_F(DocumentFolderTest, WhatIsRemovedIsGoneAndCanBeRemovedAgain) {
  WriteAll();
  ASSERT_THAT(Finish(), IsOk());
  ASSERT_THAT(Write(0), HasReason(Reason::UPLOAD_FINISHED));
  EXPECT_THAT(documents_->Remove("pt-pgr/1"), IsOk());
  EXPECT_THAT(documents_->Remove("pt-pgr/1"), IsOk());
  EXPECT_THAT(documents_->Remove("never/was"), IsOk());
  EXPECT_THAT(documents_->Read("pt-pgr/1", 0, 1), HasReason(Reason::DOCUMENT_ERASED));
  EXPECT_EQ(FileWith(".sealed"), "");
}

TEST_F(DocumentFolderTest, WithoutRoomNoChunkIsTakenUntilThereIsSome) {
  documents_ = nullptr;
  auto full = DocumentFolder::Open(folder_ / "documents", ~uint64_t{0}).value();
  const std::string chunk = ChunkAt(0);
  EXPECT_THAT(full->WriteChunk(Shape(), 0, chunk, Sha256(chunk)), HasReason(Reason::DISK_FULL));
  full = nullptr;
  Open();
  EXPECT_THAT(Write(0), IsOk());
}

// Linux tells a failed sync once: the next one does well, though the bytes may be gone.
TEST_F(DocumentFolderTest, AFailedSyncIsNeverBelievedLater) {
  WriteAll();
  {
    const FailingSync failing(".part");
    EXPECT_FALSE(Finish().ok());
    ASSERT_TRUE(failing.failed());
  }
  EXPECT_THAT(Finish(), HasReason(Reason::UPLOAD_INCOMPLETE));
  EXPECT_THAT(documents_->Progress(Shape())->missing, ElementsAre(MissingRange{0, whole_.size()}));
  WriteAll();
  EXPECT_THAT(Finish(), IsOk());
  EXPECT_EQ(documents_->Read("pt-pgr/1", 0, whole_.size()).value(), whole_);
}

TEST_F(DocumentFolderTest, AfterAFailedSyncARestartFindsNothingToBelieve) {
  WriteAll();
  {
    const FailingSync failing(".part");
    EXPECT_FALSE(Finish().ok());
  }
  EXPECT_EQ(FileWith(".part"), "");
  EXPECT_EQ(FileWith(".chunks"), "");
  Open();
  EXPECT_EQ(documents_->Progress(Shape())->received_bytes, 0u);
}

TEST_F(DocumentFolderTest, ANameThatTheDiskDidNotKeepIsNotBelievedEither) {
  WriteAll();
  const std::string folder = std::filesystem::path(FileWith(".part")).parent_path().string();
  {
    const FailingSync failing(folder.substr(folder.rfind("/documents/")));
    const Bytes digest = Sha256(whole_);
    EXPECT_FALSE(documents_->Finish(Shape(), digest).ok());
    ASSERT_TRUE(failing.failed());
  }
  EXPECT_EQ(FileWith(".sealed"), "");
  EXPECT_THAT(Finish(), HasReason(Reason::UPLOAD_INCOMPLETE));
}

TEST_F(DocumentFolderTest, RemovingWaitsForWhoHoldsItAndKeepsTheNextAway) {
  auto hold = documents_->Hold("pt-pgr/1");
  std::atomic<bool> removed = false;
  std::thread remover([&] {
    EXPECT_THAT(documents_->Remove("pt-pgr/1"), IsOk());
    removed = true;
  });
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_FALSE(removed);
  WriteAll();
  std::thread next([&] {
    const auto second = documents_->Hold("pt-pgr/1");
    EXPECT_TRUE(FileWith(".part").empty()) << "all was removed by now";
  });
  hold = nullptr;
  remover.join();
  next.join();
  EXPECT_EQ(FileWith(".part"), "");
}

TEST_F(DocumentFolderTest, OneProcessAtATime) {
  EXPECT_FALSE(DocumentFolder::Open(folder_ / "documents").ok());
}

TEST_F(DocumentFolderTest, NoNameOnTheDiskSaysAnything) {
  ASSERT_THAT(Write(0), IsOk());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "documents")) {
    EXPECT_FALSE(absl::StrContains(entry.path().filename().string(), "pt-pgr"));
  }
}

}  // namespace
}  // namespace rogatoria
