// Lint of what is sealed apart: whom the act does not speak of could be told from nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/client/lint.h"
#include "common/client/placed_rules.h"

namespace rogatoria::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Places(const ActDraft& draft) {
  std::vector<std::string> places;
  for (const Finding& finding : FindingsOf(IdentityRules(), draft, LintBasis(), "en")) {
    EXPECT_FALSE(finding.error) << "advice";
    places.push_back(finding.field);
  }
  return places;
}

TEST(IdentityRulesTest, APseudonymThatTheActDoesNotSayIsTold) {
  ActDraft draft;
  draft.identity.add_records()->set_pseudonym("VIC-0001");
  draft.identity.add_records()->set_pseudonym("VIC-0002");
  EXPECT_THAT(Places(draft), ElementsAre("identity[0].pseudonym", "identity[1].pseudonym"));
  draft.content.mutable_detection_report()->add_detected_persons()->set_pseudonym("VIC-0001");
  EXPECT_THAT(Places(draft), ElementsAre("identity[1].pseudonym"));
  draft.content.mutable_letter()->set_text("Junto con VIC-0002.");
  EXPECT_THAT(Places(draft), IsEmpty());
}

TEST(IdentityRulesTest, ALongerCodeIsAnother) {
  ActDraft draft;
  draft.identity.add_records()->set_pseudonym("VIC-1");
  auto& person = *draft.content.mutable_detection_report()->add_detected_persons();
  for (const char* other : {"VIC-12", "VIC-1-A", "XVIC-1"}) {
    person.set_pseudonym(other);
    EXPECT_THAT(Places(draft), ElementsAre("identity[0].pseudonym")) << other;
  }
  person.set_pseudonym("VIC-1");
  EXPECT_THAT(Places(draft), IsEmpty());
}

TEST(IdentityRulesTest, WhereALineBeginsItIsSaid) {
  ActDraft draft;
  draft.identity.add_records()->set_pseudonym("VIC-0001");
  for (const char* before : {"Personas:\n", "Personas:\r", "Personas:\t", "Según \\", "«"}) {
    draft.content.mutable_letter()->set_text(absl::StrCat(before, "VIC-0001, mujer"));
    EXPECT_THAT(Places(draft), IsEmpty()) << before;
  }
}

// The text as the act has it: neither the name of a field nor the next text goes on with it.
TEST(IdentityRulesTest, EachTextStandsForItself) {
  ActDraft draft;
  draft.identity.add_records()->set_pseudonym("VIC-0001");
  draft.cover_slip.set_subject("VIC-0001");
  draft.cover_slip.set_sender_reference("2026");
  EXPECT_THAT(Places(draft), IsEmpty());
  draft.cover_slip.set_subject("VIC-");
  draft.cover_slip.set_sender_reference("0001");
  EXPECT_THAT(Places(draft), ElementsAre("identity[0].pseudonym"));
  draft.content.mutable_victim_referral()->mutable_person()->add_languages("de VIC-0001");
  EXPECT_THAT(Places(draft), IsEmpty()) << "one of several";
}

TEST(IdentityRulesTest, WhatADocumentSaysStaysOpen) {
  ActDraft draft;
  draft.identity.add_records()->set_pseudonym("VIC-0001");
  auto& enclosure = *draft.content.mutable_letter()->add_enclosures();
  enclosure.set_file_name("declaracion.pdf");
  EXPECT_THAT(Places(draft), ElementsAre("identity[0].pseudonym")) << "nothing is in it";
  enclosure.set_content("%PDF-1.7");
  EXPECT_THAT(Places(draft), IsEmpty());
  enclosure.clear_content();
  enclosure.mutable_attached()->set_number(1);
  EXPECT_THAT(Places(draft), IsEmpty()) << "attached";
}

TEST(IdentityRulesTest, LintTellsItWithTheRest) {
  ActDraft draft;
  draft.identity.add_records()->set_pseudonym("VIC-0001");
  const std::vector<Finding> all = Lint(draft, LintBasis(), "pt-PT");
  const auto found = std::find_if(all.begin(), all.end(), [](const Finding& finding) {
    return finding.field == "identity[0].pseudonym";
  });
  ASSERT_NE(found, all.end());
  EXPECT_THAT(found->message, testing::HasSubstr("pseudónimo"));
}

TEST(IdentityRulesTest, EveryRuleHasItsNameAndSource) {
  for (const PlacedRule& row : IdentityRules()) {
    EXPECT_FALSE(row.name.empty() || row.texts.en.empty() || row.source.empty()) << row.name;
  }
}

}  // namespace
}  // namespace rogatoria::client
