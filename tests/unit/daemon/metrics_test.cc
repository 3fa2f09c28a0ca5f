#include "services/daemon/metrics.h"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/metric_family.h>

#include "absl/strings/match.h"
#include "common/rpc/listen.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::daemon {
namespace {

TEST(MetricsTest, NamesAreUniqueAndFollowTheConventions) {
  std::set<std::string> names;
  for (const prometheus::MetricFamily& family : ToMetrics({})) {
    EXPECT_TRUE(names.insert(family.name).second) << family.name;
    EXPECT_TRUE(absl::StartsWith(family.name, "rogatoria_")) << family.name;
    EXPECT_EQ(absl::EndsWith(family.name, "_total"), family.type == prometheus::MetricType::Counter)
        << family.name;
    EXPECT_FALSE(family.help.empty());
  }
}

TEST(MetricsTest, EveryMetricIsInTheOperatorsGuide) {
  std::ifstream file(ROGATORIA_SOURCE_DIR "/docs/operations.md");
  const std::string guide{std::istreambuf_iterator<char>(file), {}};
  for (const prometheus::MetricFamily& family : ToMetrics({})) {
    EXPECT_THAT(guide, testing::HasSubstr("`" + family.name + "`"));
  }
}

TEST(MetricsTest, ValuesAreThoseOfTheMoment) {
  AppStats stats;
  stats.queue.batches = 7;
  stats.gate.refused_rate = 3;
  for (const prometheus::MetricFamily& family : ToMetrics(stats)) {
    if (family.name == "rogatoria_commit_batches_total") {
      EXPECT_EQ(family.metric[0].counter.value, 7);
    }
    if (family.name == "rogatoria_calls_total") {
      EXPECT_EQ(family.metric[3].label[0].value, "rate");
      EXPECT_EQ(family.metric[3].counter.value, 3);
    }
  }
}

TEST(MetricsTest, AnAddressInUseIsAnError) {
  const auto taken = rpc::ListenOn("127.0.0.1:0");
  ASSERT_THAT(taken, IsOk());
  EXPECT_THAT(
      MetricsPage::Serve("127.0.0.1:" + std::to_string(taken->port), [] { return AppStats(); }),
      StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace rogatoria::daemon
