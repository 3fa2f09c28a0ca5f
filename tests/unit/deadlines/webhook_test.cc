#include "services/deadlines/webhook.h"

#include <csignal>
#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/deadlines/alert_worker.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"

extern char** environ;

namespace rogatoria::deadlines {
namespace {

const Patience kSoon{absl::Seconds(20)};

std::string ReadAll(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A web hook of somebody's, with a certificate of the tests' authority.
class WebhookTest : public testing::Test {
 protected:
  WebhookTest() : pki_(folder_.path()) {
    const TestIdentity server = pki_.IssueServer();
    std::string script = ROGATORIA_SOURCE_DIR "/tests/unit/deadlines/webhook_stand_in.py";
    std::string certificate = server.certificate_file;
    std::string key = server.key_file;
    std::string folder = folder_.path();
    char* arguments[] = {script.data(), certificate.data(), key.data(), folder.data(), nullptr};
    started_ = posix_spawn(&pid_, script.c_str(), nullptr, nullptr, arguments, environ) == 0;
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    while (ReadAll(folder_ / "port").empty() && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(20));
    }
  }
  ~WebhookTest() override {
    if (!started_) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  std::string Url(const std::string& path) const {
    return absl::StrCat("https://localhost:", ReadAll(folder_ / "port"), path);
  }
  std::string Trusted() const { return pki_.ca_file(TestPki::Ca::kPublic); }

  TemporaryFolder folder_;
  TestPki pki_;
  pid_t pid_ = 0;
  bool started_ = false;
};

TEST_F(WebhookTest, AnAlertArrivesAndSaysNothingOfTheAct) {
  AlertTarget target;
  target.webhook = Url("/duty");
  target.webhook_ca = Trusted();
  ASSERT_THAT(SendAlert(target, "rogatoria.example", "co-fgn", kSoon), IsOk());
  EXPECT_EQ(ReadAll(folder_ / "body"),
            R"({"alert":"An urgent act waits for co-fgn at rogatoria.example",)"
            R"("authority":"co-fgn","hub":"rogatoria.example"})");
}

TEST_F(WebhookTest, ACertificateOfSomebodyElseIsRefused) {
  EXPECT_FALSE(PostJson(Url("/"), "{}", pki_.ca_file(TestPki::Ca::kStranger), kSoon).ok());
  EXPECT_EQ(ReadAll(folder_ / "body"), "");
}

TEST_F(WebhookTest, WhatIsNoSuccessIsAnErrorAndNothingIsFollowed) {
  EXPECT_FALSE(PostJson(Url("/fails"), "{}", Trusted(), kSoon).ok());
  EXPECT_FALSE(PostJson(Url("/moves"), "{}", Trusted(), kSoon).ok());
}

TEST_F(WebhookTest, ACallIsBrokenOffWhenTheHubEnds) {
  EXPECT_FALSE(PostJson(Url("/"), "{}", Trusted(), {absl::Seconds(20), [] { return true; }}).ok());
}

}  // namespace
}  // namespace rogatoria::deadlines
