// Documents over the wire: uploaded in chunks, attached by their digest, read by whom the act
// names, handed on with the case, and gone when they have been taken over.
#include <algorithm>
#include <filesystem>
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
#include "common/storage/document_folder.h"
#include "services/documents/document_change.h"
#include "services/documents/keeper.h"
#include "tests/integration/broker.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr uint32_t kChunk = 4096;

std::string Uuid(int number) {
  return absl::StrCat("6f1c0a52-8e0b-4b7e-9a55-", absl::Dec(number, absl::kZeroPad12));
}

// Calls of one authority; each gives the response or our error.
struct Documents {
  Office& office;

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::DocumentService::Stub::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const Request& request) {
    return CallStub(*office.documents, method, request);
  }
  absl::StatusOr<v1::BeginUploadResponse> Begin(int number,
                                                uint64_t size,
                                                uint32_t chunk = kChunk) {
    v1::BeginUploadRequest request;
    request.set_request_id(Uuid(number));
    request.set_sealed_size(size);
    request.set_chunk_size(chunk);
    return Call(&v1::DocumentService::Stub::BeginUpload, request);
  }
  absl::StatusOr<v1::PutChunkResponse> Put(const std::string& id,
                                           uint64_t offset,
                                           const std::string& data) {
    v1::PutChunkRequest request;
    request.set_document_id(id);
    request.set_offset(offset);
    request.set_data(data);
    request.set_data_sha256(Sha256(data));
    return Call(&v1::DocumentService::Stub::PutChunk, request);
  }
  absl::StatusOr<v1::FinishUploadResponse> Finish(const std::string& id, const Bytes& sha256) {
    v1::FinishUploadRequest request;
    request.set_document_id(id);
    request.set_sealed_sha256(sha256);
    return Call(&v1::DocumentService::Stub::FinishUpload, request);
  }
  absl::Status Abandon(const std::string& id) {
    v1::AbandonUploadRequest request;
    request.set_document_id(id);
    return Call(&v1::DocumentService::Stub::AbandonUpload, request).status();
  }
  absl::StatusOr<v1::GetUploadResponse> Get(const std::string& id) {
    v1::GetUploadRequest request;
    request.set_document_id(id);
    return Call(&v1::DocumentService::Stub::GetUpload, request);
  }
  absl::StatusOr<v1::ListDocumentsResponse> ListOf(const std::string& act_id) {
    v1::ListDocumentsRequest request;
    request.set_act_id(act_id);
    return Call(&v1::DocumentService::Stub::ListDocuments, request);
  }
  absl::StatusOr<v1::ReadDocumentResponse> Read(const std::string& id,
                                                uint64_t offset = 0,
                                                uint32_t size = 0) {
    v1::ReadDocumentRequest request;
    request.set_document_id(id);
    request.set_offset(offset);
    request.set_size(size);
    return Call(&v1::DocumentService::Stub::ReadDocument, request);
  }
  absl::Status Report(const std::string& id) {
    v1::ReportOpeningRequest request;
    request.set_document_id(id);
    return Call(&v1::DocumentService::Stub::ReportOpening, request).status();
  }
  absl::StatusOr<v1::ListCustodyResponse> Custody(const std::string& id) {
    v1::ListCustodyRequest request;
    request.set_document_id(id);
    return Call(&v1::DocumentService::Stub::ListCustody, request);
  }
};

std::vector<v1::CustodyEvent> EventsOf(const absl::StatusOr<v1::ListCustodyResponse>& custody) {
  std::vector<v1::CustodyEvent> events;
  for (const v1::CustodyEntry& entry : custody.value().entries()) events.push_back(entry.event());
  return events;
}

v1::SealedDigest DigestOf(const std::string& sealed) {
  v1::SealedDigest digest;
  digest.set_sealed_sha256(Sha256(sealed));
  digest.set_sealed_size(sealed.size());
  digest.set_clear_hmac_sha256(Sha256("of its clear text"));
  return digest;
}

class DocumentsTest : public testing::Test {
 protected:
  DocumentsTest() { Build({}); }

  void Build(const std::function<void(daemon::Config&)>& tune) {
    broker_ = nullptr;
    broker_ = std::make_unique<Broker>(tune);
  }
  Office& office(const std::string& id) { return broker_->office(id); }
  Documents pt() { return {office("pt-pgr")}; }
  Documents co() { return {office("co-fgn")}; }
  Documents br() { return {office("br-mpf")}; }

