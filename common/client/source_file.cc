#include "common/client/source_file.h"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/document_upload.h"

namespace rogatoria::client {

absl::StatusOr<std::unique_ptr<SourceFile>> SourceFile::Open(const std::string& path) {
  return OpenWith(path, 0);
}

// A pipe that nobody writes into would keep open(2) for good.
absl::StatusOr<std::unique_ptr<SourceFile>> SourceFile::OpenItself(const std::string& path) {
  return OpenWith(path, O_NOFOLLOW | O_NONBLOCK);
}

absl::StatusOr<std::unique_ptr<SourceFile>> SourceFile::OpenWith(const std::string& path,
                                                                 int flags) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | flags);
  if (file < 0) return Error(Reason::FILE_UNREADABLE).Field(path);
  struct stat found;
  const bool ordinary = fstat(file, &found) == 0 && S_ISREG(found.st_mode);
  const uint64_t size = ordinary ? static_cast<uint64_t>(found.st_size) : 0;
  std::unique_ptr<SourceFile> source(new SourceFile(path, file, size));
  if (!ordinary) return Error(Reason::FILE_UNREADABLE).Field(path);
  if (size > limits::kMaxDocumentBytes || SealedBytesOf(size) > limits::kMaxDocumentBytes) {
    return Explained(Error(Reason::LIMIT_EXCEEDED).Field(path),
                     Sentence::DOCUMENTS_AT_MOST,
                     limits::kMaxDocuments,
                     limits::kMaxDocumentBytes);
  }
  return source;
}

SourceFile::~SourceFile() {
  close(file_);
}

absl::Status SourceFile::Read(uint64_t offset, uint64_t most, Bytes& out) {
  out.resize(std::min(most, size_ - offset));
  size_t done = 0;
  while (done < out.size()) {
    const ssize_t got =
        pread(file_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error(Reason::FILE_UNREADABLE).Field(path_);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  struct stat now;
  const bool same = fstat(file_, &now) == 0 && static_cast<uint64_t>(now.st_size) == size_;
  if (done == out.size() && same) return absl::OkStatus();
  return Explained(Error(Reason::UPLOAD_SOURCE_CHANGED).Field("file"), Sentence::A_FILE_TO_READ);
}

}  // namespace rogatoria::client
