// TOML texts of strangers: files that operators load, act files, profiles, configurations.
#pragma once

#include <string_view>

#include <toml++/toml.h>

namespace rogatoria {

// As toml::parse, with a bound that the library lacks: a key has at most kMaxTomlKeyParts parts
// (a.b.c has three). Each part is a table inside the last, and tables are walked and destroyed by
// recursion; with the library's own bound on nested values the depth stays in the low thousands.
// Throws toml::parse_error with the place, as toml::parse does: callers catch it at once.
inline constexpr int kMaxTomlKeyParts = 16;
toml::table ParseToml(std::string_view text, std::string_view name);

}  // namespace rogatoria
