// Goal: a run is made again from its journal exactly as it was; what a crash cut is left out.
#include "services/training/run.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kAct[] = "xz-trainee-01/00000000-0000-7000-8000-000000000001";

Entry Of(const std::string& what, const std::string& step = "", const std::string& act = "") {
  Entry entry;
  entry.at_unix_ms = 1;
  entry.what = what;
  entry.exercise = "ghana";
  entry.step = step;
  entry.act = act;
  entry.case_id = act;
  return entry;
}

class JournalTest : public testing::Test {
 protected:
  TemporaryFolder folder_;
  const std::string path_ = folder_ / "below/journal.jsonl";
};

TEST_F(JournalTest, WhatIsWrittenIsRead) {
  EXPECT_THAT(ReadJournal(path_), IsEmpty());
  Entry full = Of(kStep, "report", kAct);
  full.kind = "DETECTION_REPORT";
  full.attempt = 2;
  full.codes = {"a", "b"};
  const Entry bare{.at_unix_ms = 5, .what = kRead};
  ASSERT_THAT(Append(path_, full), IsOk());
  ASSERT_THAT(Append(path_, bare), IsOk());
  EXPECT_THAT(ReadJournal(path_), ElementsAre(full, bare));
}

TEST_F(JournalTest, ALineThatWasCutIsLeftOut) {
  ASSERT_THAT(Append(path_, Of(kBegun)), IsOk());
  std::ofstream(path_, std::ios::app) << "{\"at\": 7, \"what\": \"st";
  EXPECT_EQ(ReadJournal(path_).size(), 1u);
  std::ofstream(path_, std::ios::app) << "\n[]\nnull\n{\"at\": \"x\"}\n";
  EXPECT_EQ(ReadJournal(path_).size(), 1u);
}

class RunTest : public testing::Test {
 protected:
  const Scenario& scenario_ = *FindScenario("ghana");
  training::Run run_{scenario_, ExerciseCast(scenario_, "xz-trainee-01"), scenario_.trainee};
};

TEST_F(RunTest, TheTraineeTakesOneRole) {
  EXPECT_EQ(run_.authority_of("post"), "xz-trainee-01");
  EXPECT_EQ(run_.authority_of("unit"), "xh-unit");
  EXPECT_EQ(DemonstrationCast(scenario_).at("post"), "xg-post-demo");
}

TEST_F(RunTest, DraftsAreNoStepsOfAnExercise) {
  EXPECT_EQ(run_.Next()->name, "report");
  const training::Run whole(scenario_, DemonstrationCast(scenario_), "");
  EXPECT_EQ(whole.Next()->name, "contradiction");
  EXPECT_EQ(whole.First().name, "report");
}

TEST_F(RunTest, IsMadeAgainFromItsJournal) {
  run_.Take(Of(kBegun));
  run_.Take(Of(kStep, "report", kAct));
  run_.Take(Of(kSending, "acknowledgement", "one-id"));
  EXPECT_EQ(run_.Next()->name, "acknowledgement");
  EXPECT_EQ(run_.Begun("acknowledgement"), "one-id");
  EXPECT_TRUE(run_.Knows(kAct));
  EXPECT_TRUE(run_.HasCase(kAct));
  Entry other = Of(kStep, "closure", "else");
  other.exercise = "peru";
  run_.Take(other);
  EXPECT_FALSE(run_.Knows("else"));
}

TEST_F(RunTest, AnotherAttemptBeginsAnew) {
  run_.Take(Of(kStep, "report", kAct));
  Entry again = Of(kBegun);
  again.attempt = 2;
  run_.Take(again);
  EXPECT_EQ(run_.attempt(), 2u);
  EXPECT_EQ(run_.Next()->name, "report");
}

// Else its first act, which lies in the case folder still, would begin a third one.
TEST_F(RunTest, AnActOfAnEarlierAttemptStaysKnown) {
  run_.Take(Of(kStep, "report", kAct));
  run_.Take(Of(kBegun));
  EXPECT_TRUE(run_.Knows(kAct));
  EXPECT_FALSE(run_.HasCase(kAct));
}

TEST_F(RunTest, AnActNamesTheCaseThatItBelongsTo) {
  run_.Take(Of(kStep, "report", kAct));
  const std::string text =
      ActTextOf(run_, *FindStep(scenario_, "acknowledgement"), absl::CivilDay(2026, 11, 27));
  EXPECT_THAT(text, HasSubstr(std::string("case = \"") + kAct + "\""));
  EXPECT_THAT(text, HasSubstr(std::string("in_reply_to = \"") + kAct + "\""));
  EXPECT_THAT(text, HasSubstr("to = \"xz-trainee-01\""));
  EXPECT_THAT(text, HasSubstr("received_day = 2026-11-27"));
}

}  // namespace
}  // namespace rogatoria::training
