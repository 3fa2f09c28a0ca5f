#include "common/directory/load.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/directory/drafts.h"
#include "common/directory/table_reader.h"

namespace rogatoria {
namespace {

struct TopLevelTable {
  absl::string_view name;
  void (*read)(const TomlValue&, Drafts&);
  bool law = false;  // says what the law is, not who takes part: ParseInstruments reads it too
};
constexpr TopLevelTable kTables[] = {
    {"authority", ReadAuthority},
    {"system", ReadSystem},
    {"operator", ReadOperator},
    {"user", ReadUser},
    {"identity_key", ReadIdentityKey},
    {"key_statement", ReadKeyStatement},
    {"instrument", ReadInstrument, true},
    {"calendar", ReadCalendar},
    {"deadline", ReadDeadline, true},
    {"requirement", ReadRequirement, true},
};

bool IsTomlFile(absl::string_view name) {
  return absl::EndsWith(name, ".toml");
}
bool IsPemFile(absl::string_view name) {
  return absl::EndsWith(name, ".pem");
}

// `law_only`: other tables are passed over.
void ReadFile(const DirectoryFile& file, bool law_only, Drafts& drafts) {
  const auto tree = ReadToml(file.name, file.content, drafts.problems);
  if (!tree.has_value()) {
    drafts.unread = true;
    return;
  }
  TableReader reader(*tree, "file", drafts.problems);
  for (const TopLevelTable& table : kTables) {
    for (const TomlValue* value : reader.Tables(table.name)) {
      if (table.law || !law_only) table.read(*value, drafts);
    }
  }
  reader.Finish();
}

void CheckFiles(absl::Span<const DirectoryFile> files, Drafts& drafts) {
  std::map<absl::string_view, size_t> seen;
  size_t bytes = 0;
  for (const DirectoryFile& file : files) {
    const Place place{file.name, 1, 1};
    bytes += file.content.size();
    if (!IsTomlFile(file.name) && !IsPemFile(file.name)) {
      drafts.problems.Add(
          place, "this is neither a .toml nor a .pem file", "only those are accepted");
    }
    if (++seen[file.name] == 2) {
      drafts.problems.Add(place, "the file is there twice", "each name once is accepted");
    }
    if (IsPemFile(file.name)) drafts.pem_files[file.name] = file.content;
  }
  if (bytes > limits::kMaxDirectoryFileBytes) {
    drafts.problems.Add(Place{"directory", 1, 1},
                        absl::StrCat("the files have ", bytes, " bytes"),
                        absl::StrCat("at most ", limits::kMaxDirectoryFileBytes, " are accepted"));
  }
}

}  // namespace

void CheckMentions(Drafts& drafts) {
  std::map<std::pair<std::string, std::string>, const Mention*> defined;
  for (const Mention& mention : drafts.definitions) {
    const auto [first, fresh] =
        defined.emplace(std::pair(mention.category, mention.name), &mention);
    if (fresh) continue;
    drafts.problems.Add(mention.place,
                        absl::StrCat(mention.category,
                                     " ",
                                     mention.name,
                                     " is already at ",
                                     first->second->place.ToString()),
                        "each once is accepted");
  }
  for (const Mention& mention : drafts.references) {
    if (defined.count({mention.category, mention.name}) > 0) continue;
    drafts.problems.Add(mention.place,
                        absl::StrCat("there is no ", mention.category, " \"", mention.name, "\""),
                        absl::StrCat("one that the files define is accepted"));
  }
}

absl::StatusOr<std::shared_ptr<const Directory>> ParseDirectory(
    absl::Span<const DirectoryFile> files,
    absl::string_view trust_domain,
    const Directory* current) {
  Drafts drafts;
  drafts.trust_domain = std::string(trust_domain);
  CheckFiles(files, drafts);
  for (const DirectoryFile& file : files) {
    if (IsTomlFile(file.name)) ReadFile(file, false, drafts);
  }
  if (drafts.unread) return drafts.problems.ToStatus();
  LinkKeys(drafts);
  CheckMentions(drafts);
  if (current != nullptr) CheckCalendarVersions(*current, drafts);
  if (current != nullptr) CheckInstrumentVersions(*current, drafts);
  CheckDesignations(drafts);
  CheckSubstitutes(drafts);
  if (!drafts.problems.empty()) return drafts.problems.ToStatus();
  return std::make_shared<const Directory>(std::move(drafts.contents));
}

absl::StatusOr<std::vector<v1::Instrument>> ParseInstruments(
    absl::Span<const DirectoryFile> files) {
  Drafts drafts;
  CheckFiles(files, drafts);
  for (const DirectoryFile& file : files) {
    if (IsTomlFile(file.name)) ReadFile(file, true, drafts);
  }
  drafts.references.clear();
  CheckMentions(drafts);
  if (!drafts.problems.empty()) return drafts.problems.ToStatus();
  std::vector<v1::Instrument> instruments = std::move(drafts.contents.instruments);
  std::sort(instruments.begin(), instruments.end(), [](const auto& a, const auto& b) {
    return a.id() < b.id();
  });
  return instruments;
}

}  // namespace rogatoria
