// Documents in a folder of a local disk. A document's files are named by the SHA-256 of its id, so
// that a listing of the folder says nothing about anybody:
//
//   ab/abcd....part     sealed bytes while they come; holes where chunks are missing
//   ab/abcd....chunks   SHA-256 of each chunk that came, at 32 times its number; zeros for none
//   ab/abcd....sealed   the whole document: synced, then renamed from .part, then the folder synced
//
// After a crash a chunk counts when its bytes have the digest that stands for it: nothing has to be
// written in an order. That is looked at a part a call, so that no call waits for gigabytes: until
// all was looked at the answer is OVERLOADED with RetryInfo. After a failed sync nothing is known
// of what lies there, whatever the system still shows: the files are removed. The digest of the
// whole is kept as the chunks come, so that ending an upload reads nothing that came in order.
#pragma once

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "common/base/limits.h"
#include "common/storage/disk_file.h"
#include "common/storage/document_store.h"

namespace rogatoria {

class DocumentFolder final : public DocumentStore {
 public:
  // Makes the folder if it is not there, and locks it: UNAVAILABLE when another process has it.
  // `reserve_bytes` are left free on its disk: with less, chunks are refused with DISK_FULL. What a
  // crash left is looked at in parts of `look_bytes`.
  static absl::StatusOr<std::unique_ptr<DocumentFolder>> Open(
      const std::string& path,
      uint64_t reserve_bytes = limits::kDocumentReserveBytes,
      uint64_t look_bytes = limits::kMaxLookBytes);

  // Where a whole document lies, from the folder on: ab/abcd....sealed.
  static std::string SealedFileOf(const std::string& document_id);

  std::shared_ptr<void> Hold(const std::string& document_id) override;
  absl::StatusOr<uint64_t> WriteChunk(const UploadShape& shape,
                                      uint64_t offset,
                                      absl::string_view data,
                                      absl::string_view data_sha256) override;
  absl::StatusOr<UploadProgress> Progress(const UploadShape& shape) override;
  absl::Status Finish(const UploadShape& shape, absl::string_view sealed_sha256) override;
  absl::StatusOr<Bytes> Read(const std::string& document_id, uint64_t offset, size_t size) override;
  absl::Status Remove(const std::string& document_id) override;

 private:
  class PartialUpload;
  class SealedDigest;

  DocumentFolder(std::string path, uint64_t reserve_bytes, uint64_t look_bytes, DiskFile lock)
      : path_(std::move(path)),
        reserve_bytes_(reserve_bytes),
        look_bytes_(look_bytes),
        lock_(std::move(lock)) {}

  // Without the ending.
  std::string PathOf(const std::string& document_id) const;
  absl::Status CheckRoom() const;
  std::shared_ptr<PartialUpload> Take(const UploadShape& shape);
  void Forget(const std::string& document_id);
  void LetGo(const std::string& document_id);
  // Keeps holders away, and waits for those that there are.
  void BeginRemoving(const std::string& document_id);
  // Of a document that was ended by a call whose record did not come to be.
  absl::Status CheckSealed(const std::string& document_id, absl::string_view sealed_sha256);

  const std::string path_;
  const uint64_t reserve_bytes_;
  const uint64_t look_bytes_;
  const DiskFile lock_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, int> holds_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> removing_ ABSL_GUARDED_BY(mutex_);
  // Those that were written to; made again from their files when they are not here.
  absl::flat_hash_map<std::string, std::shared_ptr<PartialUpload>> uploads_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::shared_ptr<SealedDigest>> digests_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria
