// A hub, the documents that Portugal's office uploads to it, and what lies on its disk.
#pragma once

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/crypto/digest.h"
#include "common/storage/document_folder.h"
#include "services/documents/keeper.h"
#include "tests/integration/broker.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {

inline constexpr uint32_t kChunk = 4096;

inline std::string Uuid(int number) {
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

inline std::vector<v1::CustodyEvent> EventsOf(
    const absl::StatusOr<v1::ListCustodyResponse>& custody) {
  std::vector<v1::CustodyEvent> events;
  for (const v1::CustodyEntry& entry : custody.value().entries()) events.push_back(entry.event());
  return events;
}

inline v1::SealedDigest DigestOf(const std::string& sealed) {
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
  // Rejects the next act of a mailbox; its position there.
  uint64_t GiveBack(const std::string& id) {
    MailStream mailbox(office(id), v1::SUBSCRIPTION_ROLE_PRIMARY);
    mailbox.Credit(1);
    v1::ReceiveRequest request;
    request.mutable_reject()->set_position(mailbox.NextDelivery().position());
    request.mutable_reject()->set_reason(v1::REJECT_REASON_CANNOT_OPEN);
    mailbox.Say(request);
    EXPECT_TRUE(mailbox.Next().has_acknowledged());
    return request.reject().position();
  }
  // What the hub does by itself every few seconds, later; then looks at the first document.
  void KeepAfter(absl::Duration time) {
    broker_->clock().Advance(time);
    KeepBy(broker_->clock());
  }
  void KeepBy(Clock& clock) {
    broker_->RestartAfter([&](daemon::Core& core) {
      const auto bytes = DocumentFolder::Open(broker_->config().DocumentsFolder());
      ASSERT_THAT(bytes, IsOk());
      documents::Keeper keeper(core.store(), **bytes, core.queue(), clock, {});
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

}  // namespace rogatoria
