#include "common/model/line_text.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"

namespace rogatoria::line_text {
namespace {

constexpr absl::string_view kNone = "-";
constexpr char kHexDigits[] = "0123456789ABCDEF";

bool IsPlain(char c) {
  return c > ' ' && c <= '~' && c != '%';
}

void AppendEscaped(char c, std::string& out) {
  const auto byte = static_cast<uint8_t>(c);
  out.push_back('%');
  out.push_back(kHexDigits[byte >> 4]);
  out.push_back(kHexDigits[byte & 15]);
}

}  // namespace

void AppendLine(absl::string_view name, absl::string_view value, Bytes& out) {
  if (value.empty()) value = kNone;
  out.append(name.data(), name.size());
  out.push_back(' ');
  out.append(value.data(), value.size());
  out.push_back('\n');
}

std::string Escape(absl::string_view value) {
  std::string out;
  if (value == kNone) {
    AppendEscaped('-', out);
    return out;
  }
  out.reserve(value.size());
  for (char c : value) {
    if (IsPlain(c)) {
      out.push_back(c);
    } else {
      AppendEscaped(c, out);
    }
  }
  return out;
}

bool Unescape(absl::string_view text, std::string& value) {
  value.clear();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      value.push_back(text[i]);
      continue;
    }
    const absl::string_view digits(kHexDigits, 16);
    if (i + 2 >= text.size()) return false;
    const size_t high = digits.find(text[i + 1]);
    const size_t low = digits.find(text[i + 2]);
    if (high == absl::string_view::npos || low == absl::string_view::npos) return false;
    value.push_back(static_cast<char>(high << 4 | low));
    i += 2;
  }
  return Escape(value) == text;
}

bool ParseNumber(absl::string_view text, uint64_t& value) {
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
  if (!digits || (text.size() > 1 && text[0] == '0')) return false;
  return absl::SimpleAtoi(text, &value);
}

bool IsSha256Hex(absl::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

absl::Status LineError(absl::string_view name, absl::string_view accepted) {
  return Error(Reason::MALFORMED_MESSAGE).Field(name).Accepted(accepted);
}

absl::Status Reader::TakeFirstLine(absl::string_view expected) {
  absl::string_view line;
  if (TakeLine(line) && line == expected) return absl::OkStatus();
  return LineError("", absl::StrCat("the first line must be \"", expected, "\""));
}

absl::Status Reader::TakeValue(absl::string_view name, absl::string_view& value) {
  absl::string_view line;
  const bool found = TakeLine(line) && line.size() > name.size() + 1 &&
                     line.substr(0, name.size()) == name && line[name.size()] == ' ';
  if (!found) return LineError(name, absl::StrCat("a line \"", name, " <value>\" belongs here"));
  value = line.substr(name.size() + 1);
  if (value == kNone) value = {};
  const bool plain =
      std::all_of(value.begin(), value.end(), [](char c) { return c > ' ' && c <= '~'; });
  return plain ? absl::OkStatus() : LineError(name, "printable ASCII without spaces");
}

absl::Status Reader::ExpectEnd() const {
  return rest_.empty() ? absl::OkStatus() : LineError("", "no line may follow the last one");
}

bool Reader::TakeLine(absl::string_view& line) {
  const size_t end = rest_.find('\n');
  if (end == absl::string_view::npos) return false;
  line = rest_.substr(0, end);
  rest_.remove_prefix(end + 1);
  return true;
}

}  // namespace rogatoria::line_text
