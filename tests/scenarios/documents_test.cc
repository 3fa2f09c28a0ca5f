// Documents from office to office: a letter of 20 MB in one Send, uploads that are cut, keys and
// routes that change meanwhile, a case that is handed on.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/client/attached.h"
#include "common/client/custody.h"
#include "common/client/document_download.h"
#include "common/client/document_upload.h"
#include "common/client/redraft.h"
#include "common/client/upload_state.h"
#include "common/crypto/digest.h"
#include "common/crypto/seal.h"
#include "tests/scenarios/chunk_calls.h"
#include "tests/scenarios/documents_scenario.h"
#include "tests/scenarios/law.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(DocumentsScenario, ALetterOfTwentyMegabytesIsOpenedByteForByteAtTheOtherSide) {
  ASSERT_TRUE(kCounting);
  const std::string letter = WriteFile("carta.pdf", 20 * 1000 * 1000);
  stage_.Send("pt-pgr", LetterWith(letter));
  const ReceivedAct received = stage_.Take("co-fgn");
  EXPECT_THAT(received.opened.contradictions, IsEmpty());
  EXPECT_EQ(received.opened.header.documents_size(), 1);
  const auto documents = client::AttachedIn(received.opened.content);
  ASSERT_THAT(documents, SizeIs(1));
  EXPECT_EQ(documents[0]->file_name(), "carta.pdf");
  EXPECT_EQ(documents[0]->media_type(), "application/pdf");
  const std::string target = folder_ / "opened.pdf";
  ASSERT_THAT(co().Download(received.opened, 1, target), IsOk());
  EXPECT_TRUE(Read(target) == Read(letter));
  EXPECT_EQ(fs::status(target).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  v1::ListCustodyRequest custody;
  custody.set_document_id(documents[0]->attached().document_id());
  const auto steps = pt().connection().Call(
      pt().connection().documents(), &v1::DocumentService::Stub::ListCustody, custody);
  ASSERT_THAT(steps, IsOk());
  ASSERT_THAT(steps->entries(), SizeIs(5));
  EXPECT_EQ(steps->entries(3).event(), v1::CUSTODY_EVENT_READ_WHOLE);
  EXPECT_EQ(steps->entries(4).event(), v1::CUSTODY_EVENT_OPENED);
  EXPECT_EQ(steps->entries(4).authority(), "co-fgn");
  EXPECT_THAT(FilesIn(pt().profile().state + "/uploads"), IsEmpty()) << "the act is recorded";
}

TEST_F(DocumentsScenario, WhatFitsIntoTheActStaysInIt) {
  client::ActDraft draft = LetterWith(WriteFile("short.pdf", 1000));
  EXPECT_THAT(draft.attached, IsEmpty());
  ASSERT_THAT(
      client::AddFile(
          folder_ / "short.pdf", true, draft, *draft.content.mutable_letter()->add_enclosures()),
      IsOk());
  EXPECT_THAT(draft.attached, SizeIs(1)) << "asked for";
  stage_.Send("pt-pgr", draft);
  const ReceivedAct received = stage_.Take("co-fgn");
  EXPECT_EQ(received.opened.content.letter().document().content().size(), 1000u);
  ASSERT_THAT(co().Download(received.opened, 1, folder_ / "enclosure"), IsOk());
  EXPECT_EQ(Read(folder_ / "enclosure"), Read(folder_ / "short.pdf"));
}

TEST_F(DocumentsScenario, WhatTheManifestsDoNotFitIntoIsRefusedBeforeItIsUploaded) {
  client::ActDraft draft = LetterWith(WriteFile("carta.pdf", 2 * kMegabyte));
  const std::string large = folder_ / "large";
  std::ofstream(large).close();
  fs::resize_file(large, 10000 * kMegabyte);
  for (int i = 0; i < 20; ++i) {
    ASSERT_THAT(
        client::AddFile(large, false, draft, *draft.content.mutable_letter()->add_enclosures()),
        IsOk());
  }
  const int sent = chunks_sent;
  EXPECT_THAT(stage_.TryToSend("pt-pgr", draft), HasReason(Reason::LIMIT_EXCEEDED));
  EXPECT_EQ(chunks_sent, sent);
}

