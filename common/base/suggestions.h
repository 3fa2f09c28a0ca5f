// What somebody may have meant: commands that look like a mistyped word.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace rogatoria {

// Letters to add, take away, change or swap with the next one until `a` is `b`.
size_t EditDistance(absl::string_view a, absl::string_view b);

// The names close to `word`, nearest first, at most three.
std::vector<std::string> CloseTo(absl::string_view word, const std::vector<std::string>& names);

}  // namespace rogatoria
