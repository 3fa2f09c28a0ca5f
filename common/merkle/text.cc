#include "common/merkle/text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/merkle/node.h"

namespace rogatoria::merkle {
namespace {

// The smallest code point that needs 1, 2, 3, 4 bytes.
constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};

bool IsScalar(char32_t point) {
  return point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
}

// How many bytes begin with `lead`: as many as it has leading ones, or 1 for ASCII; 0 if none may.
size_t SequenceLength(uint8_t lead) {
  const int ones = std::countl_one(lead);
  if (ones == 0) return 1;
  return ones >= 2 && ones <= 4 ? static_cast<size_t>(ones) : 0;
}

// Takes one character off `text`; nullopt if it is not UTF-8.
std::optional<char32_t> TakeCharacter(absl::string_view& text) {
  const auto lead = static_cast<uint8_t>(text[0]);
  const size_t length = SequenceLength(lead);
  if (length == 0 || length > text.size()) return std::nullopt;
  char32_t point = length == 1 ? lead : lead & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>(text[i]);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    point = (point << 6) | (next & 0x3F);
  }
  if (point < kSmallest[length] || !IsScalar(point)) return std::nullopt;
  text.remove_prefix(length);
  return point;
}

// Beyond the ASCII ones, which are control characters or U+0020.
constexpr std::array<char32_t, 10> kSpaces = {
    0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0x2000};

bool IsSpace(char32_t point) {
  return (point >= 0x2000 && point <= 0x200A) ||
         std::find(kSpaces.begin(), kSpaces.end(), point) != kSpaces.end();
}

template <typename Accept>
bool AllCharacters(absl::string_view text, Accept accept) {
  while (!text.empty()) {
    const std::optional<char32_t> point = TakeCharacter(text);
    if (!point.has_value() || !accept(*point)) return false;
  }
  return true;
}

}  // namespace

bool IsNoteText(absl::string_view text) {
  return AllCharacters(text, [](char32_t point) { return point >= 0x20 || point == '\n'; });
}

bool IsNoteWord(absl::string_view text) {
  return AllCharacters(text, [](char32_t point) { return point > 0x20 && !IsSpace(point); });
}

bool IsNoteLine(absl::string_view text) {
  return !text.empty() && text.find('\n') == absl::string_view::npos && IsNoteText(text);
}

std::optional<uint64_t> ParseDecimal(absl::string_view text) {
  uint64_t value = 0;
  if (!absl::SimpleAtoi(text, &value) || value > kMaxTreeSize) return std::nullopt;
  // SimpleAtoi takes signs, spaces and leading zeros too; only one text writes the value.
  if (absl::StrCat(value) != text) return std::nullopt;
  return value;
}

std::optional<absl::string_view> TakeLine(absl::string_view& text) {
  const size_t end = text.find('\n');
  if (end == absl::string_view::npos) return std::nullopt;
  const absl::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace rogatoria::merkle
