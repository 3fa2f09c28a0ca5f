// Goal: one value in five formats; what others wrote can neither steer the terminal nor be taken
// for something else by a program that reads YAML or JSON.
#include "services/cli/output.h"

#include <sstream>

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace rogatoria::cli {
namespace {

const std::vector<Column> kColumns = {{Message::COL_KIND, "kind"},
                                      {Message::COL_ACT, "act"},
                                      {Message::COL_MEASURE, "measures", true}};

Json Row() {
  return {{"kind", "DECISION"},
          {"act", "pt-pgr/1"},
          {"measures", {{{"number", 1}, {"code", "VIDEO_HEARING"}}}}};
}

std::string Rows(OutputFormat format, Language language = Language::kEnglish) {
  std::ostringstream out;
  PrintRows(out, format, language, Json::array({Row()}), kColumns, "act");
  return out.str();
}

TEST(OutputTest, ATableShowsWordsInTheReadersLanguage) {
  EXPECT_EQ(Rows(OutputFormat::kTable), "KIND      ACT\ndecision  pt-pgr/1\n");
  EXPECT_EQ(Rows(OutputFormat::kTable, Language::kPortuguese), "TIPO     ATO\ndecisão  pt-pgr/1\n");
}

TEST(OutputTest, WideShowsEveryColumn) {
  EXPECT_EQ(Rows(OutputFormat::kWide, Language::kSpanish),
            "TIPO      ACTO      DILIGENCIAS\n"
            "decisión  pt-pgr/1  1 audiencia por videoconferencia\n");
}

TEST(OutputTest, JsonAndYamlKeepTheCodes) {
  EXPECT_EQ(Json::parse(Rows(OutputFormat::kJson, Language::kSpanish)), Json::array({Row()}));
  EXPECT_EQ(Rows(OutputFormat::kYaml, Language::kSpanish),
            "-\n  kind: DECISION\n  act: pt-pgr/1\n  measures:\n    -\n      number: 1\n"
            "      code: VIDEO_HEARING\n");
}

TEST(OutputTest, NameIsOneLineARow) {
  EXPECT_EQ(Rows(OutputFormat::kName), "pt-pgr/1\n");
}

TEST(OutputTest, AnObjectLeavesOutWhatIsEmpty) {
  std::ostringstream out;
  PrintObject(out,
              OutputFormat::kTable,
              Language::kEnglish,
              {{"kind", ""}, {"act", "pt-pgr/1"}},
              kColumns,
              "act");
  EXPECT_EQ(out.str(), "ACT:  pt-pgr/1\n");
}

TEST(OutputTest, APrefixKeepsTwoMeaningsOfACodeApart) {
  std::ostringstream out;
  PrintObject(out,
              OutputFormat::kTable,
              Language::kEnglish,
              {{"effect", "FORMAL"}},
              {{Message::COL_EFFECT, "effect", false, "EFFECT_"}},
              "effect");
  EXPECT_EQ(out.str(), "EFFECT:  formal, by the instrument; paper may have to follow\n");
}

TEST(OutputTest, OnlyFiveFormats) {
  for (const char* name : {"table", "wide", "json", "yaml", "name"}) {
    EXPECT_THAT(ParseOutputFormat(name), IsOk());
  }
  EXPECT_THAT(ParseOutputFormat("xml"), HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(ParseOutputFormat(""), HasReason(Reason::FIELD_INVALID));
}

TEST(OutputTest, JsonEscapesWhatSteersATerminal) {
  const Json value = {{"subject", "a\xc2\x9b\x7f\xe2\x80\xae é"}};
  const std::string text = ToJson(value);
  EXPECT_THAT(text, testing::HasSubstr("a\\u009b\\u007f\\u202e é"));
  EXPECT_EQ(Json::parse(text), value) << "escaped, not changed";
}

TEST(OutputTest, ReceivedTextCannotSteerTheTerminal) {
  EXPECT_EQ(Printable("a\x1b[2Jb\r\n\x07"), "a?[2Jb???");
  EXPECT_EQ(Printable("\xc2\x9b"
                      "31m"),
            "?31m");  // C1: control sequence introducer
  EXPECT_EQ(Printable("\xe2\x80\xae"
                      "fdp.exe"),
            "?fdp.exe");                        // right-to-left override
  EXPECT_EQ(Printable("\xe2\x81\xa6x"), "?x");  // isolate
  EXPECT_EQ(Printable("\x9b\xff"), "??");       // no UTF-8 at all
  EXPECT_EQ(Printable("\xc3"), "?");            // cut short
  EXPECT_EQ(Printable("\x7f"), "?");
  EXPECT_EQ(Printable("ação ñ 漢字 🙂"), "ação ñ 漢字 🙂");
}

TEST(OutputTest, ACellIsNeutralisedToo) {
  std::ostringstream out;
  PrintRows(out,
            OutputFormat::kTable,
            Language::kEnglish,
            Json::array({{{"act", "evil\x1b]0;title\x07"}}}),
            {{Message::COL_ACT, "act"}},
            "act");
  EXPECT_EQ(out.str().find('\x1b'), std::string::npos);
  EXPECT_EQ(out.str().find('\x07'), std::string::npos);
}

TEST(OutputTest, WidthCountsCharactersNotBytes) {
  EXPECT_EQ(DisplayWidth("decisão"), 7u);
}

TEST(OutputTest, YamlQuotesWhatCouldBeReadAsSomethingElse) {
  const auto yaml = [](const std::string& text) { return ToYaml(Json(text)); };
  for (const char* plain : {"pt-pgr/1", "VIDEO_HEARING", "a b", "ends.with.dots"}) {
    EXPECT_EQ(yaml(plain), std::string(plain) + "\n");
  }
  for (const char* doubtful : {"",
                               "yes",
                               "no",
                               "null",
                               "true",
                               "Off",
                               "NO",
                               "NULL",
                               "y",
                               "12",
                               "1.5",
                               "0x1f",
                               "-",
                               "- a",
                               "key: value",
                               "ends with:",
                               "a #comment",
                               "#a",
                               "'quoted'",
                               "\"quoted\"",
                               "back\\slash",
                               "[a]",
                               "{a}",
                               "*alias",
                               "&anchor",
                               "!tag",
                               "%directive",
                               "@at",
                               "`tick",
                               "| block",
                               "> fold",
                               "? key",
                               " leading",
                               "trailing ",
                               "two\nlines",
                               "tab\there",
                               "2026-11-24T12:00:00.000Z",
                               "~",
                               ".inf"}) {
    const std::string text = yaml(doubtful);
    EXPECT_EQ(text.front(), '"') << doubtful;
    EXPECT_EQ(Json::parse(text), Json(doubtful)) << doubtful;
  }
}

TEST(OutputTest, YamlEscapesWhatSteersATerminal) {
  EXPECT_EQ(ToYaml(Json("a\x1b[2J")), "\"a\\u001b[2J\"\n");
  EXPECT_EQ(ToYaml(Json("\xc2\x9b"
                        "31m")),
            "\"\\u009b31m\"\n");
}

TEST(OutputTest, YamlOfEmptyThings) {
  EXPECT_EQ(ToYaml({{"list", Json::array()}, {"text", ""}, {"nothing", nullptr}}),
            "list: []\ntext: \"\"\nnothing: null\n");
}

}  // namespace
}  // namespace rogatoria::cli
