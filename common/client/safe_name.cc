#include "common/client/safe_name.h"

#include <cstdint>
#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace rogatoria::client {
namespace {

constexpr size_t kMaxFileName = 120;
constexpr size_t kMaxEnding = 16;
constexpr absl::string_view kRefusedByWindows = "<>:\"|?*\\/";

struct Character {
  uint32_t value = 0;
  size_t bytes = 1;
  bool valid = false;
};

Character First(absl::string_view text) {
  const auto first = static_cast<uint8_t>(text[0]);
  if (first < 0x80) return {first, 1, true};
  const size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes) return {};
  uint32_t value = first & (0xffU >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<uint8_t>(text[i]);
    if ((next & 0xc0) != 0x80) return {};
    value = (value << 6) | (next & 0x3fU);
  }
  return {value, bytes, true};
}

// Control characters and the marks of writing direction.
bool Steers(uint32_t value) {
  return value < 0x20 || (value >= 0x7f && value <= 0x9f) || value == 0x200e || value == 0x200f ||
         (value >= 0x202a && value <= 0x202e) || (value >= 0x2066 && value <= 0x2069);
}

std::string Harmless(absl::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const Character character = First(text);
    const bool ascii = character.valid && character.value < 0x80;
    if (!character.valid || Steers(character.value) ||
        (ascii && absl::StrContains(kRefusedByWindows, text.substr(0, 1)))) {
      safe.push_back('_');
    } else {
      safe.append(text.data(), character.bytes);
    }
    text.remove_prefix(character.bytes);
  }
  return safe;
}

}  // namespace

std::string FirstBytes(absl::string_view text, size_t most) {
  if (text.size() <= most) return std::string(text);
  while (most > 0 && (static_cast<uint8_t>(text[most]) & 0xc0) == 0x80) --most;
  return std::string(text.substr(0, most));
}

std::string SafeFileName(absl::string_view name, size_t number) {
  const std::filesystem::path last =
      std::filesystem::path(absl::StrReplaceAll(name, {{"\\", "_"}})).filename();
  const std::string ending = FirstBytes(Harmless(last.extension().string()), kMaxEnding);
  std::string safe = absl::StrCat(
      FirstBytes(Harmless(last.stem().string()), kMaxFileName - ending.size()), ending);
  while (!safe.empty() && (safe.back() == '.' || safe.back() == ' ')) safe.pop_back();
  if (absl::StartsWith(safe, "-")) safe[0] = '_';  // no option of whom it is given to
  if (safe.empty() || safe[0] == '.') safe = absl::StrCat("document-", number);
  return safe;
}

}  // namespace rogatoria::client
