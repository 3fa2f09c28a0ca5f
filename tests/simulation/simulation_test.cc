// T5 of trust.md: many histories from many seeds, and proof that the checker would notice.
#include "tests/simulation/simulation.h"

#include <iostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/simulation/options.h"

namespace rogatoria::simulation {
namespace {

std::string Describe(const Result& result) {
  std::string text = absl::StrCat("replay with --seed=", result.seed, "\n");
  for (const std::string& violation : result.violations)
    absl::StrAppend(&text, "  ", violation, "\n");
  return text + result.tally.ToString();
}

TEST(SimulationTest, NoSeedFindsAViolation) {
  if (const auto seed = CommandLine().seed; seed.has_value()) {
    const Result result = RunSimulation(*seed);
    EXPECT_TRUE(result.violations.empty()) << Describe(result);
    std::cout << result.tally.ToString() << "\n";
    return;
  }
  Tally total;
  for (uint64_t i = 0; i < CommandLine().seeds; ++i) {
    const Result result = RunSimulation(CommandLine().from + i);
    total.Add(result.tally);
    ASSERT_TRUE(result.violations.empty()) << Describe(result);
  }
  std::cout << CommandLine().seeds << " seeds: " << total.ToString() << "\n";
  if (CommandLine().seeds < 100) return;
  // A simulation in which nothing happens proves nothing.
  for (const uint64_t count : {total.accepted,
                               total.out_of_sequence,
                               total.refused_in_law,
                               total.refused_plainly,
                               total.retries_answered,
                               total.handed_over,
                               total.dead_letters,
                               total.put_back,
                               total.notices,
                               total.notices_taken,
                               total.not_retrieved,
                               total.reads,
                               total.strangers_turned_away,
                               total.commits,
                               total.crashes}) {
    EXPECT_GT(count, 0u) << total.ToString();
  }
}

TEST(SimulationTest, ASeedReplaysTheSameHistory) {
  for (const uint64_t seed : {uint64_t{3}, uint64_t{17}}) {
    EXPECT_EQ(RunSimulation(seed).tally.ToString(), RunSimulation(seed).tally.ToString());
  }
}

// A broken promise, and what the checker must say of it.
struct BrokenPromise {
  Lie lie;
  const char* name;
  const char* violation;
};

class CheckerTest : public testing::TestWithParam<BrokenPromise> {};

TEST_P(CheckerTest, Notices) {
  constexpr uint64_t kSeeds = 20;
  std::set<std::string> seen;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Result result = RunSimulation(seed, kStepsPerSeed, GetParam().lie);
    seen.insert(result.violations.begin(), result.violations.end());
    for (const std::string& violation : result.violations) {
      if (absl::StrContains(violation, GetParam().violation)) return;
    }
  }
  ADD_FAILURE() << "not noticed: " << GetParam().violation
                << "\nnoticed: " << testing::PrintToString(seen);
}

INSTANTIATE_TEST_SUITE_P(
    EveryLie,
    CheckerTest,
    testing::Values(
        BrokenPromise{
            Lie::kAnsweredBeforeCommit, "ReceiptBeforeCommit", "acknowledged act is lost"},
        BrokenPromise{
            Lie::kAnsweredBeforeCommit, "HeadOfALostBatch", "head is no prefix of the log"},
        BrokenPromise{Lie::kDeliveryLost, "LostDelivery", "lies 0 times in a mailbox"},
        BrokenPromise{Lie::kDeliveryDoubled, "DoubledDelivery", "lies 2 times in a mailbox"},
        BrokenPromise{Lie::kDeliveryReordered, "ReorderedDelivery", "before an earlier act"},
        BrokenPromise{Lie::kSettlementForgotten, "ForgottenSettlement", "offered as new"},
        BrokenPromise{Lie::kBrokenChain, "BrokenChain", "not that of its leaves"},
        BrokenPromise{Lie::kRewrittenRecord, "RewrittenRecord", "does not commit to its record"},
        BrokenPromise{Lie::kStateMoved, "MovedState", "its acts do not lead to"},
        BrokenPromise{Lie::kStrangersLetIn, "StrangersLetIn", "learns of a case"}),
    [](const auto& promise) { return std::string(promise.param.name); });

}  // namespace
}  // namespace rogatoria::simulation
