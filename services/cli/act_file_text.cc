#include "services/cli/act_file_text.h"

#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/cli/pki_texts.h"

namespace rogatoria::cli {
namespace {

// "measures[0]" is a key and then a place in its list.
struct PathStep {
  std::string key;
  size_t index = 0;
  bool in_list = false;
};

std::vector<PathStep> StepsOf(absl::string_view path) {
  std::vector<PathStep> steps;
  for (absl::string_view part : absl::StrSplit(path, '.')) {
    const size_t bracket = part.find('[');
    PathStep step{std::string(part.substr(0, bracket)), 0, bracket != absl::string_view::npos};
    // Of "[]", a list that is empty yet, the first place is meant.
    if (step.in_list &&
        !absl::SimpleAtoi(part.substr(bracket + 1, part.size() - bracket - 2), &step.index)) {
      step.index = 0;
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

bool IsTable(const Json& value) {
  return value.is_object();
}

bool IsListOfTables(const Json& value) {
  return value.is_array() && !value.empty() && value.front().is_object();
}

// Several lines stay several lines, for the person who reads the file.
std::string TextValue(const std::string& text) {
  if (text.find('\n') == std::string::npos) return TomlText(text);
  const std::string safe = absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}});
  return absl::StrCat("\"\"\"\n", safe, "\"\"\"");
}

std::string ValueText(const Json& value) {
  if (value.is_string()) return TextValue(value.get<std::string>());
  if (!value.is_array()) return value.dump();
  std::string list = "[";
  for (const Json& item : value) {
    absl::StrAppend(&list, list.size() > 1 ? ", " : "", ValueText(item));
  }
  return list + "]";
}

// An element of a list that was opened and left empty says nothing.
void WriteTable(const Json& table, const std::string& path, std::string& out) {
  for (const auto& [key, value] : table.items()) {
    if (value.is_null() || IsTable(value) || IsListOfTables(value)) continue;
    absl::StrAppend(&out, key, " = ", ValueText(value), "\n");
  }
  for (const auto& [key, value] : table.items()) {
    const std::string below = path.empty() ? key : absl::StrCat(path, ".", key);
    if (IsTable(value)) {
      absl::StrAppend(&out, "\n[", below, "]\n");
      WriteTable(value, below, out);
    } else if (IsListOfTables(value)) {
      for (const Json& item : value) {
        if (item.empty()) continue;
        absl::StrAppend(&out, "\n[[", below, "]]\n");
        WriteTable(item, below, out);
      }
    }
  }
}

void TakeAway(Json& table, const std::vector<PathStep>& steps, size_t at) {
  const PathStep& step = steps[at];
  const auto found = table.find(step.key);
  if (found == table.end()) return;
  if (at + 1 == steps.size()) {
    table.erase(step.key);
    return;
  }
  Json* below = &*found;
  if (step.in_list) {
    if (!below->is_array() || below->size() <= step.index) return;
    below = &(*below)[step.index];
  }
  TakeAway(*below, steps, at + 1);
  if (below->empty() && !step.in_list) table.erase(step.key);
}

}  // namespace

std::string ActFileText(const Json& act, absl::string_view comment) {
  std::string out = absl::StrCat("# ", comment, "\n");
  WriteTable(act, "", out);
  return out;
}

const Json* FindAt(const Json& act, absl::string_view path) {
  const Json* at = &act;
  for (const PathStep& step : StepsOf(path)) {
    if (!at->is_object() || !at->contains(step.key)) return nullptr;
    at = &(*at)[step.key];
    if (!step.in_list) continue;
    if (!at->is_array() || at->size() <= step.index) return nullptr;
    at = &(*at)[step.index];
  }
  return at;
}

void PutAt(Json& act, absl::string_view path, Json value) {
  const std::vector<PathStep> steps = StepsOf(path);
  if (value.is_null()) return TakeAway(act, steps, 0);
  Json* at = &act;
  for (const PathStep& step : steps) {
    at = &(*at)[step.key];
    if (!step.in_list) continue;
    if (!at->is_array()) *at = Json::array();
    while (at->size() <= step.index) at->push_back(Json::object());
    at = &(*at)[step.index];
  }
  *at = std::move(value);
}

}  // namespace rogatoria::cli
