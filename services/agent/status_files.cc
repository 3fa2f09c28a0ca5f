#include "services/agent/status_files.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/bytes.h"
#include "common/base/descriptor.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

constexpr off_t kMaxStatusBytes = 1 << 20;
constexpr size_t kMaxRecordBytes = 4096;
constexpr size_t kRecordNameBytes = 16;

// In hexadecimal; none of what is no ordinary file, or larger than any of ours. What takes a file's
// place meanwhile is not followed, and not waited for.
std::optional<std::string> DigestAt(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat found;
  if (!file.valid() || fstat(file.get(), &found) != 0 || !S_ISREG(found.st_mode) ||
      found.st_size > kMaxStatusBytes) {
    return std::nullopt;
  }
  Bytes content(static_cast<size_t>(found.st_size), '\0');
  const ssize_t got = pread(file.get(), content.data(), content.size(), 0);
  if (got != found.st_size) return std::nullopt;
  return ToHex(Sha256(content));
}

// There is nothing, and that is certain: not a folder that is away for the moment.
bool IsGone(const std::string& path) {
  struct stat found;
  if (lstat(path.c_str(), &found) == 0 || errno != ENOENT) return false;
  return lstat(fs::path(path).parent_path().c_str(), &found) == 0;
}

bool Contains(const std::vector<std::string>& digests, const std::string& digest) {
  return std::find(digests.begin(), digests.end(), digest) != digests.end();
}

}  // namespace

// Of the name below `out`: a spool may be moved.
std::string StatusFiles::RecordOf(const std::string& path, const std::string& folder) const {
  const std::string name = path.substr(folders_.out.size());
  return absl::StrCat(
      folder, "/", ToHex(absl::string_view(Sha256(name)).substr(0, kRecordNameBytes)));
}

std::vector<std::string> StatusFiles::Known(const std::string& path) const {
  const auto record = ReadFile(RecordOf(path, folders_.told()), kMaxRecordBytes);
  if (!record.ok()) return {};
  std::vector<std::string> lines = absl::StrSplit(*record, '\n', absl::SkipEmpty());
  if (!lines.empty()) lines.erase(lines.begin());  // the name
  return lines;
}

absl::Status StatusFiles::Note(const std::string& path,
                               const std::vector<std::string>& digests,
                               const std::string& folder) const {
  const std::string record = absl::StrCat(
      ToHex(path.substr(folders_.out.size())), "\n", absl::StrJoin(digests, "\n"), "\n");
  return WriteFileDurably(RecordOf(path, folder), record, 0600);
}

bool StatusFiles::IsOurs(const std::string& path) const {
  const auto digest = DigestAt(path);
  return digest.has_value() && Contains(Known(path), *digest);
}

absl::Status StatusFiles::Write(const std::string& path, absl::string_view content) {
  const bool ours = IsOurs(path);
  if (!ours) ROG_RETURN_IF_ERROR(CheckNewFile(path));
  std::vector<std::string> digests = {ToHex(Sha256(content))};
  if (ours) digests.push_back(DigestAt(path).value_or(""));
  ROG_RETURN_IF_ERROR(Note(path, digests, folders_.told()));
  return ours ? WriteSharedFile(path, content) : WriteNewSharedFile(path, content);
}

// A record that is there longer than its file does no harm.
void StatusFiles::Remove(const std::string& path) {
  if (IsOurs(path) && unlink(path.c_str()) == 0) {
    SyncFolder(fs::path(path).parent_path().string()).IgnoreError();
  }
  if (IsGone(path)) unlink(RecordOf(path, folders_.told()).c_str());
}

void StatusFiles::Resume() {
  Adopt();
  for (const std::string& path : Recorded()) {
    if (IsGone(path)) unlink(RecordOf(path, folders_.told()).c_str());
  }
}

std::vector<std::string> StatusFiles::Ours() const {
  std::vector<std::string> paths = Recorded();
  std::erase_if(paths, [this](const std::string& path) { return !IsOurs(path); });
  return paths;
}

std::vector<std::string> StatusFiles::Recorded() const {
  std::vector<std::string> paths;
  for (const std::string& name : ListFolder(folders_.told()).value_or(std::vector<std::string>())) {
    const auto record = ReadFile(absl::StrCat(folders_.told(), "/", name), kMaxRecordBytes);
    const auto of = FromHex(record.ok() ? record->substr(0, record->find('\n')) : "");
    if (of.ok() && !of->empty()) paths.push_back(folders_.out + *of);
  }
  return paths;
}

// Whole, or again.
void StatusFiles::Adopt() {
  if (FileExists(folders_.told())) return;
  const std::string part = folders_.told() + ".new";
  std::error_code error;
  fs::remove_all(part, error);
  if (!CreateFolders(part).ok() || !AdoptFolder(folders_.out, part)) return;
  for (const std::string& name : ListFolder(folders_.out).value_or(std::vector<std::string>())) {
    const std::string folder = absl::StrCat(folders_.out, "/", name);
    if (fs::is_directory(fs::symlink_status(folder, error)) && !AdoptFolder(folder, part)) return;
  }
  MoveDurably(part, folders_.told()).IgnoreError();
}

bool StatusFiles::AdoptFolder(const std::string& folder, const std::string& records) const {
  const auto names = ListFolder(folder);
  if (!names.ok()) return false;
  for (const std::string& name : *names) {
    const std::string path = absl::StrCat(folder, "/", name);
    const auto digest = IsStatusName(name) ? DigestAt(path) : std::nullopt;
    if (digest.has_value() && !Note(path, {*digest}, records).ok()) return false;
  }
  return true;
}

}  // namespace rogatoria::agent
