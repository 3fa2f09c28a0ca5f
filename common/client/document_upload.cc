#include "common/client/document_upload.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/chunk_sender.h"
#include "common/client/source_file.h"
#include "common/client/upload_state.h"
#include "common/crypto/digest.h"
#include "common/crypto/segment_sealer.h"
#include "common/model/ids.h"

namespace rogatoria::client {
namespace {

constexpr uint32_t kMaxAttempts = 64;
// Chunks that the hub lost in a power cut are sent again.
constexpr int kMaxPasses = 3;

// One upload under way. Lives for one call.
struct Upload {
  Connection& connection;
  const UploadSource& source;
  const TransferOptions& options;
  std::string document_id;
  UploadState& state;
  uint64_t sent_bytes = 0;
};

absl::StatusOr<v1::Upload> Begin(const Upload& upload, uint64_t file_size) {
  v1::BeginUploadRequest request;
  request.set_request_id(upload.document_id.substr(upload.document_id.find('/') + 1));
  request.set_sealed_size(SealedBytesOf(file_size));
  request.set_chunk_size(upload.state.chunk_size());
  ROG_ASSIGN_OR_RETURN(
      auto begun,
      CallPatiently(
          upload.connection, &v1::DocumentService::Stub::BeginUpload, request, upload.options));
  return std::move(*begun.mutable_upload());
}

// Of another size when it was given up, an upload does not begin; but it can be asked about.
absl::StatusOr<v1::Upload> BeginOrAsk(const Upload& upload, uint64_t file_size) {
  auto begun = Begin(upload, file_size);
  if (!HasReason(begun.status(), Reason::DOCUMENT_ID_REUSED)) return begun;
  v1::GetUploadRequest request;
  request.set_document_id(upload.document_id);
  ROG_ASSIGN_OR_RETURN(
      auto found,
      CallPatiently(
          upload.connection, &v1::DocumentService::Stub::GetUpload, request, upload.options));
  if (found.upload().state() != v1::DOCUMENT_STATE_ERASED) return begun;
  return std::move(*found.mutable_upload());
}

// Seals the file from its beginning and sends what is missing.
absl::StatusOr<UploadedDocument> SealAndSend(Upload& upload,
                                             SourceFile& file,
                                             const v1::Upload& begun) {
  SegmentSealer sealer(upload.state.kek().Clone(), upload.state.salt());
  ChunkSender sender(upload.connection, begun, upload.options);
  Sha256Hasher whole;
  const uint64_t segment_bytes = SegmentBytesOf(file.size());
  uint64_t offset = 0;
  Bytes clear, segment;
  do {
    ROG_RETURN_IF_ERROR(file.Read(offset, segment_bytes, clear));
    offset += clear.size();
    ROG_RETURN_IF_ERROR(sealer.SealInto(clear, segment));
    whole.Update(segment);
    const std::vector<ManifestSegment>& sealed = sealer.segments();
    ROG_RETURN_IF_ERROR(upload.state.NoteSegment(sealed.size(), sealed.back().sealed_sha256));
    ROG_RETURN_IF_ERROR(sender.Add(segment));
  } while (offset < file.size());
  ROG_RETURN_IF_ERROR(sender.Finish());
  upload.sent_bytes += sender.sent_bytes();
  UploadedDocument document{
      upload.document_id, sealer.kek().Clone(), sealer.Describe(upload.source.media_type), {}, 0};
  document.sealed.set_sealed_sha256(whole.Finish());
  document.sealed.set_sealed_size(SealedBytesOf(file.size()));
  document.sealed.set_clear_hmac_sha256(document.manifest.clear_hmac_sha256);
  return document;
}

absl::Status End(const Upload& upload, const UploadedDocument& document) {
  v1::FinishUploadRequest request;
  request.set_document_id(upload.document_id);
  request.set_sealed_sha256(document.sealed.sealed_sha256());
  return CallPatiently(
             upload.connection, &v1::DocumentService::Stub::FinishUpload, request, upload.options)
      .status();
}

absl::StatusOr<UploadedDocument> Run(Upload& upload, SourceFile& file, v1::Upload begun) {
  for (int pass = 1;; ++pass) {
    ROG_ASSIGN_OR_RETURN(UploadedDocument document, SealAndSend(upload, file, begun));
    const absl::Status ended = End(upload, document);
    document.sent_bytes = upload.sent_bytes;
    if (ended.ok()) return document;
    if (!HasReason(ended, Reason::UPLOAD_INCOMPLETE) || pass == kMaxPasses) return ended;
    ROG_ASSIGN_OR_RETURN(begun, Begin(upload, file.size()));
  }
}

// So that it says something in another folder, too.
std::string WholePath(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error);
  return error ? path : whole.string();
}

}  // namespace

std::string DocumentIdOf(const UploadSource& source, uint32_t attempt) {
  const std::string name =
      absl::StrCat("rogatoria document\n", source.request_id, "\n", source.number, "\n", attempt);
  return MakeActId(source.authority, FormatUuid(Sha256(name), 8));
}

std::string BareMediaType(const std::string& media_type) {
  return media_type.substr(0, media_type.find(';'));
}

uint64_t SegmentBytesOf(uint64_t file_size) {
  uint64_t bytes = limits::kDocumentSegmentBytes;
  while (bytes < limits::kLargeSegmentBytes && bytes * limits::kFewSegments < file_size) bytes *= 2;
  while (bytes * limits::kMaxSegments < file_size) bytes *= 2;
  return bytes;
}

uint64_t SealedBytesOf(uint64_t file_size) {
  const uint64_t segment_bytes = SegmentBytesOf(file_size);
  const uint64_t whole = file_size / segment_bytes;
  const uint64_t rest = file_size % segment_bytes;
  const bool short_one = rest != 0 || file_size == 0;
  return whole * SegmentSealer::SealedSize(segment_bytes) +
         (short_one ? SegmentSealer::SealedSize(rest) : 0);
}

absl::StatusOr<UploadedDocument> UploadDocument(Connection& connection,
                                                const UploadSource& source,
                                                const TransferOptions& options,
                                                Random& random) {
  if (!IsMediaType(source.media_type)) {
    return Explained(Error(Reason::FIELD_INVALID).Field("media_type"), Sentence::MEDIA_TYPE);
  }
  ROG_ASSIGN_OR_RETURN(auto file, SourceFile::Open(source.path));
  for (uint32_t attempt = 0; attempt < kMaxAttempts; ++attempt) {
    const std::string id = DocumentIdOf(source, attempt);
    ROG_ASSIGN_OR_RETURN(
        auto state,
        UploadState::Open(
            source.state,
            {id, source.request_id, WholePath(source.path), file->size(), limits::kMaxChunkBytes},
            random));
    Upload upload{connection, source, options, id, *state};
    auto begun = BeginOrAsk(upload, file->size());
    const bool erased = begun.ok() && begun->state() == v1::DOCUMENT_STATE_ERASED;
    const bool elsewhere =
        state->fresh() && (HasReason(begun.status(), Reason::DOCUMENT_ID_REUSED) ||
                           (begun.ok() && begun->received_bytes() != 0));
    if (erased || elsewhere) ForgetUpload(source.state, id);
    if (erased) continue;
    if (elsewhere) return Error(Reason::UPLOAD_KEY_MISSING).Field(id);
    ROG_RETURN_IF_ERROR(begun.status());
    return Run(upload, *file, *std::move(begun));
  }
  return Error(Reason::DOCUMENT_ERASED).Field("file");
}

}  // namespace rogatoria::client
