// Goal: the language is the one asked for, else the profile's, else the locale's as POSIX orders
// its variables; what is not a language of ours is noticed.
#include "services/cli/language.h"

#include <cstdlib>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/try_command.h"

namespace rogatoria::cli {
namespace {

using testing::HasSubstr;

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

  static std::string Chosen(const std::vector<const char*>& words = {},
                            const std::string& in_profile = "") {
    std::vector<const char*> argv = {"rogatoria"};
    argv.insert(argv.end(), words.begin(), words.end());
    return LanguageTag(ChooseLanguage(static_cast<int>(argv.size()), argv.data(), in_profile));
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

TEST_F(LanguageTest, TheProfileGoesBeforeTheLocaleAndAfterWhatWasAsked) {
  EXPECT_EQ(Chosen({}, "es"), "es");
  setenv("LC_ALL", "en_GB.UTF-8", 1);
  EXPECT_EQ(Chosen({}, "es"), "es");
  EXPECT_EQ(Chosen({}, ""), "en");
  setenv("ROGATORIA_LANGUAGE", "pt", 1);
  EXPECT_EQ(Chosen({}, "es"), "pt");
  EXPECT_EQ(Chosen({"--language", "en"}, "es"), "en");
}

TEST_F(LanguageTest, TheProfileSaysItsLanguageOrNothing) {
  TemporaryFolder folder;
  const std::string path = folder / "office.toml";
  const auto said = [&](const std::string& toml) {
    EXPECT_THAT(WriteFileDurably(path, toml), IsOk());
    return LanguageInProfile(path);
  };
  EXPECT_EQ(said("authority = \"pt-pgr\"\nlanguage = \"es-CO\"\n[agent]\n"), "es-CO");
  EXPECT_EQ(said("language = \"en\"\n"), "en");
  for (const char* silent : {"", "authority = \"pt-pgr\"\n", "language = 3\n", "language = "}) {
    EXPECT_EQ(said(silent), "") << silent;
  }
  EXPECT_EQ(LanguageInProfile(folder / "none.toml"), "");
  EXPECT_EQ(LanguageInProfile(folder.path()), "");
}

TEST_F(LanguageTest, ACommandSpeaksTheLanguageOfItsProfile) {
  TemporaryFolder folder;
  setenv("XDG_CONFIG_HOME", folder.path().c_str(), 1);
  setenv("LC_ALL", "en_GB.UTF-8", 1);
  const std::string path = folder / "office.toml";
  ASSERT_THAT(WriteFileDurably(path, "language = \"es\"\n"), IsOk());
  EXPECT_THAT(Try({"agent", "run", "--help"}).out, HasSubstr("Usage: "));
  EXPECT_THAT(Try({"--profile", path, "agent", "run", "--help"}).out, HasSubstr("Uso: "));
  EXPECT_THAT(Try({"agent", "run", "--profile=" + path}).err, HasSubstr("se acepta: "));
  EXPECT_THAT(Try({"--profile", path, "--language=pt", "agent", "run"}).err,
              HasSubstr("aceita-se: "));
  ASSERT_EQ(Try({"context", "add", "a", path}).code, 0);
  EXPECT_THAT(Try({"agent", "run", "--help"}).out, HasSubstr("Uso: "));
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
