#include "common/directory/toml_tree.h"

#include <string_view>

#include <toml++/toml.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/directory/parse_toml.h"

namespace rogatoria {
namespace {

TomlValue Convert(const toml::node& node, const std::string& file);

Place PlaceOf(const toml::source_region& region, const std::string& file) {
  return {file, region.begin.line, region.begin.column};
}

std::string DayText(const toml::date& day) {
  return absl::StrFormat("%04d-%02d-%02d", day.year, day.month, day.day);
}

void ConvertTable(const toml::table& table, const std::string& file, TomlValue& value) {
  value.kind = TomlValue::Kind::kTable;
  for (const auto& [key, node] : table) {
    TomlValue& entry = value.entries.emplace_back(Convert(node, file));
    entry.key = std::string(key.str());
    // A table's own place is where its first line is; for plain values the key reads better.
    if (!node.is_table()) entry.place = PlaceOf(key.source(), file);
  }
}

void ConvertList(const toml::array& list, const std::string& file, TomlValue& value) {
  value.kind = TomlValue::Kind::kList;
  for (const toml::node& node : list) value.items.push_back(Convert(node, file));
}

TomlValue Convert(const toml::node& node, const std::string& file) {
  TomlValue value;
  value.place = PlaceOf(node.source(), file);
  if (const auto* table = node.as_table()) {
    ConvertTable(*table, file, value);
  } else if (const auto* list = node.as_array()) {
    ConvertList(*list, file, value);
  } else if (const auto* text = node.as_string()) {
    value.kind = TomlValue::Kind::kText;
    value.text = text->get();
  } else if (const auto* number = node.as_integer()) {
    value.kind = TomlValue::Kind::kNumber;
    value.number = number->get();
  } else if (const auto* flag = node.as_boolean()) {
    value.kind = TomlValue::Kind::kFlag;
    value.flag = flag->get();
  } else if (const auto* day = node.as_date()) {
    value.kind = TomlValue::Kind::kDay;
    value.text = DayText(day->get());
  }
  return value;
}

}  // namespace

const TomlValue* TomlValue::Find(absl::string_view wanted) const {
  for (const TomlValue& entry : entries) {
    if (entry.key == wanted) return &entry;
  }
  return nullptr;
}

std::optional<TomlValue> ReadToml(const std::string& file,
                                  absl::string_view content,
                                  Problems& problems) {
  try {
    return Convert(ParseToml(std::string_view(content.data(), content.size()), file), file);
  } catch (const toml::parse_error& error) {
    const std::string_view what = error.description();
    problems.Add(PlaceOf(error.source(), file),
                 absl::string_view(what.data(), what.size()),
                 "TOML 1.0 is accepted");
    return std::nullopt;
  }
}

}  // namespace rogatoria
