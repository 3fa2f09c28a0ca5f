#include "services/cli/page.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/check.h"
#include "services/cli/language.h"
#include "services/cli/output.h"

namespace rogatoria::cli {
namespace {

// Prints well on A4 in black and white, and reads well on a screen, also a narrow one. Thai and
// Arabic come after the Latin fonts, which lack them; lines break where their languages break.
constexpr absl::string_view kStyle = R"CSS(
body { font-family: "Noto Sans", "Liberation Sans", Arial, "Noto Sans Thai", "Sarabun", "TH Sarabun New",
       "Leelawadee UI", Loma, Waree, "Noto Sans Arabic", sans-serif;
       font-size: 10.5pt; line-height: 1.5; color: #111; background: #fff;
       max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 19pt; line-height: 1.2; margin: 0 0 0.3em; border-bottom: 3px solid #111; padding-bottom: 0.3em; }
h2 { font-size: 13pt; margin: 1.7em 0 0.5em; }
h3 { font-size: 11.5pt; margin: 1.3em 0 0.4em; }
h4, h5, h6 { font-size: 10.5pt; margin: 1.1em 0 0.3em; }
h1, h2, h3, h4, h5, h6, caption { break-after: avoid; }
p { margin: 0.5em 0; }
dl { display: grid; grid-template-columns: minmax(8rem, 13rem) 1fr; margin: 0.4em 0; }
dt { font-weight: bold; padding: 0.15em 0.8em 0.15em 0; border-top: 1px solid #ccc; }
dd { margin: 0; padding: 0.15em 0; border-top: 1px solid #ccc; }
dt, dd, th, p, h1, h2, h3, .code, .written { overflow-wrap: anywhere; }
td { overflow-wrap: break-word; }
td.code, td.written { overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; margin: 0.6em 0 1em; font-size: 9.5pt; }
caption { text-align: left; font-weight: bold; padding-bottom: 0.35em; }
th, td { border: 1px solid #666; padding: 0.3em 0.5em; text-align: start; vertical-align: top; }
thead th { background: #eee; color: #111; overflow-wrap: normal; }
thead { display: table-header-group; break-after: avoid; }
tbody tr:first-child { break-before: avoid; }
tr { break-inside: avoid; }
.code { font-family: "Liberation Mono", monospace; font-size: 0.87em; }
.written { white-space: pre-wrap; }
.mark { font-family: "Liberation Mono", monospace; font-size: 9pt; color: #333; background: #fff; }
.summary { border: 2px solid #111; padding: 0.5em 0.8em; font-weight: bold; }
.alarm { font-weight: bold; text-decoration: underline; }
.frame { border: 3px double #111; padding: 0.2em 0.9em 0.6em; margin: 1em 0; background: #f6f6f6; color: #111; }
.frame h2 { margin-top: 0.5em; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-family: "Liberation Mono", monospace; font-size: 8pt;
      line-height: 1.35; border-left: 2px solid #666; padding-left: 0.6em; margin: 0.2em 0 0.8em 0; }
@media (max-width: 32rem) { dl { display: block; } dd { border-top: none; } }
@media print { body { margin: 0; padding: 0; max-width: none; } }
)CSS";

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}, {"'", "&#39;"}});
}

// What may come from elsewhere: its lines kept, nothing in it that steers.
std::string Text(absl::string_view text) {
  std::vector<std::string> lines;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    lines.push_back(
        Printable(absl::StrReplaceAll(absl::StripSuffix(line, "\r"), {{"\t", "    "}})));
  }
  return Escaped(absl::StrJoin(lines, "\n"));
}

// A text inside the style sheet, between quotes: nothing that could end either.
std::string InStyle(absl::string_view text) {
  std::string safe = Printable(text);
  const auto is_special = [](char c) {
    return c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' || c == '\n';
  };
  safe.erase(std::remove_if(safe.begin(), safe.end(), is_special), safe.end());
  return safe;
}

std::string SheetStyle(absl::string_view foot) {
  const absl::string_view font = "font: 8pt \"Liberation Sans\", Arial, sans-serif; color: #333;";
  return absl::StrCat("@page { size: A4; margin: 18mm 17mm 22mm;\n  @bottom-left { content: \"",
                      InStyle(foot),
                      "\"; width: 85%; ",
                      font,
                      " }\n  @bottom-right { content: counter(page) \" / \" counter(pages); ",
                      font,
                      " } }\n");
}

std::string JoinNonEmpty(std::vector<std::string> texts) {
  std::erase(texts, "");
  return absl::StrJoin(texts, " · ");
}

bool IsLanguageTag(absl::string_view tag) {
  constexpr size_t kMost = 35;  // RFC 5646, section 4.4.1
  return !tag.empty() && tag.size() <= kMost && std::all_of(tag.begin(), tag.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
  });
}

// The accented letters of our languages are C3 80 to C3 9E in UTF-8, and 20 higher when small.
std::string Lower(absl::string_view word) {
  std::string lower = absl::AsciiStrToLower(word);
  for (size_t i = 0; i + 1 < lower.size(); ++i) {
    const auto next = static_cast<unsigned char>(lower[i + 1]);
    if (lower[i] == '\xc3' && next >= 0x80 && next <= 0x9e)
      lower[i + 1] = static_cast<char>(next + 0x20);
  }
  return lower;
}

std::string WithCapital(std::string text) {
  if (text.empty()) return text;
  text[0] = absl::ascii_toupper(static_cast<unsigned char>(text[0]));
  const auto second = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0;
  if (text[0] == '\xc3' && second >= 0xa0 && second <= 0xbe)
    text[1] = static_cast<char>(second - 0x20);
  return text;
}

}  // namespace

std::string SentenceCase(absl::string_view label) {
  const bool has_small = std::any_of(label.begin(), label.end(), absl::ascii_islower);
  if (has_small) return WithCapital(std::string(label));
  std::vector<std::string> words;
  for (absl::string_view word : absl::StrSplit(label, ' ')) {
    const bool is_code = std::any_of(word.begin(), word.end(), absl::ascii_isdigit);
    words.push_back(is_code ? std::string(word) : Lower(word));
  }
  return WithCapital(absl::StrJoin(words, " "));
}

Page::Page(Language language,
           const std::string& title,
           const std::string& mark,
           const std::string& foot,
           const std::string& banner)
    : language_tag_(LanguageTag(language)) {
  absl::StrAppend(&out_,
                  "<!DOCTYPE html>\n<html lang=\"",
                  language_tag_,
                  "\">\n<head>\n<meta charset=\"utf-8\"/>\n",
                  "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                  "style-src 'unsafe-inline'\"/>\n",
                  "<meta name=\"viewport\" content=\"width=device-width\"/>\n<title>",
                  Text(JoinNonEmpty({title, mark})),
                  "</title>\n<style>\n",
                  SheetStyle(JoinNonEmpty({title, mark, foot})),
                  kStyle,
                  "</style>\n</head>\n<body>\n<main>\n");
  if (!banner.empty()) Summary(banner);
  Element("h1", {title});
  if (!mark.empty()) absl::StrAppend(&out_, "<p class=\"mark\">", Text(mark), "</p>\n");
}

void Page::WrittenIn(absl::string_view language) {
  written_in_ = IsLanguageTag(language) ? std::string(language) : "";
}

std::string Page::Attributes(PageText::Kind kind) const {
  switch (kind) {
    case PageText::Kind::kWords:
      break;
    case PageText::Kind::kCode:
      return " class=\"code\"";
    case PageText::Kind::kWritten: {
      const bool other = !written_in_.empty() && written_in_ != language_tag_;
      return absl::StrCat(" class=\"written\" dir=\"auto\"",
                          other ? absl::StrCat(" lang=\"", written_in_, "\"") : "");
    }
    case PageText::Kind::kAlarm:
      return " class=\"alarm\"";
  }
  return "";
}

void Page::Element(absl::string_view tag, const PageText& text) {
  absl::StrAppend(&out_, "<", tag, Attributes(text.kind), ">", Text(text.text), "</", tag, ">\n");
}

void Page::Heading(size_t level, absl::string_view text) {
  ROG_CHECK(level >= 2 && level <= 6 && level <= level_ + 1, "a level of headings is skipped");
  level_ = level;
  Element(absl::StrCat("h", level), {SentenceCase(text)});
}

void Page::Paragraph(const PageText& text) {
  Element("p", text);
}

void Page::Summary(const std::string& text) {
  absl::StrAppend(&out_, "<p class=\"summary\">", Text(text), "</p>\n");
}

void Page::Facts(const std::vector<PageFact>& facts) {
  const auto is_empty = [](const PageFact& fact) { return fact.value.text.empty(); };
  if (std::all_of(facts.begin(), facts.end(), is_empty)) return;
  absl::StrAppend(&out_, "<dl>\n");
  for (const PageFact& fact : facts) {
    if (is_empty(fact)) continue;
    Element("dt", {SentenceCase(fact.label)});
    Element("dd", fact.value);
  }
  absl::StrAppend(&out_, "</dl>\n");
}

void Page::Table(const PageTable& table) {
  absl::StrAppend(
      &out_, "<table>\n<caption>", Text(SentenceCase(table.caption)), "</caption>\n<thead><tr>");
  for (const std::string& column : table.columns)
    absl::StrAppend(&out_, "<th scope=\"col\">", Text(SentenceCase(column)), "</th>");
  absl::StrAppend(&out_, "</tr></thead>\n<tbody>\n");
  for (const std::vector<PageText>& row : table.rows) {
    ROG_CHECK(row.size() == table.columns.size(), "a row of other columns");
    absl::StrAppend(&out_, "<tr><th scope=\"row\">", Text(row[0].text), "</th>\n");
    for (size_t i = 1; i < row.size(); ++i) Element("td", row[i]);
    absl::StrAppend(&out_, "</tr>\n");
  }
  absl::StrAppend(&out_, "</tbody>\n</table>\n");
}

void Page::Block(absl::string_view text) {
  Element("pre", {std::string(text)});
}

void Page::BeginFrame() {
  absl::StrAppend(&out_, "<div class=\"frame\">\n");
}

void Page::EndFrame() {
  absl::StrAppend(&out_, "</div>\n");
}

std::string Page::Finish() && {
  absl::StrAppend(&out_, "</main>\n</body>\n</html>\n");
  return std::move(out_);
}

}  // namespace rogatoria::cli
