// What the text formats of this folder share: lines, decimals, and which characters may be there.
// Internal to common/merkle.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace rogatoria::merkle {

// Valid UTF-8 (RFC 3629: shortest form, no surrogates) without control characters below U+0020
// other than the line feed. Empty text is fine.
bool IsNoteText(absl::string_view text);

// Valid UTF-8 without a Unicode space (White_Space of the Unicode character database), among which
// are tab and line feed, and without other control characters.
bool IsNoteWord(absl::string_view text);

// Not empty, a note's text, and no line feed in it.
bool IsNoteLine(absl::string_view text);

// 0 ... 2^63 - 1 in ASCII digits without a sign or leading zeros; nullopt for all else.
std::optional<uint64_t> ParseDecimal(absl::string_view text);

// Takes the first line off `text`, without its line feed; nullopt if none ends there.
std::optional<absl::string_view> TakeLine(absl::string_view& text);

}  // namespace rogatoria::merkle
