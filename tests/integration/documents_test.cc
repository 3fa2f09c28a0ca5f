// Documents over the wire: uploaded in chunks, attached by their digest, read by whom the act
// names, handed on with the case.
#include <algorithm>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/crypto/digest.h"
#include "common/merkle/tlog_proof.h"
#include "common/model/audit_record.h"
#include "common/model/leaf.h"
#include "services/documents/document_change.h"
#include "tests/integration/documents_at_hub.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

TEST_F(DocumentsTest, AreUploadedAttachedAndReadByTheRecipient) {
  Upload(1);
  Upload(2);
  const auto act_id = Send({2, 1});
  ASSERT_THAT(act_id, IsOk());
  const auto listed = co().ListOf(*act_id);
  ASSERT_THAT(listed, IsOk());
  ASSERT_THAT(listed->documents(), SizeIs(2));
  EXPECT_EQ(listed->documents(0).document_id(), IdOf(2)) << "in the order of the header";
  EXPECT_EQ(listed->documents(1).number(), 2u);
  EXPECT_EQ(listed->documents(0).sealed().sealed_sha256(), Sha256(Bytes(2)));
  const auto read = co().Read(IdOf(2), kChunk, 100);
  ASSERT_THAT(read, IsOk());
  EXPECT_EQ(read->data(), Bytes(2).substr(kChunk, 100));
  EXPECT_EQ(read->data_sha256(), Sha256(read->data()));
  EXPECT_EQ(co().Read(IdOf(2), 2 * kChunk, kChunk)->data(), Bytes(2).substr(2 * kChunk));
}

TEST_F(DocumentsTest, ACutUploadGoesOnWhereItWasAlsoAfterARestart) {
  const std::string bytes = Bytes(1);
  ASSERT_THAT(pt().Begin(1, bytes.size()), IsOk());
  ASSERT_THAT(pt().Put(IdOf(1), kChunk, bytes.substr(kChunk, kChunk)), IsOk());
  broker_->Restart();
  const auto again = pt().Begin(1, bytes.size());
  ASSERT_THAT(again, IsOk());
  ASSERT_THAT(again->upload().missing(), SizeIs(2));
  EXPECT_EQ(again->upload().missing(0).size(), kChunk);
  EXPECT_EQ(again->upload().received_bytes(), kChunk);
  Upload(1);
  EXPECT_EQ(pt().Get(IdOf(1))->upload().state(), v1::DOCUMENT_STATE_COMPLETE);
  broker_->Restart();
  EXPECT_THAT(Send({1}), IsOk());
}

TEST_F(DocumentsTest, WhatIsGivenUpWhileChunksComeLeavesNoBytes) {
  const std::string chunk(kChunk, 'x');
  for (int number = 1; number <= 30; ++number) {
    ASSERT_THAT(pt().Begin(number, 8 * kChunk), IsOk());
    std::vector<std::thread> senders;
    for (uint64_t i = 0; i < 6; ++i) {  // with room for the call that gives it up
      senders.emplace_back(
          [&, i] { pt().Put(IdOf(number), i * kChunk, chunk).status().IgnoreError(); });
    }
    EXPECT_THAT(pt().Abandon(IdOf(number)), IsOk());
    for (std::thread& sender : senders) sender.join();
  }
  EXPECT_EQ(StoredFiles(".part"), 0);
  EXPECT_EQ(StoredFiles(".chunks"), 0);
}

// An earlier release may have let smaller chunks in.
TEST_F(DocumentsTest, AnUploadThatWasBegunUnderOtherRulesIsAnsweredAsKnown) {
  ASSERT_THAT(pt().Begin(1, limits::kMaxDocumentBytes), HasReason(Reason::FIELD_INVALID));
  broker_->RestartAfter([](daemon::Core& core) {
    DocumentRecord document;
    document.document_id = IdOf(1);
    document.owner = "pt-pgr";
    document.state = v1::DOCUMENT_STATE_OPEN;
    document.sealed_size = limits::kMaxDocumentBytes;
    document.chunk_size = kChunk;
    documents::DocumentChange change{.document_id = IdOf(1)};
    change.decide = [&](Draft& draft, const DocumentRecord*) {
      document.begun = draft.now();
      document.look_at = draft.now();
      draft.PutDocument(document);
      return absl::OkStatus();
    };
    ASSERT_THAT(CommitChange(core.queue(), std::move(change)), IsOk());
  });
  const auto known = pt().Begin(1, limits::kMaxDocumentBytes);
  ASSERT_THAT(known, IsOk());
  EXPECT_EQ(known->upload().chunk_size(), kChunk);
  EXPECT_THAT(pt().Begin(1, limits::kMaxDocumentBytes - 1), HasReason(Reason::DOCUMENT_ID_REUSED));
}

