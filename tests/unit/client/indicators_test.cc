// Goal: the catalogue is what its sources say, each row once and in order, in three languages, with
// a mark on what nobody could confirm; docs/indicators.md is what the catalogue says.
#include "common/client/indicators.h"

#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/structure/indicators/indicators_page.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::client {
namespace {

constexpr Language kLanguages[] = {Language::kEnglish, Language::kSpanish, Language::kPortuguese};

// By list and dimension, AL-DR: how many are strong, medium, weak and unread.
using Strengths = std::map<std::string, std::array<int, 4>>;

Strengths Counted() {
  Strengths counted;
  for (const IndicatorRow& row : AllIndicators())
    ++counted[row.code.substr(0, 5)][static_cast<size_t>(row.strength)];
  return counted;
}

TEST(IndicatorsTest, EachDimensionHasAsManyAsItsSourceSays) {
  const Strengths expected = {
      {"AL-DR", {1, 8, 1}},     {"AL-CR", {1, 9, 0}},     {"AL-AR", {0, 14, 2}},
      {"AL-EX", {1, 7, 1}},     {"AL-CD", {4, 10, 1}},    {"AL-AD", {0, 5, 2}},
      {"CL-DR", {2, 8, 0}},     {"CL-CR", {4, 6, 0}},     {"CL-AR", {0, 15, 0}},
      {"CL-EX", {1, 7, 0}},     {"CL-CD", {8, 7, 0}},     {"CL-AD", {0, 7, 0}},
      {"AS-DR", {0, 0, 0, 10}}, {"AS-CR", {0, 0, 0, 10}}, {"AS-AR", {0, 0, 0, 16}},
      {"AS-EX", {0, 0, 0, 9}},  {"AS-CD", {1, 0, 0, 14}}, {"AS-AD", {0, 0, 0, 7}},
      {"CS-DR", {0, 0, 0, 10}}, {"CS-CR", {0, 0, 0, 10}}, {"CS-AR", {0, 0, 0, 16}},
      {"CS-EX", {1, 0, 0, 8}},  {"CS-CD", {1, 0, 0, 14}}, {"CS-AD", {0, 0, 0, 7}},
  };
  EXPECT_EQ(Counted(), expected);
}

TEST(IndicatorsTest, CodesAreUniqueAndInOrder) {
  std::pair<std::pair<IndicatorList, IndicatorDimension>, std::string> last;
  std::set<std::string> codes;
  for (const IndicatorRow& row : AllIndicators()) {
    const std::pair here{std::pair{row.list, row.dimension}, row.code.substr(6)};
    EXPECT_TRUE(codes.insert(row.code).second) << row.code;
    EXPECT_TRUE(codes.size() == 1 || last < here) << row.code;
    last = here;
  }
}

TEST(IndicatorsTest, ACodeSaysItsListAndDimension) {
  const std::string lists[] = {"AL", "AS", "CL", "CS"};
  const std::string dimensions[] = {"DR", "CR", "AR", "EX", "CD", "AD"};
  for (const IndicatorRow& row : AllIndicators()) {
    EXPECT_EQ(row.code.substr(0, 6),
              absl::StrCat(lists[static_cast<size_t>(row.list)],
                           "-",
                           dimensions[static_cast<size_t>(row.dimension)],
                           "-"));
    EXPECT_EQ(row.code.size(), std::string("AL-DR-01").size()) << row.code;
  }
}

// The weight is of the list: what is weak for an adult can be strong for a child.
TEST(IndicatorsTest, OneNumberIsOneIndicatorWhateverTheList) {
  const IndicatorRow* adult = FindIndicator("AL-DR-10");
  const IndicatorRow* child = FindIndicator("CL-DR-10");
  ASSERT_NE(adult, nullptr);
  ASSERT_NE(child, nullptr);
  EXPECT_EQ(adult->en, child->en);
  EXPECT_EQ(adult->strength, IndicatorStrength::kWeak);
  EXPECT_EQ(child->strength, IndicatorStrength::kStrong);
}

// What an officer saw is said in words, whatever of the list could not be read.
TEST(IndicatorsTest, AStrengthThatNobodyReadIsNotMadeUp) {
  const IndicatorRow* row = FindIndicator("AS-DR-01");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(row->strength, IndicatorStrength::kUnread);
  EXPECT_EQ(row->en, FindIndicator("AL-DR-01")->en);
  EXPECT_EQ(IndicatorStrengthText(row->strength, Language::kSpanish), "no leído");
}

TEST(IndicatorsTest, WhatNoRowHasIsNotFound) {
  for (const char* code : {"", "AL", "al-dr-01", "AL-DR-11", "AL-DR-1", "CL-AR-08", "CL-EX-08"})
    EXPECT_EQ(FindIndicator(code), nullptr) << code;
}

TEST(IndicatorsTest, WhatOneSourceAloneHasIsMarked) {
  for (const IndicatorRow& row : AllIndicators())
    EXPECT_EQ(row.checked, row.list == IndicatorList::kAdultsLabour) << row.code;
}

TEST(IndicatorsTest, EveryTextIsASentenceOfItsOwnInThreeLanguages) {
  std::set<std::string> said;  // by dimension, since recruitment and destination may be alike
  for (const IndicatorRow& row : AllIndicators()) {
    std::set<std::string> texts;
    for (const Language language : kLanguages) {
      const std::string text(IndicatorText(row, language));
      texts.insert(text);
      EXPECT_TRUE(absl::EndsWith(text, ".")) << row.code;
      EXPECT_TRUE(said.insert(absl::StrCat(row.code.substr(0, 5), text)).second) << text;
    }
    EXPECT_EQ(texts.size(), 3u) << row.code;
  }
}

TEST(IndicatorsTest, ListsAndDimensionsHaveNamesInThreeLanguages) {
  for (const IndicatorRow& row : AllIndicators()) {
    std::set<absl::string_view> names;
    for (const Language language : kLanguages) {
      names.insert(IndicatorListText(row.list, language));
      names.insert(IndicatorDimensionText(row.dimension, language));
    }
    EXPECT_EQ(names.size(), 6u) << row.code;
  }
  EXPECT_EQ(IndicatorStrengthText(IndicatorStrength::kStrong, Language::kSpanish), "fuerte");
  EXPECT_EQ(IndicatorStrengthText(IndicatorStrength::kWeak, Language::kPortuguese), "fraco");
}

TEST(IndicatorsTest, ThePageIsWhatTheCatalogueSays) {
  const auto page = ReadFile(ROGATORIA_SOURCE_DIR "/docs/indicators.md", 1 << 20);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(*page, DescribeIndicators())
      << "write it again: describe_indicators > docs/indicators.md";
}

}  // namespace
}  // namespace rogatoria::client
