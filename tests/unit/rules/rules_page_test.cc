// Goal: docs/rules.md is what the tables say, and no reason for refusing an act is missing from it.
#include "tests/structure/rules/rules_page.h"

#include <regex>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

std::string Source(const std::string& name) {
  const auto text = ReadFile(absl::StrCat(ROGATORIA_SOURCE_DIR "/", name), 1 << 20);
  EXPECT_THAT(text, IsOk()) << name;
  return text.ok() ? *text : "";
}

TEST(RulesPageTest, IsWhatTheTablesSay) {
  EXPECT_EQ(Source("docs/rules.md"), DescribeRules())
      << "write it again: describe_rules > docs/rules.md";
}

// Where acts are refused, or judged when they arrive.
const char* const kPlaces[] = {
    "services/gate/gate.cc",
    "services/gate/identity.cc",
    "services/gate/rate_limiter.cc",
    "services/exchange/admission.cc",
    "services/exchange/submit.cc",
    "services/exchange/legal_dates.cc",
    "services/exchange/lifecycle.cc",
    "common/model/header.cc",
    "common/model/header_rules.cc",
    "common/model/header_lists.cc",
    "common/directory/signer.cc",
    "common/directory/route_rules.cc",
    "common/crypto/cms_signature.cc",
    "common/client/opener.cc",
    "common/client/key_trust.cc",
    "common/client/receipt_check.cc",
    "common/client/composer.cc",
};

// Faults of ours, which are no rules.
const std::set<std::string> kFaults = {"INTERNAL", "DISK_FULL"};

TEST(RulesPageTest, EveryReasonForRefusingAnActIsInARule) {
  const std::string page = DescribeRules();
  const std::regex reason("Reason::([A-Z][A-Z_]+)");
  for (const char* place : kPlaces) {
    const std::string text = Source(place);
    for (std::sregex_iterator found(text.begin(), text.end(), reason), end; found != end; ++found) {
      const std::string name = (*found)[1];
      if (kFaults.contains(name)) continue;
      EXPECT_TRUE(absl::StrContains(page, absl::StrCat("| `", name, "` |")))
          << place << ": " << name;
    }
  }
}

TEST(RulesPageTest, ARuleThatNeverRefusesSaysSo) {
  EXPECT_TRUE(absl::StrContains(DescribeRules(), "| `recipients` | never: it warns | - |\n"));
}

TEST(RulesPageTest, EveryGroupOfHeaderRulesHasItsRow) {
  const std::string text = Source("common/model/header_rules.h");
  const std::regex group("absl::Status Check([A-Za-z]+)\\(");
  size_t groups = 0;
  for (std::sregex_iterator found(text.begin(), text.end(), group), end; found != end; ++found) {
    std::string name = "HEADER";
    for (const char c : (*found)[1].str()) {
      if (c >= 'A' && c <= 'Z') name += '_';
      name += static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c);
    }
    EXPECT_TRUE(absl::StrContains(DescribeRules(), absl::StrCat("| ", name, " |"))) << name;
    ++groups;
  }
  EXPECT_GE(groups, 10u);
}

}  // namespace
}  // namespace rogatoria
