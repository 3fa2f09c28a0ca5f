#include "services/cli/output.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

struct FormatName {
  absl::string_view name;
  OutputFormat format;
};
constexpr FormatName kFormats[] = {{"table", OutputFormat::kTable},
                                   {"wide", OutputFormat::kWide},
                                   {"json", OutputFormat::kJson},
                                   {"yaml", OutputFormat::kYaml},
                                   {"name", OutputFormat::kName}};

constexpr size_t kGap = 2;

// One cell: codes become words, lists are joined, the members of an object are put side by side.
std::string CellText(const Json& value, Language language) {
  if (value.is_null()) return "";
  if (value.is_string()) return Printable(WordFor(value.get<std::string>(), language));
  if (!value.is_structured()) return value.dump();
  std::vector<std::string> parts;
  for (const Json& item : value) {
    if (std::string part = CellText(item, language); !part.empty()) parts.push_back(part);
  }
  return absl::StrJoin(parts, value.is_array() ? ", " : " ");
}

// The codes that have a word of their own behind this prefix, with it.
Json WithPrefix(const Json& value, const std::string& prefix) {
  if (value.is_string()) {
    std::string code = prefix + value.get<std::string>();
    return HasWord(code) ? Json(std::move(code)) : value;
  }
  if (!value.is_array()) return value;
  Json all = Json::array();
  for (const Json& item : value) all.push_back(WithPrefix(item, prefix));
  return all;
}

// For -o name: the value as it is.
std::string PlainMember(const Json& row, const std::string& member) {
  const auto found = row.find(member);
  if (found == row.end()) return "";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::vector<Column> Shown(const std::vector<Column>& columns, OutputFormat format) {
  std::vector<Column> shown;
  for (const Column& column : columns) {
    if (!column.wide || format == OutputFormat::kWide) shown.push_back(column);
  }
  return shown;
}

void PrintTable(std::ostream& out, const std::vector<std::vector<std::string>>& lines) {
  std::vector<size_t> widths;
  for (const auto& line : lines) {
    widths.resize(std::max(widths.size(), line.size()));
    for (size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(line[i]));
  }
  for (const auto& line : lines) {
    std::string text;
    for (size_t i = 0; i < line.size(); ++i) {
      absl::StrAppend(&text, line[i]);
      if (i + 1 < line.size()) text.append(widths[i] - DisplayWidth(line[i]) + kGap, ' ');
    }
    out << text << "\n";
  }
}

// True when the value was printed in a format for programs.
bool PrintStructured(std::ostream& out, OutputFormat format, const Json& value) {
  if (format == OutputFormat::kJson) out << ToJson(value) << "\n";
  if (format == OutputFormat::kYaml) out << ToYaml(value);
  return format == OutputFormat::kJson || format == OutputFormat::kYaml;
}

bool NeedsQuotes(const std::string& text) {
  if (text.empty() || text.front() == ' ' || text.back() == ' ' || text.back() == ':') return true;
  constexpr absl::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/";
  if (kPlain.find(text.front()) == absl::string_view::npos) return true;
  for (const char* word : {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}) {
    if (absl::EqualsIgnoreCase(text, word)) return true;
  }
  return text.find(": ") != std::string::npos || text.find(" #") != std::string::npos ||
         text.find_first_of("\"\\") != std::string::npos || Printable(text) != text;
}

std::string YamlScalar(const Json& value) {
  if (!value.is_string()) return value.dump();
  const std::string text = value.get<std::string>();
  return NeedsQuotes(text) ? value.dump(-1, ' ', true, Json::error_handler_t::replace) : text;
}

void AppendYaml(const Json& value, size_t indent, std::string& out);

void AppendChild(const Json& child, size_t indent, std::string& out) {
  if (child.is_structured() && !child.empty()) {
    out += "\n";
    AppendYaml(child, indent, out);
  } else {
    absl::StrAppend(&out, " ", child.is_structured() ? child.dump() : YamlScalar(child), "\n");
  }
}

void AppendYaml(const Json& value, size_t indent, std::string& out) {
  const std::string margin(indent, ' ');
  if (value.is_array() && !value.empty()) {
    for (const Json& item : value) {
      absl::StrAppend(&out, margin, "-");
      AppendChild(item, indent + 2, out);
    }
  } else if (value.is_object() && !value.empty()) {
    for (const auto& [key, item] : value.items()) {
      absl::StrAppend(&out, margin, YamlScalar(Json(key)), ":");
      AppendChild(item, indent + 2, out);
    }
  } else {
    absl::StrAppend(&out, margin, value.is_structured() ? value.dump() : YamlScalar(value), "\n");
  }
}

bool IsContinuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

constexpr uint32_t kNotUtf8 = 0xffffffff;

struct CodePoint {
  uint32_t value = kNotUtf8;
  size_t bytes = 1;
};

// Of text that is not empty; one byte of kNotUtf8 where it is not UTF-8.
CodePoint FirstCodePoint(absl::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {first, 1};
  const size_t bytes = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < bytes) return {};
  uint32_t value = first & (0xffu >> (bytes + 1));
  for (size_t i = 1; i < bytes; ++i) {
    if (!IsContinuation(text[i])) return {};
    value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3fu);
  }
  const bool overlong = value < (bytes == 4 ? 0x10000u : bytes == 3 ? 0x800u : 0x80u);
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (overlong || surrogate || value > 0x10ffff) return {};
  return {value, bytes};
}

