#include "services/documents/document_service.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/ledger/custody.h"
#include "common/model/ids.h"
#include "services/documents/document_change.h"
#include "services/documents/document_reads.h"
#include "services/documents/erasure.h"

namespace rogatoria::documents {
namespace {

constexpr absl::string_view kBeginUpload = "/rogatoria.v1.DocumentService/BeginUpload";
constexpr absl::string_view kPutChunk = "/rogatoria.v1.DocumentService/PutChunk";
constexpr absl::string_view kGetUpload = "/rogatoria.v1.DocumentService/GetUpload";
constexpr absl::string_view kFinishUpload = "/rogatoria.v1.DocumentService/FinishUpload";
constexpr absl::string_view kAbandonUpload = "/rogatoria.v1.DocumentService/AbandonUpload";
constexpr absl::string_view kListDocuments = "/rogatoria.v1.DocumentService/ListDocuments";
constexpr absl::string_view kReadDocument = "/rogatoria.v1.DocumentService/ReadDocument";
constexpr absl::string_view kReportOpening = "/rogatoria.v1.DocumentService/ReportOpening";
constexpr absl::string_view kListCustody = "/rogatoria.v1.DocumentService/ListCustody";

constexpr absl::Duration kDay = absl::Hours(24);
constexpr uint32_t kChunkStep = 4 * 1024;
// Of an upload: what is kept of each stays small. kMaxDocumentBytes have so many of 20 KiB.
constexpr uint64_t kMaxChunks = 1 << 19;
// Threads that move bytes, fewer than calls: the next one is there when one has ended.
constexpr int kMovers = 4;

absl::Status Invalid(absl::string_view field, std::string accepted) {
  return Error(Reason::FIELD_INVALID).Field(field).Accepted(std::move(accepted));
}

// In steps, so that a document of this size has no more than it may.
uint64_t SmallestChunk(uint64_t sealed_size) {
  const uint64_t step = kMaxChunks * kChunkStep;
  return std::max<uint64_t>(limits::kMinChunkBytes, (sealed_size + step - 1) / step * kChunkStep);
}

// The document as it is to be begun, if it can be.
absl::StatusOr<DocumentRecord> ReadRequest(const Caller& caller,
                                           const v1::BeginUploadRequest& request) {
  DocumentRecord document;
  document.document_id = MakeActId(caller.authority, request.request_id());
  document.owner = caller.authority;
  document.state = v1::DOCUMENT_STATE_OPEN;
  document.sealed_size = request.sealed_size();
  document.chunk_size = request.chunk_size() == 0 ? limits::kMaxChunkBytes : request.chunk_size();
  if (!IsActId(document.document_id)) return Invalid("request_id", "a UUID in lower case");
  return document;
}

// Of a new one: what was begun under an earlier release's rules goes on.
absl::Status CheckShape(const DocumentRecord& document) {
  if (document.sealed_size == 0 || document.sealed_size > limits::kMaxDocumentBytes) {
    return Invalid("sealed_size", absl::StrCat("1 to ", limits::kMaxDocumentBytes));
  }
  const uint64_t smallest = SmallestChunk(document.sealed_size);
  if (document.chunk_size < smallest || document.chunk_size > limits::kMaxChunkBytes ||
      document.chunk_size % kChunkStep != 0) {
    return Invalid(
        "chunk_size",
        absl::StrCat(smallest, " to ", limits::kMaxChunkBytes, ", a multiple of ", kChunkStep));
  }
  return absl::OkStatus();
}

absl::Status OverQuota(absl::string_view field, absl::string_view what, uint64_t bound) {
  return Error(Reason::QUOTA_EXCEEDED)
      .Field(field)
      .Accepted(absl::StrCat("at most ", bound, " ", what))
      .RetryAfter(absl::Minutes(10));
}

absl::Status CheckQuotas(const DocumentUsage& usage,
                         uint64_t more,
                         const DocumentOptions& options) {
  if (usage.open >= options.max_open_uploads) {
    return OverQuota("request_id", "uploads under way", options.max_open_uploads);
  }
  if (usage.stored_bytes + more > options.max_stored_bytes) {
    return OverQuota("sealed_size", "bytes stored", options.max_stored_bytes);
  }
  if (usage.begun_bytes + more > options.max_bytes_per_day) {
    return OverQuota("sealed_size", "bytes in 24 hours", options.max_bytes_per_day);
  }
  return absl::OkStatus();
}

UploadShape ShapeOf(const DocumentRecord& document) {
  return {document.document_id, document.sealed_size, document.chunk_size};
}

absl::Status Ended(const DocumentRecord& document) {
  const bool erased = document.state == v1::DOCUMENT_STATE_ERASED;
  return Error(erased ? Reason::DOCUMENT_ERASED : Reason::UPLOAD_FINISHED).Field("document_id");
}

bool HasBytes(const DocumentRecord& document) {
  return document.state == v1::DOCUMENT_STATE_COMPLETE ||
         document.state == v1::DOCUMENT_STATE_ATTACHED;
}

}  // namespace

DocumentService::DocumentService(Door door,
                                 Store& store,
                                 DocumentStore& bytes,
                                 CommitQueue& queue,
                                 Clock& clock,
                                 DocumentOptions options)
    : door_(std::move(door)),
      store_(store),
      bytes_(bytes),
      queue_(queue),
      clock_(clock),
      options_(options),
      moving_(options.max_calls, kMovers, BlockingCalls::Turns::kGiveWay),
      byte_door_(door_),
      read_door_(door_) {
  if (options_.acts_come) {
    const double all = static_cast<double>(options_.bytes_per_second_beside_acts);
    moving_.PaceBeside(options_.acts_come,
                       absl::Seconds(kMovers * static_cast<double>(limits::kMaxChunkBytes) / all));
  }
  byte_door_.blocking = &moving_;
  read_door_.blocking = &moving_;
  read_door_.response_bytes = limits::kMaxChunkBytes;
}

absl::StatusOr<DocumentRecord> DocumentService::FindOwn(const Caller& caller,
                                                        const std::string& document_id) {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
  absl::StatusOr<DocumentRecord> found = snapshot->GetDocument(document_id);
  if (absl::IsNotFound(found.status())) return DocumentNotFound();
  if (found.ok() && found->owner != caller.authority) return DocumentNotFound();
  return found;
}

absl::StatusOr<DocumentRecord> DocumentService::FindUpload(const Caller& caller,
                                                           const std::string& document_id) {
  ROG_ASSIGN_OR_RETURN(DocumentRecord document, FindOwn(caller, document_id));
  if (document.state != v1::DOCUMENT_STATE_OPEN) return Ended(document);
  return document;
}

absl::StatusOr<DocumentRecord> DocumentService::FindToRead(const Caller& caller,
                                                           const std::string& document_id) {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
  return FindReadable(*snapshot, caller, document_id);
}

// The row and the bytes as one: what was given up meanwhile is not begun again.
absl::Status DocumentService::DescribeUpload(const Caller& caller,
                                             const std::string& document_id,
                                             v1::Upload& upload) {
  const auto hold = bytes_.Hold(document_id);
  ROG_ASSIGN_OR_RETURN(const DocumentRecord document, FindOwn(caller, document_id));
  upload.set_document_id(document.document_id);
  upload.set_sealed_size(document.sealed_size);
  upload.set_chunk_size(document.chunk_size);
  upload.set_state(document.state);
  if (document.state == v1::DOCUMENT_STATE_ERASED) return absl::OkStatus();
  if (HasBytes(document)) {
    upload.set_received_bytes(document.sealed_size);
    return absl::OkStatus();
  }
  ROG_ASSIGN_OR_RETURN(const UploadProgress progress, bytes_.Progress(ShapeOf(document)));
  upload.set_received_bytes(progress.received_bytes);
  for (const MissingRange& range : progress.missing) {
    v1::ByteRange& missing = *upload.add_missing();
    missing.set_offset(range.offset);
    missing.set_size(range.size);
  }
  return absl::OkStatus();
}

absl::Status DocumentService::Begin(const Caller& caller,
                                    const v1::BeginUploadRequest& request,
                                    v1::Upload& upload) {
  ROG_ASSIGN_OR_RETURN(DocumentRecord document, ReadRequest(caller, request));
  DocumentChange change{.document_id = document.document_id,
                        .usage = UsageKey{caller.authority, clock_.Now() + -kDay}};
  change.decide = [&](Draft& draft, const DocumentRecord* known) -> absl::Status {
    if (known != nullptr) {
      const bool same =
          known->sealed_size == document.sealed_size && known->chunk_size == document.chunk_size;
      if (!same) return Error(Reason::DOCUMENT_ID_REUSED).Field("request_id");
      document = *known;
      return absl::OkStatus();
    }
    ROG_RETURN_IF_ERROR(CheckShape(document));
    ROG_RETURN_IF_ERROR(CheckQuotas(draft.UsageOf(document.owner), document.sealed_size, options_));
    document.begun = draft.now();
    document.look_at = draft.now() + options_.unattached;
    draft.PutDocument(document);
    return absl::OkStatus();
  };
  ROG_RETURN_IF_ERROR(CommitChange(queue_, std::move(change)));
  return DescribeUpload(caller, document.document_id, upload);
}

absl::StatusOr<DocumentRecord> DocumentService::FinishBytes(const Caller& caller,
                                                            const std::string& document_id,
                                                            const Bytes& sealed_sha256) {
  const auto hold = bytes_.Hold(document_id);
  ROG_ASSIGN_OR_RETURN(DocumentRecord document, FindOwn(caller, document_id));
  if (document.state == v1::DOCUMENT_STATE_OPEN) {
    ROG_RETURN_IF_ERROR(bytes_.Finish(ShapeOf(document), sealed_sha256));
  }
  return document;
}

absl::Status DocumentService::Finish(const Caller& caller,
                                     const v1::FinishUploadRequest& request,
                                     v1::FinishUploadResponse& response) {
  if (request.sealed_sha256().size() != kSha256Bytes) {
    return Invalid("sealed_sha256", "32 bytes");
  }
  ROG_ASSIGN_OR_RETURN(DocumentRecord document,
                       FinishBytes(caller, request.document_id(), request.sealed_sha256()));
  DocumentChange change{.document_id = document.document_id};
  change.decide = [&](Draft& draft, const DocumentRecord* known) -> absl::Status {
    document = *known;
    if (HasBytes(document)) {
      const bool same = document.sealed_sha256 == request.sealed_sha256();
      return same ? absl::OkStatus()
                  : Error(Reason::DIGEST_MISMATCH)
                        .Field("sealed_sha256")
                        .Accepted("that of the document, which is finished");
    }
    if (document.state != v1::DOCUMENT_STATE_OPEN) return Ended(document);
    document.state = v1::DOCUMENT_STATE_COMPLETE;
    document.sealed_sha256 = request.sealed_sha256();
    draft.PutDocument(document);
    RecordCustody(
        draft,
        document,
        {v1::CUSTODY_EVENT_UPLOADED, caller.identity, std::string(kFinishUpload), document.owner});
    return absl::OkStatus();
  };
  ROG_RETURN_IF_ERROR(CommitChange(queue_, std::move(change)));
  *response.mutable_document() = Describe(document);
  return absl::OkStatus();
}

absl::Status DocumentService::Abandon(const Caller& caller, const std::string& document_id) {
  ROG_RETURN_IF_ERROR(FindOwn(caller, document_id).status());
  DocumentChange change{.document_id = document_id};
  change.decide = [&](Draft& draft, const DocumentRecord* known) -> absl::Status {
    if (known->state == v1::DOCUMENT_STATE_ERASED) return absl::OkStatus();
    if (known->state == v1::DOCUMENT_STATE_ATTACHED) {
      return Error(Reason::DOCUMENT_ATTACHED).Field("document_id");
    }
    MarkErased(draft, *known);
    return absl::OkStatus();
  };
  ROG_RETURN_IF_ERROR(CommitChange(queue_, std::move(change)));
  return RemoveErased(bytes_,
                      queue_,
                      document_id,
                      {caller.identity, std::string(kAbandonUpload), caller.authority});
}

absl::Status DocumentService::Note(const Caller& caller,
                                   const std::string& document_id,
                                   v1::CustodyEvent event,
                                   absl::string_view method) {
  DocumentChange change{.document_id = document_id};
  change.decide = [&](Draft& draft, const DocumentRecord* known) -> absl::Status {
    RecordCustody(draft, *known, {event, caller.identity, std::string(method), caller.authority});
    return absl::OkStatus();
  };
  return CommitChange(queue_, std::move(change));
}

absl::Status DocumentService::Read(const Caller& caller,
                                   const v1::ReadDocumentRequest& request,
                                   v1::ReadDocumentResponse& response) {
  const uint32_t size = request.size() == 0 ? limits::kMaxChunkBytes : request.size();
  if (size > limits::kMaxChunkBytes) {
    return Invalid("size", absl::StrCat("1 to ", limits::kMaxChunkBytes));
  }
  ROG_ASSIGN_OR_RETURN(const DocumentRecord document, FindToRead(caller, request.document_id()));
  if (document.state == v1::DOCUMENT_STATE_ERASED) return Ended(document);
  if (!HasBytes(document)) return Error(Reason::UPLOAD_INCOMPLETE).Field("document_id");
  ROG_RETURN_IF_ERROR(
      sessions_.Open(document.document_id, caller.identity, clock_.Now(), [&]() -> absl::Status {
        return Note(caller, document.document_id, v1::CUSTODY_EVENT_DOWNLOADED, kReadDocument);
      }));
  ROG_ASSIGN_OR_RETURN(*response.mutable_data(),
                       bytes_.Read(document.document_id, request.offset(), size));
  response.set_data_sha256(Sha256(response.data()));
  const GivenBytes given{request.offset(), response.data().size(), document.sealed_size};
  return sessions_.Give(document.document_id, caller.identity, given, [&]() -> absl::Status {
    return Note(caller, document.document_id, v1::CUSTODY_EVENT_READ_WHOLE, kReadDocument);
  });
}

// Who got no answer says it again: one step, also where the hub was started in between.
absl::Status DocumentService::Report(const Caller& caller, const std::string& document_id) {
  ROG_RETURN_IF_ERROR(FindToRead(caller, document_id).status());
  const Instant now = clock_.Now();
  return openings_.Open(document_id, caller.identity, now, [&]() -> absl::Status {
    ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
    ROG_ASSIGN_OR_RETURN(const bool said,
                         SaidOpened(*snapshot, caller, document_id, now + -kReadSession));
    if (said) return absl::OkStatus();
    return Note(caller, document_id, v1::CUSTODY_EVENT_OPENED, kReportOpening);
  });
}

grpc::ServerUnaryReactor* DocumentService::BeginUpload(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* in,
                                                       grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::BeginUploadRequest, v1::BeginUploadResponse>(
      door_,
      {context, in, out},
      kBeginUpload,
      "",
      [this](const Caller& caller, const auto& request, auto& response) {
        return Begin(caller, request, *response.mutable_upload());
      });
}

grpc::ServerUnaryReactor* DocumentService::PutChunk(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::PutChunkRequest, v1::PutChunkResponse>(
      byte_door_,
      {context, in, out},
      kPutChunk,
      &v1::PutChunkRequest::document_id,
      [this](const Caller& caller, const auto& request, auto& response) -> absl::Status {
        const auto hold = bytes_.Hold(request.document_id());
        ROG_ASSIGN_OR_RETURN(const DocumentRecord document,
                             FindUpload(caller, request.document_id()));
        ROG_ASSIGN_OR_RETURN(
            const uint64_t received,
            bytes_.WriteChunk(
                ShapeOf(document), request.offset(), request.data(), request.data_sha256()));
        response.set_received_bytes(received);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* DocumentService::GetUpload(grpc::CallbackServerContext* context,
                                                     const grpc::ByteBuffer* in,
                                                     grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::GetUploadRequest, v1::GetUploadResponse>(
      byte_door_,
      {context, in, out},
      kGetUpload,
      &v1::GetUploadRequest::document_id,
      [this](const Caller& caller, const auto& request, auto& response) {
        return DescribeUpload(caller, request.document_id(), *response.mutable_upload());
      });
}

grpc::ServerUnaryReactor* DocumentService::FinishUpload(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* in,
                                                        grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::FinishUploadRequest, v1::FinishUploadResponse>(
      byte_door_,
      {context, in, out},
      kFinishUpload,
      &v1::FinishUploadRequest::document_id,
      [this](const Caller& caller, const auto& request, auto& response) {
        return Finish(caller, request, response);
      });
}

grpc::ServerUnaryReactor* DocumentService::AbandonUpload(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::AbandonUploadRequest, v1::AbandonUploadResponse>(
      byte_door_,
      {context, in, out},
      kAbandonUpload,
      &v1::AbandonUploadRequest::document_id,
      [this](const Caller& caller, const auto& request, auto&) {
        return Abandon(caller, request.document_id());
      });
}

grpc::ServerUnaryReactor* DocumentService::ListDocuments(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ListDocumentsRequest, v1::ListDocumentsResponse>(
      door_,
      {context, in, out},
      kListDocuments,
      &v1::ListDocumentsRequest::act_id,
      [this](const Caller& caller, const auto& request, auto& response) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
        ROG_ASSIGN_OR_RETURN(response,
                             documents::ListDocuments(*snapshot, caller, request.act_id()));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* DocumentService::ReadDocument(grpc::CallbackServerContext* context,
                                                        const grpc::ByteBuffer* in,
                                                        grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ReadDocumentRequest, v1::ReadDocumentResponse>(
      read_door_,
      {context, in, out},
      kReadDocument,
      &v1::ReadDocumentRequest::document_id,
      [this](const Caller& caller, const auto& request, auto& response) {
        return Read(caller, request, response);
      });
}

grpc::ServerUnaryReactor* DocumentService::ReportOpening(grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* in,
                                                         grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ReportOpeningRequest, v1::ReportOpeningResponse>(
      door_,
      {context, in, out},
      kReportOpening,
      &v1::ReportOpeningRequest::document_id,
      [this](const Caller& caller, const auto& request, auto&) {
        return Report(caller, request.document_id());
      });
}

grpc::ServerUnaryReactor* DocumentService::ListCustody(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* in,
                                                       grpc::ByteBuffer* out) {
  return rpc::RunUnary<v1::ListCustodyRequest, v1::ListCustodyResponse>(
      door_,
      {context, in, out},
      kListCustody,
      &v1::ListCustodyRequest::document_id,
      [this](const Caller& caller, const auto& request, auto& response) -> absl::Status {
        ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
        ROG_ASSIGN_OR_RETURN(const DocumentRecord document,
                             FindReadable(*snapshot, caller, request.document_id()));
        ROG_ASSIGN_OR_RETURN(response, documents::ListCustody(*snapshot, document));
        return absl::OkStatus();
      });
}

}  // namespace rogatoria::documents