TEST_F(DocumentsScenario, TheManifestsOfManyLargeFilesFitIntoOneAct) {
  constexpr uint64_t kGigabyte = 1024 * kMegabyte;
  constexpr uint64_t kLine = 92;  // of a segment in a manifest
  for (const auto& [count, size] : {std::pair<uint64_t, uint64_t>{64, kGigabyte / 2},
                                    {40, kGigabyte},
                                    {12, 4 * kGigabyte},
                                    {20, 4 * kGigabyte},
                                    {17, 10 * kGigabyte - 64 * kMegabyte}}) {
    const uint64_t segments = size / client::SegmentBytesOf(size) + 1;
    EXPECT_LT(count * (kLine * segments + 1024), limits::kMaxContentBytes)
        << count << " x " << size;
    const uint64_t largest = (size > 8 * kGigabyte ? 16 : 8) * kMegabyte;
    EXPECT_LE(client::SegmentBytesOf(size), largest) << "two of them in memory";
  }
}

TEST_F(DocumentsScenario, WithoutAKeyToSignNothingIsUploaded) {
  client::OfficeProfile profile = pt().profile();
  profile.user.reset();
  profile.seal.reset();
  const auto office = client::Office::Open(profile);
  ASSERT_THAT(office, IsOk());
  const int sent = chunks_sent;
  EXPECT_THAT((*office)->Send(LetterWith(WriteFile("carta.pdf", 2 * kMegabyte))),
              HasReason(Reason::SIGNING_KEY_MISSING));
  EXPECT_EQ(chunks_sent, sent);
}

TEST_F(DocumentsScenario, AnUploadCutManyTimesSendsNoChunkTwice) {
  const client::UploadSource source = SourceOf(WriteFile("video", 30 * kMegabyte + 17));
  const int before = chunks_sent;
  int cuts = 0;
  absl::StatusOr<client::UploadedDocument> uploaded = absl::UnknownError("");
  for (; !uploaded.ok() && cuts < 100; ++cuts) {
    uint64_t start = 0;
    uploaded = Upload(source, [&](const client::TransferProgress& progress) {
      EXPECT_LE(progress.done_bytes, progress.all_bytes);
      if (start == 0) start = progress.done_bytes + 1;
      return progress.done_bytes + 1 >= start + 2 * kMegabyte ? absl::CancelledError("cut")
                                                              : absl::OkStatus();
    });
    ASSERT_TRUE(uploaded.ok() || absl::IsCancelled(uploaded.status())) << uploaded.status();
    if (cuts == 3) stage_.hub().Restart(), stage_.Load(kChannels);
  }
  ASSERT_THAT(uploaded, IsOk());
  EXPECT_GT(cuts, 3);
  EXPECT_EQ(chunks_sent - before, 31) << "in " << cuts << " runs";
  Manifest manifest = uploaded->manifest;
  ASSERT_THAT(Download(*uploaded, manifest, folder_ / "back"), IsOk());
  EXPECT_TRUE(Read(folder_ / "back") == Read(source.path));
}

TEST_F(DocumentsScenario, AChunkWhoseAnswerWasLostIsNotSentAgain) {
  const client::UploadSource source = SourceOf(WriteFile("video", 20 * kMegabyte));
  const int before = chunks_sent;
  int lost = 0;
  const auto uploaded = Upload(source, [&](const client::TransferProgress& progress) {
    if (progress.done_bytes / (3 * kMegabyte) > static_cast<uint64_t>(lost)) {
      answers_to_lose = 2, ++lost;
    }
    return absl::OkStatus();
  });
  ASSERT_THAT(uploaded, IsOk());
  EXPECT_GT(lost, 3);
  EXPECT_EQ(chunks_sent - before, 21);
  answers_to_lose = 0;
}

