// Goal: each rule of lint finds what it is for, says so in three languages, and is silent
// otherwise.
#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/draft.h"
#include "common/client/measure_codes.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::client {
namespace {

ActDraft Complete() {
  ActDraft draft;
  draft.kind = v1::ACT_KIND_REQUEST;
  draft.to.emplace_back().set_authority("co-fgn");
  draft.channel_class = v1::CHANNEL_CLASS_FORMAL;
  draft.legal_basis.set_instrument("UN-TIP-2000");
  draft.language = "pt-PT";
  v1::MeasureRef& measure = draft.measures.emplace_back();
  measure.set_ordinal(1);
  measure.set_code("VIDEO_HEARING");
  draft.cover_slip.set_subject("subject");
  auto& letter = *draft.content.mutable_letter();
  letter.mutable_document()->set_content("%PDF");
  letter.add_translations()->set_content("%PDF");
  return draft;
}

ActDraft InACase(v1::ActKind kind) {
  ActDraft draft = Complete();
  draft.kind = kind;
  draft.case_id = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
  return draft;
}

TEST(LintTest, ACompleteRequestHasNothingMissing) {
  EXPECT_TRUE(Lint(Complete(), "en").empty());
}

struct LintCase {
  const char* field;
  bool error;
  std::function<ActDraft()> make;
};

ActDraft Changed(const std::function<void(ActDraft&)>& change) {
  ActDraft draft = Complete();
  change(draft);
  return draft;
}

const LintCase kCases[] = {
    {"kind", true, [] { return Changed([](ActDraft& d) { d.kind = v1::ACT_KIND_UNSPECIFIED; }); }},
    {"to", true, [] { return Changed([](ActDraft& d) { d.to.clear(); }); }},
    {"to", true, [] { return Changed([](ActDraft& d) { d.to[0].set_authority(""); }); }},
    {"to", true, [] { return Changed([](ActDraft& d) { d.to.emplace_back(); }); }},
    {"to", true, [] { return Changed([](ActDraft& d) { d.to[0].mutable_competence(); }); }},
    {"channel",
     true,
     [] { return Changed([](ActDraft& d) { d.channel_class = v1::CHANNEL_CLASS_UNSPECIFIED; }); }},
    {"legal_basis", true, [] { return Changed([](ActDraft& d) { d.legal_basis.Clear(); }); }},
    {"measure", true, [] { return Changed([](ActDraft& d) { d.measures.clear(); }); }},
    {"measure.code",
     true,
     [] { return Changed([](ActDraft& d) { d.measures[0].set_code("video hearing"); }); }},
    {"measure.outcome", true, [] { return InACase(v1::ACT_KIND_DECISION); }},
    {"case", true, [] { return Changed([](ActDraft& d) { d.kind = v1::ACT_KIND_CLOSURE; }); }},
    {"letter", true, [] { return Changed([](ActDraft& d) { d.content.Clear(); }); }},
    {"urgency.reason",
     true,
     [] { return Changed([](ActDraft& d) { d.urgency.set_level(v1::URGENCY_LEVEL_URGENT); }); }},
    {"language",
     true,
     [] { return Changed([](ActDraft& d) { d.language = "portuguese please"; }); }},
    {"letter.translation",
     false,
     [] { return Changed([](ActDraft& d) { d.content.mutable_letter()->clear_translations(); }); }},
    {"cover_slip.precautions",
     false,
     [] { return Changed([](ActDraft& d) { d.cover_slip.set_minors(true); }); }},
    {"cover_slip.subject",
     false,
     [] { return Changed([](ActDraft& d) { d.cover_slip.clear_subject(); }); }},
};

const Finding* Find(const std::vector<Finding>& findings, const std::string& field) {
  const auto found = std::find_if(
      findings.begin(), findings.end(), [&](const Finding& f) { return f.field == field; });
  return found == findings.end() ? nullptr : &*found;
}

TEST(LintTest, EachRuleFindsItsFaultInThreeLanguages) {
  for (const LintCase& tested : kCases) {
    SCOPED_TRACE(tested.field);
    std::vector<std::string> texts;
    for (const char* language : {"en", "es", "pt"}) {
      const auto findings = Lint(tested.make(), language);
      const Finding* finding = Find(findings, tested.field);
      ASSERT_NE(finding, nullptr);
      EXPECT_EQ(finding->error, tested.error);
      EXPECT_FALSE(finding->message.empty());
      texts.push_back(finding->message);
    }
    EXPECT_NE(texts[0], texts[1]);
    EXPECT_NE(texts[0], texts[2]);
    EXPECT_NE(texts[1], texts[2]);
  }
}

TEST(LintTest, ARegionalTagSpeaksItsLanguage) {
  const ActDraft draft = Changed([](ActDraft& d) { d.to.clear(); });
  EXPECT_EQ(Lint(draft, "pt-BR")[0].message, Lint(draft, "pt")[0].message);
  EXPECT_EQ(Lint(draft, "fr")[0].message, Lint(draft, "en")[0].message);
}

ActDraft ToTwo(const std::function<void(v1::Addressee&)>& first,
               const std::function<void(v1::Addressee&)>& second) {
  return Changed([&](ActDraft& d) {
    d.to.resize(2);
    first(d.to[0] = {});
    second(d.to[1] = {});
  });
}

TEST(LintTest, ARecipientNamedTwiceIsNamed) {
  const auto br = [](v1::Addressee& to) { to.set_authority("br-pgr"); };
  const auto hearing = [](v1::Addressee& to) {
    to.mutable_competence()->set_country("CO");
    to.mutable_competence()->set_measure("VIDEO_HEARING");
  };
  const ActDraft same = ToTwo(br, br);
  ASSERT_NE(Find(Lint(same, "en"), "to"), nullptr);
  EXPECT_TRUE(Lint(same, "en")[0].error);
  EXPECT_EQ(Lint(same, "en")[0].message, "br-pgr is named twice: name each recipient once.");
  EXPECT_EQ(Lint(same, "es")[0].message.substr(0, 22), "br-pgr figura dos vece");
  EXPECT_EQ(Lint(same, "pt")[0].message.substr(0, 23), "br-pgr figura duas veze");
  EXPECT_EQ(Lint(ToTwo(hearing, hearing), "en")[0].message.substr(0, 27),
            "CO VIDEO_HEARING is named t");
  EXPECT_TRUE(Lint(ToTwo(br, hearing), "en").empty());
}

TEST(LintTest, WhatIsWrongIsRefusedAsWrongAndWhatIsMissingAsMissing) {
  const auto refusal = [](const std::function<void(ActDraft&)>& change) {
    return RefusalBy(Lint(Changed(change), "en"));
  };
  const absl::Status language = refusal([](ActDraft& d) { d.language = "portuguese please"; });
  EXPECT_THAT(language, HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(GetErrorDetails(language)->field, "language");
  EXPECT_EQ(GetErrorDetails(language)->accepted,
            "The language is a tag such as es-CO or pt-PT. Correct it, then send again.");
  const absl::Status doubled = refusal([](ActDraft& d) { d.to.push_back(d.to[0]); });
  EXPECT_THAT(doubled, HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(GetErrorDetails(doubled)->field, "to");
  const absl::Status missing = refusal([](ActDraft& d) { d.to.clear(); });
  EXPECT_THAT(missing, HasReason(Reason::FIELD_REQUIRED));
  EXPECT_EQ(GetErrorDetails(missing)->field, "to");
  EXPECT_THAT(refusal([](ActDraft& d) { d.cover_slip.clear_subject(); }), IsOk()) << "advice";
}

TEST(LintTest, ACodeOfNoCatalogueIsNamedWithWhatMayHaveBeenMeant) {
  ActDraft draft = Changed([](ActDraft& d) {
    d.channel_class = v1::CHANNEL_CLASS_INFORMAL;
    d.measures[0].set_code("VIDEO_HEARINGS");
  });
  draft.measures.emplace_back().set_code("TAROT");
  const auto findings = Lint(draft, "en");
  const Finding* finding = Find(findings, "measure.code");
  ASSERT_NE(finding, nullptr);
  EXPECT_FALSE(finding->error);
  EXPECT_EQ(finding->message.substr(0, 66),
            "No measure of the catalogue: VIDEO_HEARINGS (VIDEO_HEARING?), TARO");
  EXPECT_EQ(Lint(draft, "es")[0].message.substr(0, 18), "No es una diligenc");
  EXPECT_EQ(Lint(draft, "pt")[0].message.substr(0, 10), "Não é um");
  // In a case that goes on they are the case's; what a consultation speaks of is its own.
  draft.case_id = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
  EXPECT_EQ(Find(Lint(draft, "en"), "measure.code"), nullptr);
  draft.content.mutable_informal_consultation()->add_measure_codes("TAROT");
  EXPECT_NE(Find(Lint(draft, "en"), "measure.code"), nullptr);
}

TEST(LintTest, EachCodeOfTheCatalogueIsOnThePage) {
  const auto page = ReadFile(ROGATORIA_SOURCE_DIR "/docs/act-files.md", 1 << 20);
  ASSERT_TRUE(page.ok());
  for (const std::string& code : KnownMeasureCodes())
    EXPECT_TRUE(absl::StrContains(*page, absl::StrCat("`", code, "`"))) << code;
}

TEST(LintTest, AnActInACaseNeedsNeitherAddresseeNorBasis) {
  ActDraft draft = InACase(v1::ACT_KIND_FREE_FORM);
  draft.to.clear();
  draft.legal_basis.Clear();
  draft.channel_class = v1::CHANNEL_CLASS_UNSPECIFIED;
  draft.measures.clear();
  for (const Finding& finding : Lint(draft, "en")) EXPECT_FALSE(finding.error) << finding.field;
}

}  // namespace
}  // namespace rogatoria::client
