#include "common/directory/ical_lines.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/model/wire.h"

namespace rogatoria {
namespace {

constexpr size_t kMaxLineBytes = 8192;

// Unfolded, not yet split.
struct RawLine {
  std::string text;
  std::vector<IcalLine::Stretch> stretches;
};

void AddPhysicalLine(const std::string& file,
                     uint32_t number,
                     absl::string_view line,
                     std::vector<RawLine>& lines) {
  const bool folded = !lines.empty() && !line.empty() && (line[0] == ' ' || line[0] == '\t');
  if (folded) line.remove_prefix(1);
  if (!folded) lines.emplace_back();
  RawLine& raw = lines.back();
  raw.stretches.push_back({raw.text.size(), Place{file, number, folded ? 2U : 1U}});
  raw.text.append(line.data(), line.size());
}

std::vector<RawLine> Unfold(const std::string& file, absl::string_view content) {
  std::vector<RawLine> lines;
  for (uint32_t number = 1; !content.empty(); ++number) {
    const size_t end = std::min(content.find('\n'), content.size());
    absl::string_view line = content.substr(0, end);
    content.remove_prefix(std::min(end + 1, content.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (!line.empty()) AddPhysicalLine(file, number, line, lines);
  }
  return lines;
}

Place PlaceAt(const std::vector<IcalLine::Stretch>& stretches, size_t offset) {
  const IcalLine::Stretch* found = &stretches.front();
  for (const IcalLine::Stretch& stretch : stretches) {
    if (stretch.offset <= offset) found = &stretch;
  }
  Place place = found->place;
  place.column += static_cast<uint32_t>(offset - found->offset);
  return place;
}

bool IsName(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
  });
}

// Where a part ends that begins at `from`: at the first of `stops` outside quotes.
size_t EndOfPart(absl::string_view text, size_t from, absl::string_view stops) {
  bool quoted = false;
  for (size_t i = from; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && stops.find(text[i]) != stops.npos) return i;
  }
  return text.size();
}

std::string Unquoted(absl::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') {
    text = text.substr(1, text.size() - 2);
  }
  return std::string(text);
}

// The offset of what is wrong; nullopt when nothing is.
std::optional<size_t> Split(absl::string_view text, IcalLine& line) {
  size_t end = EndOfPart(text, 0, ";:");
  if (!IsName(text.substr(0, end))) return 0;
  line.name = absl::AsciiStrToUpper(text.substr(0, end));
  while (end < text.size() && text[end] == ';') {
    const size_t begin = end + 1;
    end = EndOfPart(text, begin, ";:");
    const absl::string_view param = text.substr(begin, end - begin);
    const size_t equals = param.find('=');
    if (equals == param.npos || !IsName(param.substr(0, equals))) return begin;
    line.params.emplace_back(absl::AsciiStrToUpper(param.substr(0, equals)),
                             Unquoted(param.substr(equals + 1)));
  }
  if (end == text.size()) return end;
  line.value_offset = end + 1;
  line.value = std::string(text.substr(line.value_offset));
  return std::nullopt;
}

bool HasControlCharacter(absl::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
  });
}

void AddLine(RawLine raw, std::vector<IcalLine>& lines, Problems& problems) {
  IcalLine line;
  const Place& place = raw.stretches.front().place;
  if (raw.text.size() > kMaxLineBytes) {
    problems.Add(place,
                 absl::StrCat("the line has ", raw.text.size(), " bytes"),
                 absl::StrCat("at most ", kMaxLineBytes, " are accepted"));
  } else if (!wire::IsUtf8(raw.text) || HasControlCharacter(raw.text)) {
    problems.Add(place, "the line is not text", "UTF-8 without control characters is accepted");
  } else if (const auto wrong = Split(raw.text, line); wrong.has_value()) {
    problems.Add(PlaceAt(raw.stretches, *wrong),
                 "this is not a line of an iCalendar file",
                 "NAME:value or NAME;PARAMETER=value:value is accepted");
  } else {
    line.stretches = std::move(raw.stretches);
    lines.push_back(std::move(line));
  }
}

}  // namespace

absl::string_view IcalLine::Param(absl::string_view wanted) const {
  for (const auto& [param, text] : params) {
    if (param == wanted) return text;
  }
  return "";
}

Place IcalLine::PlaceInValue(size_t offset) const {
  return PlaceAt(stretches, value_offset + offset);
}

std::vector<IcalLine> ReadIcalLines(const std::string& file,
                                    absl::string_view content,
                                    Problems& problems) {
  constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (content.substr(0, 3) == kByteOrderMark) content.remove_prefix(3);
  std::vector<IcalLine> lines;
  for (RawLine& raw : Unfold(file, content)) AddLine(std::move(raw), lines, problems);
  return lines;
}

std::string UnescapeIcalText(absl::string_view value) {
  std::string text;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\' || i + 1 == value.size()) {
      text += value[i];
      continue;
    }
    ++i;
    text += value[i] == 'n' || value[i] == 'N' ? ' ' : value[i];
  }
  return text;
}

std::vector<std::string> SplitIcalTexts(absl::string_view value) {
  std::vector<std::string> texts;
  size_t begin = 0;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\') {
      ++i;
    } else if (value[i] == ',') {
      texts.push_back(UnescapeIcalText(value.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  texts.push_back(UnescapeIcalText(value.substr(begin)));
  return texts;
}

}  // namespace rogatoria
