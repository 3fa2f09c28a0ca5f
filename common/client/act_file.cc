#include "common/client/act_file.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <toml++/toml.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/json_places.h"
#include "common/client/json_text.h"
#include "common/client/source_file.h"
#include "common/directory/parse_toml.h"

namespace rogatoria::client {
namespace {

constexpr size_t kMaxActFileBytes = 4 * 1024 * 1024;

ActFilePlace Place(const toml::source_region& source) {
  return {source.begin.line, source.begin.column};
}

nlohmann::json Convert(const toml::node& node, const std::string& path, ActFile& file);

nlohmann::json ConvertTable(const toml::table& table, const std::string& path, ActFile& file) {
  nlohmann::json object = nlohmann::json::object();
  for (const auto& [key, value] : table) {
    const std::string name(key.str());
    object[name] = Convert(value, path.empty() ? name : absl::StrCat(path, ".", name), file);
  }
  return object;
}

nlohmann::json ConvertArray(const toml::array& array, const std::string& path, ActFile& file) {
  nlohmann::json list = nlohmann::json::array();
  for (size_t i = 0; i < array.size(); ++i) {
    list.push_back(Convert(*array.get(i), absl::StrCat(path, "[", i, "]"), file));
  }
  return list;
}

// Dates and times become the text they were written as.
template <typename T>
std::string AsText(const T& value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

nlohmann::json Convert(const toml::node& node, const std::string& path, ActFile& file) {
  file.places[path] = Place(node.source());
  if (const auto* table = node.as_table()) return ConvertTable(*table, path, file);
  if (const auto* array = node.as_array()) return ConvertArray(*array, path, file);
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* fraction = node.as_floating_point()) return fraction->get();
  if (const auto* flag = node.as_boolean()) return flag->get();
  if (const auto* date = node.as_date()) return AsText(date->get());
  if (const auto* time = node.as_time()) return AsText(time->get());
  if (const auto* instant = node.as_date_time()) return AsText(instant->get());
  return nullptr;
}

bool IsNumberFrom1(const nlohmann::json& value) {
  return value.is_number_integer() && value.get<int64_t>() > 0 && value.get<int64_t>() < 100000;
}

absl::Status FileError(const std::string& path, const Said& what) {
  return Explained(Error(Reason::ACT_FILE_INVALID).Field(path), what);
}

absl::Status LoadToml(const std::string& path, const Bytes& text, ActFile& file) {
  try {
    file.root = Convert(ParseToml(std::string_view(text), path), "", file);
    return absl::OkStatus();
  } catch (const toml::parse_error& error) {
    const ActFilePlace at = Place(error.source());
    return FileError(
        path, Said(Sentence::TOML_FAULT, at.line, at.column, std::string(error.description())));
  }
}

absl::Status LoadJson(const std::string& path, const Bytes& text, ActFile& file) {
  auto root = ParseJsonObject(text);
  if (!root.ok()) return FileError(path, *Said::Of(root.status()));
  file.root = *std::move(root);
  file.places = PlacesInJson(text);
  return absl::OkStatus();
}

absl::StatusOr<ActFile> ParseActFile(const std::string& path, const Bytes& text) {
  ActFile file;
  file.folder = std::filesystem::path(AbsolutePath(path)).parent_path().string();
  ROG_RETURN_IF_ERROR(IsJsonName(path) ? LoadJson(path, text, file) : LoadToml(path, text, file));
  return file;
}

}  // namespace

bool IsJsonName(absl::string_view name) {
  return absl::EndsWithIgnoreCase(name, ".json");
}

bool IsActFileName(absl::string_view name) {
  return IsJsonName(name) || absl::EndsWithIgnoreCase(name, ".toml");
}

absl::StatusOr<ActFile> LoadActFile(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(const Bytes text, ReadFile(path, kMaxActFileBytes));
  return ParseActFile(path, text);
}

absl::StatusOr<ActFile> LoadActFileItself(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(const auto source, SourceFile::OpenItself(path));
  if (source->size() > kMaxActFileBytes) return Error(Reason::LIMIT_EXCEEDED).Field(path);
  Bytes text;
  ROG_RETURN_IF_ERROR(source->Read(0, kMaxActFileBytes, text));
  return ParseActFile(path, text);
}

std::string ActFileReader::PathOf(const std::string& key) const {
  return path_.empty() ? key : absl::StrCat(path_, ".", key);
}

const nlohmann::json* ActFileReader::Find(const std::string& key) {
  asked_.push_back(key);
  const auto found = table_.find(key);
  return found == table_.end() || found->is_null() ? nullptr : &*found;
}

const nlohmann::json* ActFileReader::Table(const std::string& key) {
  const nlohmann::json* value = Find(key);
  if (value == nullptr || value->is_object()) return value;
  Complain(key, Said(Sentence::A_TABLE));
  return nullptr;
}

std::vector<const nlohmann::json*> ActFileReader::Tables(const std::string& key) {
  const nlohmann::json* value = Find(key);
  if (value == nullptr) return {};
  if (!value->is_array()) {
    Complain(key, Said(Sentence::TABLES));
    return {};
  }
  std::vector<const nlohmann::json*> tables;
  for (const nlohmann::json& item : *value) {
    if (!item.is_object())
      Complain(absl::StrCat(key, "[", tables.size(), "]"), Said(Sentence::A_TABLE));
    tables.push_back(&item);
  }
  return status_.ok() ? tables : std::vector<const nlohmann::json*>();
}

void ActFileReader::Complain(const std::string& key, const Said& accepted) {
  if (!status_.ok()) return;
  const auto place = file_.places.find(PathOf(key));
  status_ = FileError(
      PathOf(key),
      place == file_.places.end()
          ? Said(Sentence::EXPECTED, accepted)
          : Said(Sentence::EXPECTED_AT_PLACE, place->second.line, place->second.column, accepted));
}

std::string ActFileReader::String(const std::string& key) {
  const nlohmann::json* value = Find(key);
  if (value == nullptr) return "";
  if (value->is_string()) return value->get<std::string>();
  Complain(key, Said(Sentence::A_TEXT));
  return "";
}

bool ActFileReader::Bool(const std::string& key) {
  const nlohmann::json* value = Find(key);
  if (value == nullptr) return false;
  if (value->is_boolean()) return value->get<bool>();
  Complain(key, Said(Sentence::TRUE_OR_FALSE));
  return false;
}

uint32_t ActFileReader::Number(const std::string& key) {
  const nlohmann::json* value = Find(key);
  if (value == nullptr) return 0;
  if (IsNumberFrom1(*value)) return value->get<uint32_t>();
  Complain(key, Said(Sentence::NUMBER_FROM_1));
  return 0;
}

std::vector<uint32_t> ActFileReader::Numbers(const std::string& key) {
  const nlohmann::json* value = Find(key);
  if (value == nullptr) return {};
  if (value->is_array() && std::all_of(value->begin(), value->end(), IsNumberFrom1))
    return value->get<std::vector<uint32_t>>();
  Complain(key, Said(Sentence::NUMBERS_FROM_1));
  return {};
}

std::vector<std::string> ActFileReader::Strings(const std::string& key) {
  const nlohmann::json* value = Find(key);
  if (value == nullptr) return {};
  const bool texts =
      value->is_array() &&
      std::all_of(value->begin(), value->end(), [](const auto& item) { return item.is_string(); });
  if (texts) return value->get<std::vector<std::string>>();
  Complain(key, Said(Sentence::TEXTS));
  return {};
}

int ActFileReader::Code(const std::string& key,
                        const std::string& name,
                        const google::protobuf::EnumDescriptor& descriptor,
                        const std::string& prefix) {
  const auto* value = descriptor.FindValueByName(absl::StrCat(prefix, name));
  if (value != nullptr && value->number() != 0) return value->number();
  std::vector<std::string> names;
  for (int i = 1; i < descriptor.value_count(); ++i) {
    names.push_back(descriptor.value(i)->name().substr(prefix.size()));
  }
  Complain(key, Said(Sentence::ONE_OF, absl::StrJoin(names, ", ")));
  return 0;
}

int ActFileReader::Enum(const std::string& key,
                        const google::protobuf::EnumDescriptor& descriptor,
                        const std::string& prefix) {
  const std::string name = String(key);
  return name.empty() ? 0 : Code(key, name, descriptor, prefix);
}

std::vector<int> ActFileReader::Enums(const std::string& key,
                                      const google::protobuf::EnumDescriptor& descriptor,
                                      const std::string& prefix) {
  std::vector<int> numbers;
  const std::vector<std::string> names = Strings(key);
  for (size_t i = 0; i < names.size(); ++i) {
    const int number = Code(absl::StrCat(key, "[", i, "]"), names[i], descriptor, prefix);
    if (number != 0) numbers.push_back(number);
  }
  return numbers;
}

absl::Status ActFileReader::Finish() {
  if (!status_.ok()) return status_;
  for (const auto& [key, value] : table_.items()) {
    if (std::find(asked_.begin(), asked_.end(), key) == asked_.end()) {
      Complain(key, Said(Sentence::KEY_OF_PAGE, "docs/act-files.md"));
    }
  }
  return status_;
}

}  // namespace rogatoria::client
