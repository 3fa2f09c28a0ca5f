// rogatoria.v1.DocumentService on the wire. Chunks go to the document store and touch no database;
// what changes a document's standing, and what has to be proven later, goes through the commit
// pipeline before it is answered.
//
//   BeginUpload   row OPEN           quotas are looked at here, in the transaction
//   PutChunk      bytes only
//   FinishUpload  row COMPLETE       after the bytes are synced under their last name
//   (SubmitAct)   row ATTACHED       services/exchange
//   ReadDocument  a record first     then bytes only, for an hour; a record of the last byte
//   missing (keeper)      row ERASED         services/documents/keeper.h
#pragma once

#include <functional>

#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/ledger/commit_queue.h"
#include "common/rpc/blocking_calls.h"
#include "common/rpc/door.h"
#include "common/rpc/unary.h"
#include "common/storage/document_store.h"
#include "common/storage/store.h"
#include "services/documents/read_sessions.h"

#include "rogatoria/v1/document_service.grpc.pb.h"

namespace rogatoria::documents {

// An authority's quotas, and how long what it leaves lying is kept.
struct DocumentOptions {
  uint64_t max_open_uploads = limits::kMaxOpenUploads;
  uint64_t max_stored_bytes = limits::kMaxStoredBytes;
  uint64_t max_bytes_per_day = limits::kMaxBytesPerDay;
  absl::Duration unattached = absl::Hours(30 * 24);  // from its beginning until an act attaches it
  absl::Duration grace = absl::Hours(30 * 24);       // after it was handed over to every recipient
  int max_calls = static_cast<int>(limits::kMaxDocumentCalls);  // that move bytes, at one time
  // Whether acts are being submitted, to which chunks give way; none: never. Then all chunks and
  // reads together come to so many bytes a second.
  std::function<bool()> acts_come = nullptr;
  uint64_t bytes_per_second_beside_acts = 100 << 20;
};

using RawDocumentService = v1::DocumentService::WithRawCallbackMethod_BeginUpload<
    v1::DocumentService::WithRawCallbackMethod_PutChunk<
        v1::DocumentService::WithRawCallbackMethod_GetUpload<
            v1::DocumentService::WithRawCallbackMethod_FinishUpload<
                v1::DocumentService::WithRawCallbackMethod_AbandonUpload<
                    v1::DocumentService::WithRawCallbackMethod_ListDocuments<
                        v1::DocumentService::WithRawCallbackMethod_ReadDocument<
                            v1::DocumentService::WithRawCallbackMethod_ReportOpening<
                                v1::DocumentService::WithRawCallbackMethod_ListCustody<
                                    v1::DocumentService::Service>>>>>>>>>;

class DocumentService final : public RawDocumentService {
 public:
  // All references must outlive this. Moving bytes has threads of its own, so that a slow disk
  // keeps nobody from the store.
  DocumentService(Door door,
                  Store& store,
                  DocumentStore& bytes,
                  CommitQueue& queue,
                  Clock& clock,
                  DocumentOptions options);

  grpc::ServerUnaryReactor* BeginUpload(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in,
                                        grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* PutChunk(grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* in,
                                     grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetUpload(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in,
                                      grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* FinishUpload(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* AbandonUpload(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListDocuments(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ReadDocument(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ReportOpening(grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* in,
                                          grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListCustody(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in,
                                        grpc::ByteBuffer* out) override;

 private:
  absl::StatusOr<DocumentRecord> FindOwn(const Caller& caller, const std::string& document_id);
  absl::StatusOr<DocumentRecord> FindUpload(const Caller& caller, const std::string& document_id);
  absl::StatusOr<DocumentRecord> FindToRead(const Caller& caller, const std::string& document_id);
  absl::Status Begin(const Caller& caller,
                     const v1::BeginUploadRequest& request,
                     v1::Upload& upload);
  absl::StatusOr<DocumentRecord> FinishBytes(const Caller& caller,
                                             const std::string& document_id,
                                             const Bytes& sealed_sha256);
  absl::Status Finish(const Caller& caller,
                      const v1::FinishUploadRequest& request,
                      v1::FinishUploadResponse& response);
  absl::Status Abandon(const Caller& caller, const std::string& document_id);
  absl::Status Read(const Caller& caller,
                    const v1::ReadDocumentRequest& request,
                    v1::ReadDocumentResponse& response);
  absl::Status Report(const Caller& caller, const std::string& document_id);
  absl::Status Note(const Caller& caller,
                    const std::string& document_id,
                    v1::CustodyEvent event,
                    absl::string_view method);
  absl::Status DescribeUpload(const Caller& caller,
                              const std::string& document_id,
                              v1::Upload& upload);

  const Door door_;
  Store& store_;
  DocumentStore& bytes_;
  CommitQueue& queue_;
  Clock& clock_;
  const DocumentOptions options_;
  ReadSessions sessions_;
  ReadSessions openings_;  // that were said
  BlockingCalls moving_;   // last: its calls use all of the above
  Door byte_door_;         // the same door, with those threads
  Door read_door_;         // and with room for a chunk in each response
};

}  // namespace rogatoria::documents
