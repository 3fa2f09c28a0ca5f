// The table behind config.h: each key of the file, where it is kept, and what is accepted.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "absl/types/span.h"
#include "services/daemon/config.h"

namespace rogatoria::daemon {

// Whether a value is accepted; texts say what would be in `accepted`.
using TextRule = bool (*)(absl::string_view value);

struct TextKey {
  std::string& (*place)(Config& config);
  TextRule rule;
};
struct ListKey {
  std::vector<std::string>& (*place)(Config& config);
  TextRule rule;  // of each item
};
struct NumberKey {
  int& (*place)(Config& config);
  int least, most;
};
struct SwitchKey {
  bool& (*place)(Config& config);
};

struct ConfigKey {
  const char* section;  // empty: at the top
  const char* name;
  std::variant<TextKey, ListKey, NumberKey, SwitchKey> kind;
  const char* accepted;
  bool required = false;
};

absl::Span<const ConfigKey> AllConfigKeys();

}  // namespace rogatoria::daemon