TEST_F(DocumentsTest, BadInputIsNamedAndChangesNothing) {
  EXPECT_THAT(pt().Begin(1, 0), HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(pt().Begin(1, limits::kMaxDocumentBytes + 1), HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(pt().Begin(1, limits::kMaxDocumentBytes), HasReason(Reason::FIELD_INVALID))
      << "too many chunks of this size";
  ASSERT_THAT(pt().Begin(1, 2 * kChunk), IsOk());
  EXPECT_THAT(pt().Begin(1, 3 * kChunk), HasReason(Reason::DOCUMENT_ID_REUSED));
  const std::string chunk(kChunk, 'x'), other(kChunk, 'y');
  EXPECT_THAT(pt().Put(IdOf(1), 2 * kChunk, chunk), HasReason(Reason::CHUNK_OUT_OF_RANGE));
  EXPECT_THAT(pt().Put(IdOf(1), 17, chunk), HasReason(Reason::CHUNK_OUT_OF_RANGE));
  ASSERT_THAT(pt().Put(IdOf(1), 0, chunk), IsOk());
  EXPECT_THAT(pt().Put(IdOf(1), 0, other), HasReason(Reason::CHUNK_CONFLICT));
  EXPECT_THAT(pt().Finish(IdOf(1), Sha256("")), HasReason(Reason::UPLOAD_INCOMPLETE));
  EXPECT_THAT(pt().Finish(IdOf(1), "short"), HasReason(Reason::FIELD_INVALID));
  v1::PutChunkRequest wrong;
  wrong.set_document_id(IdOf(1));
  wrong.set_offset(kChunk);
  wrong.set_data(chunk);
  wrong.set_data_sha256(Sha256(other));
  EXPECT_THAT(pt().Call(&v1::DocumentService::Stub::PutChunk, wrong),
              HasReason(Reason::DIGEST_MISMATCH));
  ASSERT_THAT(pt().Put(IdOf(1), kChunk, chunk), IsOk());
  EXPECT_THAT(pt().Finish(IdOf(1), Sha256("other")), HasReason(Reason::DIGEST_MISMATCH));
  EXPECT_THAT(pt().Finish(IdOf(1), Sha256(chunk + chunk)), IsOk());
  EXPECT_THAT(pt().Put(IdOf(1), 0, chunk), HasReason(Reason::UPLOAD_FINISHED));
  EXPECT_THAT(pt().Finish(IdOf(1), Sha256("other")), HasReason(Reason::DIGEST_MISMATCH));
}

TEST_F(DocumentsTest, AttachWhatTheirSenderUploadedOnceAndWhole) {
  EXPECT_THAT(Send({1}), HasReason(Reason::DOCUMENT_NOT_UPLOADED));
  Write(1);
  EXPECT_THAT(Send({1}), HasReason(Reason::DOCUMENT_NOT_UPLOADED)) << "not ended";
  ASSERT_THAT(pt().Finish(IdOf(1), Sha256(Bytes(1))), IsOk());
  EXPECT_THAT(Send({1, 1}), HasReason(Reason::DOCUMENT_ATTACHED));
  ActPlan stranger{.to = {"pt-pgr"}, .documents = {DigestOf(Bytes(1))}};
  EXPECT_THAT(office("co-fgn").Send(stranger), HasReason(Reason::DOCUMENT_NOT_UPLOADED));
  ActPlan other_size{.documents = {DigestOf(Bytes(1))}};
  other_size.documents[0].set_sealed_size(5);
  EXPECT_THAT(office("pt-pgr").Send(other_size), HasReason(Reason::DIGEST_MISMATCH));
  EXPECT_THAT(Send({1}), IsOk());
  EXPECT_THAT(Send({1}), HasReason(Reason::DOCUMENT_ATTACHED));
  EXPECT_THAT(pt().Abandon(IdOf(1)), HasReason(Reason::DOCUMENT_ATTACHED));
}

TEST_F(DocumentsTest, OfOthersAreLikeOnesThatNobodyUploaded) {
  Upload(1);
  ASSERT_THAT(Send({1}), IsOk());
  const absl::Status nobodys = br().Read("pt-pgr/" + Uuid(99)).status();
  EXPECT_THAT(nobodys, HasReason(Reason::DOCUMENT_NOT_FOUND));
  EXPECT_EQ(br().Read(IdOf(1)).status(), nobodys);
  EXPECT_EQ(br().Custody(IdOf(1)).status(), nobodys);
  EXPECT_EQ(br().Report(IdOf(1)), nobodys);
  EXPECT_EQ(co().Get(IdOf(1)).status(), nobodys) << "an upload is its owner's alone";
  EXPECT_EQ(co().Abandon(IdOf(1)), nobodys);
  EXPECT_EQ(co().Put(IdOf(1), 0, "x").status(), nobodys);
  Upload(2);
  EXPECT_EQ(co().Read(IdOf(2)).status(), nobodys) << "no act attaches it";
}

TEST_F(DocumentsTest, EachStepOfTheirCustodyIsProvenByTheLog) {
  Upload(1);
  ASSERT_THAT(Send({1}, {"co-fgn", "br-mpf"}), IsOk());
  ASSERT_THAT(co().Read(IdOf(1), 0, 10), IsOk());
  ASSERT_THAT(co().Read(IdOf(1), 10, 10), IsOk());
  ASSERT_THAT(co().Report(IdOf(1)), IsOk());
  ASSERT_THAT(br().Read(IdOf(1)), IsOk());
  const auto custody = br().Custody(IdOf(1));
  ASSERT_THAT(EventsOf(custody),
              ElementsAre(v1::CUSTODY_EVENT_UPLOADED,
                          v1::CUSTODY_EVENT_ATTACHED,
                          v1::CUSTODY_EVENT_DOWNLOADED,
                          v1::CUSTODY_EVENT_OPENED,
                          v1::CUSTODY_EVENT_DOWNLOADED,
                          v1::CUSTODY_EVENT_READ_WHOLE));
  const auto key = merkle::VerifierKey::Parse(broker_->verifier_key()).value();
  for (const v1::CustodyEntry& entry : custody->entries()) {
    const auto record = ParseAuditRecord(entry.record());
    ASSERT_THAT(record, IsOk());
    EXPECT_EQ(record->object, IdOf(1));
    EXPECT_EQ(record->instant.unix_ms, entry.instant_unix_ms());
    const Leaf leaf = CommitmentLeaf{RecordClass::kAudit, Commit(entry.salt(), entry.record())};
    EXPECT_THAT(merkle::VerifyTlogProof(entry.proof(), merkle::LeafHash(FormatLeaf(leaf)), {key}),
                IsOk());
  }
  EXPECT_EQ(custody->entries(2).authority(), "co-fgn");
  EXPECT_EQ(custody->entries(4).authority(), "br-mpf");
  EXPECT_EQ(ParseAuditRecord(custody->entries(5).record())->custody, "READ_WHOLE");
}

// In any order, parts twice; the bytes that were missing make it whole, once.
TEST_F(DocumentsTest, OnlyOneWhoWasGivenEveryByteReadItWhole) {
  Upload(1);
  ASSERT_THAT(Send({1}), IsOk());
  const auto size = static_cast<uint32_t>(Bytes(1).size());
  const auto whole = [&] {
    const auto events = EventsOf(co().Custody(IdOf(1)));
    return std::count(events.begin(), events.end(), v1::CUSTODY_EVENT_READ_WHOLE);
  };
  ASSERT_THAT(co().Read(IdOf(1), size - 5, 5), IsOk());
  ASSERT_THAT(co().Read(IdOf(1), 0, 10), IsOk());
  ASSERT_THAT(co().Read(IdOf(1), 8, size - 14), IsOk());
  EXPECT_EQ(whole(), 0) << "byte " << size - 6 << " was never given";
  ASSERT_THAT(co().Read(IdOf(1), size - 6, 1), IsOk());
  EXPECT_EQ(whole(), 1);
  ASSERT_THAT(co().Read(IdOf(1)), IsOk());
  EXPECT_EQ(whole(), 1) << "of the same hour";
}

// Its answer may be lost: who asks again adds nothing, whether or not the hub was started between.
TEST_F(DocumentsTest, AnOpeningThatIsSaidAgainIsOneStepOfTheCustody) {
  Upload(1);
  ASSERT_THAT(Send({1}, {"co-fgn", "br-mpf"}), IsOk());
  const auto openings = [&] {
    const auto events = EventsOf(co().Custody(IdOf(1)));
    return std::count(events.begin(), events.end(), v1::CUSTODY_EVENT_OPENED);
  };
  ASSERT_THAT(co().Report(IdOf(1)), IsOk());
  ASSERT_THAT(co().Report(IdOf(1)), IsOk());
  EXPECT_EQ(openings(), 1);
  broker_->Restart();
  ASSERT_THAT(co().Report(IdOf(1)), IsOk());
  EXPECT_EQ(openings(), 1);
  ASSERT_THAT(br().Report(IdOf(1)), IsOk());
  EXPECT_EQ(openings(), 2) << "another system's own word";
}

// A client reads several parts at one time from the beginning.
TEST_F(DocumentsTest, ReadsAtOneTimeAreOneStepOfTheCustody) {
  Upload(1);
  ASSERT_THAT(Send({1}), IsOk());
  std::vector<std::thread> readers;
  for (int i = 0; i < 8; ++i) {
    readers.emplace_back([&] { EXPECT_THAT(co().Read(IdOf(1), 0, 10), IsOk()); });
  }
  for (std::thread& reader : readers) reader.join();
  EXPECT_THAT(
      EventsOf(co().Custody(IdOf(1))),
      ElementsAre(
          v1::CUSTODY_EVENT_UPLOADED, v1::CUSTODY_EVENT_ATTACHED, v1::CUSTODY_EVENT_DOWNLOADED));
}

TEST_F(DocumentsTest, GoOnWithACaseThatIsHandedOn) {
  Office& unit = broker_->AddOffice("co-fgn-norte", "CO");
  unit.central = false;
  broker_->LoadDirectory();
  broker_->Restart();
  Upload(1);
  const ActPlan plan{.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL,
                     .documents = {DigestOf(Bytes(1))}};
  const auto request = office("pt-pgr").Compose(plan);
  ASSERT_THAT(request, IsOk());
  ASSERT_THAT(office("pt-pgr").Submit(*request), IsOk());
  const std::string act_id = office("pt-pgr").ActIdOf(*request);
  Documents new_party{unit};
  EXPECT_THAT(new_party.Read(IdOf(1)), HasReason(Reason::DOCUMENT_NOT_FOUND));
  const ActPlan notice{.kind = v1::ACT_KIND_FORWARDING_NOTICE,
                       .case_id = act_id,
                       .to = {"co-fgn-norte", "pt-pgr"},
                       .channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL,
                       .in_reply_to = act_id,
                       .seen = 1};
  const auto forwarded = office("co-fgn").Compose(notice);
  ASSERT_THAT(forwarded, IsOk());
  ASSERT_THAT(office("co-fgn").Submit(*forwarded), IsOk());
  EXPECT_EQ(new_party.Read(IdOf(1), 0, 5)->data(), Bytes(1).substr(0, 5));
  // Receipts are the sender's and the recipients': it has those of the notice that names it.
  v1::ListReceiptsRequest receipts;
  receipts.set_act_id(act_id);
  EXPECT_THAT(CallStub(*unit.audit, &v1::AuditService::Stub::ListReceipts, receipts),
              HasReason(Reason::ACT_NOT_FOUND));
  receipts.set_act_id(office("co-fgn").ActIdOf(*forwarded));
  EXPECT_THAT(CallStub(*unit.audit, &v1::AuditService::Stub::ListReceipts, receipts), IsOk());
  const auto custody = pt().Custody(IdOf(1));
  EXPECT_THAT(EventsOf(custody),
              ElementsAre(v1::CUSTODY_EVENT_UPLOADED,
                          v1::CUSTODY_EVENT_ATTACHED,
                          v1::CUSTODY_EVENT_FORWARDED,
                          v1::CUSTODY_EVENT_DOWNLOADED));
  EXPECT_EQ(custody->entries(2).authority(), "co-fgn-norte");
  const auto record = ParseAuditRecord(custody->entries(2).record());
  ASSERT_THAT(record, IsOk());
  EXPECT_EQ(record->custody, "FORWARDED");
  EXPECT_EQ(record->concerned, "co-fgn-norte") << "to whom is proven, not only said";
}

TEST_F(DocumentsTest, AbandonedOnesLeaveNoBytesAndTheirIdIsNotUsedAgain) {
  Write(1);
  Upload(2);
  EXPECT_THAT(pt().Abandon(IdOf(1)), IsOk());
  EXPECT_THAT(pt().Abandon(IdOf(1)), IsOk());
  EXPECT_THAT(pt().Abandon(IdOf(2)), IsOk());
  EXPECT_EQ(StoredFiles(), 0);
  EXPECT_THAT(pt().Read(IdOf(2)), HasReason(Reason::DOCUMENT_ERASED));
  EXPECT_THAT(pt().Put(IdOf(1), 0, std::string(kChunk, 'x')), HasReason(Reason::DOCUMENT_ERASED));
  EXPECT_EQ(pt().Begin(1, Bytes(1).size())->upload().state(), v1::DOCUMENT_STATE_ERASED);
  EXPECT_THAT(Send({2}), HasReason(Reason::DOCUMENT_NOT_UPLOADED));
  EXPECT_EQ(EventsOf(pt().Custody(IdOf(2))).back(), v1::CUSTODY_EVENT_ERASED);
}

TEST_F(DocumentsTest, ABackupListsTheDocumentsWhoseBytesItNeeds) {
  Upload(1);
  Upload(2);
  Upload(3);
  Write(4);
  ASSERT_THAT(Send({1}), IsOk());
  ASSERT_THAT(pt().Abandon(IdOf(3)), IsOk());
  v1::CreateBackupRequest request;
  request.set_request_id(Uuid(7));
  const auto made = CallStub(broker_->admin(), &v1::AdminService::Stub::CreateBackup, request);
  ASSERT_THAT(made, IsOk());
  const auto list = ReadFile(
      absl::StrCat(broker_->config().store.backups, "/", made->name(), "/documents.sha256"), 4096);
  ASSERT_THAT(list, IsOk());
  const std::vector<std::string> lines = absl::StrSplit(*list, '\n', absl::SkipEmpty());
  ASSERT_THAT(lines, SizeIs(2)) << "nothing of what is open or erased";
  for (int number : {1, 2}) {
    EXPECT_EQ(lines[static_cast<size_t>(number) - 1].substr(0, 66),
              ToHex(Sha256(Bytes(number))) + "  ");
    const std::string file = lines[static_cast<size_t>(number) - 1].substr(66);
    EXPECT_EQ(ReadFile(broker_->config().DocumentsFolder() + "/" + file, 1 << 20).value(),
              Bytes(number));
  }
}

TEST_F(DocumentsTest, QuotasAreAnAuthoritysOwn) {
  Build([](daemon::Config& config) { config.documents.max_open_uploads = 2; });
  ASSERT_THAT(pt().Begin(1, 100), IsOk());
  ASSERT_THAT(pt().Begin(2, 100), IsOk());
  const auto third = pt().Begin(3, 100);
  EXPECT_THAT(third, HasReason(Reason::QUOTA_EXCEEDED));
  EXPECT_THAT(pt().Begin(2, 100), IsOk()) << "what is under way goes on";
  EXPECT_THAT(co().Begin(1, 100), IsOk());
  ASSERT_THAT(pt().Abandon(IdOf(1)), IsOk());
  EXPECT_THAT(pt().Begin(3, 100), IsOk());
}

TEST_F(DocumentsTest, BytesStoredAndBytesADayAreBounded) {
  Build([](daemon::Config& config) {
    config.documents.max_stored_gib = 12;
    config.documents.max_gib_per_day = 15;
  });
  ASSERT_THAT(pt().Begin(1, 10ULL << 30, limits::kMaxChunkBytes), IsOk());
  EXPECT_THAT(pt().Begin(2, 3ULL << 30, limits::kMaxChunkBytes), HasReason(Reason::QUOTA_EXCEEDED));
  ASSERT_THAT(pt().Abandon(IdOf(1)), IsOk());
  EXPECT_THAT(pt().Begin(3, 6ULL << 30, limits::kMaxChunkBytes), HasReason(Reason::QUOTA_EXCEEDED))
      << "of this day";
  EXPECT_THAT(pt().Begin(4, 3ULL << 30, limits::kMaxChunkBytes), IsOk());
  EXPECT_THAT(co().Begin(4, 3ULL << 30, limits::kMaxChunkBytes), IsOk());
}

TEST_F(DocumentsTest, WithoutRoomAnUploadWaitsAndGoesOnByItself) {
  Build([](daemon::Config& config) { config.documents.reserve_mib = 1000000; });
  ASSERT_THAT(pt().Begin(1, kChunk), IsOk());
  const std::string chunk(kChunk, 'x');
  const absl::Status full = pt().Put(IdOf(1), 0, chunk).status();
  EXPECT_THAT(full, HasReason(Reason::DISK_FULL));
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_GT(GetErrorDetails(full)->retry_after, absl::ZeroDuration());
}

}  // namespace
}  // namespace rogatoria
