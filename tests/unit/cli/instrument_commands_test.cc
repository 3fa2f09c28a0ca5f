// instrument validate and diff: files alone, no hub. Broken ones are named by line and column and
// nothing is shown of them.
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/try_command.h"

namespace rogatoria::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kLaw = "[[instrument]]\nid = \"A-1\"\ntitle = \"Alpha\"\nlegal_basis = true\n";

class InstrumentCommandsTest : public testing::Test {
 protected:
  std::string File(const std::string& name, const std::string& text) {
    const std::string path = folder_ / name;
    EXPECT_TRUE(WriteFileDurably(path, text).ok());
    return path;
  }
  TemporaryFolder folder_;
};

TEST_F(InstrumentCommandsTest, GoodFilesAreListed) {
  const std::string path = File(
      "a.toml",
      kLaw + "mark = \"CHECK_BEFORE_PRODUCTION\"\n[instrument.parties]\nPT = \"\"\nCO = \"\"\n");
  Outcome outcome = Try({"instrument", "validate", path});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, testing::AllOf(HasSubstr("A-1"), HasSubstr("check before production")));
  EXPECT_THAT(outcome.err, HasSubstr("1 instruments; the files are good."));
  outcome = Try({"--language", "pt", "instrument", "validate", path});
  EXPECT_THAT(outcome.out, HasSubstr("verificar antes de produção"));
  outcome = Try({"-o", "json", "instrument", "validate", path});
  EXPECT_THAT(outcome.out, HasSubstr("\"between\": \"CO-PT\""));
}

TEST_F(InstrumentCommandsTest, ABrokenFileIsNamedByLineAndColumn) {
  const std::string good = File("a.toml", kLaw);
  const std::string bad = File("b.toml", "[[instrument]]\nid = \"B-1\"\nlegal_basis = 1\n");
  for (const char* language : {"en", "es", "pt"}) {
    const Outcome outcome = Try({"--language", language, "instrument", "validate", good, bad});
    EXPECT_EQ(outcome.code, 10) << language;
    EXPECT_THAT(outcome.err, HasSubstr("b.toml:3:1: ")) << language;
    EXPECT_THAT(outcome.err, HasSubstr("b.toml:1:1: ")) << language;
    EXPECT_EQ(outcome.out, "");
  }
  EXPECT_EQ(Try({"instrument", "validate", folder_ / "none.toml"}).code, 11);
}

// Before anything is sent: a hub could only say that the message is malformed.
TEST_F(InstrumentCommandsTest, AFileThatIsNotUtf8IsNamedByLineAndColumn) {
  const std::string bad = File("b.toml", "# Legal\n# Jos\xe9\n" + kLaw);
  const std::string folder = folder_.path();
  for (const auto& words : std::vector<std::vector<std::string>>{{"instrument", "validate", bad},
                                                                 {"instrument", "validate", folder},
                                                                 {"directory", "load", folder}}) {
    const Outcome outcome = Try(words);
    EXPECT_EQ(outcome.code, 10) << words[0];
    EXPECT_THAT(outcome.err, HasSubstr("b.toml:2:6: ")) << words[0];
  }
}

TEST_F(InstrumentCommandsTest, TheShippedSetIsGood) {
  const Outcome outcome =
      Try({"-o", "name", "instrument", "validate", ROGATORIA_SOURCE_DIR "/deploy/ibero-american"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("COMJIB-MEDELLIN-2019"));
}

TEST_F(InstrumentCommandsTest, TwoVersionsAreComparedFieldByField) {
  const std::string before = File("a.toml", kLaw);
  const std::string after = File("b.toml", kLaw + "measures = [\"SEARCH\"]\nmode = \"WARN\"\n");
  const Outcome outcome = Try({"instrument", "diff", before, after});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("measures"));
  EXPECT_THAT(outcome.out, HasSubstr("INSTRUMENT_MODE_WARN"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("title")));
  EXPECT_EQ(Try({"-o", "json", "instrument", "diff", before, before}).out, "[]\n");
}

}  // namespace
}  // namespace rogatoria::cli
