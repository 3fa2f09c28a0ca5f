// Goal: an office lints by what the hub's directory asks for, and by what it kept of that when the
// hub is away.
#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/client/lint.h"
#include "common/client/office.h"
#include "common/client/placed_rules.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/fake_hub.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

v1::ListRequirementsResponse ForColombia() {
  v1::ListRequirementsResponse all;
  v1::Requirement& requirement = *all.add_requirements();
  requirement.set_id("CO-REFERENCE");
  requirement.set_field("cover_slip.sender_reference");
  requirement.set_country("CO");
  requirement.add_kinds(v1::ACT_KIND_REQUEST);
  requirement.set_level(v1::REQUIREMENT_LEVEL_ERROR);
  requirement.set_source("Circular 1");
  requirement.set_text_en("Give your reference.");
  return all;
}

std::vector<std::string> Sources(const std::vector<Finding>& findings) {
  std::vector<std::string> sources;
  for (const Finding& finding : findings) {
    if (finding.field == "cover_slip.sender_reference") sources.push_back(finding.source);
  }
  return sources;
}

TEST(OfficeLintTest, AsksTheHubAndKeepsWhatItSaidForWhenItIsAway) {
  TestOffices offices;
  FakeHub hub(offices);
  auto office = Office::Open(hub.ProfileOf(offices.pt()));
  ASSERT_THAT(office, IsOk());
  ActDraft draft = offices.Request();
  draft.cover_slip.clear_sender_reference();
  EXPECT_THAT(Sources((*office)->Lint(draft, "en")), testing::IsEmpty());
  hub.set_requirements(ForColombia());
  EXPECT_THAT(Sources((*office)->Lint(draft, "en")), testing::ElementsAre("Circular 1"));
  hub.Stop();
  EXPECT_THAT(Sources((*office)->Lint(draft, "en")), testing::ElementsAre("Circular 1"))
      << "kept: the requirement, and the country of the addressee";
  draft.to[0].set_authority("../../../etc/passwd");
  EXPECT_THAT(Sources((*office)->Lint(draft, "en")), testing::IsEmpty());
}

TEST(OfficeLintTest, KnowsByTheDirectoryThatPaperFollows) {
  TestOffices offices;
  FakeHub hub(offices);
  auto office = Office::Open(hub.ProfileOf(offices.pt()));
  ASSERT_THAT(office, IsOk());
  ActDraft draft = offices.Request();
  draft.channel_class = v1::CHANNEL_CLASS_FORMAL;
  const auto advised = [&] {
    const std::vector<Finding> findings = (*office)->Lint(draft, "es");
    return std::count_if(findings.begin(), findings.end(), [](const Finding& finding) {
      return finding.field == "originals_follow";
    });
  };
  EXPECT_EQ(advised(), 0);
  hub.set_instruments({"A-1", "B-1", "C-1"});  // it is on the second page
  v1::Instrument instrument;
  instrument.set_id(draft.legal_basis.instrument());
  instrument.set_paper_follows(true);
  hub.add_instrument(instrument);
  EXPECT_EQ(advised(), 1);
  hub.Stop();
  EXPECT_EQ(advised(), 1) << "kept";
}

TEST(OfficeLintTest, WithoutHubAndWithoutAnythingKeptItStillLints) {
  TestOffices offices;
  FakeHub hub(offices);
  auto office = Office::Open(hub.ProfileOf(offices.pt()));
  ASSERT_THAT(office, IsOk());
  hub.Stop();
  ActDraft draft = offices.Request();
  draft.legal_basis.Clear();
  const auto findings = (*office)->Lint(draft, "en");
  ASSERT_FALSE(findings.empty());
  EXPECT_TRUE(findings[0].error);
}

// Every authority of this hub is Colombia's.
TEST(OfficeLintTest, AForwardingAbroadIsToldBeforeItIsSent) {
  ActDraft draft;
  draft.kind = v1::ACT_KIND_FORWARDING_NOTICE;
  LintBasis basis;
  basis.country = "BR";
  basis.own_country = "CO";
  const auto findings = FindingsOf(ProcedureRules(), draft, basis, "en");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].error);
  EXPECT_TRUE(findings[0].wrong);
  EXPECT_EQ(findings[0].field, "to[0]");
  basis.country = "CO";
  EXPECT_TRUE(FindingsOf(ProcedureRules(), draft, basis, "en").empty());
  basis.country = "";
  EXPECT_TRUE(FindingsOf(ProcedureRules(), draft, basis, "en").empty()) << "not known";
}

}  // namespace
}  // namespace rogatoria::client
