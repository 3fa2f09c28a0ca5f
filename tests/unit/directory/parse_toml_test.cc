#include "common/directory/parse_toml.h"

#include <string>

#include <gtest/gtest.h>

#include "common/directory/toml_tree.h"

namespace rogatoria {
namespace {

std::string KeyOf(int parts) {
  std::string key = "a";
  for (int i = 1; i < parts; ++i) key += i % 2 == 0 ? " . \"b.c\"" : ".a";
  return key;
}

TEST(ParseTomlTest, AKeyHasBoundedParts) {
  EXPECT_NO_THROW(ParseToml(KeyOf(kMaxTomlKeyParts) + " = 1", "f"));
  EXPECT_NO_THROW(ParseToml("[" + KeyOf(kMaxTomlKeyParts) + "]", "f"));
  for (const std::string& text : {KeyOf(kMaxTomlKeyParts + 1) + " = 1",
                                  "[" + KeyOf(kMaxTomlKeyParts + 1) + "]",
                                  "x = {" + KeyOf(kMaxTomlKeyParts + 1) + " = 1}"}) {
    EXPECT_THROW(ParseToml(text, "f"), toml::parse_error) << text;
  }
}

TEST(ParseTomlTest, DotsElsewhereAreNoParts) {
  const std::string dots(1000, '.');
  EXPECT_NO_THROW(
      ParseToml("a = \"" + dots + "\"\n# " + dots + "\nb = '''\n" + dots + "\n'''", "f"));
  EXPECT_NO_THROW(ParseToml("a = \"\\\"" + dots + "\"\nb = 1.5\nc = [1.5, 2.5]", "f"));
}

TEST(ParseTomlTest, TheFaultHasItsPlace) {
  try {
    ParseToml("a = 1\nbb" + std::string(20, '.'), "f");
    FAIL() << "was taken";
  } catch (const toml::parse_error& error) {
    EXPECT_EQ(error.source().begin.line, 2u);
    EXPECT_GT(error.source().begin.column, 2u);
  }
}

// Each part is a table in the last: without a bound, walking them ended the hub.
TEST(ParseTomlTest, AHundredThousandPartsAreAProblemLikeAnother) {
  std::string key;
  for (int i = 0; i < 100000; ++i) key += "a.";
  Problems problems;
  EXPECT_FALSE(ReadToml("x.toml", "[" + key + "a]\nb = 1", problems).has_value());
  EXPECT_FALSE(problems.empty());
}

// The deepest that is taken: nested values and keys together.
TEST(ParseTomlTest, TheDeepestThatIsTakenIsWalked) {
  std::string text = "x = ";
  for (int i = 0; i < kMaxTomlNesting; ++i) text += "{" + KeyOf(kMaxTomlKeyParts) + " = ";
  text += "1" + std::string(kMaxTomlNesting, '}');
  Problems problems;
  EXPECT_TRUE(ReadToml("x.toml", text, problems).has_value());
  EXPECT_FALSE(ReadToml("x.toml", "y = [" + text.substr(4) + "]", problems).has_value());
}

}  // namespace
}  // namespace rogatoria
