// A file that is read in pieces, however large it is. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/bytes.h"

namespace rogatoria::client {

class SourceFile {
 public:
  // FILE_UNREADABLE, also for what is no ordinary file; LIMIT_EXCEEDED when it would be larger than
  // limits::kMaxDocumentBytes once sealed.
  static absl::StatusOr<std::unique_ptr<SourceFile>> Open(const std::string& path);
  // The same of the file itself: FILE_UNREADABLE for a link, wherever it leads.
  static absl::StatusOr<std::unique_ptr<SourceFile>> OpenItself(const std::string& path);
  ~SourceFile();
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  uint64_t size() const { return size_; }  // when it was opened
  // Up to `most` bytes into `out`, which keeps its room: fewer at the end only.
  // UPLOAD_SOURCE_CHANGED when the file has become shorter or longer.
  absl::Status Read(uint64_t offset, uint64_t most, Bytes& out);

 private:
  static absl::StatusOr<std::unique_ptr<SourceFile>> OpenWith(const std::string& path, int flags);
  SourceFile(std::string path, int file, uint64_t size)
      : path_(std::move(path)), file_(file), size_(size) {}

  const std::string path_;
  const int file_;
  const uint64_t size_;
};

}  // namespace rogatoria::client
