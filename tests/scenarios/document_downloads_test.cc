// Downloads that are cut, or that a scanner looks at, and everything that can be wrong with sealed
// bytes.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/client/document_download.h"
#include "common/client/scanner.h"
#include "common/crypto/manifest.h"
#include "tests/scenarios/chunk_calls.h"
#include "tests/scenarios/documents_scenario.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(DocumentsScenario, ADownloadThatWasCutGoesOn) {
  const std::string path = WriteFile("video", 20 * kMegabyte);
  const auto uploaded = Upload(SourceOf(path));
  ASSERT_THAT(uploaded, IsOk());
  const std::string out = folder_ / "out";
  fs::create_directory(out);
  client::DownloadOptions options;
  options.transfer.on_progress = [](const client::TransferProgress& progress) {
    return progress.done_bytes > 10 * kMegabyte ? absl::CancelledError("cut") : absl::OkStatus();
  };
  EXPECT_TRUE(absl::IsCancelled(Download(*uploaded, uploaded->manifest, out + "/video", options)));
  ASSERT_THAT(FilesIn(out), ElementsAre(HasSubstr(".part")));
  uint64_t first = 0;
  absl::Status beside;
  options.transfer.on_progress = [&](const client::TransferProgress& progress) {
    if (first > 0) return absl::OkStatus();
    first = progress.done_bytes;
    beside = Download(*uploaded, uploaded->manifest, out + "/beside");
    return absl::OkStatus();
  };
  EXPECT_THAT(Download(*uploaded, uploaded->manifest, out + "/video", options), IsOk());
  EXPECT_THAT(beside, HasReason(Reason::DOWNLOAD_BUSY)) << "one program at a time";
  EXPECT_GT(first, 8 * kMegabyte) << "two segments were there";
  EXPECT_THAT(FilesIn(out), ElementsAre("video"));
  EXPECT_TRUE(Read(out + "/video") == Read(path));
  EXPECT_THAT(Download(*uploaded, uploaded->manifest, out + "/video"),
              HasReason(Reason::FIELD_INVALID))
      << "nothing is written over";
}

TEST_F(DocumentsScenario, WhatIsGoneLeavesNothingHere) {
  const auto uploaded = Upload(SourceOf(WriteFile("video", 1 * kMegabyte)));
  ASSERT_THAT(uploaded, IsOk());
  ASSERT_THAT(pt().AbandonUpload(uploaded->document_id), IsOk());
  const std::string out = folder_ / "out";
  fs::create_directory(out);
  const absl::Status gone = Download(*uploaded, uploaded->manifest, out + "/video");
  EXPECT_THAT(gone, HasReason(Reason::DOCUMENT_ERASED));
  EXPECT_TRUE(client::IsLost(gone));
  EXPECT_THAT(FilesIn(out), IsEmpty());
}

TEST_F(DocumentsScenario, WhatACutDownloadLeftIsNotTrusted) {
  const std::string path = WriteFile("video", 9 * kMegabyte);
  const auto uploaded = Upload(SourceOf(path));
  ASSERT_THAT(uploaded, IsOk());
  const std::string out = folder_ / "out";
  fs::create_directory(out);
  client::DownloadOptions options;
  options.transfer.on_progress = [](const client::TransferProgress& progress) {
    return progress.done_bytes > 6 * kMegabyte ? absl::CancelledError("cut") : absl::OkStatus();
  };
  EXPECT_TRUE(absl::IsCancelled(Download(*uploaded, uploaded->manifest, out + "/video", options)));
  ASSERT_THAT(FilesIn(out), SizeIs(1));
  std::fstream(out + "/" + FilesIn(out)[0], std::ios::in | std::ios::out | std::ios::binary) << "X";
  EXPECT_THAT(Download(*uploaded, uploaded->manifest, out + "/video"), IsOk());
  EXPECT_TRUE(Read(out + "/video") == Read(path));
}

TEST_F(DocumentsScenario, TheScannerLooksBeforeAnybodyElse) {
  const auto uploaded = Upload(SourceOf(WriteFile("file", kMegabyte)));
  ASSERT_THAT(uploaded, IsOk());
  const std::string out = folder_ / "out";
  fs::create_directory(out);
  client::DownloadOptions options;
  options.after_open = [&](const std::string& path) -> absl::Status {
    EXPECT_EQ(Read(path), Read(folder_ / "file"));
    EXPECT_FALSE(fs::exists(out + "/file"));
    return Error(Reason::SCAN_NOT_CLEAN);
  };
  EXPECT_THAT(Download(*uploaded, uploaded->manifest, out + "/file", options),
              HasReason(Reason::SCAN_NOT_CLEAN));
  EXPECT_THAT(FilesIn(out), IsEmpty());
  options.after_open = [](const std::string&) { return absl::OkStatus(); };
  EXPECT_THAT(Download(*uploaded, uploaded->manifest, out + "/file", options), IsOk());
}

