#include "common/base/random.h"

#include <cstdlib>
#include <utility>

#include <sys/random.h>

#include "absl/strings/str_cat.h"

namespace rogatoria {

Bytes SystemRandom::Generate(size_t size) {
  Bytes bytes(size, '\0');
  for (size_t filled = 0; filled < size;) {
    ssize_t got = getrandom(bytes.data() + filled, size - filled, 0);
    if (got <= 0) std::abort();
    filled += static_cast<size_t>(got);
  }
  return bytes;
}

std::string FormatUuid(Bytes bytes, int version) {
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | (version << 4));
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  const std::string hex = ToHex(absl::string_view(bytes).substr(0, 16));
  return absl::StrCat(hex.substr(0, 8),
                      "-",
                      hex.substr(8, 4),
                      "-",
                      hex.substr(12, 4),
                      "-",
                      hex.substr(16, 4),
                      "-",
                      hex.substr(20));
}

std::string GenerateUuid(Random& random, Instant now) {
  constexpr size_t kTimeBytes = 6;
  Bytes raw = random.Generate(16);
  for (size_t i = 0; i < kTimeBytes; ++i) {
    raw[i] = static_cast<char>((now.unix_ms >> (8 * (kTimeBytes - 1 - i))) & 0xff);
  }
  return FormatUuid(std::move(raw), 7);
}

bool IsUuid(absl::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const bool hex = (text[i] >= '0' && text[i] <= '9') || (text[i] >= 'a' && text[i] <= 'f');
    if (dash ? text[i] != '-' : !hex) return false;
  }
  return true;
}

}  // namespace rogatoria