TEST_F(DocumentsScenario, ASlowLineThatWorksIsNotGivenUp) {
  constexpr absl::Duration kPatience = absl::Milliseconds(300);
  const client::UploadSource source = SourceOf(WriteFile("video", 3 * kMegabyte));
  const int sent = chunks_sent;
  client::DownloadOptions options;
  options.transfer.patience = kPatience;
  chunk_takes_ms = 900;
  const auto uploaded = Upload(source, {}, kPatience);
  const absl::Status downloaded =
      uploaded.ok() ? Download(*uploaded, uploaded->manifest, folder_ / "back", options)
                    : absl::OkStatus();
  chunk_takes_ms = 0;
  ASSERT_THAT(uploaded, IsOk());
  EXPECT_EQ(chunks_sent - sent, 4) << "and no chunk twice";
  ASSERT_THAT(downloaded, IsOk());
  EXPECT_TRUE(Read(folder_ / "back") == Read(source.path));
}

TEST_F(DocumentsScenario, AHubThatGoesAwayInTheMiddleIsGivenUpWhenPatienceEnds) {
  constexpr absl::Duration kPatience = absl::Seconds(2);
  const client::UploadSource source = SourceOf(WriteFile("video", 30 * kMegabyte));
  absl::Time stopped = absl::InfinitePast();
  const auto stop = [&](const client::TransferProgress& progress) {
    if (stopped == absl::InfinitePast() && progress.done_bytes > 5 * kMegabyte) {
      stage_.hub().Stop();
      stopped = absl::Now();
    }
    return absl::OkStatus();
  };
  absl::Status ended = Upload(source, stop, kPatience).status();
  EXPECT_TRUE(absl::IsUnavailable(ended)) << ended;
  EXPECT_GT(absl::Now() - stopped, kPatience / 2);
  EXPECT_LT(absl::Now() - stopped, 10 * kPatience);
  stage_.hub().Restart();
  stage_.Load(kChannels);
  const auto uploaded = Upload(source);
  ASSERT_THAT(uploaded, IsOk()) << "it goes on";
  client::DownloadOptions options;
  options.transfer = {stop, kPatience};
  stopped = absl::InfinitePast();
  ended = Download(*uploaded, uploaded->manifest, folder_ / "back", options);
  EXPECT_TRUE(absl::IsUnavailable(ended)) << ended;
  EXPECT_GT(absl::Now() - stopped, kPatience / 2);
  EXPECT_LT(absl::Now() - stopped, 10 * kPatience);
}

TEST_F(DocumentsScenario, AFileThatChangedMeanwhileIsNotMixedWithWhatWasSent) {
  const client::UploadSource source = SourceOf(WriteFile("file", 10 * kMegabyte));
  const auto cut = [](const client::TransferProgress& progress) {
    return progress.done_bytes > 5 * kMegabyte ? absl::CancelledError("cut") : absl::OkStatus();
  };
  ASSERT_TRUE(absl::IsCancelled(Upload(source, cut).status()));
  const auto uploads = client::ListUploads(source.state);
  ASSERT_THAT(uploads, SizeIs(1));
  EXPECT_EQ(uploads[0].request_id, source.request_id);
  EXPECT_EQ(uploads[0].path, source.path);
  EXPECT_EQ(uploads[0].document_id, client::DocumentIdOf(source, 0));
  std::fstream(source.path, std::ios::in | std::ios::out | std::ios::binary) << "X";
  const absl::Status changed = Upload(source).status();
  EXPECT_THAT(changed, HasReason(Reason::UPLOAD_SOURCE_CHANGED));
  EXPECT_EQ(GetErrorDetails(changed)->field, uploads[0].document_id) << "to be abandoned";
  fs::resize_file(source.path, 9 * kMegabyte);
  EXPECT_THAT(Upload(source), HasReason(Reason::UPLOAD_SOURCE_CHANGED));
  // The way out.
  const std::string id = client::DocumentIdOf(source, 0);
  ASSERT_THAT(pt().AbandonUpload(id), IsOk());
  const auto anew = Upload(source);
  ASSERT_THAT(anew, IsOk());
  EXPECT_EQ(anew->document_id, client::DocumentIdOf(source, 1));
}

