#include "services/agent/spool_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/safe_name.h"
#include "common/crypto/digest.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

constexpr char kStatusSuffix[] = ".status.txt";
constexpr size_t kMaxNameBytes = 255 - (sizeof ".part.new" - 1);  // while it is written
constexpr size_t kShortenedBytes = 200;
// What programs call a file while they write it.
constexpr absl::string_view kUnfinished[] = {
    ".tmp", ".temp", ".part", ".partial", ".new", ".crdownload", ".filepart", ".swp", "~"};

bool CanRead(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file >= 0) close(file);
  return file >= 0;
}

FileMark MarkFrom(const struct stat& found) {
  FileMark mark;
  mark.device = found.st_dev;
  mark.inode = found.st_ino;
  mark.size = static_cast<uint64_t>(found.st_size);
  mark.changed_ns = found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec;
  return mark;
}

std::string FolderOf(const std::string& path) {
  return fs::path(path).parent_path().string();
}

absl::Status ShareError(const std::string& path) {
  return CannotWrite(path, Sentence::CANNOT_CREATE);
}

// A folder in which its group may write, and not everybody, is a group's.
bool IsGroups(const struct stat& folder) {
  return (folder.st_mode & (S_IWGRP | S_IWOTH)) == S_IWGRP;
}

absl::Status GiveGroupOf(const std::string& folder, const std::string& path) {
  struct stat above;
  struct stat own;
  if (stat(folder.c_str(), &above) != 0 || lstat(path.c_str(), &own) != 0) return ShareError(path);
  if (!IsGroups(above) || above.st_gid == own.st_gid) return absl::OkStatus();
  if (lchown(path.c_str(), static_cast<uid_t>(-1), above.st_gid) != 0) return ShareError(path);
  return absl::OkStatus();
}

template <typename Rename>
absl::Status WriteShared(const std::string& path, absl::string_view content, Rename rename) {
  // No name that an office would choose.
  const std::string part = absl::StrCat(
      FolderOf(path), "/.rogatoria-", ToHex(absl::string_view(Sha256(path)).substr(0, 8)), ".part");
  absl::Status written = WriteFileDurably(part, content, 0600);
  if (written.ok()) written = ShareFile(part);
  if (written.ok()) written = rename(part, path);
  if (!written.ok()) unlink(part.c_str());
  return written;
}

// A sandbox (RestrictSUIDSGID= of systemd) may refuse the set-group-id bit even where mkdir gave
// it; the group that it stood for is then given to each thing that is made.
absl::Status ShareFolder(const std::string& path) {
  struct stat made;
  if (stat(path.c_str(), &made) != 0) return ShareError(path);
  if (chmod(path.c_str(), (made.st_mode & S_ISGID) | 0770) == 0) return absl::OkStatus();
  if (errno != EPERM || chmod(path.c_str(), 0770) != 0) return ShareError(path);
  return absl::OkStatus();
}

}  // namespace

SpoolFolders::SpoolFolders(std::string folder)
    : spool(std::move(folder)),
      out(spool + "/out"),
      in(spool + "/in"),
      receipts(spool + "/receipts"),
      failed(spool + "/failed"),
      defaults(spool + "/defaults"),
      own(spool + "/.rogatoria") {}

absl::Status MakeSpoolFolders(const SpoolFolders& folders) {
  for (const std::string& folder :
       {folders.out, folders.in, folders.receipts, folders.failed, folders.defaults}) {
    ROG_RETURN_IF_ERROR(MakeSharedFolder(folder));
  }
  // Of a spool that is not new, StatusFiles makes it.
  if (!FileExists(folders.items())) ROG_RETURN_IF_ERROR(CreateFolders(folders.told()));
  for (const std::string& folder :
       {folders.taking(), folders.items(), folders.delivery(), folders.delivered()}) {
    ROG_RETURN_IF_ERROR(CreateFolders(folder));
  }
  return absl::OkStatus();
}

absl::Status MakeSharedFolder(const std::string& path, const std::string& like) {
  std::error_code error;
  if (path.empty() || fs::exists(path, error)) return absl::OkStatus();
  ROG_RETURN_IF_ERROR(MakeSharedFolder(FolderOf(path)));
  ROG_RETURN_IF_ERROR(CreateFolders(path));
  const std::string above = FolderOf(path);
  ROG_RETURN_IF_ERROR(GiveGroupOf(!like.empty() ? like : above.empty() ? "." : above, path));
  return ShareFolder(path);
}

