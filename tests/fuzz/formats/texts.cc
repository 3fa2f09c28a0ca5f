// The small texts that stand in all formats: ids, days, instants, hexadecimal, base64, values of
// line texts; and what errors quote of them.
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/merkle/checkpoint.h"
#include "common/model/ids.h"
#include "common/model/line_text.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

void ExamineBytes(absl::string_view input) {
  CheckSameText(input, FromHex(input), ToHex);
  CheckSameText(input, FromBase64(input), ToBase64);
  ROG_CHECK(Need(FromHex(ToHex(input)), "hexadecimal is read") == input, "hexadecimal holds");
  ROG_CHECK(Need(FromBase64(ToBase64(input)), "base64 is read") == input, "base64 holds");
}

void ExamineValue(absl::string_view input) {
  std::string value;
  if (line_text::Unescape(input, value)) {
    ROG_CHECK(line_text::Escape(value) == input, "one value has one text");
  }
  ROG_CHECK(line_text::Unescape(line_text::Escape(input), value) && value == input,
            "every value has a text");
  uint64_t number = 0;
  if (line_text::ParseNumber(input, number)) {
    ROG_CHECK(std::to_string(number) == input, "one number has one text");
  }
}

// What a file name, a line or a key of the store is made of must not break out of it.
void ExamineIds(absl::string_view input) {
  const bool is_id = IsTrustDomain(input) || IsAuthorityId(input) || IsActId(input) ||
                     IsInstrumentId(input) || IsMeasureCode(input) || IsCountryCode(input) ||
                     IsLanguageTag(input) || IsCivilDate(input);
  for (const char c : is_id ? input : absl::string_view()) {
    ROG_CHECK(c > ' ' && c < 0x7f, "ids are printable ASCII");
  }
  const auto parts = ParseActId(input);
  ROG_CHECK(parts.ok() == IsActId(input), "one grammar of act ids");
  if (parts.ok()) {
    ROG_CHECK(MakeActId(parts->authority, parts->uuid) == input, "an act id is its parts");
    ROG_CHECK(IsAuthorityId(parts->authority), "an act id begins with an authority");
  }
}

// What is refused is quoted to whoever sent it.
void ExamineError(absl::string_view input) {
  const absl::string_view field = input.substr(0, input.size() / 2);
  const auto details =
      GetErrorDetails(Error(Reason::FIELD_INVALID).Field(field).Accepted(input).Evidence("a"));
  ROG_CHECK(details.has_value() && details->reason == Reason::FIELD_INVALID, "the reason stays");
  ROG_CHECK(details->field == field && details->accepted == input && details->evidence == "a",
            "what is quoted stays");
}

}  // namespace

void Examine(absl::string_view input) {
  ExamineBytes(input);
  ExamineValue(input);
  ExamineIds(input);
  ExamineError(input);
  CheckSameText(
      input, Instant::FromString(input), [](const Instant& instant) { return instant.ToString(); });
  CheckSameText(input, merkle::LogOrigin::Parse(input), [](const merkle::LogOrigin& origin) {
    return origin.ToText();
  });
}

}  // namespace rogatoria::fuzz