  static std::string Bytes(int number, size_t size = 2 * kChunk + 10) {
    std::string bytes(size, static_cast<char>('a' + number));
    bytes[0] = '!';
    return bytes;
  }
  static std::string IdOf(int number) { return "pt-pgr/" + Uuid(number); }
  // Begun and written, not ended.
  void Write(int number) {
    const std::string bytes = Bytes(number);
    ASSERT_THAT(pt().Begin(number, bytes.size()), IsOk());
    for (size_t offset = 0; offset < bytes.size(); offset += kChunk) {
      ASSERT_THAT(pt().Put(IdOf(number), offset, bytes.substr(offset, kChunk)), IsOk());
    }
  }
  void Upload(int number) {
    Write(number);
    ASSERT_THAT(pt().Finish(IdOf(number), Sha256(Bytes(number))), IsOk());
  }
  // A request from Portugal with these documents; its act id.
  absl::StatusOr<std::string> Send(std::vector<int> numbers,
                                   std::vector<std::string> to = {"co-fgn"}) {
    ActPlan plan{.to = std::move(to)};
    if (plan.to.size() > 1) {
      plan.kind = v1::ACT_KIND_SPONTANEOUS_INFORMATION;
      plan.case_type = v1::CASE_TYPE_SPONTANEOUS;
      plan.measures.clear();
    }
    for (int number : numbers) plan.documents.push_back(DigestOf(Bytes(number)));
    auto request = office("pt-pgr").Compose(plan);
    if (!request.ok()) return request.status();
    const auto sent = office("pt-pgr").Submit(*request);
    if (!sent.ok()) return sent.status();
    return office("pt-pgr").ActIdOf(*request);
  }
  // Takes the next act of a mailbox over.
  void TakeOver(const std::string& id) {
    MailStream mailbox(office(id), v1::SUBSCRIPTION_ROLE_PRIMARY);
    mailbox.Credit(1);
    ASSERT_FALSE(mailbox.Acknowledge(mailbox.NextDelivery()).has_error());
  }
  // What the hub does by itself every few seconds, later; then looks at the first document.
  void KeepAfter(absl::Duration time) {
    broker_->clock().Advance(time);
    broker_->RestartAfter([this](daemon::Core& core) {
      const auto bytes = DocumentFolder::Open(broker_->config().DocumentsFolder());
      ASSERT_THAT(bytes, IsOk());
      documents::Keeper keeper(core.store(), **bytes, core.queue(), broker_->clock(), {});
      // The first look takes it from its readers, the second removes it.
      ASSERT_THAT(keeper.Tick(), IsOk());
      ASSERT_THAT(keeper.Tick(), IsOk());
      const auto snapshot = core.store().OpenSnapshot().value();
      last_ = snapshot->GetDocument(IdOf(1)).value();
      const auto custody = snapshot->ListCustody(IdOf(1)).value();
      if (!custody.empty()) last_step_ = custody.back().event;
    });
  }
  // Files on the hub's disk with this ending: that of whole documents.
  int StoredFiles(const std::string& ending = ".sealed") const {
    int files = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(broker_->config().DocumentsFolder())) {
      if (entry.path().extension() == ending) ++files;
    }
    return files;
  }

  std::unique_ptr<Broker> broker_;
  DocumentRecord last_;
  v1::CustodyEvent last_step_ = v1::CUSTODY_EVENT_UNSPECIFIED;
};

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

TEST_F(DocumentsTest, StayUntilEveryRecipientTookThemOver) {
  Upload(1);
  ASSERT_THAT(Send({1}, {"co-fgn", "br-mpf"}), IsOk());
  TakeOver("co-fgn");
  KeepAfter(absl::Hours(24 * 400));
  EXPECT_EQ(StoredFiles(), 1);
  EXPECT_EQ(last_.state, v1::DOCUMENT_STATE_ATTACHED);
}

// Who puts the dead letter back delivers its documents too.
TEST_F(DocumentsTest, StayWhileAnActThatWasRejectedMayBePutBack) {
  Upload(1);
  ASSERT_THAT(Send({1}), IsOk());
  {
    MailStream mailbox(office("co-fgn"), v1::SUBSCRIPTION_ROLE_PRIMARY);
    mailbox.Credit(1);
    v1::ReceiveRequest request;
    request.mutable_reject()->set_position(mailbox.NextDelivery().position());
    request.mutable_reject()->set_reason(v1::REJECT_REASON_CANNOT_OPEN);
    mailbox.Say(request);
    EXPECT_TRUE(mailbox.Next().has_acknowledged());
  }
  KeepAfter(absl::Hours(24 * 364));
  EXPECT_EQ(StoredFiles(), 1);
  EXPECT_EQ(last_.state, v1::DOCUMENT_STATE_ATTACHED);
  KeepAfter(absl::Hours(24 * 32));
  EXPECT_EQ(StoredFiles(), 0) << "not for ever: they count against their sender's quota";
}

TEST_F(DocumentsTest, AreErasedAGraceAfterEveryRecipientTookThemOver) {
  Upload(1);
  ASSERT_THAT(Send({1}, {"co-fgn", "br-mpf"}), IsOk());
  TakeOver("co-fgn");
  TakeOver("br-mpf");
  KeepAfter(absl::Hours(24 * 29));
  EXPECT_EQ(StoredFiles(), 1) << "the grace is not over";
  KeepAfter(absl::Hours(24 * 2));
  EXPECT_EQ(StoredFiles(), 0);
  EXPECT_EQ(last_.state, v1::DOCUMENT_STATE_ERASED);
  EXPECT_EQ(last_.look_at, std::nullopt);
  EXPECT_EQ(last_.sealed_sha256, Sha256(Bytes(1)));
  EXPECT_EQ(last_step_, v1::CUSTODY_EVENT_ERASED);
}

TEST_F(DocumentsTest, WhatNoActAttachesInTimeIsErased) {
  Upload(2);
  Write(1);
  KeepAfter(absl::Hours(24 * 29));
  EXPECT_EQ(last_.state, v1::DOCUMENT_STATE_OPEN);
  KeepAfter(absl::Hours(24 * 2));
  EXPECT_EQ(last_.state, v1::DOCUMENT_STATE_ERASED);
  EXPECT_EQ(last_step_, v1::CUSTODY_EVENT_ERASED);
  EXPECT_EQ(StoredFiles(), 0);
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
