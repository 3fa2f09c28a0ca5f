// Goal: the pages about the command line say what is so: their examples are read by the program,
// and every command and exit code is on them.
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/draft.h"
#include "common/client/profile.h"
#include "services/cli/commands.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::cli {
namespace {

std::string Page(const std::string& name) {
  const auto page = ReadFile(absl::StrCat(ROGATORIA_SOURCE_DIR "/docs/", name), 1 << 20);
  EXPECT_THAT(page, IsOk());
  return page.ok() ? *page : "";
}

// The blocks of a page that are marked with a language: ```toml ... ```.
std::vector<std::string> Blocks(const std::string& page, const std::string& language) {
  std::vector<std::string> blocks;
  const std::string begin = absl::StrCat("```", language, "\n");
  for (size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at)) {
    at += begin.size();
    blocks.push_back(page.substr(at, page.find("```", at) - at));
  }
  return blocks;
}

TEST(DocsTest, EveryActFileExampleIsRead) {
  TemporaryFolder folder;
  for (const char* file : {"letter.pdf", "translation.pdf", "enclosure.pdf"}) {
    ASSERT_THAT(WriteFileDurably(folder / file, "%PDF"), IsOk());
  }
  size_t examples = 0;
  for (const char* language : {"toml", "json"}) {
    for (const std::string& block : Blocks(Page("act-files.md"), language)) {
      const std::string path = folder / absl::StrCat("act.", language);
      ASSERT_THAT(WriteFileDurably(path, block), IsOk());
      const auto draft = client::ReadActFile(path);
      ASSERT_THAT(draft, IsOk()) << block;
      for (const client::Finding& finding : client::Lint(*draft, "en")) {
        EXPECT_FALSE(finding.error) << finding.field << ": " << finding.message;
      }
      ++examples;
    }
  }
  EXPECT_EQ(examples, 4u);
}

TEST(DocsTest, EveryProfileExampleIsRead) {
  TemporaryFolder folder;
  const auto blocks = Blocks(Page("office-profile.md"), "toml");
  ASSERT_EQ(blocks.size(), 2u);
  for (const std::string& block : blocks) {
    ASSERT_THAT(WriteFileDurably(folder / "office.toml", block), IsOk());
    EXPECT_THAT(client::LoadProfile(folder / "office.toml"), IsOk()) << block;
  }
}

void ExpectOnPage(const CLI::App& app, const std::string& path, const std::string& page) {
  const auto children = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* child : children) {
    ExpectOnPage(*child, absl::StrCat(path, path.empty() ? "" : " ", child->get_name()), page);
  }
  if (!children.empty()) return;
  EXPECT_TRUE(page.find(absl::StrCat("`", path, "`")) != std::string::npos ||
              page.find(absl::StrCat("`", path, " ")) != std::string::npos)
      << "docs/command-line.md does not have: " << path;
}

TEST(DocsTest, EveryCommandIsOnThePage) {
  Session session;
  CLI::App app;
  CommandTree tree(app, session);
  AddAllCommands(tree);
  ExpectOnPage(app, "", Page("command-line.md"));
}

TEST(DocsTest, EveryExitCodeIsOnThePage) {
  const std::string page = Page("command-line.md");
  for (int code = 0; code <= 16; ++code) {
    const int exit = ExitCode(absl::Status(static_cast<absl::StatusCode>(code), "x"));
    EXPECT_NE(page.find(absl::StrCat("\n| ", exit, " | ")), std::string::npos) << exit;
  }
  EXPECT_NE(page.find(absl::StrCat("\n| ", kAttentionExit, " | ")), std::string::npos);
}

}  // namespace
}  // namespace rogatoria::cli
