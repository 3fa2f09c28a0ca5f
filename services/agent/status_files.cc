#include "services/agent/status_files.h"

#include <algorithm>
#include <filesystem>

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/bytes.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxStatusBytes = 1 << 20;
constexpr size_t kMaxRecordBytes = 4096;
constexpr size_t kRecordNameBytes = 16;

// In hexadecimal; none of what is no ordinary file, or larger than any of ours.
std::optional<std::string> DigestAt(const std::string& path) {
  if (!MarkOf(path).has_value()) return std::nullopt;
  const auto content = ReadFile(path, kMaxStatusBytes);
  if (!content.ok()) return std::nullopt;
  return ToHex(Sha256(*content));
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

void StatusFiles::Remove(const std::string& path) {
  if (IsOurs(path)) unlink(path.c_str());
  unlink(RecordOf(path, folders_.told()).c_str());
}

void StatusFiles::Resume() {
  std::error_code error;
  if (!fs::exists(folders_.told(), error)) return Adopt();
  for (const auto& entry : fs::directory_iterator(folders_.told(), error)) {
    const auto record = ReadFile(entry.path().string(), kMaxRecordBytes);
    const std::vector<std::string> lines = absl::StrSplit(record.ok() ? *record : Bytes(), '\n');
    const auto name = FromHex(lines[0]);
    const bool there = name.ok() && !name->empty() && FileExists(folders_.out + *name);
    if (record.ok() && !there) unlink(entry.path().c_str());
  }
}

// Whole, or again at the next start.
void StatusFiles::Adopt() {
  const std::string part = folders_.told() + ".new";
  std::error_code error;
  fs::remove_all(part, error);
  if (!CreateFolders(part).ok()) return;
  std::vector<std::string> places = {folders_.out};
  for (const auto& entry : fs::directory_iterator(folders_.out, error)) {
    if (fs::is_directory(entry.symlink_status())) places.push_back(entry.path().string());
  }
  for (const std::string& place : places) {
    for (const auto& entry : fs::directory_iterator(place, error)) {
      const std::string path = entry.path().string();
      const auto digest = IsStatusName(path) ? DigestAt(path) : std::nullopt;
      if (digest.has_value() && !Note(path, {*digest}, part).ok()) return;
    }
  }
  MoveDurably(part, folders_.told()).IgnoreError();
}

}  // namespace rogatoria::agent
