#include "services/agent/spool_item.h"

#include <filesystem>

#include <unistd.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/client/act_file.h"
#include "common/client/encrypted_folder.h"
#include "common/client/safe_name.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kFirstLine = "rogatoria-spool-item v1";
constexpr absl::string_view kLastLine = "end";
constexpr size_t kMaxJournalBytes = 1024 * 1024;
constexpr size_t kHeadLines = 7;
constexpr size_t kMaxStem = 60;
constexpr char kJournal[] = "/item";

std::string Number(size_t index) {
  return index == kNoFile ? "-" : absl::StrCat(index);
}

bool ReadNumber(absl::string_view text, size_t& index) {
  index = kNoFile;
  return text == "-" || absl::SimpleAtoi(text, &index);
}

void AppendMark(const FileMark& mark, std::string& line) {
  absl::StrAppend(&line, " ", mark.device, " ", mark.inode, " ", mark.size, " ", mark.changed_ns);
}

// Names are any bytes: in hexadecimal they are one word.
std::string JournalOf(const SpoolItem& item) {
  std::string text = absl::StrCat(kFirstLine,
                                  "\n",
                                  item.request_id,
                                  "\n",
                                  item.taken_unix_ms,
                                  "\n",
                                  ToHex(item.contact),
                                  "\n",
                                  ToHex(item.name),
                                  "\n",
                                  Number(item.slip),
                                  "\n",
                                  Number(item.letter),
                                  "\n");
  for (size_t i = 0; i < item.files.size(); ++i) {
    absl::StrAppend(&text, ToHex(item.files[i]));
    if (i < item.marks.size()) AppendMark(item.marks[i], text);
    absl::StrAppend(&text, "\n");
  }
  return absl::StrCat(text, kLastLine, "\n");
}

bool ReadHex(absl::string_view text, std::string& bytes) {
  auto read = FromHex(text);
  if (read.ok()) bytes = *std::move(read);
  return read.ok();
}

// A line of a file: its name, and what it was seen as.
bool ReadFileLine(absl::string_view line, SpoolItem& item) {
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  if (!ReadHex(words[0], item.files.emplace_back())) return false;
  if (words.size() == 1) return item.marks.empty();
  FileMark& mark = item.marks.emplace_back();
  return words.size() == 5 && item.marks.size() == item.files.size() &&
         absl::SimpleAtoi(words[1], &mark.device) && absl::SimpleAtoi(words[2], &mark.inode) &&
         absl::SimpleAtoi(words[3], &mark.size) && absl::SimpleAtoi(words[4], &mark.changed_ns);
}

bool Exists(const std::string& path) {
  std::error_code error;
  return fs::exists(fs::symlink_status(path, error));
}

absl::Status CheckFile(const SpoolItem& item, size_t index, const std::string& path) {
  const auto mark = MarkOf(path);
  if (mark.has_value() && (item.marks.empty() || *mark == item.marks[index]))
    return absl::OkStatus();
  const bool gone = !mark.has_value() && !Exists(path);
  return Error(gone ? Reason::NOT_FOUND : Reason::UPLOAD_SOURCE_CHANGED).Field(item.files[index]);
}

// Whether the place of each file that was taken is free.
bool CanGoBack(const SpoolFolders& folders, const SpoolItem& item) {
  const std::string folder = absl::StrCat(folders.taking(), "/", item.request_id);
  for (size_t i = 0; i < item.files.size(); ++i) {
    const bool taken = Exists(absl::StrCat(folder, "/", item.PartName(i)));
    if (taken && Exists(absl::StrCat(item.Source(folders), "/", item.files[i]))) return false;
  }
  return true;
}

// What people find its folder by; `time` is a format of absl::FormatTime.
std::string NameAt(const SpoolItem& item, const char* time) {
  const std::string taken =
      absl::FormatTime(time, absl::FromUnixMillis(item.taken_unix_ms), absl::UTCTimeZone());
  const std::string stem = client::FirstBytes(client::SafeFileName(StemOf(item.name), 1), kMaxStem);
  return absl::StrCat(taken, "-", stem, "-", item.request_id);
}

}  // namespace

std::string SpoolItem::Source(const SpoolFolders& folders) const {
  return contact.empty() ? folders.out : absl::StrCat(folders.out, "/", contact);
}

std::string SpoolItem::StatusPath(const SpoolFolders& folders) const {
  return absl::StrCat(Source(folders), "/", StatusName(name));
}

std::string SpoolItem::FolderName() const {
  return NameAt(*this, "%Y-%m-%d");
}

std::string SpoolItem::RefusedName() const {
  return NameAt(*this, "%Y-%m-%d-%H%M%E3S");
}

