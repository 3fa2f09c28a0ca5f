// Goal: a result sheet says of each step whether it went right first time, what was in the way, and
// how long it took; each note belongs to one step.
#include "services/training/results.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rogatoria::training {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ResultsTest : public testing::Test {
 protected:
  Entry& Progress(int64_t at, const std::string& what, const std::string& step = "") {
    Entry& entry = progress_.emplace_back();
    entry.at_unix_ms = at * 1000;
    entry.what = what;
    entry.exercise = "ghana";
    entry.step = step;
    return entry;
  }
  void Begun(int64_t at, uint32_t attempt = 1) { Progress(at, kBegun).attempt = attempt; }
  Entry& Note(int64_t at, const std::string& what, const std::string& kind = "") {
    Entry& entry = notes_.emplace_back();
    entry.at_unix_ms = at * 1000;
    entry.what = what;
    entry.kind = kind;
    return entry;
  }
  ExerciseResult Ghana() {
    const Sheet sheet = MakeSheet("xz-trainee-01", Scenarios(), progress_, notes_);
    for (const ExerciseResult& exercise : sheet.exercises) {
      if (exercise.exercise == "ghana") return exercise;
    }
    return {};
  }

  std::vector<Entry> progress_, notes_;
};

TEST_F(ResultsTest, NothingIsNotBegun) {
  const ExerciseResult ghana = Ghana();
  EXPECT_EQ(ghana.standing, Standing::kNotBegun);
  ASSERT_EQ(ghana.steps.size(), 3u);
  EXPECT_EQ(ghana.done(), 0u);
}

TEST_F(ResultsTest, RightFirstTimeIsWhatNothingStoodInTheWayOf) {
  Note(5, kRead).exercise = "ghana";
  Note(8, kLint, "DETECTION_REPORT").codes = {"minority", "minority"};
  Note(9, kLint, "DETECTION_REPORT").codes = {"minority"};
  Begun(10);
  Progress(10, kStep, "report");
  Progress(11, kStep, "acknowledgement");
  Progress(71, kStep, "referral");
  const ExerciseResult ghana = Ghana();
  EXPECT_EQ(ghana.standing, Standing::kUnderWay);
  EXPECT_EQ(ghana.done(), 2u);
  EXPECT_EQ(ghana.first_time(), 1u);
  EXPECT_THAT(ghana.steps[0].lint, ElementsAre("minority"));
  EXPECT_FALSE(ghana.steps[0].first_time);
  EXPECT_EQ(ghana.steps[0].seconds, 5);
  EXPECT_TRUE(ghana.steps[1].first_time);
  EXPECT_EQ(ghana.steps[1].seconds, 60);
}

TEST_F(ResultsTest, ARefusalAndAnActOfAnotherKindCount) {
  Begun(10);
  Progress(10, kStep, "report");
  Progress(11, kStep, "acknowledgement");
  Note(20, kRefused, "VICTIM_REFERRAL").codes = {"FIELD_INVALID"};
  Progress(21, kUnexpected).kind = "CLOSURE";
  Progress(30, kStep, "referral");
  const StepResult referral = Ghana().steps[1];
  EXPECT_FALSE(referral.first_time);
  EXPECT_THAT(referral.refusals, ElementsAre("FIELD_INVALID"));
  EXPECT_THAT(referral.unexpected, ElementsAre("CLOSURE"));
}

TEST_F(ResultsTest, AdviceIsToldAndIsNoFault) {
  Note(8, kAdvice, "DETECTION_REPORT").codes = {"guardian_type"};
  Begun(10);
  Progress(10, kStep, "report");
  const StepResult report = Ghana().steps[0];
  EXPECT_TRUE(report.first_time);
  EXPECT_THAT(report.advice, ElementsAre("guardian_type"));
}

TEST_F(ResultsTest, NotesOfAnotherKindOrOfBeforeBelongElsewhere) {
  Note(1, kLint, "DETECTION_REPORT").codes = {"old"};
  Progress(2, kStep, "closure").exercise = "jordan";
  Note(8, kLint, "REQUEST").codes = {"other"};
  Begun(10);
  Progress(10, kStep, "report");
  Note(12, kLint, "CLOSURE").codes = {"later"};
  const ExerciseResult ghana = Ghana();
  EXPECT_THAT(ghana.steps[0].lint, IsEmpty());
  EXPECT_THAT(ghana.steps[2].lint, IsEmpty()) << "the referral comes first";
}

TEST_F(ResultsTest, HintsAreCountedForTheirStepAndAttempt) {
  for (int at = 3; at < 5; ++at) {
    Entry& hint = Note(at, kHint);
    hint.exercise = "ghana";
    hint.step = "report";
    hint.attempt = 1;
  }
  Begun(10);
  Progress(10, kStep, "report");
  EXPECT_EQ(Ghana().steps[0].hints, 2u);
  EXPECT_EQ(HintsGiven("ghana", "report", 2, notes_), 0u);
}

TEST_F(ResultsTest, TheLastAttemptCounts) {
  Begun(10);
  Progress(10, kStep, "report");
  Progress(12, kUnexpected).kind = "CLOSURE";
  Begun(20, 2);
  for (const Step& step : FindScenario("ghana")->steps) {
    if (!step.is_stopped()) Progress(21, kStep, step.name);
  }
  const ExerciseResult ghana = Ghana();
  EXPECT_EQ(ghana.standing, Standing::kDone);
  EXPECT_EQ(ghana.attempt, 2u);
  EXPECT_EQ(ghana.first_time(), 3u);
}

}  // namespace
}  // namespace rogatoria::training