// Control characters, C1 ones too (U+009B begins an escape sequence on some terminals), marks that
// turn the direction of writing, and bytes and values that are no text.
bool SteersTerminal(uint32_t point) {
  return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == kNotUtf8 || point == 0x061c ||
         (point & 0xfffe) == 0xfffe || point == 0x200e || point == 0x200f ||
         (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

}  // namespace

std::string MemberText(const Json& row, const Column& column, Language language) {
  const auto found = row.find(column.member);
  if (found == row.end()) return "";
  if (column.word_prefix.empty()) return CellText(*found, language);
  return CellText(WithPrefix(*found, column.word_prefix), language);
}

absl::StatusOr<OutputFormat> ParseOutputFormat(absl::string_view text) {
  for (const FormatName& row : kFormats) {
    if (row.name == text) return row.format;
  }
  return Explained(Error(Reason::FIELD_INVALID).Field("--output"), Sentence::OUTPUT_FORMATS);
}

bool IsForPrograms(OutputFormat format) {
  return format != OutputFormat::kTable && format != OutputFormat::kWide;
}

void PrintRows(std::ostream& out,
               OutputFormat format,
               Language language,
               const Json& rows,
               const std::vector<Column>& columns,
               const std::string& name) {
  if (PrintStructured(out, format, rows)) return;
  if (format == OutputFormat::kName) {
    for (const Json& row : rows) out << PlainMember(row, name) << "\n";
    return;
  }
  const std::vector<Column> shown = Shown(columns, format);
  std::vector<std::vector<std::string>> lines(1);
  for (const Column& column : shown) lines[0].push_back(Say(language, column.title));
  for (const Json& row : rows) {
    std::vector<std::string>& line = lines.emplace_back();
    for (const Column& column : shown) line.push_back(MemberText(row, column, language));
  }
  PrintTable(out, lines);
}

void PrintRow(std::ostream& out,
              OutputFormat format,
              Language language,
              const Json& row,
              const std::vector<Column>& columns,
              const std::string& name) {
  if (IsForPrograms(format)) {
    return PrintObject(out, format, language, row, columns, name);
  }
  std::vector<std::string> cells;
  for (const Column& column : Shown(columns, format)) {
    if (std::string cell = MemberText(row, column, language); !cell.empty()) cells.push_back(cell);
  }
  out << absl::StrJoin(cells, "  ") << "\n";
}

void PrintObject(std::ostream& out,
                 OutputFormat format,
                 Language language,
                 const Json& object,
                 const std::vector<Column>& members,
                 const std::string& name) {
  if (PrintStructured(out, format, object)) return;
  if (format == OutputFormat::kName) {
    out << PlainMember(object, name) << "\n";
    return;
  }
  std::vector<std::vector<std::string>> lines;
  for (const Column& column : Shown(members, format)) {
    std::string value = MemberText(object, column, language);
    if (value.empty()) continue;
    lines.push_back({absl::StrCat(Say(language, column.title), ":"), std::move(value)});
  }
  PrintTable(out, lines);
}

std::string ToJson(const Json& value) {
  const std::string plain = value.dump(2, ' ', false, Json::error_handler_t::replace);
  std::string out;
  absl::string_view rest = plain;
  while (!rest.empty()) {
    const CodePoint point = FirstCodePoint(rest);
    // Below U+0020 there is only the layout: what stood in a text is escaped already.
    if (point.value >= 0x7f && SteersTerminal(point.value)) {
      absl::StrAppend(&out, "\\u", absl::Hex(point.value, absl::kZeroPad4));
    } else {
      out.append(rest.data(), point.bytes);
    }
    rest.remove_prefix(point.bytes);
  }
  return out;
}

std::string ToYaml(const Json& value) {
  std::string out;
  AppendYaml(value, 0, out);
  return out;
}

size_t DisplayWidth(absl::string_view text) {
  return text.size() - static_cast<size_t>(std::count_if(text.begin(), text.end(), IsContinuation));
}

std::string Printable(absl::string_view text) {
  std::string out;
  while (!text.empty()) {
    const CodePoint point = FirstCodePoint(text);
    if (SteersTerminal(point.value)) {
      out += '?';
    } else {
      out.append(text.data(), point.bytes);
    }
    text.remove_prefix(point.bytes);
  }
  return out;
}

}  // namespace rogatoria::cli
