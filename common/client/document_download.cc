#include "common/client/document_download.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/opened_file.h"
#include "common/crypto/digest.h"
#include "common/crypto/seal.h"

namespace rogatoria::client {
namespace {

// One download under way. Lives for one call.
struct Download {
  Connection& connection;
  const std::string& document_id;
  const SecretBytes kek;
  const Manifest& manifest;
  const TransferOptions& options;
  uint64_t done_bytes = 0;
  uint64_t all_bytes = 0;
};

absl::Status Mismatch(size_t number) {
  return Explained(Error(Reason::MANIFEST_MISMATCH).Field(absl::StrCat("segment ", number)),
                   Sentence::SEALED_BYTES);
}

absl::Status Report(const Download& download) {
  if (!download.options.on_progress) return absl::OkStatus();
  return download.options.on_progress({download.done_bytes, download.all_bytes});
}

// What the hub gives from an offset on, at most so many bytes.
absl::StatusOr<Bytes> ReadPart(Download& download, uint64_t offset, uint64_t most) {
  v1::ReadDocumentRequest request;
  request.set_document_id(download.document_id);
  request.set_offset(offset);
  request.set_size(static_cast<uint32_t>(std::min<uint64_t>(most, limits::kMaxChunkBytes)));
  ROG_ASSIGN_OR_RETURN(auto read,
                       CallPatiently(download.connection,
                                     &v1::DocumentService::Stub::ReadDocument,
                                     request,
                                     download.options.patience));
  if (read.data_sha256() != Sha256(read.data()))
    return Error(Reason::DIGEST_MISMATCH).Field("data");
  return std::move(*read.mutable_data());
}

// A document that ends early, or gives more than it was asked for, is not the one that was sealed.
absl::StatusOr<Bytes> ReadSegment(Download& download, uint64_t offset, size_t number) {
  const ManifestSegment& expected = download.manifest.segments[number - 1];
  Bytes segment;
  segment.reserve(expected.sealed_size);
  while (segment.size() < expected.sealed_size) {
    const uint64_t left = expected.sealed_size - segment.size();
    const absl::StatusOr<Bytes> part = ReadPart(download, offset + segment.size(), left);
    if (absl::IsOutOfRange(part.status())) return Mismatch(number);
    ROG_RETURN_IF_ERROR(part.status());
    if (part->empty() || part->size() > left) return Mismatch(number);
    segment += *part;
    download.done_bytes += part->size();
    ROG_RETURN_IF_ERROR(Report(download));
  }
  if (!EqualInConstantTime(Sha256(segment), expected.sealed_sha256)) return Mismatch(number);
  return segment;
}

absl::Status FetchSegments(Download& download, OpenedFile& opened) {
  uint64_t offset = 0;
  for (size_t i = 0; i < download.manifest.segments.size(); ++i) {
    const ManifestSegment& expected = download.manifest.segments[i];
    if (i >= opened.segments()) {
      ROG_ASSIGN_OR_RETURN(const Bytes segment, ReadSegment(download, offset, i + 1));
      ROG_ASSIGN_OR_RETURN(const Bytes clear, OpenSegment(download.kek, segment));
      if (clear.size() != expected.clear_size) return Mismatch(i + 1);
      ROG_RETURN_IF_ERROR(opened.Append(clear));
    } else {
      download.done_bytes += expected.sealed_size;
    }
    offset += expected.sealed_size;
  }
  return opened.Check();
}

absl::Status ReportOpening(Download& download) {
  v1::ReportOpeningRequest request;
  request.set_document_id(download.document_id);
  return CallPatiently(download.connection,
                       &v1::DocumentService::Stub::ReportOpening,
                       request,
                       download.options.patience)
      .status();
}

bool IsDamage(const absl::Status& status) {
  return absl::IsDataLoss(status) || absl::IsInvalidArgument(status);
}

absl::Status Run(Download& download,
                 const std::string& target,
                 const AfterOpen& after_open,
                 bool& resumed) {
  ROG_ASSIGN_OR_RETURN(auto opened, OpenedFile::Open(target, download.manifest));
  resumed = opened->resumed();
  const absl::Status fetched = FetchSegments(download, *opened);
  if (IsDamage(fetched)) opened->Remove();
  ROG_RETURN_IF_ERROR(fetched);
  const absl::Status passed = after_open ? after_open(opened->path()) : absl::OkStatus();
  if (!passed.ok()) opened->Remove();
  ROG_RETURN_IF_ERROR(passed);
  ROG_RETURN_IF_ERROR(ReportOpening(download));
  return opened->Publish();
}

}  // namespace

// What an earlier run left may have been changed since: then it is fetched from the beginning.
absl::Status DownloadDocument(Connection& connection,
                              const content::v1::AttachedFile& file,
                              const Manifest& manifest,
                              const std::string& target,
                              const DownloadOptions& options) {
  Download download{
      connection, file.document_id(), SecretBytes(file.kek()), manifest, options.transfer};
  for (const ManifestSegment& segment : manifest.segments) {
    download.all_bytes += segment.sealed_size;
  }
  bool resumed = false;
  const absl::Status status = Run(download, target, options.after_open, resumed);
  if (!resumed || !IsDamage(status)) return status;
  download.done_bytes = 0;
  return Run(download, target, options.after_open, resumed);
}

}  // namespace rogatoria::client
