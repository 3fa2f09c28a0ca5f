#include "common/client/opened_file.h"

#include <cerrno>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"

namespace rogatoria::client {
namespace {

constexpr uint64_t kStatBlock = 512;  // of st_blocks, whatever the disk's own are

std::string FolderOf(const std::string& target) {
  const std::string folder = std::filesystem::path(target).parent_path().string();
  return folder.empty() ? "." : folder;
}

// Of the document, not of the target's name, which may be as long as a name can be.
std::string HiddenName(const Manifest& manifest) {
  const Bytes digest = Sha256({manifest.salt, manifest.clear_hmac_sha256});
  return absl::StrCat(".rogatoria-", ToHex(absl::string_view(digest).substr(0, 16)), ".part");
}

bool IsStillCalled(int file, const std::string& path) {
  struct stat held, named;
  return fstat(file, &held) == 0 && lstat(path.c_str(), &named) == 0 &&
         held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

// Locked. Another program may have removed it between the two calls, or given it its last name.
absl::StatusOr<Descriptor> OpenAlone(const std::string& path) {
  for (;;) {
    Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (file.get() < 0) return CannotWrite(path);
    if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      return Error(errno == EWOULDBLOCK ? Reason::DOWNLOAD_BUSY : Reason::FILE_UNREADABLE)
          .Field(path);
    }
    if (IsStillCalled(file.get(), path)) return file;
  }
}

}  // namespace

uint64_t OpenedFile::BytesHere(const std::string& target, const Manifest& manifest) {
  struct stat found;
  const std::string path = absl::StrCat(FolderOf(target), "/", HiddenName(manifest));
  return stat(path.c_str(), &found) == 0 ? static_cast<uint64_t>(found.st_blocks) * kStatBlock : 0;
}

absl::StatusOr<std::unique_ptr<OpenedFile>> OpenedFile::Open(const std::string& target,
                                                             const Manifest& manifest) {
  ROG_RETURN_IF_ERROR(CheckNewFile(target));
  const std::string path = absl::StrCat(FolderOf(target), "/", HiddenName(manifest));
  ROG_ASSIGN_OR_RETURN(Descriptor file, OpenAlone(path));
  std::unique_ptr<OpenedFile> opened(new OpenedFile(target, path, std::move(file), manifest));
  ROG_RETURN_IF_ERROR(opened->TakeUp());
  return opened;
}

OpenedFile::OpenedFile(std::string target,
                       std::string path,
                       Descriptor file,
                       const Manifest& manifest)
    : target_(std::move(target)),
      path_(std::move(path)),
      file_(std::move(file)),
      manifest_(manifest),
      hmac_(manifest.salt) {}

// Whole segments count; what was being written at the cut comes again.
absl::Status OpenedFile::TakeUp() {
  struct stat found;
  if (fstat(file_.get(), &found) != 0) return CannotWrite(path_);
  const auto there = static_cast<uint64_t>(found.st_size);
  Bytes clear;
  for (const ManifestSegment& segment : manifest_.segments) {
    if (size_ + segment.clear_size > there || there == 0) break;
    clear.resize(segment.clear_size);
    const ssize_t got = pread(file_.get(), clear.data(), clear.size(), static_cast<off_t>(size_));
    if (got != static_cast<ssize_t>(clear.size())) break;
    hmac_.Update(clear);
    size_ += clear.size();
    ++segments_;
  }
  resumed_ = segments_ != 0;
  if (ftruncate(file_.get(), static_cast<off_t>(size_)) != 0) return CannotWrite(path_);
  return absl::OkStatus();
}

absl::Status OpenedFile::Append(absl::string_view clear) {
  size_t done = 0;
  while (done < clear.size()) {
    const ssize_t wrote = pwrite(
        file_.get(), clear.data() + done, clear.size() - done, static_cast<off_t>(size_ + done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return CannotWrite(path_);
    done += static_cast<size_t>(wrote);
  }
  hmac_.Update(clear);
  size_ += clear.size();
  ++segments_;
  return absl::OkStatus();
}

absl::Status OpenedFile::Check() {
  if (size_ != manifest_.clear_size ||
      !EqualInConstantTime(hmac_.Value(), manifest_.clear_hmac_sha256)) {
    return Explained(Error(Reason::MANIFEST_MISMATCH).Field("clear-hmac-sha256"),
                     Sentence::CLEAR_BYTES);
  }
  return fsync(file_.get()) == 0 ? absl::OkStatus() : CannotWrite(path_);
}

absl::Status OpenedFile::Publish() {
  ROG_RETURN_IF_ERROR(RenameToNew(path_, target_));
  return SyncFolder(FolderOf(target_));
}

void OpenedFile::Remove() {
  unlink(path_.c_str());
}

}  // namespace rogatoria::client
