#include "common/storage/sqlite/restore.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fcntl.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/storage/disk_file.h"
#include "common/storage/sqlite/backup.h"

namespace rogatoria::sqlite {
namespace {

constexpr size_t kMaxManifestBytes = 4096;
constexpr size_t kCopyBytes = 1024 * 1024;
constexpr absl::string_view kFirstLine = "rogatoria-backup v1";

struct Manifest {
  uint64_t size = 0;
  std::string sha256;
};

absl::Status NoBackup(const std::string& folder, absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat(folder,
                   " is not a whole backup: ",
                   why,
                   ". Name a folder that `rogatoria backup create` made, with ",
                   kDatabaseFile,
                   " and ",
                   kManifestFile,
                   " in it."));
}

// The two lines that prove the file; the others describe it.
absl::StatusOr<Manifest> ReadManifest(const std::string& folder) {
  const auto text = ReadFile(absl::StrCat(folder, "/", kManifestFile), kMaxManifestBytes);
  if (!text.ok()) return NoBackup(folder, "its manifest cannot be read");
  const std::vector<std::string> lines = absl::StrSplit(absl::string_view(*text), '\n');
  if (lines.front() != kFirstLine) return NoBackup(folder, "the manifest begins otherwise");
  Manifest manifest;
  bool has_size = false;
  for (absl::string_view line : lines) {
    if (absl::ConsumePrefix(&line, "size ")) has_size = absl::SimpleAtoi(line, &manifest.size);
    if (absl::ConsumePrefix(&line, "sha256 ")) manifest.sha256 = std::string(line);
  }
  if (!has_size || manifest.sha256.empty()) return NoBackup(folder, "the manifest lacks lines");
  return manifest;
}

// The digest of what was written.
absl::StatusOr<std::string> CopyBytes(const DiskFile& from, uint64_t size, DiskFile& to) {
  Sha256Hasher hasher;
  for (uint64_t at = 0; at < size; at += kCopyBytes) {
    ROG_ASSIGN_OR_RETURN(const Bytes bytes,
                         from.ReadAt(at, std::min<uint64_t>(kCopyBytes, size - at)));
    hasher.Update(bytes);
    ROG_RETURN_IF_ERROR(to.WriteAt(at, bytes));
  }
  ROG_RETURN_IF_ERROR(to.Sync());
  return ToHex(hasher.Finish());
}

absl::Status CopyChecked(const std::string& source, const Manifest& manifest, DiskFile& to) {
  ROG_ASSIGN_OR_RETURN(const DiskFile from, DiskFile::Open(source, O_RDONLY));
  ROG_ASSIGN_OR_RETURN(const uint64_t size, from.Size());
  const bool is_whole = size == manifest.size;
  ROG_ASSIGN_OR_RETURN(const std::string digest, CopyBytes(from, is_whole ? size : 0, to));
  if (is_whole && digest == manifest.sha256) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      source,
      " is not the file that its manifest describes: damaged or changed. Use another backup."));
}

}  // namespace

absl::Status CopyBackup(const std::string& backup, const std::string& directory) {
  ROG_ASSIGN_OR_RETURN(const Manifest manifest, ReadManifest(backup));
  ROG_RETURN_IF_ERROR(CreateFolders(directory));
  const std::string path = absl::StrCat(directory, "/", kDatabaseFile);
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    return absl::AlreadyExistsError(absl::StrCat(path, " is there already"));
  }
  ROG_ASSIGN_OR_RETURN(DiskFile to, DiskFile::Open(path, O_RDWR | O_CREAT | O_EXCL));
  const absl::Status copied = CopyChecked(absl::StrCat(backup, "/", kDatabaseFile), manifest, to);
  if (!copied.ok()) {
    std::filesystem::remove(path, error);
    return copied;
  }
  return SyncFolder(directory);
}

}  // namespace rogatoria::sqlite