absl::Status ShareFile(const std::string& path) {
  ROG_RETURN_IF_ERROR(GiveGroupOf(FolderOf(path), path));
  return chmod(path.c_str(), 0640) == 0 ? absl::OkStatus() : ShareError(path);
}

absl::Status WriteSharedFile(const std::string& path, absl::string_view content) {
  return WriteShared(path, content, MoveDurably);
}

absl::Status WriteNewSharedFile(const std::string& path, absl::string_view content) {
  return WriteShared(path, content, [](const std::string& part, const std::string& target) {
    ROG_RETURN_IF_ERROR(RenameToNew(part, target));
    return SyncFolder(FolderOf(target));
  });
}

bool ForbidsMoves(const std::string& folder) {
  return access(folder.c_str(), W_OK | X_OK) != 0 && (errno == EACCES || errno == EROFS);
}

std::optional<FileMark> MarkOf(const std::string& path) {
  struct stat found;
  if (lstat(path.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) return std::nullopt;
  return MarkFrom(found);
}

SpoolFolderView SettledFiles::Look(const std::string& folder) {
  SpoolFolderView view;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string path = entry.path().string();
    SpoolFile file{entry.path().filename().string()};
    if (IsUnfinishedName(file.name) || (IsStatusName(file.name) && is_ours_(path))) continue;
    struct stat found;
    if (lstat(path.c_str(), &found) != 0) continue;
    if (S_ISDIR(found.st_mode)) view.folders.push_back(file.name);
    if (!S_ISREG(found.st_mode)) {
      view.others.push_back(file.name);
      continue;
    }
    file.mark = MarkFrom(found);
    file.settled = IsSettled(path, file);
    if (file.settled && !CanRead(path)) {
      view.unreadable.push_back(file.name);
      continue;
    }
    view.files.push_back(std::move(file));
  }
  std::sort(view.files.begin(), view.files.end(), [](const SpoolFile& a, const SpoolFile& b) {
    return a.name < b.name;
  });
  for (auto* names : {&view.others, &view.unreadable, &view.folders})
    std::sort(names->begin(), names->end());
  return view;
}

bool SettledFiles::IsSettled(const std::string& path, const SpoolFile& file) {
  const absl::Time now = absl::Now();
  const auto [place, fresh] = seen_.try_emplace(path, Seen{FileMark(), now, true});
  Seen& seen = place->second;
  seen.again = true;
  const bool changed = fresh || seen.mark != file.mark;
  seen.mark = file.mark;
  std::error_code error;
  if (fs::exists(fs::symlink_status(path + kReadySuffix, error))) return true;
  if (changed) seen.since = now;
  return !changed && now - seen.since >= pause_;
}

void SettledFiles::Sweep() {
  std::erase_if(seen_, [](const auto& one) { return !one.second.again; });
  for (auto& [path, seen] : seen_) seen.again = false;
}

std::string StatusName(const std::string& name) {
  if (name.size() + sizeof(kStatusSuffix) - 1 <= kMaxNameBytes) return name + kStatusSuffix;
  // Two long names that begin alike stay apart.
  return absl::StrCat(client::FirstBytes(name, kShortenedBytes),
                      "-",
                      ToHex(absl::string_view(Sha256(name)).substr(0, 8)),
                      kStatusSuffix);
}

bool IsStatusName(absl::string_view name) {
  return absl::EndsWith(name, kStatusSuffix);
}

bool IsUnfinishedName(absl::string_view name) {
  if (absl::StartsWith(name, ".") || absl::EndsWith(name, kReadySuffix)) return true;
  const std::string lower = absl::AsciiStrToLower(name);
  return std::any_of(std::begin(kUnfinished), std::end(kUnfinished), [&](absl::string_view ending) {
    return absl::EndsWith(lower, ending);
  });
}

std::string StemOf(const std::string& name) {
  return fs::path(name).stem().string();
}

bool IsPlainName(absl::string_view name) {
  return !name.empty() && name != "." && name != ".." && !absl::StrContains(name, '/') &&
         !absl::StrContains(name, '\\') && !absl::StrContains(name, absl::string_view("\0", 1));
}

absl::Status MoveDurably(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) {
    if (errno == ENOENT) return Error(Reason::NOT_FOUND).Field(from);
    return CannotWrite(to, Sentence::CANNOT_MOVE_TO);
  }
  ROG_RETURN_IF_ERROR(SyncFolder(FolderOf(to)));
  return SyncFolder(FolderOf(from));
}

}  // namespace rogatoria::agent
