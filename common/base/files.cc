#include "common/base/files.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/id_locks.h"
#include "common/base/status_macros.h"

namespace rogatoria {
namespace {

absl::Status WriteAll(int fd, absl::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return CannotWrite(path);
    content.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

// The file must not be there yet: one that a crash left would lend its mode to what may be a
// secret.
absl::Status WriteAndSync(const std::string& path, absl::string_view content, int mode) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0) return CannotWrite(path, Sentence::CANNOT_CREATE);
  absl::Cleanup close_file = [fd] { close(fd); };
  ROG_RETURN_IF_ERROR(WriteAll(fd, content, path));
  if (fsync(fd) != 0) return CannotWrite(path, Sentence::CANNOT_SYNC);
  return absl::OkStatus();
}

absl::Status NotNew(const std::string& path) {
  return Explained(Error(Reason::FIELD_INVALID).Field(path), Sentence::NEW_FILE);
}

std::string FolderOf(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace

absl::StatusOr<Bytes> ReadFile(const std::string& path, size_t max_bytes) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Error(Reason::FILE_UNREADABLE).Field(path);
  absl::Cleanup close_file = [fd] { close(fd); };
  Bytes content;
  char buffer[65536];
  for (;;) {
    const ssize_t got = read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error(Reason::FILE_UNREADABLE).Field(path);
    if (got == 0) return content;
    content.append(buffer, static_cast<size_t>(got));
    if (content.size() > max_bytes) {
      return Explained(
          Error(Reason::LIMIT_EXCEEDED).Field(path), Sentence::AT_MOST_BYTES, max_bytes);
    }
  }
}

absl::Status WriteFileDurably(const std::string& path, absl::string_view content, int mode) {
  // Two threads at one file would share what lies beside it, and publish half of the other's.
  static IdLocks& writers = *new IdLocks();
  const IdLocks::Guard guard(writers, path);
  const std::string temporary = absl::StrCat(path, ".new");
  unlink(temporary.c_str());
  absl::Status status = WriteAndSync(temporary, content, mode);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = CannotWrite(path, Sentence::CANNOT_RENAME);
  }
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  return SyncFolder(FolderOf(path));
}

absl::Status CheckNewFile(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
    return absl::OkStatus();
  }
  return NotNew(path);
}

absl::Status RenameToNew(const std::string& from, const std::string& to) {
  ROG_RETURN_IF_ERROR(CheckNewFile(to));
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
    return absl::OkStatus();
  }
  if (errno == EEXIST) return NotNew(to);
  // A file system that cannot say so.
  if (errno == EINVAL && rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return CannotWrite(to, Sentence::CANNOT_RENAME);
}

absl::Status WriteNewFileDurably(const std::string& path, absl::string_view content, int mode) {
  static std::atomic<uint64_t> count = 0;
  ROG_RETURN_IF_ERROR(CheckNewFile(path));
  const std::string temporary =
      absl::StrCat(FolderOf(path), "/.rogatoria-", getpid(), "-", ++count, ".new");
  unlink(temporary.c_str());  // of a process of this number that was killed
  absl::Status status = WriteAndSync(temporary, content, mode);
  if (status.ok()) status = RenameToNew(temporary, path);
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  return SyncFolder(FolderOf(path));
}

// The mode is each call's own: the umask is the whole process's, and other threads make files too.
absl::Status CreateFolders(const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string folder = path.substr(0, end);
    if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST && end == std::string::npos) {
      return CannotWrite(path, Sentence::CANNOT_MAKE_FOLDER);
    }
    if (end == std::string::npos) break;
  }
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return absl::OkStatus();
  errno = ENOTDIR;
  return CannotWrite(path, Sentence::CANNOT_MAKE_FOLDER);
}

absl::Status SyncFolder(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return CannotWrite(path, Sentence::CANNOT_OPEN);
  absl::Cleanup close_folder = [fd] { close(fd); };
  if (fsync(fd) != 0) return CannotWrite(path, Sentence::CANNOT_SYNC);
  return absl::OkStatus();
}

bool IsFullDisk(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT;
}

bool IsFullDisk(const absl::Status& status) {
  return HasReason(status, Reason::DISK_FULL) || HasReason(status, Reason::LOCAL_DISK_FULL);
}

absl::Status ToldByHub(const absl::Status& status) {
  if (!HasReason(status, Reason::LOCAL_DISK_FULL)) return status;
  return Error(Reason::DISK_FULL);
}

absl::Status CannotWrite(const std::string& path, Sentence what) {
  if (IsFullDisk(errno)) return Error(Reason::LOCAL_DISK_FULL).Field(path);
  return Failure(absl::StatusCode::kInternal, what, path, std::generic_category().message(errno));
}

// Of std::filesystem only what does not throw.
bool FileExists(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(path, error);
}

std::string AbsolutePath(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  return error ? path : absolute.string();
}

absl::StatusOr<std::vector<std::string>> ListFolder(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator file(path, error);
  for (; !error && file != std::filesystem::directory_iterator(); file.increment(error)) {
    names.push_back(file->path().filename().string());
  }
  if (error == std::errc::no_such_file_or_directory) return names;
  if (error) return Error(Reason::FILE_UNREADABLE).Field(path);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace rogatoria
