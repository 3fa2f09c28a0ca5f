// Goal: the language is the one asked for, else the locale's as POSIX orders its variables; what is
// not a language of ours is noticed.
#include "services/cli/language.h"

#include <cstdlib>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace rogatoria::cli {
namespace {

constexpr const char* kVariables[] = {"ROGATORIA_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};

class LanguageTest : public testing::Test {
 protected:
  LanguageTest() {
    for (const char* name : kVariables) {
      const char* value = std::getenv(name);
      before_.push_back(value == nullptr ? "" : value);
      unsetenv(name);
    }
  }
  ~LanguageTest() override {
    for (size_t i = 0; i < before_.size(); ++i) {
      if (before_[i].empty()) {
        unsetenv(kVariables[i]);
      } else {
        setenv(kVariables[i], before_[i].c_str(), 1);
      }
    }
  }

  static std::string Chosen(const std::vector<const char*>& words = {}) {
    std::vector<const char*> argv = {"rogatoria"};
    argv.insert(argv.end(), words.begin(), words.end());
    return LanguageTag(ChooseLanguage(static_cast<int>(argv.size()), argv.data()));
  }

  std::vector<std::string> before_;
};

TEST_F(LanguageTest, EnglishWhenNothingIsSaid) {
  EXPECT_EQ(Chosen(), "en");
}

TEST_F(LanguageTest, TheLocaleIsUsed) {
  setenv("LANG", "pt_BR.UTF-8", 1);
  EXPECT_EQ(Chosen(), "pt");
  setenv("LANG", "es_CO", 1);
  EXPECT_EQ(Chosen(), "es");
  for (const char* other : {"C", "C.UTF-8", "POSIX", "de_DE.UTF-8", "ptx", "x"}) {
    setenv("LANG", other, 1);
    EXPECT_EQ(Chosen(), "en") << other;
  }
}

TEST_F(LanguageTest, EachSourceGoesBeforeTheNext) {
  setenv("LANG", "es_ES.UTF-8", 1);
  setenv("LC_MESSAGES", "pt_PT.UTF-8", 1);
  EXPECT_EQ(Chosen(), "pt");
  setenv("LC_ALL", "es_ES.UTF-8", 1);
  EXPECT_EQ(Chosen(), "es");
  setenv("ROGATORIA_LANGUAGE", "pt", 1);
  EXPECT_EQ(Chosen(), "pt");
  EXPECT_EQ(Chosen({"case", "list", "--language", "en"}), "en");
  EXPECT_EQ(Chosen({"--language=es-CO"}), "es");
}

TEST_F(LanguageTest, AnEmptyVariableIsNoneAndASetOneHidesTheNext) {
  setenv("LC_ALL", "", 1);
  setenv("LANG", "es_ES.UTF-8", 1);
  EXPECT_EQ(Chosen(), "es");
  setenv("LC_ALL", "C", 1);  // POSIX: the plain messages, whatever LANG says
  EXPECT_EQ(Chosen(), "en");
}

TEST_F(LanguageTest, ATagIsALanguageWithOrWithoutARegion) {
  for (const char* tag : {"en", "en-GB", "es_CO", "pt_BR.UTF-8", "pt@euro"}) {
    EXPECT_TRUE(LanguageFromTag(tag).has_value()) << tag;
  }
  for (const char* tag : {"", "e", "fr", "english", "esp", "EN"}) {
    EXPECT_FALSE(LanguageFromTag(tag).has_value()) << tag;
  }
}

}  // namespace
}  // namespace rogatoria::cli
