// Coded values in the reader's language (words.inc).
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "common/base/error.h"

namespace rogatoria::cli {

// The word for a code; the code itself when there is none.
std::string WordFor(absl::string_view code, Language language);
bool HasWord(absl::string_view code);

}  // namespace rogatoria::cli