TEST_F(DocumentsScenario, WhatTheScannerCouldNotLookAtIsNotFetchedAgain) {
  const auto uploaded = Upload(SourceOf(WriteFile("file", 9 * kMegabyte)));
  ASSERT_THAT(uploaded, IsOk());
  const std::string out = folder_ / "out";
  fs::create_directory(out);
  client::DownloadOptions options;
  const auto download = [&](const std::string& scanner) {
    options.after_open = client::ScanWith({"sh", "-c", scanner});
    return Download(*uploaded, uploaded->manifest, out + "/file", options);
  };
  EXPECT_TRUE(client::CouldNotLook(download("exit 2")));
  EXPECT_THAT(FilesIn(out), ElementsAre(HasSubstr(".part"))) << "not under its own name";
  const int read = chunks_read;
  EXPECT_TRUE(client::CouldNotLook(download("exit 2")));
  EXPECT_THAT(download("exit 0"), IsOk());
  EXPECT_EQ(chunks_read, read) << "all of it was here";
  EXPECT_THAT(FilesIn(out), ElementsAre("file"));
  EXPECT_TRUE(Read(out + "/file") == Read(folder_ / "file"));
}

TEST_F(DocumentsScenario, WhatTheScannerFindsLaterIsRemovedAllTheSame) {
  const auto uploaded = Upload(SourceOf(WriteFile("file", kMegabyte)));
  ASSERT_THAT(uploaded, IsOk());
  const std::string out = folder_ / "out";
  fs::create_directory(out);
  client::DownloadOptions options;
  for (const auto& [scanner, reason] :
       {std::pair("exit 2", Reason::SCAN_NOT_DONE), std::pair("exit 1", Reason::SCAN_NOT_CLEAN)}) {
    options.after_open = client::ScanWith({"sh", "-c", scanner});
    EXPECT_THAT(Download(*uploaded, uploaded->manifest, out + "/file", options), HasReason(reason));
  }
  EXPECT_THAT(FilesIn(out), IsEmpty());
}

// The manifest says what the segments must be; each way in which they are not is told from the
// others, and none leaves a clear file.
TEST_F(DocumentsScenario, DamagedReorderedDoubledAndTruncatedSegmentsAreRefused) {
  const auto uploaded = Upload(SourceOf(WriteFile("file", 9 * kMegabyte)));
  ASSERT_THAT(uploaded, IsOk());
  const std::string out = folder_ / "out";
  fs::create_directory(out);
  const auto refused = [&](const std::string& field, const std::function<void(Manifest&)>& change) {
    Manifest manifest = uploaded->manifest;
    change(manifest);
    const absl::Status status = Download(*uploaded, manifest, out + "/file");
    EXPECT_THAT(status, HasReason(Reason::MANIFEST_MISMATCH));
    EXPECT_EQ(GetErrorDetails(status)->field, field);
    EXPECT_THAT(FilesIn(out), IsEmpty());
  };
  refused("segment 2", [](Manifest& m) { m.segments[1].sealed_sha256[7] ^= 1; });
  refused("segment 1", [](Manifest& m) { std::swap(m.segments[0], m.segments[1]); });
  refused("segment 2", [](Manifest& m) { m.segments[1] = m.segments[0]; });
  refused("segment 4", [](Manifest& m) { m.segments.push_back(m.segments[2]); });
  refused("clear-hmac-sha256", [](Manifest& m) { m.segments.pop_back(); });
  refused("clear-hmac-sha256", [](Manifest& m) { m.salt[0] ^= 1; });
  refused("segment 3", [](Manifest& m) { m.segments[2].clear_size += 1; });
  client::UploadedDocument other{uploaded->document_id, SecretBytes(std::string(32, 'k')), {}, {}};
  EXPECT_THAT(Download(other, uploaded->manifest, out + "/file"), HasReason(Reason::SEAL_BROKEN));
  EXPECT_THAT(FilesIn(out), IsEmpty());
}

}  // namespace
}  // namespace rogatoria
