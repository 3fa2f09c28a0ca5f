#include "common/merkle/text.h"

#include <string>

#include <gtest/gtest.h>

namespace rogatoria::merkle {
namespace {

TEST(TextTest, Utf8OfEveryLength) {
  for (const char* text : {"",
                           "a",
                           "\xC3\xA7",
                           "\xE2\x80\x94",
                           "\xF0\x9F\x8C\x8D",
                           "\xF4\x8F\xBF\xBF",
                           "\xED\x9F\xBF",
                           "\xEE\x80\x80",
                           "\x7F",
                           "line\nline\n"}) {
    EXPECT_TRUE(IsNoteText(text)) << text;
  }
}

TEST(TextTest, RefusesWhatIsNotUtf8) {
  for (const char* text : {"\x80",
                           "\xC3",
                           "\xC3(",
                           "\xE2\x80",
                           "\xF0\x9F\x8C",
                           "\xFF",
                           "\xFE",
                           "\xF8\x88\x80\x80\x80",
                           "a\xBF"}) {
    EXPECT_FALSE(IsNoteText(text)) << text;
  }
}

TEST(TextTest, RefusesLongForms) {
  for (const char* text : {"\xC0\x80",
                           "\xC1\xBF",
                           "\xE0\x80\x80",
                           "\xE0\x9F\xBF",
                           "\xF0\x80\x80\x80",
                           "\xF0\x8F\xBF\xBF"}) {
    EXPECT_FALSE(IsNoteText(text)) << text;
  }
}

TEST(TextTest, RefusesSurrogatesAndBeyondUnicode) {
  for (const char* text :
       {"\xED\xA0\x80", "\xED\xBF\xBF", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80"}) {
    EXPECT_FALSE(IsNoteText(text)) << text;
  }
}

TEST(TextTest, RefusesControlCharacters) {
  for (char control = 0; control < 0x20; ++control) {
    EXPECT_EQ(IsNoteText(std::string(1, control)), control == '\n') << int{control};
    EXPECT_FALSE(IsNoteWord(std::string(1, control))) << int{control};
    EXPECT_FALSE(IsNoteLine(std::string(1, control))) << int{control};
  }
}

TEST(TextTest, WordsHaveNoUnicodeSpaces) {
  EXPECT_TRUE(IsNoteWord("hub.example.org/log/1"));
  EXPECT_TRUE(
      IsNoteWord("fiscal\xC3\xAD"
                 "a"));
  for (const char* space : {" ",
                            "\t",
                            "\n",
                            "\xC2\x85",
                            "\xC2\xA0",
                            "\xE1\x9A\x80",
                            "\xE2\x80\x80",
                            "\xE2\x80\x8A",
                            "\xE2\x80\xA8",
                            "\xE2\x80\xA9",
                            "\xE2\x80\xAF",
                            "\xE2\x81\x9F",
                            "\xE3\x80\x80"}) {
    EXPECT_FALSE(IsNoteWord(std::string("a") + space + "b")) << space;
  }
}

TEST(TextTest, LinesAreOneAndNotEmpty) {
  EXPECT_TRUE(IsNoteLine("a line"));
  EXPECT_FALSE(IsNoteLine(""));
  EXPECT_FALSE(IsNoteLine("a\n"));
  EXPECT_FALSE(IsNoteLine("\xFF"));
}

TEST(TextTest, Decimals) {
  EXPECT_EQ(ParseDecimal("0"), 0u);
  EXPECT_EQ(ParseDecimal("9223372036854775807"), 9223372036854775807u);
  for (const char* text : {"",
                           "00",
                           "01",
                           "-1",
                           "+1",
                           " 1",
                           "1 ",
                           "1.0",
                           "1e3",
                           "0x1",
                           "a",
                           "9223372036854775808",
                           "18446744073709551616"}) {
    EXPECT_FALSE(ParseDecimal(text).has_value()) << text;
  }
}

TEST(TextTest, TakesLines) {
  absl::string_view text = "a\n\nb";
  EXPECT_EQ(TakeLine(text), "a");
  EXPECT_EQ(TakeLine(text), "");
  EXPECT_FALSE(TakeLine(text).has_value());
  EXPECT_EQ(text, "b");
}

}  // namespace
}  // namespace rogatoria::merkle
