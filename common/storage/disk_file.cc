#include "common/storage/disk_file.h"

#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"

namespace rogatoria {

absl::Status SystemError(absl::string_view what, const std::string& path) {
  if (IsFullDisk(errno)) return Error(Reason::DISK_FULL);
  return absl::UnknownError(
      absl::StrCat("cannot ", what, " ", path, ": ", std::generic_category().message(errno)));
}

absl::StatusOr<DiskFile> DiskFile::Open(const std::string& path, int flags, unsigned mode) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC, mode);
  if (descriptor < 0) return SystemError("open", path);
  return DiskFile(descriptor, path);
}

DiskFile::DiskFile(DiskFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

DiskFile& DiskFile::operator=(DiskFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

DiskFile::~DiskFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::Status DiskFile::LockExclusively() {
  if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  if (errno != EWOULDBLOCK) return SystemError("lock", path_);
  return absl::UnavailableError(
      absl::StrCat(path_, " is in use by another process. Stop that process first."));
}

absl::StatusOr<uint64_t> DiskFile::Size() const {
  struct stat status {};
  if (fstat(descriptor_, &status) != 0) return SystemError("look at", path_);
  return static_cast<uint64_t>(status.st_size);
}

absl::StatusOr<Bytes> DiskFile::ReadAt(uint64_t offset, size_t size) const {
  Bytes bytes(size, '\0');
  for (size_t done = 0; done < size;) {
    const ssize_t got =
        pread(descriptor_, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read", path_);
    if (got == 0) return absl::DataLossError(absl::StrCat(path_, " is cut off"));
    done += static_cast<size_t>(got);
  }
  return bytes;
}

absl::Status DiskFile::WriteAt(uint64_t offset, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written =
        pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return SystemError("write", path_);
    bytes.remove_prefix(static_cast<size_t>(written));
    offset += static_cast<uint64_t>(written);
  }
  return absl::OkStatus();
}

absl::Status DiskFile::Allocate(uint64_t size) {
  errno = posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
  return errno == 0 ? absl::OkStatus() : SystemError("make room in", path_);
}

absl::Status DiskFile::Truncate(uint64_t size) {
  if (ftruncate(descriptor_, static_cast<off_t>(size)) == 0) return absl::OkStatus();
  return SystemError("cut", path_);
}

absl::Status DiskFile::Sync() {
  return fdatasync(descriptor_) == 0 ? absl::OkStatus() : SystemError("sync", path_);
}

}  // namespace rogatoria
