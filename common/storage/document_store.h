// Where the sealed bytes of documents lie: written in chunks, ended once, read, removed. What is
// known of a document stands in the Store; only bytes are here. One implementation is a folder
// (document_folder.h); one on an object store fits the same calls.
//
// A chunk that was written survives the process, a document that was ended survives a power cut:
// after one, an upload misses chunks again rather than holding wrong ones.
//
// Errors, beside those named: DISK_FULL; FILE_UNREADABLE and INTERNAL for a broken disk.
// Thread-safe. All calls may block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria {

// What an upload was begun as; the same in each call about it.
struct UploadShape {
  std::string document_id;
  uint64_t sealed_size = 0;
  uint32_t chunk_size = 0;  // of each chunk but the last

  uint64_t Chunks() const { return (sealed_size + chunk_size - 1) / chunk_size; }
  // Of the chunk that begins at `offset`.
  size_t ChunkSizeAt(uint64_t offset) const {
    const uint64_t left = sealed_size - offset;
    return static_cast<size_t>(left < chunk_size ? left : chunk_size);
  }
};

struct MissingRange {
  uint64_t offset = 0;
  uint64_t size = 0;
  bool operator==(const MissingRange&) const = default;
};

struct UploadProgress {
  uint64_t received_bytes = 0;
  std::vector<MissingRange> missing = {};  // in order; the first limits::kMaxMissingRanges
};

class DocumentStore {
 public:
  virtual ~DocumentStore() = default;

  // While what it returns lives, Remove of this document waits; while Remove is at work, this
  // waits. Who holds it from before the look at the document's row until the upload was written to
  // or asked about makes no file again of what was removed meanwhile: the row says first that it is
  // to be removed. Do not call Remove with it held.
  [[nodiscard]] virtual std::shared_ptr<void> Hold(const std::string& document_id) = 0;
  // Returns the bytes that are there after it. CHUNK_OUT_OF_RANGE, DIGEST_MISMATCH when `data` has
  // another SHA-256, CHUNK_CONFLICT when another chunk is there, UPLOAD_FINISHED. The same chunk
  // again changes nothing.
  virtual absl::StatusOr<uint64_t> WriteChunk(const UploadShape& shape,
                                              uint64_t offset,
                                              absl::string_view data,
                                              absl::string_view data_sha256) = 0;
  virtual absl::StatusOr<UploadProgress> Progress(const UploadShape& shape) = 0;
  // Makes it durable. UPLOAD_INCOMPLETE; DIGEST_MISMATCH: the upload stays as it is. Again, the
  // same. When the disk could not make it durable nothing of it is there any more: every chunk is
  // missing again.
  virtual absl::Status Finish(const UploadShape& shape, absl::string_view sealed_sha256) = 0;
  // Of a document that was ended; fewer bytes at its end. DOCUMENT_ERASED when it is not there.
  virtual absl::StatusOr<Bytes> Read(const std::string& document_id,
                                     uint64_t offset,
                                     size_t size) = 0;
  // Ended or not; none is no error.
  virtual absl::Status Remove(const std::string& document_id) = 0;
};

}  // namespace rogatoria
