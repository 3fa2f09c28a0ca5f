// A TOML file as a plain tree in which every value knows its place, so that errors found later can
// name it. Keeps the TOML library in one source file. Internal to common/directory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/directory/problems.h"

namespace rogatoria {

struct TomlValue {
  enum class Kind { kText, kNumber, kFlag, kDay, kList, kTable, kOther };

  Kind kind = Kind::kOther;
  std::string key;  // under which its table has it
  Place place;
  std::string text;  // kText; kDay as 2026-12-31
  int64_t number = 0;
  bool flag = false;
  std::vector<TomlValue> items;    // kList
  std::vector<TomlValue> entries;  // kTable; keys are unique

  const TomlValue* Find(absl::string_view wanted) const;
};

// The file's table; nullopt, with the problem added, when it is no TOML.
std::optional<TomlValue> ReadToml(const std::string& file,
                                  absl::string_view content,
                                  Problems& problems);

}  // namespace rogatoria
