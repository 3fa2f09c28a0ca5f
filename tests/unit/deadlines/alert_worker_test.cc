#include "services/deadlines/alert_worker.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/deadlines/run_program.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::deadlines {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr absl::Duration kSoon = absl::Seconds(20);

std::string ReadAll(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

class AlertTest : public testing::Test {
 protected:
  std::string Script(const std::string& name, const std::string& lines) {
    const std::string path = absl::StrCat(folder_.path(), "/", name);
    std::ofstream(path) << "#!/bin/sh\n" << lines << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  TemporaryFolder folder_;
};

TEST_F(AlertTest, AProgramGetsItsArgumentsAsTheyAreAndAnEnvironmentOfItsOwn) {
  setenv("ROGATORIA_SECRET_OF_THE_HUB", "1", 1);
  const std::string out = absl::StrCat(folder_.path(), "/out");
  AlertTarget target;
  target.program = {Script("hook", absl::StrCat("{ echo \"$1\"; cat; env; } > ", out)),
                    "$(id); `id`"};
  ASSERT_THAT(SendAlert(target, "rogatoria.example", "co-fgn", {kSoon}), IsOk());
  const std::string text = ReadAll(out);
  EXPECT_THAT(text,
              HasSubstr("$(id); `id`\nAn urgent act waits for co-fgn at rogatoria.example\n"));
  EXPECT_THAT(text, HasSubstr("ROGATORIA_AUTHORITY=co-fgn"));
  EXPECT_THAT(text, Not(HasSubstr("ROGATORIA_SECRET")));
}

TEST_F(AlertTest, AProgramThatFailsIsAnError) {
  EXPECT_FALSE(RunProgram({Script("bad", "exit 3")}, "", {}, {kSoon}).ok());
  EXPECT_FALSE(RunProgram({"/no/such/program"}, "", {}, {kSoon}).ok());
}

TEST_F(AlertTest, AProgramThatHangsIsKilledWithWhatItStarted) {
  const absl::Time begin = absl::Now();
  const auto status =
      RunProgram({Script("slow", "sleep 60 & sleep 60")}, "", {}, {absl::Milliseconds(200)});
  EXPECT_TRUE(absl::IsDeadlineExceeded(status));
  EXPECT_LT(absl::Now() - begin, absl::Seconds(30));
}

TEST_F(AlertTest, AMailGoesToSendmail) {
  const std::string out = absl::StrCat(folder_.path(), "/mail");
  AlertTarget target;
  target.mail_to = "duty@fgn.example";
  target.mail_from = "hub@rogatoria.example";
  target.sendmail = Script("sendmail", absl::StrCat("{ echo \"$@\"; cat; } > ", out));
  ASSERT_THAT(SendAlert(target, "rogatoria.example", "co-fgn", {kSoon}), IsOk());
  EXPECT_EQ(ReadAll(out),
            "-i -f hub@rogatoria.example -- duty@fgn.example\n"
            "From: hub@rogatoria.example\nTo: duty@fgn.example\n"
            "Subject: An urgent act waits for co-fgn at rogatoria.example\n"
            "Auto-Submitted: auto-generated\n\n"
            "An urgent act waits for co-fgn at rogatoria.example\n");
}

TEST_F(AlertTest, AWebCallIsMadeOverHttpsOnly) {
  AlertTarget target;
  target.webhook = "http://127.0.0.1:1/";
  EXPECT_FALSE(SendAlert(target, "rogatoria.example", "co-fgn", {kSoon}).ok());
  target.webhook = absl::StrCat("file://", folder_.path());
  EXPECT_FALSE(SendAlert(target, "rogatoria.example", "co-fgn", {kSoon}).ok());
}

TEST_F(AlertTest, TheWorkerReportsWhatWorkedAndWhatDidNot) {
  absl::Mutex mutex;
  std::vector<std::string> sent, failed;
  AlertTargets targets;
  targets["good"].program = {Script("good", "exit 0")};
  targets["bad"].program = {Script("bad", "exit 1")};
  AlertWorker worker(
      targets,
      "rogatoria.example",
      [&](const Alert& alert) {
        absl::MutexLock lock(&mutex);
        sent.push_back(alert.act_id);
      },
      [&](const Alert& alert, const absl::Status&) {
        absl::MutexLock lock(&mutex);
        failed.push_back(alert.act_id);
      });
  EXPECT_TRUE(worker.Knows("good"));
  EXPECT_FALSE(worker.Knows("other"));
  worker.Send({"good", "co-fgn", "case", "act-1", "co-fgn"});
  worker.Send({"bad", "co-fgn", "case", "act-2", "co-fgn"});
  absl::MutexLock lock(&mutex);
  const auto both = [&] { return !sent.empty() && !failed.empty(); };
  EXPECT_TRUE(mutex.AwaitWithTimeout(absl::Condition(&both), kSoon));
  EXPECT_THAT(sent, testing::ElementsAre("act-1"));
  EXPECT_THAT(failed, testing::ElementsAre("act-2"));
}

}  // namespace
}  // namespace rogatoria::deadlines
