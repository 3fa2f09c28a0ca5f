// Goal: what the commands about receipts and the log print for programs has one shape, however much
// there is of it; and a hub that contradicts a receipt on this machine is told as one.
#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/log_head.h"
#include "common/client/outbox.h"
#include "services/cli/command_line.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/cli/try_command.h"
#include "tests/unit/client/offices/fake_hub.h"

namespace rogatoria::cli {
namespace {

class LogCommandsTest : public testing::Test {
 protected:
  LogCommandsTest() : hub_(offices_), state_(offices_.pt().profile.state) {
    setenv("ROGATORIA_LANGUAGE", "en", 1);
    const client::OfficeProfile profile = hub_.ProfileOf(offices_.pt());
    const std::string toml = absl::StrCat("trust_domain = \"",
                                          profile.trust_domain,
                                          "\"\n",
                                          "authority = \"pt-pgr\"\nendpoints = [\"",
                                          profile.endpoints.at(0),
                                          "\"]\n",
                                          "server_name = \"",
                                          profile.server_name,
                                          "\"\nhub_ca = \"",
                                          profile.hub_ca,
                                          "\"\n",
                                          "log_key = \"",
                                          profile.log_key,
                                          "\"\nstate = \"",
                                          state_,
                                          "\"\n[tls]\n",
                                          "certificate = \"",
                                          profile.tls.certificate,
                                          "\"\nkey = \"",
                                          profile.tls.key,
                                          "\"\n");
    EXPECT_THAT(WriteFileDurably(profile_, toml), IsOk());
    EXPECT_THAT(CreateFolders(state_), IsOk());
  }

  // A receipt of the hub's log, among those that the office kept; its path.
  std::string Keep(const std::string& name) {
    const client::PreparedAct prepared = offices_.Signed(offices_.Request());
    const v1::Receipt receipt = hub_.receipts().Make(client::HonestEvidence(
        prepared.act, offices_.pt().user.certificate, v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE));
    const std::string folder = client::ReceiptFolder(state_, "pt-pgr/1");
    EXPECT_THAT(CreateFolders(folder), IsOk());
    const std::string path = absl::StrCat(folder, "/", name, ".receipt");
    EXPECT_THAT(WriteFileDurably(path, receipt.content()), IsOk());
    return path;
  }
  Outcome TryJson(std::vector<std::string> words) {
    words.insert(words.begin(), {"--profile", profile_, "-q", "-o", "json"});
    return Try(words);
  }

  client::TestOffices offices_;
  client::FakeHub hub_;
  TemporaryFolder folder_;
  std::string state_;
  std::string profile_ = folder_ / "office.toml";
};

TEST_F(LogCommandsTest, AFileIsAnObjectAndAFolderIsAList) {
  const std::string first = Keep("a");
  const std::string folder = std::filesystem::path(first).parent_path().string();
  const Json one = Json::parse(TryJson({"receipt", "verify", first}).out);
  ASSERT_TRUE(one.is_object());
  EXPECT_EQ(one["file"], first);
  EXPECT_EQ(one["event"], "SUBMISSION_ACCEPTANCE");
  const Json alone = Json::parse(TryJson({"receipt", "verify", folder}).out);
  ASSERT_TRUE(alone.is_array());
  ASSERT_EQ(alone.size(), 1u);
  EXPECT_EQ(alone[0], one);
  const std::string second = Keep("b");
  EXPECT_EQ(Json::parse(TryJson({"receipt", "verify", folder}).out).size(), 2u);
  EXPECT_EQ(Json::parse(TryJson({"receipt", "verify", first, second}).out).size(), 2u);
}

TEST_F(LogCommandsTest, AFolderWithNothingGoodIsAnEmptyList) {
  const std::string path = Keep("a");
  ASSERT_THAT(WriteFileDurably(path, "no receipt"), IsOk());
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const Outcome outcome = TryJson({"receipt", "verify", folder});
  EXPECT_NE(outcome.code, 0);
  EXPECT_EQ(Json::parse(outcome.out), Json::array());
  EXPECT_EQ(TryJson({"receipt", "verify", path}).out, "");
}

TEST_F(LogCommandsTest, AHeadIsAnObjectForPrograms) {
  const Outcome outcome = TryJson({"audit", "checkpoint"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const Json head = Json::parse(outcome.out);
  EXPECT_EQ(head["log"], absl::StrCat(offices_.pki().trust_domain(), "/log/2"));
  EXPECT_EQ(head["size"], 1);
  EXPECT_EQ(head["root"].get<std::string>().size(), 44u);
  EXPECT_EQ(head["verifier_key"], hub_.receipts().verifier_key());
  EXPECT_EQ(Try({"--profile", profile_, "-q", "audit", "checkpoint"}).out, head["checkpoint"]);
}

TEST_F(LogCommandsTest, WhatWasCheckedIsAListForPrograms) {
  for (const int kept : {0, 1}) {  // the first run keeps the head that the second starts from
    const Outcome outcome = TryJson({"audit", "verify"});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const Json logs = Json::parse(outcome.out);
    ASSERT_EQ(logs.size(), 1u);
    EXPECT_EQ(logs[0]["log"], absl::StrCat(offices_.pki().trust_domain(), "/log/2"));
    EXPECT_EQ(logs[0]["size"], 1);
    EXPECT_EQ(logs[0]["follows"], "");
    EXPECT_EQ(logs[0]["why"], "");
    EXPECT_EQ(logs[0]["entries_checked"], 0);
    EXPECT_EQ(logs[0]["kept_heads"], kept);
    EXPECT_EQ(logs[0]["seen"], kept);
  }
}

TEST_F(LogCommandsTest, ALogThatContradictsAReceiptIsTold) {
  ASSERT_EQ(TryJson({"audit", "verify"}).code, 0);
  const std::string receipt = Keep("a");  // of a tree that the hub no longer shows
  const Outcome outcome = TryJson({"audit", "verify"});
  EXPECT_EQ(outcome.code, 30);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, testing::HasSubstr(receipt));
  EXPECT_THAT(Try({"--profile", profile_, "--language", "pt", "audit", "verify"}).err,
              testing::HasSubstr("outra história"));
}

}  // namespace
}  // namespace rogatoria::cli