TEST_F(DocumentsScenario, AnUploadIsListedByItsWholePath) {
  const std::string path = WriteFile("file", kMegabyte);
  ASSERT_THAT(Upload(SourceOf(fs::relative(path).string())), IsOk());
  const auto uploads = client::ListUploads(pt().profile().state);
  ASSERT_THAT(uploads, SizeIs(1));
  EXPECT_TRUE(fs::path(uploads[0].path).is_absolute());
}

TEST_F(DocumentsScenario, AnUploadWhoseKeyIsNotHereIsNotTakenUp) {
  const client::UploadSource source = SourceOf(WriteFile("file", 2 * kMegabyte));
  ASSERT_THAT(Upload(source), IsOk());
  client::ForgetUpload(source.state, client::DocumentIdOf(source, 0));
  EXPECT_THAT(Upload(source), HasReason(Reason::UPLOAD_KEY_MISSING));
  EXPECT_THAT(Upload(source), HasReason(Reason::UPLOAD_KEY_MISSING));
  ASSERT_THAT(pt().AbandonUpload(client::DocumentIdOf(source, 0)), IsOk());
  EXPECT_THAT(Upload(source), IsOk());
}

// As one that the hub refused for its owner's quota: only this machine knows of it.
TEST_F(DocumentsScenario, AnUploadThatNeverBeganAtTheHubIsForgottenHere) {
  const client::UploadSource source = SourceOf(WriteFile("file", kMegabyte));
  const std::string id = client::DocumentIdOf(source, 0);
  EXPECT_THAT(pt().AbandonUpload(id), HasReason(Reason::DOCUMENT_NOT_FOUND));
  SystemRandom random;
  ASSERT_THAT(client::UploadState::Open(
                  source.state, {id, source.request_id, source.path, kMegabyte, kMegabyte}, random),
              IsOk());
  EXPECT_THAT(client::ListUploads(source.state), SizeIs(1));
  EXPECT_THAT(pt().AbandonUpload(id), IsOk());
  EXPECT_THAT(client::ListUploads(source.state), IsEmpty());
}

// Of an act that is not to be sent nothing stays: not at the hub, and not the keys here.
TEST_F(DocumentsScenario, WhatWasUploadedForAnActThatIsWithheldIsGivenUp) {
  const client::UploadSource source = SourceOf(WriteFile("file", kMegabyte));
  client::UploadSource other = source;
  other.request_id = "6f1c0a52-8e0b-4b7e-9a55-000000000777";
  ASSERT_THAT(Upload(source), IsOk());
  ASSERT_THAT(Upload(other), IsOk());
  pt().AbandonUploadsOf(source.request_id);
  EXPECT_FALSE(pt().HasUploadOf(source.request_id));
  EXPECT_TRUE(pt().HasUploadOf(other.request_id)) << "another act's stays";
  v1::GetUploadRequest ask;
  ask.set_document_id(client::DocumentIdOf(source, 0));
  const auto known = pt().connection().Call(
      pt().connection().documents(), &v1::DocumentService::Stub::GetUpload, ask);
  ASSERT_THAT(known, IsOk());
  EXPECT_EQ(known->upload().state(), v1::DOCUMENT_STATE_ERASED);
}

TEST_F(DocumentsScenario, OneProgramAtATimeIsAtAnUpload) {
  const client::UploadSource source = SourceOf(WriteFile("file", kMegabyte));
  absl::Status inner;
  const auto outer = Upload(source, [&](const client::TransferProgress&) {
    inner = Upload(source).status();
    return absl::OkStatus();
  });
  EXPECT_THAT(outer, IsOk());
  EXPECT_THAT(inner, HasReason(Reason::UPLOAD_BUSY));
}

