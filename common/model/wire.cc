#include "common/model/wire.h"

#include <cstddef>

namespace rogatoria::wire {
namespace {

uint8_t ByteAt(absl::string_view text, size_t index) {
  return static_cast<uint8_t>(text[index]);
}

struct Utf8Row {
  uint8_t first_low, first_high;    // bounds of the first byte
  uint8_t second_low, second_high;  // bounds of the second; the rest are 80..BF
  size_t length;
};

// Table 3-7 of the Unicode standard.
constexpr Utf8Row kUtf8[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
};

bool Within(uint8_t value, uint8_t low, uint8_t high) {
  return low <= value && value <= high;
}

// Length of the character at the start; 0 if it is not well formed.
size_t Utf8Length(absl::string_view text) {
  const uint8_t first = ByteAt(text, 0);
  if (first < 0x80) return 1;
  for (const Utf8Row& row : kUtf8) {
    if (!Within(first, row.first_low, row.first_high)) continue;
    if (text.size() < row.length) return 0;
    if (!Within(ByteAt(text, 1), row.second_low, row.second_high)) return 0;
    for (size_t i = 2; i < row.length; ++i) {
      if (!Within(ByteAt(text, i), 0x80, 0xBF)) return 0;
    }
    return row.length;
  }
  return 0;
}

}  // namespace

VarintFault TakeVarint(absl::string_view& bytes, uint64_t& value) {
  constexpr size_t kMaxVarintBytes = 10;
  value = 0;
  for (size_t i = 0; i < kMaxVarintBytes; ++i) {
    if (i == bytes.size()) return VarintFault::kTruncated;
    const uint8_t byte = ByteAt(bytes, i);
    if (i == kMaxVarintBytes - 1 && byte > 1) return VarintFault::kTooLong;
    value |= static_cast<uint64_t>(byte & 0x7F) << (7 * i);
    if ((byte & 0x80) != 0) continue;
    if (byte == 0 && i > 0) return VarintFault::kNotShortest;
    bytes.remove_prefix(i + 1);
    return VarintFault::kNone;
  }
  return VarintFault::kTooLong;
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace rogatoria::wire
