// Files that a command makes for whoever called it: what is there is theirs, and never replaced.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace rogatoria::cli {

// FIELD_INVALID, with the path as its field, where something has that name.
absl::Status CheckNewFile(const std::string& path);

// The same, then writes it durably (WriteFileDurably).
absl::Status WriteNewFile(const std::string& path, absl::string_view content, int mode = 0644);

}  // namespace rogatoria::cli
