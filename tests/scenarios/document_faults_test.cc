// What goes wrong around documents, from office to office: bytes that the hub's disk changed, keys
// that are not the recipient's, or change while a document is sealed.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "common/client/attached.h"
#include "common/client/document_download.h"
#include "common/client/document_upload.h"
#include "tests/scenarios/documents_scenario.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::SizeIs;

class DocumentFaults : public DocumentsScenario {
 protected:
  // Sent to Colombia and opened there, but for its document.
  client::OpenedAct Deliver(const std::string& path) {
    stage_.Send("pt-pgr", LetterWith(path));
    return stage_.Take("co-fgn").opened;
  }
  // The files with this ending on the hub's disk.
  std::vector<std::string> HubFiles(const std::string& ending) {
    std::vector<std::string> files;
    const std::string folder = stage_.hub().config().DocumentsFolder();
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.path().extension() == ending) files.push_back(entry.path().string());
    }
    return files;
  }
};

// Whatever the hub's disk makes of the sealed bytes: it is named by its segment, and no clear text
// is left.
TEST_F(DocumentFaults, BytesThatTheHubChangedAreRefusedByTheirSegment) {
  const client::OpenedAct opened = Deliver(WriteFile("carta.pdf", 9 * kMegabyte));
  const auto files = HubFiles(".sealed");
  ASSERT_THAT(files, SizeIs(1));
  const std::string good = Read(files[0]);
  const Manifest manifest =
      client::ManifestOf(client::AttachedIn(opened.content)[0]->attached(), opened.header).value();
  ASSERT_THAT(manifest.segments, SizeIs(3));
  const size_t first = manifest.segments[0].sealed_size;
  const std::string a = good.substr(0, first), b = good.substr(first, first);
  const std::string c = good.substr(2 * first);
  const fs::path out = folder_ / "out";
  fs::create_directory(out);
  const auto refused = [&](const std::string& field, const std::string& bytes) {
    std::ofstream(files[0], std::ios::binary) << bytes;
    const absl::Status status = co().Download(opened, 1, out / "letter");
    EXPECT_THAT(status, HasReason(Reason::MANIFEST_MISMATCH)) << field;
    EXPECT_EQ(GetErrorDetails(status).value_or(ErrorDetails{}).field, field);
    EXPECT_TRUE(fs::is_empty(out));
  };
  std::string damaged = good;
  damaged[first + 70000] ^= 1;
  refused("segment 2", damaged);
  refused("segment 1", b + a + c);
  refused("segment 2", a + a + b + c);
  refused("segment 2", a + a + c);
  refused("segment 3", a + b);
  refused("segment 3", good.substr(0, good.size() - 1));
  refused("segment 1", std::string(good.size(), '\0'));
  std::ofstream(files[0], std::ios::binary) << good;
  EXPECT_THAT(co().Download(opened, 1, out / "letter"), IsOk());
  EXPECT_TRUE(Read(out / "letter") == Read(folder_ / "carta.pdf"));
}

TEST_F(DocumentFaults, TheKeyOfTheRecipientMayChangeWhileADocumentIsSealed) {
  client::ActDraft draft = LetterWith(WriteFile("carta.pdf", 9 * kMegabyte));
  bool rotated = false;
  client::TransferOptions options;
  options.on_progress = [&](const client::TransferProgress& progress) {
    if (rotated || progress.done_bytes < 5 * kMegabyte) return absl::OkStatus();
    rotated = true;
    stage_.hub().office("co-fgn").AddKey(stage_.hub().pki(), v1::KEY_PURPOSE_SEALING);
    return stage_.TryToLoad(kChannels);
  };
  auto prepared = stage_.office("pt-pgr").Prepare(draft, options);
  ASSERT_THAT(prepared, IsOk());
  EXPECT_TRUE(rotated);
  RotateKey("co-fgn");  // and once more between sealing and sending
  ASSERT_THAT(stage_.LeaveInOutbox("pt-pgr", *std::move(prepared)), IsOk());
  const auto flushed = stage_.office("pt-pgr").Flush();
  ASSERT_THAT(flushed, IsOk());
  ASSERT_THAT(*flushed, SizeIs(1));
  ASSERT_THAT(flushed->at(0).status, IsOk());
  const client::OpenedAct opened = stage_.Take("co-fgn").opened;
  ASSERT_THAT(co().Download(opened, 1, folder_ / "opened"), IsOk());
  EXPECT_TRUE(Read(folder_ / "opened") == Read(folder_ / "carta.pdf"));
}

TEST_F(DocumentFaults, AnEnvelopeForSomebodyElseOpensNothing) {
  stage_.Send("pt-pgr", LetterWith(WriteFile("carta.pdf", 2 * kMegabyte)));
  const ReceivedAct received = stage_.Take("co-fgn");
  client::OfficeProfile profile = co().profile();
  const TestIdentity& brazil = stage_.hub().office("br-mpf").sealing;
  profile.sealing = {{brazil.certificate_file, brazil.key_file}};
  const auto office = client::Office::Open(profile);
  ASSERT_THAT(office, IsOk());
  const auto opened = (*office)->OpenAct(received.delivery.act());
  EXPECT_THAT(opened, HasReason(Reason::NOT_SEALED_TO_US));
}

TEST_F(DocumentFaults, WithoutAKeyThatIsProvenTheRecipientsNothingIsUploaded) {
  const std::string path = WriteFile("carta.pdf", 2 * kMegabyte);
  const auto refused = [&](const std::function<void(client::OfficeProfile&)>& change) {
    client::OfficeProfile profile = stage_.office("pt-pgr").profile();
    change(profile);
    const auto office = client::Office::Open(profile);
    ASSERT_THAT(office, IsOk());
    EXPECT_THAT((*office)->Send(LetterWith(path)), HasReason(Reason::KEY_NOT_TRUSTED));
    EXPECT_THAT(HubFiles(".part"), IsEmpty());
    EXPECT_THAT(HubFiles(".sealed"), IsEmpty());
  };
  refused([](client::OfficeProfile& profile) { profile.identities.erase("co-fgn"); });
  refused([](client::OfficeProfile& profile) {
    profile.identities["co-fgn"] = profile.identities["br-mpf"];
  });
}

}  // namespace
}  // namespace rogatoria
