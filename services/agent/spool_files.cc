#include "services/agent/spool_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
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
constexpr size_t kMaxNameBytes = 255;
constexpr size_t kShortenedBytes = 200;
// What programs call a file while they write it.
constexpr absl::string_view kUnfinished[] = {
    ".tmp", ".temp", ".part", ".partial", ".new", ".crdownload", ".filepart", ".swp", "~"};

bool IsLeftOut(absl::string_view name) {
  if (absl::StartsWith(name, ".") || absl::EndsWith(name, kStatusSuffix) ||
      absl::EndsWith(name, kReadySuffix)) {
    return true;
  }
  const std::string lower = absl::AsciiStrToLower(name);
  return std::any_of(std::begin(kUnfinished), std::end(kUnfinished), [&](absl::string_view ending) {
    return absl::EndsWith(lower, ending);
  });
}

bool CanRead(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file >= 0) close(file);
  return file >= 0;
}

std::string FolderOf(const std::string& path) {
  return fs::path(path).parent_path().string();
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
  for (const std::string& folder : {folders.taking(), folders.items(), folders.delivery()}) {
    ROG_RETURN_IF_ERROR(CreateFolders(folder));
  }
  return absl::OkStatus();
}

absl::Status MakeSharedFolder(const std::string& path) {
  std::error_code error;
  if (path.empty() || fs::exists(path, error)) return absl::OkStatus();
  ROG_RETURN_IF_ERROR(MakeSharedFolder(FolderOf(path)));
  ROG_RETURN_IF_ERROR(CreateFolders(path));
  fs::permissions(path, fs::perms::group_all, fs::perm_options::add, error);
  return absl::OkStatus();
}

SpoolFolderView SettledFiles::Look(const std::string& folder) {
  SpoolFolderView view;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string path = entry.path().string();
    SpoolFile file{entry.path().filename().string()};
    if (IsLeftOut(file.name)) continue;
    struct stat found;
    if (lstat(path.c_str(), &found) != 0) continue;
    if (S_ISDIR(found.st_mode)) view.folders.push_back(file.name);
    if (!S_ISREG(found.st_mode)) {
      view.others.push_back(file.name);
      continue;
    }
    file.size = static_cast<uint64_t>(found.st_size);
    file.changed_ns = found.st_mtim.tv_sec * 1'000'000'000 + found.st_mtim.tv_nsec;
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
  const auto [place, fresh] = seen_.try_emplace(path, Seen{0, 0, now, true});
  Seen& seen = place->second;
  seen.again = true;
  const bool changed = fresh || seen.size != file.size || seen.changed_ns != file.changed_ns;
  seen.size = file.size;
  seen.changed_ns = file.changed_ns;
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

std::string StemOf(const std::string& name) {
  return fs::path(name).stem().string();
}

bool IsSlipName(absl::string_view name) {
  const std::string lower = absl::AsciiStrToLower(name);
  return absl::EndsWith(lower, ".toml") || absl::EndsWith(lower, ".json");
}

bool IsPlainName(absl::string_view name) {
  return !name.empty() && name != "." && name != ".." && !absl::StrContains(name, '/') &&
         !absl::StrContains(name, '\\') && !absl::StrContains(name, absl::string_view("\0", 1));
}

absl::Status MoveDurably(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) != 0) {
    if (errno == ENOENT) return Error(Reason::NOT_FOUND).Field(from);
    if (errno == ENOSPC || errno == EDQUOT) return Error(Reason::DISK_FULL).Field(to);
    return Failure(absl::StatusCode::kInternal, Sentence::CANNOT_MOVE_TO, to, std::strerror(errno));
  }
  ROG_RETURN_IF_ERROR(SyncFolder(FolderOf(to)));
  return SyncFolder(FolderOf(from));
}

}  // namespace rogatoria::agent
