// Goal: what is data is right before it is played: each scenario is whole in three languages, each
// act that is sent reads and has no fault, each that shall be stopped by lint is; and a file that
// is wrong is refused by place.
#include "services/training/scenario.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/base/files.h"
#include "common/client/lint.h"
#include "services/training/run.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const absl::CivilDay kToday(2026, 11, 27);

TEST(ScenarioTest, TheSixProgrammesAreThereAndThreeMore) {
  std::vector<std::string> names;
  for (const Scenario& scenario : Scenarios()) names.push_back(scenario.name);
  EXPECT_THAT(names,
              ElementsAre("iberred",
                          "thailand",
                          "timor-leste",
                          "peru",
                          "ghana",
                          "jordan",
                          "consultation",
                          "preservation",
                          "risk-alert"));
  EXPECT_EQ(FindScenario("atlantis"), nullptr);
}

// Codes that no country has: whatever is learnt here names nobody.
TEST(ScenarioTest, CountriesAreInvented) {
  for (const Scenario& scenario : Scenarios()) {
    for (const Role& role : scenario.roles) {
      EXPECT_EQ(role.country.front(), 'X') << role.authority;
      EXPECT_NE(role.country, "XK") << "in use for Kosovo";
    }
  }
}

class ActsTest : public testing::Test {
 protected:
  // The act of a step as the player would read it, later ids invented.
  client::ActDraft Draft(const Scenario& scenario, const Step& step) {
    training::Run run(scenario, ExerciseCast(scenario, "xz-trainee-01"), scenario.trainee);
    for (const Step& before : scenario.steps) {
      if (&before == &step) break;
      Entry entry;
      entry.what = kStep;
      entry.exercise = scenario.name;
      entry.step = before.name;
      entry.act = "xa-any/00000000-0000-7000-8000-000000000001";
      entry.case_id = entry.act;
      run.Take(entry);
    }
    const std::string path = folder_ / "act.toml";
    EXPECT_THAT(WriteFileDurably(path, ActTextOf(run, step, kToday)), IsOk());
    const auto draft = client::ReadActFile(path);
    EXPECT_THAT(draft, IsOk()) << scenario.name << " " << step.name;
    return draft.ok() ? *draft : client::ActDraft();
  }

  TemporaryFolder folder_;
};

TEST_F(ActsTest, WhatIsSentHasNoFault) {
  for (const Scenario& scenario : Scenarios()) {
    for (const Step& step : scenario.steps) {
      const client::ActDraft draft = Draft(scenario, step);
      EXPECT_EQ(draft.kind, step.kind);
      EXPECT_THAT(step.act, Not(HasSubstr("@"))) << "nothing that could be an address";
      if (step.is_stopped()) continue;
      for (const client::Finding& finding : client::Lint(draft, client::LintBasis(), "en")) {
        EXPECT_FALSE(finding.error)
            << scenario.name << " " << step.name << ": " << finding.field << " " << finding.message;
      }
    }
  }
}

TEST_F(ActsTest, WhatLintShallStopItNames) {
  int stopped = 0;
  for (const Scenario& scenario : Scenarios()) {
    for (const Step& step : scenario.steps) {
      if (step.lint.empty()) continue;
      ++stopped;
      const auto findings = client::Lint(Draft(scenario, step), client::LintBasis(), "en");
      EXPECT_TRUE(std::any_of(findings.begin(),
                              findings.end(),
                              [&](const auto& finding) { return finding.field == step.lint; }))
          << scenario.name << " " << step.name;
    }
  }
  EXPECT_GE(stopped, 4);
}

// Every exercise has something that goes wrong first, and help for each step of the trainee.
TEST(ScenarioTest, EachExerciseHasADraftWithAFaultAndHints) {
  for (const Scenario& scenario : Scenarios()) {
    EXPECT_TRUE(std::any_of(scenario.steps.begin(), scenario.steps.end(), [&](const Step& step) {
      return step.is_stopped() && step.by == scenario.trainee;
    })) << scenario.name;
    for (const Step& step : scenario.steps) {
      if (step.by == scenario.trainee && !step.is_stopped()) {
        EXPECT_FALSE(step.hints.empty()) << scenario.name << " " << step.name;
      }
    }
  }
}

TEST(FilledTest, PutsInWhatItKnowsAndLeavesTheRest) {
  EXPECT_EQ(Filled("{{a}} {{day 1}} {{b}} {{day -1}} {{", {{"a", "x"}}, kToday),
            "x 2026-11-28 {{b}} 2026-11-26 {{");
  EXPECT_EQ(Filled("{{day 5}}", {}, kToday), "2026-12-02");
}

constexpr char kSmall[] = R"(
trainee = "a"
[title]
en = "t"
es = "t"
pt = "t"
[intro]
en = "i"
es = "i"
pt = "i"
[[role]]
name = "a"
authority = "xa-a"
[[role]]
name = "b"
authority = "xb-b"
[[step]]
name = "one"
by = "a"
say = { en = "s", es = "s", pt = "s" }
act = '''kind = "FREE_FORM"
to = "{{b}}"'''
[[step]]
name = "two"
by = "b"
in = "one"
say = { en = "s", es = "s", pt = "s" }
act = '''kind = "FREE_FORM"
to = ["{{a}}"]'''
)";

TEST(ParseScenarioTest, ReadsWhatIsThere) {
  const auto small = ParseScenario("small", kSmall);
  ASSERT_THAT(small, IsOk());
  ASSERT_EQ(small->steps.size(), 2u);
  EXPECT_EQ(small->steps[1].kind, v1::ACT_KIND_FREE_FORM);
  EXPECT_THAT(small->steps[1].to, ElementsAre("a"));
  EXPECT_EQ(small->roles[0].calendar, "training");
}

struct Broken {
  const char* name;
  const char* from;
  const char* to;
};

class ParseBrokenTest : public testing::TestWithParam<Broken> {};

TEST_P(ParseBrokenTest, IsRefusedByPlace) {
  const std::string text = absl::StrReplaceAll(kSmall, {{GetParam().from, GetParam().to}});
  ASSERT_NE(text, kSmall);
  EXPECT_THAT(ParseScenario("small", text), HasReason(Reason::FIELD_INVALID));
}

INSTANTIATE_TEST_SUITE_P(
    Files,
    ParseBrokenTest,
    testing::Values(Broken{"NoToml", "[title]", "[title"},
                    Broken{"ALanguageIsMissing", "pt = \"t\"", "pt = \"\""},
                    Broken{"NoSuchTrainee", "trainee = \"a\"", "trainee = \"c\""},
                    Broken{"NoSuchRole", "by = \"b\"", "by = \"c\""},
                    Broken{"NoSuchAddressee", "{{b}}", "{{c}}"},
                    Broken{"ToItself", "{{b}}", "{{a}}"},
                    Broken{"NoKind", "FREE_FORM", "FREE"},
                    Broken{"NoSuchReason", "by = \"b\"", "by = \"b\"\nrefused = \"NONE\""},
                    Broken{"InALaterStep", "in = \"one\"", "in = \"three\""},
                    Broken{"TheSameNameTwice", "name = \"two\"", "name = \"one\""}),
    [](const auto& broken) { return std::string(broken.param.name); });

}  // namespace
}  // namespace rogatoria::training