TEST_F(DocumentsScenario, TheKeyOfTheRecipientMayChangeBetweenUploadAndSending) {
  client::ActDraft draft = LetterWith(WriteFile("carta.pdf", 3 * kMegabyte));
  ASSERT_THAT(pt().Upload(draft), IsOk());
  const int sent = chunks_sent;
  RotateKey("co-fgn");
  stage_.Send("pt-pgr", draft);
  EXPECT_EQ(chunks_sent, sent) << "the document stays as it is";
  const ReceivedAct received = stage_.Take("co-fgn");
  ASSERT_THAT(co().Download(received.opened, 1, folder_ / "opened"), IsOk());
  EXPECT_TRUE(Read(folder_ / "opened") == Read(folder_ / "carta.pdf"));
}

TEST_F(DocumentsScenario, AnActThatMustBeSealedAnewKeepsItsDocuments) {
  client::ActDraft draft = LetterWith(WriteFile("carta.pdf", 3 * kMegabyte));
  auto prepared = pt().Prepare(draft);
  ASSERT_THAT(prepared, IsOk());
  const int sent = chunks_sent;
  ASSERT_THAT(stage_.LeaveInOutbox("pt-pgr", *prepared), IsOk());
  RotateKey("co-fgn");
  const auto flushed = pt().Flush();
  ASSERT_THAT(flushed, IsOk());
  ASSERT_THAT(*flushed, SizeIs(1));
  ASSERT_THAT(flushed->at(0).status, IsOk());
  EXPECT_TRUE(flushed->at(0).signed_again);
  EXPECT_EQ(chunks_sent, sent);
  const ReceivedAct received = stage_.Take("co-fgn");
  EXPECT_THAT(co().Download(received.opened, 1, folder_ / "opened"), IsOk());
}

TEST_F(DocumentsScenario, TheSameActWithTheSameFilesIsARetryAndWithOthersIsNot) {
  const std::string path = WriteFile("carta.pdf", 3 * kMegabyte);
  const client::ActDraft draft = LetterWith(path);
  ASSERT_THAT(stage_.TryToSend("pt-pgr", draft), IsOk());
  const int sent = chunks_sent;
  EXPECT_THAT(stage_.TryToSend("pt-pgr", draft), IsOk());
  EXPECT_EQ(chunks_sent, sent);
  std::fstream(path, std::ios::in | std::ios::out | std::ios::binary) << "X";
  EXPECT_THAT(stage_.TryToSend("pt-pgr", draft), HasReason(Reason::ACT_ID_REUSED));
}

TEST_F(DocumentsScenario, AreOpenedByTheAuthorityThatTheCaseIsHandedOnTo) {
  stage_.Join("co-delegada", "CO");
  stage_.Load(kChannels);
  const std::string path = WriteFile("carta.pdf", 6 * kMegabyte);
  client::ActDraft draft = stage_.Example("request", {"co-fgn"});
  draft.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  ASSERT_THAT(
      client::AddFile(path, false, draft, *draft.content.mutable_letter()->mutable_document()),
      IsOk());
  const std::string request = stage_.Send("pt-pgr", draft);
  stage_.Take("co-fgn");
  const int sent = chunks_sent;
  ASSERT_THAT(co().Forward({{request}, "co-delegada", "Competencia territorial."}), IsOk());
  EXPECT_EQ(chunks_sent, sent);
  client::Office& delegate = stage_.office("co-delegada");
  const ReceivedAct notice = stage_.Take("co-delegada");
  const auto forwarded =
      delegate.FetchForwarded(notice.opened.content.forwarding_notice().forwarded_acts(0));
  ASSERT_THAT(forwarded, IsOk());
  const auto opened = delegate.OpenAct(*forwarded);
  ASSERT_THAT(opened, IsOk());
  ASSERT_THAT(delegate.Download(*opened, 1, folder_ / "opened"), IsOk());
  EXPECT_TRUE(Read(folder_ / "opened") == Read(path));
}