std::string SpoolItem::PartName(size_t index) const {
  if (index != slip) return absl::StrCat(index);
  return absl::StrCat(index, client::IsJsonName(files[index]) ? ".json" : ".toml");
}

absl::Status BeginItem(const SpoolFolders& folders, const SpoolItem& item) {
  const std::string folder = absl::StrCat(folders.taking(), "/", item.request_id);
  ROG_RETURN_IF_ERROR(CreateFolders(folder));
  ROG_RETURN_IF_ERROR(WriteFileDurably(folder + kJournal, JournalOf(item), 0600));
  return SyncFolder(folders.taking());
}

absl::StatusOr<SpoolItem> ReadItem(const std::string& folder) {
  ROG_ASSIGN_OR_RETURN(const Bytes text, ReadFile(folder + kJournal, kMaxJournalBytes));
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  SpoolItem item;
  const size_t count = lines.size();
  if (count < kHeadLines + 2 || lines[0] != kFirstLine || lines[count - 2] != kLastLine ||
      !absl::SimpleAtoi(lines[2], &item.taken_unix_ms) || !ReadHex(lines[3], item.contact) ||
      !ReadHex(lines[4], item.name) || !ReadNumber(lines[5], item.slip) ||
      !ReadNumber(lines[6], item.letter)) {
    return client::KeptFileDamaged(folder + kJournal);
  }
  item.request_id = std::string(lines[1]);
  for (size_t i = kHeadLines; i + 2 < count; ++i) {
    if (!ReadFileLine(lines[i], item)) return client::KeptFileDamaged(folder + kJournal);
  }
  return item;
}

absl::Status MoveFilesIn(const SpoolFolders& folders, const SpoolItem& item) {
  const std::string folder = absl::StrCat(folders.taking(), "/", item.request_id);
  for (size_t i = 0; i < item.files.size(); ++i) {
    const std::string source = absl::StrCat(item.Source(folders), "/", item.files[i]);
    const std::string target = absl::StrCat(folder, "/", item.PartName(i));
    if (!Exists(target)) {
      ROG_RETURN_IF_ERROR(CheckFile(item, i, source));
      const absl::Status moved = MoveDurably(source, target);
      if (absl::IsNotFound(moved)) return Error(Reason::NOT_FOUND).Field(item.files[i]);
      ROG_RETURN_IF_ERROR(moved);
    }
    // Nobody else gives names in the item's folder: what is found here is what is read.
    ROG_RETURN_IF_ERROR(CheckFile(item, i, target));
    unlink((source + kReadySuffix).c_str());
  }
  return absl::OkStatus();
}

absl::Status CheckFilesIn(const SpoolFolders& folders, const SpoolItem& item) {
  const std::string folder = absl::StrCat(folders.taking(), "/", item.request_id);
  for (size_t i = 0; i < item.files.size(); ++i)
    ROG_RETURN_IF_ERROR(CheckFile(item, i, absl::StrCat(folder, "/", item.PartName(i))));
  return absl::OkStatus();
}

bool HasChanged(const absl::Status& status) {
  return HasReason(status, Reason::UPLOAD_SOURCE_CHANGED);
}

void MoveFilesBack(const SpoolFolders& folders, const SpoolItem& item) {
  if (!CanGoBack(folders, item)) return;
  const std::string folder = absl::StrCat(folders.taking(), "/", item.request_id);
  for (size_t i = 0; i < item.files.size(); ++i) {
    const std::string target = absl::StrCat(item.Source(folders), "/", item.files[i]);
    const std::string source = absl::StrCat(folder, "/", item.PartName(i));
    if (Exists(source) && !Exists(target)) MoveDurably(source, target).IgnoreError();
  }
}

absl::Status MoveFilesTo(const std::string& item_folder,
                         const SpoolItem& item,
                         const std::string& target) {
  ROG_RETURN_IF_ERROR(MakeSharedFolder(target));
  for (size_t i = 0; i < item.files.size(); ++i) {
    const std::string source = absl::StrCat(item_folder, "/", item.PartName(i));
    if (!Exists(source)) continue;
    std::string name = SafeNameOf(item, i);
    // As our reason for a refusal may be.
    while (Exists(absl::StrCat(target, "/", name))) name = absl::StrCat(i + 1, "-", name);
    ROG_RETURN_IF_ERROR(MoveDurably(source, absl::StrCat(target, "/", name)));
  }
  return absl::OkStatus();
}

std::string SafeNameOf(const SpoolItem& item, size_t index) {
  const std::string safe = client::SafeFileName(item.files[index], index + 1);
  for (size_t i = 0; i < index; ++i) {
    if (client::SafeFileName(item.files[i], i + 1) == safe)
      return absl::StrCat(index + 1, "-", safe);
  }
  return safe;
}

}  // namespace rogatoria::agent
