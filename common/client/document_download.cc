#include "common/client/document_download.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/chunk_reader.h"
#include "common/client/opened_file.h"
#include "common/client/scanner.h"
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

// Whole segments from a chunk reader: a chunk may hold the end of one and the beginning of the
// next.
class SegmentReader {
 public:
  SegmentReader(Download& download, uint64_t begin)
      : download_(download),
        chunks_(download.connection,
                download.document_id,
                begin,
                download.all_bytes,
                download.options) {}

  // The sealed bytes of segment `number`, from 1, with the digest that the manifest has for it.
  // `segment` keeps its room.
  absl::Status Read(size_t number, Bytes& segment) {
    const ManifestSegment& expected = download_.manifest.segments[number - 1];
    segment.clear();
    segment.reserve(expected.sealed_size);
    while (segment.size() < expected.sealed_size) {
      ROG_RETURN_IF_ERROR(Fill(number));
      const size_t part =
          std::min<size_t>(chunk_.size() - used_, expected.sealed_size - segment.size());
      segment.append(chunk_, used_, part);
      used_ += part;
    }
    if (!EqualInConstantTime(Sha256(segment), expected.sealed_sha256)) return Mismatch(number);
    return absl::OkStatus();
  }

 private:
  absl::Status Fill(size_t number) {
    if (used_ < chunk_.size()) return absl::OkStatus();
    absl::StatusOr<Bytes> next = chunks_.Next();
    if (absl::IsOutOfRange(next.status())) return Mismatch(number);
    ROG_RETURN_IF_ERROR(next.status());
    chunk_ = *std::move(next);
    used_ = 0;
    download_.done_bytes += chunk_.size();
    return Report(download_);
  }

  Download& download_;
  ChunkReader chunks_;
  Bytes chunk_;
  size_t used_ = 0;  // of it
};

// Where the sealed bytes of the segments that are here already end.
uint64_t BytesOf(const Manifest& manifest, size_t segments) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < segments; ++i) bytes += manifest.segments[i].sealed_size;
  return bytes;
}

absl::Status FetchSegments(Download& download, OpenedFile& opened) {
  const std::vector<ManifestSegment>& segments = download.manifest.segments;
  download.done_bytes = BytesOf(download.manifest, opened.segments());
  SegmentReader reader(download, download.done_bytes);
  Bytes segment, clear;
  for (size_t i = opened.segments(); i < segments.size(); ++i) {
    ROG_RETURN_IF_ERROR(reader.Read(i + 1, segment));
    ROG_RETURN_IF_ERROR(OpenSegmentInto(download.kek, segment, clear));
    if (clear.size() != segments[i].clear_size) return Mismatch(i + 1);
    ROG_RETURN_IF_ERROR(opened.Append(clear));
  }
  return opened.Check();
}

absl::Status ReportOpening(Download& download) {
  v1::ReportOpeningRequest request;
  request.set_document_id(download.document_id);
  return CallPatiently(download.connection,
                       &v1::DocumentService::Stub::ReportOpening,
                       request,
                       download.options)
      .status();
}

absl::Status Run(Download& download,
                 const std::string& target,
                 const AfterOpen& after_open,
                 bool& resumed) {
  ROG_ASSIGN_OR_RETURN(auto opened, OpenedFile::Open(target, download.manifest));
  resumed = opened->resumed();
  const absl::Status fetched = FetchSegments(download, *opened);
  if (IsLost(fetched)) opened->Remove();
  ROG_RETURN_IF_ERROR(fetched);
  const absl::Status passed = after_open ? after_open(opened->path()) : absl::OkStatus();
  // What nobody could look at is whole, and lies as hidden as what a cut leaves.
  if (!passed.ok() && !CouldNotLook(passed)) opened->Remove();
  ROG_RETURN_IF_ERROR(passed);
  ROG_RETURN_IF_ERROR(ReportOpening(download));
  return opened->Publish();
}

}  // namespace

bool IsLost(const absl::Status& fetched) {
  constexpr Reason kLost[] = {Reason::SEAL_BROKEN,
                              Reason::SEAL_MALFORMED,
                              Reason::MANIFEST_MISMATCH,
                              Reason::MANIFEST_MALFORMED,
                              Reason::CONTENT_NOT_READABLE,
                              Reason::DOCUMENT_ERASED};
  return std::any_of(std::begin(kLost), std::end(kLost), [&](Reason reason) {
    return HasReason(fetched, reason);
  });
}

// What an earlier run left may have been changed since: then it is fetched from the beginning.
absl::Status DownloadDocument(Connection& connection,
                              const content::v1::AttachedFile& file,
                              const Manifest& manifest,
                              const std::string& target,
                              const DownloadOptions& options) {
  Download download{
      connection, file.document_id(), SecretBytes(file.kek()), manifest, options.transfer};
  download.all_bytes = BytesOf(manifest, manifest.segments.size());
  bool resumed = false;
  const absl::Status status = Run(download, target, options.after_open, resumed);
  if (!resumed || !IsLost(status)) return status;
  return Run(download, target, options.after_open, resumed);
}

}  // namespace rogatoria::client
