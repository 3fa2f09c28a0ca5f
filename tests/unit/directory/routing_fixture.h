// A question about a route in the example directory with keys, which a test changes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "common/directory/routing.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/directory/test_directory.h"

namespace rogatoria {

class RoutingTest : public testing::Test {
 protected:
  RoutingTest() : directory_(CompleteDirectory()) {
    query_.sender = "pt-pgr";
    query_.authority = "co-fgn";
    query_.channel_class = v1::CHANNEL_CLASS_FORMAL;
    query_.instrument = "UN-TIP-2000";
    query_.channel_basis = "COMJIB-MEDELLIN-2019";
    query_.kind = v1::ACT_KIND_REQUEST;
    query_.now = kNow;
  }

  absl::StatusOr<Route> Ask() const { return Resolve(*directory_, standings_, query_); }
  RouteExplanation Why(Language language = Language::kEnglish) const {
    return Explain(*directory_, standings_, query_, language);
  }
  void Load(const FileSet& files) {
    auto directory = files.Parse();
    ASSERT_THAT(directory, IsOk());
    directory_ = *directory;
  }
  // The rules not met, in order.
  std::string Unmet() const {
    std::vector<std::string> names;
    for (const RuleResult& rule : Why().rules) {
      if (!rule.met) names.push_back(rule.rule);
    }
    return absl::StrJoin(names, " ");
  }

  std::shared_ptr<const Directory> directory_;
  Standings standings_;
  RouteQuery query_;
};

}  // namespace rogatoria
