#include "services/training/journal.h"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"

namespace rogatoria::training {
namespace {

using Json = nlohmann::json;

constexpr size_t kMaxJournalBytes = 16 * 1024 * 1024;

struct Member {
  const char* name;
  std::string Entry::*value;
};
constexpr Member kMembers[] = {{"what", &Entry::what},
                               {"exercise", &Entry::exercise},
                               {"step", &Entry::step},
                               {"kind", &Entry::kind},
                               {"act", &Entry::act},
                               {"case", &Entry::case_id}};

std::string Line(const Entry& entry) {
  Json json = {{"at", entry.at_unix_ms}};
  for (const Member& member : kMembers) {
    if (!(entry.*member.value).empty()) json[member.name] = entry.*member.value;
  }
  if (entry.attempt != 0) json["attempt"] = entry.attempt;
  if (!entry.codes.empty()) json["codes"] = entry.codes;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// False for a line that is none of ours.
bool Parse(absl::string_view line, Entry& entry) {
  const Json json = Json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("at") || !json["at"].is_number_integer()) return false;
  entry.at_unix_ms = json["at"].get<int64_t>();
  for (const Member& member : kMembers) {
    const auto found = json.find(member.name);
    if (found != json.end() && found->is_string()) entry.*member.value = found->get<std::string>();
  }
  if (const auto found = json.find("attempt"); found != json.end() && found->is_number_unsigned())
    entry.attempt = found->get<uint32_t>();
  const auto codes = json.find("codes");
  if (codes == json.end() || !codes->is_array()) return true;
  for (const Json& code : *codes) {
    if (code.is_string()) entry.codes.push_back(code.get<std::string>());
  }
  return true;
}

}  // namespace

absl::Status Append(const std::string& path, const Entry& entry) {
  const size_t slash = path.rfind('/');
  if (slash != std::string::npos) {
    const absl::Status made = CreateFolders(path.substr(0, slash));
    if (!made.ok()) return made;
  }
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return CannotWrite(path);
  const std::string line = Line(entry);
  const ssize_t written = write(file, line.data(), line.size());
  const bool whole = written == static_cast<ssize_t>(line.size());
  const absl::Status status = whole ? absl::OkStatus() : CannotWrite(path);
  close(file);
  return status;
}

std::vector<Entry> ReadJournal(const std::string& path) {
  std::vector<Entry> entries;
  const auto text = ReadFile(path, kMaxJournalBytes);
  if (!text.ok()) return entries;
  for (absl::string_view line : absl::StrSplit(absl::string_view(*text), '\n', absl::SkipEmpty())) {
    Entry entry;
    if (Parse(line, entry)) entries.push_back(std::move(entry));
  }
  return entries;
}

std::string ProgressPath(const std::string& training_folder, const std::string& trainee) {
  return absl::StrCat(training_folder, "/progress/", trainee, ".jsonl");
}

std::string NotesPath(const std::string& state_folder) {
  return absl::StrCat(state_folder, "/training-notes.jsonl");
}

}  // namespace rogatoria::training
