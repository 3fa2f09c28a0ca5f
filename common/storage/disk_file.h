// A file of fixed places: whole reads and writes at an offset, sync, an exclusive lock. For the key
// file and the store's small files; whole files in one go are base/files.h.
//
// Errors: DISK_FULL when there is no room (ENOSPC, EDQUOT); UNKNOWN, naming the path, for all else.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria {

// The status of the failed system call `what` on `path`, from errno.
absl::Status SystemError(absl::string_view what, const std::string& path);

// Movable. Closes itself, which gives up its lock. Thread-compatible.
class DiskFile {
 public:
  // open(2) with O_CLOEXEC added; `mode` counts when O_CREAT makes the file.
  static absl::StatusOr<DiskFile> Open(const std::string& path, int flags, unsigned mode = 0600);

  DiskFile(DiskFile&& other) noexcept;
  DiskFile& operator=(DiskFile&& other) noexcept;
  ~DiskFile();

  // flock(2). UNAVAILABLE when another open file has the lock.
  absl::Status LockExclusively();
  absl::StatusOr<uint64_t> Size() const;
  // DATA_LOSS when the file ends before `size` bytes.
  absl::StatusOr<Bytes> ReadAt(uint64_t offset, size_t size) const;
  absl::Status WriteAt(uint64_t offset, absl::string_view bytes);
  // Gives the file `size` bytes of real room (posix_fallocate).
  absl::Status Allocate(uint64_t size);
  absl::Status Truncate(uint64_t size);
  // fdatasync(2). After a failure nothing about the file is known: never try again.
  absl::Status Sync();

  int descriptor() const { return descriptor_; }
  const std::string& path() const { return path_; }

 private:
  DiskFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

  int descriptor_;
  std::string path_;
};

}  // namespace rogatoria
