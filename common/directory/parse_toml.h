// TOML texts of strangers: files that operators load, act files, profiles, configurations.
#pragma once

#include <string_view>

#include <toml++/toml.h>

namespace rogatoria {

// As toml::parse, with bounds: a key has at most kMaxTomlKeyParts parts (a.b.c has three), and
// brackets and braces stand at most kMaxTomlNesting deep in one another. Each part is a table
// inside the last, and tables are walked and destroyed by recursion. Throws toml::parse_error with
// the place, as toml::parse does: callers catch it at once.
inline constexpr int kMaxTomlKeyParts = 16;
inline constexpr int kMaxTomlNesting = 32;
toml::table ParseToml(std::string_view text, std::string_view name);

}  // namespace rogatoria
