#include "common/directory/data_fields.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kMatters[] = {
    "CRIMINAL", "CIVIL", "COMMERCIAL", "LABOUR", "ADMINISTRATIVE"};

bool IsMatter(absl::string_view text) {
  return std::find(std::begin(kMatters), std::end(kMatters), text) != std::end(kMatters);
}

v1::DataMark MarkOf(absl::string_view name) {
  v1::DataMark mark = v1::DATA_MARK_UNSPECIFIED;
  if (!v1::DataMark_Parse(absl::StrCat("DATA_MARK_", name), &mark)) {
    return v1::DATA_MARK_UNSPECIFIED;
  }
  return mark;
}

bool IsSource(absl::string_view text) {
  constexpr size_t kMaxBytes = 512;
  return !text.empty() && text.size() <= kMaxBytes &&
         std::none_of(text.begin(), text.end(), [](char c) { return c >= 0 && c < ' '; });
}

// facts, measures[], detail_of_2: a name, and [] for each of a list.
bool IsStep(absl::string_view text) {
  if (absl::EndsWith(text, "[]")) text.remove_suffix(2);
  if (text.empty() || text[0] < 'a' || text[0] > 'z') return false;
  for (char c : text) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_')) return false;
  }
  return true;
}

}  // namespace

bool IsFieldPath(absl::string_view text) {
  constexpr size_t kMaxBytes = 128;
  if (text.size() > kMaxBytes) return false;
  for (absl::string_view step : absl::StrSplit(text, '.')) {
    if (!IsStep(step)) return false;
  }
  return true;
}

std::vector<std::string> ReadMatters(TableReader& reader) {
  return reader.Texts("matters",
                      TableReader::kOptional,
                      IsMatter,
                      "CRIMINAL, CIVIL, COMMERCIAL, LABOUR or ADMINISTRATIVE");
}

v1::DataMark ReadMark(TableReader& reader) {
  return MarkOf(reader.Text(
      "mark",
      TableReader::kOptional,
      [](absl::string_view name) { return MarkOf(name) != v1::DATA_MARK_UNSPECIFIED; },
      "CHECK_BEFORE_PRODUCTION or VERIFIED"));
}

std::string ReadSource(TableReader& reader) {
  return reader.Text("source", TableReader::kOptional, IsSource, "one line, where it comes from");
}

}  // namespace rogatoria
