// rogatoriad as a program: its arguments, what it prints, its exit codes.
#include <array>
#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"

namespace rogatoria::daemon {
namespace {

using testing::HasSubstr;

struct Outcome {
  int code = -1;
  std::string text;  // of both outputs
};

Outcome RunDaemon(const std::string& arguments) {
  const std::string command = absl::StrCat(ROGATORIA_BIN_DIR "/rogatoriad ", arguments, " 2>&1");
  Outcome outcome;
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 4096> buffer{};
  for (size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    outcome.text.append(buffer.data(), n);
  }
  outcome.code = WEXITSTATUS(pclose(pipe));
  return outcome;
}

class ProgramTest : public testing::Test {
 protected:
  // A configuration with everything that it names.
  std::string GoodConfig() {
    const TestIdentity server = pki_.IssueServer();
    const TestIdentity admin = pki_.IssueServer(TestPki::Ca::kAdmin);
    const std::string log_key = folder_ / "log.key";
    EXPECT_THAT(WriteKeyFile(log_key, PrivateKey::Generate(KeyAlgorithm::kEd25519)->ToPem()),
                IsOk());
    return absl::StrCat("trust_domain = \"rogatoria.test\"\ngoverning_law = \"ES\"\n",
                        "[log]\nkey = \"",
                        log_key,
                        "\"\n",
                        Listener("public", server, TestPki::Ca::kPublic),
                        Listener("admin", admin, TestPki::Ca::kAdmin),
                        "[signers]\nca = \"",
                        pki_.ca_file(TestPki::Ca::kSigners),
                        "\"\n",
                        "[metrics]\nlisten = \"\"\n",
                        "[store]\ndirectory = \"",
                        folder_ / "store",
                        "\"\ncase_keys = \"",
                        folder_ / "keys/case-keys",
                        "\"\ntiles = \"",
                        folder_ / "tiles",
                        "\"\nbackups = \"",
                        folder_ / "backups",
                        "\"\n");
  }
  std::string Listener(const std::string& name, const TestIdentity& server, TestPki::Ca ca) {
    return absl::StrCat("[",
                        name,
                        "]\nlisten = [\"127.0.0.1:0\"]\ncertificate = \"",
                        server.certificate_file,
                        "\"\nkey = \"",
                        server.key_file,
                        "\"\nclient_ca = \"",
                        pki_.ca_file(ca),
                        "\"\nclient_crl = \"",
                        pki_.crl_file(ca),
                        "\"\n");
  }
  std::string Write(const std::string& text) {
    const std::string path = folder_ / "rogatoriad.toml";
    EXPECT_THAT(WriteFileDurably(path, text), IsOk());
    return path;
  }

  TemporaryFolder folder_;
  TestPki pki_{folder_ / "pki"};
};

TEST_F(ProgramTest, WrongArgumentsAreUsage) {
  for (const char* arguments : {"", "--config", "--nonsense", "--check-config a b"}) {
    const Outcome outcome = RunDaemon(arguments);
    EXPECT_EQ(outcome.code, 64) << arguments;
    EXPECT_THAT(outcome.text, HasSubstr("--check-config FILE"));
  }
}

TEST_F(ProgramTest, HelpAndVersion) {
  EXPECT_EQ(RunDaemon("--help").code, 0);
  EXPECT_THAT(RunDaemon("--version").text, HasSubstr("rogatoriad "));
}

TEST_F(ProgramTest, AGoodConfigurationIsGood) {
  const Outcome outcome = RunDaemon("--check-config " + Write(GoodConfig()));
  EXPECT_EQ(outcome.code, 0) << outcome.text;
}

TEST_F(ProgramTest, AWrongConfigurationIsNamedByLineAndColumnAndNothingRuns) {
  const std::string path = Write(GoodConfig() + "[limits]\nlease_ms = 0\n");
  for (const char* verb : {"--check-config ", "--config "}) {
    const Outcome outcome = RunDaemon(verb + path);
    EXPECT_EQ(outcome.code, 78);
    EXPECT_THAT(outcome.text, testing::ContainsRegex("rogatoriad.toml:[0-9]+:12: limits.lease_ms"));
  }
}

TEST_F(ProgramTest, AMissingFileIsNamed) {
  const std::string path = Write(GoodConfig());
  ASSERT_EQ(remove(pki_.crl_file(TestPki::Ca::kAdmin).c_str()), 0);
  const Outcome checked = RunDaemon("--check-config " + path);
  EXPECT_EQ(checked.code, 78);
  EXPECT_THAT(checked.text, HasSubstr("admin: "));
  EXPECT_EQ(RunDaemon("--config " + path).code, 78);
}

TEST_F(ProgramTest, AKeyThatOthersCanReadStopsIt) {
  const std::string path = Write(GoodConfig());
  ASSERT_EQ(chmod((folder_ / "log.key").c_str(), 0644), 0);
  EXPECT_EQ(RunDaemon("--config " + path).code, 78);
}

}  // namespace
}  // namespace rogatoria::daemon