TEST_F(DocumentsScenario, EachStepOfTheCustodyIsProvenAndAChangedOneIsNot) {
  stage_.Send("pt-pgr", LetterWith(WriteFile("carta.pdf", 2 * kMegabyte)));
  const client::OpenedAct opened = stage_.Take("co-fgn").opened;
  ASSERT_THAT(co().Download(opened, 1, folder_ / "opened"), IsOk());
  const std::string id = client::AttachedIn(opened.content)[0]->attached().document_id();
  const auto steps = pt().FetchCustody(id);
  ASSERT_THAT(steps, IsOk());
  ASSERT_THAT(*steps, SizeIs(5));
  for (const client::CustodyStep& step : *steps) EXPECT_THAT(step.status, IsOk());
  EXPECT_THAT(steps->at(3).principal, HasSubstr("/authority/co-fgn/"));
  const auto refused = [&](const std::function<void(v1::CustodyEntry&)>& change) {
    v1::ListCustodyResponse custody;
    custody.mutable_document()->set_document_id(id);
    *custody.add_entries() = steps->at(3).entry;
    change(*custody.mutable_entries(0));
    EXPECT_THAT(client::CheckCustody(custody, pt().profile().log_key)[0].status,
                HasReason(Reason::RECEIPT_NOT_VALID));
  };
  refused([](v1::CustodyEntry& entry) { entry.set_event(v1::CUSTODY_EVENT_ERASED); });
  refused([](v1::CustodyEntry& entry) { entry.set_instant_unix_ms(1); });
  refused([](v1::CustodyEntry& entry) { entry.set_authority("br-mpf"); });
  refused([](v1::CustodyEntry& entry) { entry.set_authority(""); });
  refused([](v1::CustodyEntry& entry) { entry.set_index(entry.index() + 1); });
  refused([](v1::CustodyEntry& entry) { entry.set_log(2); });
  refused([](v1::CustodyEntry& entry) { entry.mutable_salt()->back() ^= 1; });
  refused([](v1::CustodyEntry& entry) { entry.clear_proof(); });
  refused([&](v1::CustodyEntry& entry) { entry.set_record("rogatoria-audit v1\n"); });
  refused([&](v1::CustodyEntry& entry) { entry.set_proof(steps->at(2).entry.proof()); });
}

TEST_F(DocumentsScenario, TheHeaderBindsTheManifest) {
  client::ActDraft draft = LetterWith(WriteFile("carta.pdf", 2 * kMegabyte));
  stage_.Send("pt-pgr", draft);
  const client::OpenedAct opened = stage_.Take("co-fgn").opened;
  const auto document = *client::AttachedIn(opened.content)[0];
  const auto refused =
      [&](const std::function<void(client::OpenedAct&, content::v1::AttachedFile&)>& change) {
        client::OpenedAct changed = opened;
        change(changed, *client::MutableAttached(changed.content, 1)->mutable_attached());
        const absl::Status status = co().Download(changed, 1, folder_ / "opened");
        EXPECT_THAT(status, HasReason(Reason::CONTENT_NOT_READABLE));
        EXPECT_FALSE(fs::exists(folder_ / "opened"));
      };
  refused([](client::OpenedAct& act, auto&) { act.header.set_act_id("pt-pgr/other"); });
  refused([](client::OpenedAct& act, auto&) {
    act.header.mutable_documents(0)->set_clear_hmac_sha256(std::string(32, 'x'));
  });
  refused(
      [](client::OpenedAct& act, auto&) { act.header.mutable_documents(0)->set_sealed_size(7); });
  refused([](client::OpenedAct& act, auto&) { act.header.mutable_recipients()->RemoveLast(); });
  refused([](client::OpenedAct&, auto& file) { file.set_kek("short"); });
  refused([](client::OpenedAct& act, auto&) { act.header.clear_documents(); });
  EXPECT_THAT(co().Download(opened, 2, folder_ / "opened"), HasReason(Reason::DOCUMENT_NOT_FOUND));
}

}  // namespace
}  // namespace rogatoria
