#include "common/model/ids.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "common/base/error.h"
#include "common/base/random.h"

namespace rogatoria {
namespace {

constexpr size_t kUuidChars = 36;

bool AllOf(absl::string_view text, bool (*accepted)(char)) {
  return std::all_of(text.begin(), text.end(), accepted);
}

bool IsLower(char c) {
  return c >= 'a' && c <= 'z';
}
bool IsUpper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// A subtag after the language: a script (Hant), then a region (CO, 419), each at most once.
bool IsScript(absl::string_view tag) {
  return tag.size() == 4 && IsUpper(tag[0]) && AllOf(tag.substr(1), IsLower);
}
bool IsRegion(absl::string_view tag) {
  return (tag.size() == 2 && AllOf(tag, IsUpper)) || (tag.size() == 3 && AllOf(tag, IsDigit));
}

}  // namespace

bool IsAuthorityId(absl::string_view text) {
  constexpr size_t kMax = 32;
  return text.size() >= 2 && text.size() <= kMax && IsLower(text[0]) &&
         AllOf(text, [](char c) { return IsLower(c) || IsDigit(c) || c == '-'; });
}

bool IsActId(absl::string_view text) {
  if (text.size() <= kUuidChars + 1) return false;
  const size_t slash = text.size() - kUuidChars - 1;
  return text[slash] == '/' && IsAuthorityId(text.substr(0, slash)) &&
         IsUuid(text.substr(slash + 1));
}

bool IsInstrumentId(absl::string_view text) {
  constexpr size_t kMax = 40;
  return !text.empty() && text.size() <= kMax && IsUpper(text[0]) &&
         AllOf(text, [](char c) { return IsUpper(c) || IsDigit(c) || c == '-'; });
}

bool IsMeasureCode(absl::string_view text) {
  constexpr size_t kMax = 40;
  return !text.empty() && text.size() <= kMax && IsUpper(text[0]) &&
         AllOf(text, [](char c) { return IsUpper(c) || IsDigit(c) || c == '_'; });
}

bool IsCountryCode(absl::string_view text) {
  return text.size() == 2 && AllOf(text, IsUpper);
}

bool IsLanguageTag(absl::string_view text) {
  if (text.size() < 2 || text.size() > 11) return false;  // zh-Hant-TW, quz-Latn-419
  absl::string_view rest = text;
  const auto take = [&rest] {
    const size_t end = std::min(rest.find('-'), rest.size());
    const absl::string_view tag = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return tag;
  };
  if (text.back() == '-') return false;
  const absl::string_view language = take();
  if (language.size() < 2 || language.size() > 3 || !AllOf(language, IsLower)) return false;
  if (rest.empty()) return true;
  absl::string_view tag = take();
  if (IsScript(tag)) {
    if (rest.empty()) return true;
    tag = take();
  }
  return IsRegion(tag) && rest.empty();
}

bool IsCivilDate(absl::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  int year = 0, month = 0, day = 0;
  const absl::string_view parts[] = {text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)};
  for (absl::string_view part : parts) {
    if (!AllOf(part, IsDigit)) return false;
  }
  if (!absl::SimpleAtoi(parts[0], &year) || !absl::SimpleAtoi(parts[1], &month) ||
      !absl::SimpleAtoi(parts[2], &day) || year == 0) {
    return false;
  }
  const absl::CivilDay civil(year, month, day);  // normalises 02-30 to another day
  return civil.year() == year && civil.month() == month && civil.day() == day;
}

absl::StatusOr<ActIdParts> ParseActId(absl::string_view text) {
  if (!IsActId(text)) {
    return Error(Reason::FIELD_INVALID)
        .Accepted("an act id, such as pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49");
  }
  const size_t slash = text.size() - kUuidChars - 1;
  return ActIdParts{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

std::string MakeActId(absl::string_view authority, absl::string_view uuid) {
  return absl::StrCat(authority, "/", uuid);
}

}  // namespace rogatoria
