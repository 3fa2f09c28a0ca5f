// Goal: requirements as data find what is missing, at its place, for the act that they concern;
// what ships is about fields that exist; and an act that has only a letter is not stopped.
#include "common/client/requirements.h"

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/lint.h"
#include "common/client/placed_rules.h"
#include "common/directory/load.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::client {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The instruments that the rows speak of, without their parties.
std::string Instruments() {
  std::string text;
  for (const char* id :
       {"UN-UNTOC-2000", "UN-TIP-2000", "RECIPROCITY", "MERCOSUR-CMC-2-96", "OAS-A55-1992"}) {
    absl::StrAppend(
        &text, "[[instrument]]\nid = \"", id, "\"\ntitle = \"x\"\nlegal_basis = true\n");
  }
  return text;
}

std::vector<v1::Requirement> Shipped(const std::string& directory = "ibero-american") {
  const auto text = ReadFile(
      absl::StrCat(ROGATORIA_SOURCE_DIR "/deploy/", directory, "/instruments/requirements.toml"),
      1 << 20);
  EXPECT_THAT(text, IsOk());
  if (!text.ok()) return {};
  const std::vector<DirectoryFile> files = {{"instruments.toml", Instruments()},
                                            {"requirements.toml", *text}};
  const auto loaded = ParseDirectory(files, "rogatoria.example");
  EXPECT_THAT(loaded, IsOk());
  if (!loaded.ok()) return {};
  const auto rows = (*loaded)->requirements();
  return {rows.begin(), rows.end()};
}

// A typed request for two measures under UNTOC, with all that it asks for.
ActDraft Request() {
  ActDraft draft;
  draft.kind = v1::ACT_KIND_REQUEST;
  draft.to.emplace_back().set_authority("co-fgn");
  draft.channel_class = v1::CHANNEL_CLASS_FORMAL;
  draft.legal_basis.set_instrument("UN-UNTOC-2000");
  draft.language = "pt-PT";
  draft.cover_slip.set_subject("subject");
  auto& request = *draft.content.mutable_request();
  request.mutable_requesting_authority()->set_authority_name("PGR");
  request.mutable_conducting_authority()->set_authority_name("DCIAP");
  request.mutable_proceedings()->set_subject_matter("trafficking");
  request.set_summary_of_facts("facts");
  auto& offence = *request.add_offences();
  offence.set_legal_text("art. 160");
  offence.set_penalty("3 to 10 years");
  request.add_persons()->set_role(content::v1::PERSON_ROLE_SUSPECT);
  request.mutable_signed_by()->mutable_official()->set_name("N");
  for (const char* code : {"VIDEO_HEARING", "BANK_TRANSACTIONS"}) {
    v1::MeasureRef& measure = draft.measures.emplace_back();
    measure.set_ordinal(static_cast<uint32_t>(draft.measures.size()));
    measure.set_code(code);
    auto& detail = *request.add_measures();
    detail.set_ordinal(measure.ordinal());
    detail.set_code(code);
    detail.set_assistance_sought("hear");
    detail.set_evidence_purpose("proof");
  }
  auto& bank = *request.mutable_measures(1)->mutable_bank();
  bank.set_from_day("2026-01-01");
  bank.set_grounds_for_belief("a statement");
  return draft;
}

v1::Requirement Required(const std::string& field) {
  v1::Requirement requirement;
  requirement.set_id("R");
  requirement.set_field(field);
  requirement.add_kinds(v1::ACT_KIND_REQUEST);
  requirement.set_level(v1::REQUIREMENT_LEVEL_ERROR);
  requirement.set_source("art. 1");
  requirement.set_text_en("Say it.");
  requirement.set_text_es("Dígalo.");
  requirement.set_text_pt("Diga-o.");
  return requirement;
}

std::vector<std::string> Errors(const std::vector<Finding>& findings) {
  std::vector<std::string> fields;
  for (const Finding& finding : findings) {
    if (finding.error) fields.push_back(finding.field);
  }
  return fields;
}

TEST(RequirementsTest, WhatShipsIsAboutFieldsThatExist) {
  for (const char* directory : {"ibero-american", "example-directory"}) {
    const auto shipped = Shipped(directory);
    EXPECT_GE(shipped.size(), 20u);
    for (const v1::Requirement& requirement : shipped) {
      EXPECT_THAT(CheckRequirementPath(requirement.field()), IsOk()) << requirement.id();
      EXPECT_EQ(requirement.mark(), "CHECK_BEFORE_PRODUCTION") << requirement.id();
    }
  }
  for (const v1::Requirement& requirement : BuiltInRequirements()) {
    EXPECT_THAT(CheckRequirementPath(requirement.field()), IsOk()) << requirement.id();
    EXPECT_NE(requirement.text_en(), requirement.text_es());
    EXPECT_NE(requirement.text_en(), requirement.text_pt());
  }
}

TEST(RequirementsTest, APathThatDoesNotExistIsSaid) {
  for (const char* path : {"request.none",
                           "request.summary_of_facts.more",
                           "request.measures.code",
                           "request[].persons",
                           "header",
                           "cover_slip.none",
                           "none.facts",
                           "request.persons[].languages[]"}) {
    EXPECT_THAT(CheckRequirementPath(path), HasReason(Reason::FIELD_INVALID)) << path;
  }
  for (const char* path : {"header.urgency.reason",
                           "header.measures[].code",
                           "cover_slip.subject",
                           "letter.document.content",
                           "request.measures[].hearing.questions"}) {
    EXPECT_THAT(CheckRequirementPath(path), IsOk()) << path;
  }
}

TEST(RequirementsTest, WhatIsMissingIsNamedAtItsPlace) {
  ActDraft draft = Request();
  EXPECT_THAT(MissingFields(Required("request.measures[].assistance_sought"), draft), IsEmpty());
  draft.content.mutable_request()->mutable_measures(1)->clear_assistance_sought();
  EXPECT_THAT(MissingFields(Required("request.measures[].assistance_sought"), draft),
              ElementsAre("request.measures[1].assistance_sought"));
  EXPECT_THAT(MissingFields(Required("request.time_limit.reasons"), draft),
              ElementsAre("request.time_limit.reasons"));
  EXPECT_THAT(MissingFields(Required("decision.decided_day"), draft),
              ElementsAre("decision.decided_day"));
  EXPECT_THAT(MissingFields(Required("header.urgency.reason"), draft),
              ElementsAre("header.urgency.reason"));
  draft.urgency.set_reason(v1::URGENCY_REASON_HEARING_DATE);
  EXPECT_THAT(MissingFields(Required("header.urgency.reason"), draft), IsEmpty());
  draft.content.mutable_request()->clear_persons();
  EXPECT_THAT(MissingFields(Required("request.persons[].role"), draft),
              ElementsAre("request.persons"));
}

TEST(RequirementsTest, OfAListOnlyTheMeasuresThatItIsAboutAreLookedAt) {
  ActDraft draft = Request();
  v1::Requirement bank = Required("request.measures[].bank.to_day");
  bank.add_measures("BANK_TRANSACTIONS");
  EXPECT_THAT(MissingFields(bank, draft), ElementsAre("request.measures[1].bank.to_day"));
  draft.content.mutable_request()->mutable_measures()->RemoveLast();
  EXPECT_THAT(MissingFields(bank, draft), ElementsAre("request.measures"));
}

TEST(RequirementsTest, ItConcernsItsKindInstrumentMeasureAndCountry) {
  const ActDraft draft = Request();
  v1::Requirement requirement = Required("request.summary_of_facts");
  EXPECT_TRUE(Concerns(requirement, draft, ""));
  requirement.set_country("CO");
  EXPECT_FALSE(Concerns(requirement, draft, "")) << "a country that is not known";
  EXPECT_FALSE(Concerns(requirement, draft, "BR"));
  EXPECT_TRUE(Concerns(requirement, draft, "CO"));
  requirement.set_instrument("UN-TIP-2000");
  EXPECT_FALSE(Concerns(requirement, draft, "CO"));
  requirement.set_instrument("UN-UNTOC-2000");
  requirement.add_measures("SEARCH");
  EXPECT_FALSE(Concerns(requirement, draft, "CO"));
  requirement.add_measures("VIDEO_HEARING");
  EXPECT_TRUE(Concerns(requirement, draft, "CO"));
  requirement.add_except_measures("VIDEO_HEARING");
  EXPECT_TRUE(Concerns(requirement, draft, "CO")) << "the other measure still needs it";
  requirement.add_except_measures("BANK_TRANSACTIONS");
  EXPECT_FALSE(Concerns(requirement, draft, "CO"));
  requirement = Required("request.summary_of_facts");
  requirement.set_kinds(0, v1::ACT_KIND_SUPPLEMENT);
  EXPECT_FALSE(Concerns(requirement, draft, ""));
}

TEST(RequirementsTest, ACompleteRequestUnderTheShippedRowsHasNothingMissing) {
  LintBasis basis;
  basis.requirements = Shipped();
  basis.country = "CO";
  EXPECT_THAT(Lint(Request(), basis, "en"), IsEmpty());
}

TEST(RequirementsTest, EachShippedErrorStopsARequestWithoutItsField) {
  LintBasis basis;
  basis.requirements = Shipped();
  ActDraft draft = Request();
  draft.content.mutable_request()->clear_summary_of_facts();
  draft.content.mutable_request()->mutable_measures(0)->clear_evidence_purpose();
  const auto findings = Lint(draft, basis, "es");
  EXPECT_THAT(Errors(findings),
              ElementsAre("request.summary_of_facts", "request.measures[0].evidence_purpose"));
  EXPECT_EQ(findings[0].source, "UN-UNTOC-2000 art. 18(15)(c)");
  EXPECT_TRUE(absl::StartsWith(findings[0].message, "Resuma los hechos")) << findings[0].message;
}

TEST(RequirementsTest, ServiceOfDocumentsNeedsNoFacts) {
  LintBasis basis;
  basis.requirements = Shipped();
  ActDraft draft = Request();
  draft.content.mutable_request()->clear_summary_of_facts();
  draft.measures.resize(1);
  draft.measures[0].set_code("SERVICE_OF_DOCUMENTS");
  draft.content.mutable_request()->mutable_measures()->RemoveLast();
  draft.content.mutable_request()->mutable_measures(0)->set_code("SERVICE_OF_DOCUMENTS");
  EXPECT_THAT(Errors(Lint(draft, basis, "en")), IsEmpty());
}

TEST(RequirementsTest, ALetterIsAdvisedAndNeverStopped) {
  LintBasis basis;
  basis.requirements = Shipped();
  ActDraft draft = Request();
  draft.content.Clear();
  draft.content.mutable_letter()->set_text("a letter");
  const auto findings = Lint(draft, basis, "en");
  EXPECT_THAT(Errors(findings), IsEmpty());
  const bool advised = std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.field == "request.summary_of_facts" &&
           absl::StartsWith(finding.message, "Check that the letter says it: ");
  });
  EXPECT_TRUE(advised);
  EXPECT_THAT(Lint(draft, LintBasis(), "en"), IsEmpty()) << "without data a letter is left alone";
}

TEST(RequirementsTest, WithoutDataWhatEveryInstrumentAsksForIsAdvice) {
  ActDraft draft = Request();
  draft.content.mutable_request()->clear_summary_of_facts();
  const auto findings = Lint(draft, LintBasis(), "pt");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_FALSE(findings[0].error);
  EXPECT_EQ(findings[0].field, "request.summary_of_facts");
  EXPECT_TRUE(absl::StartsWith(findings[0].message, "Resuma os factos")) << findings[0].message;
}

TEST(RequirementsTest, AFieldOfALaterVersionIsAdviceNotAFault) {
  LintBasis basis;
  basis.requirements = {Required("request.of_a_later_version")};
  const auto findings = Lint(Request(), basis, "en");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_FALSE(findings[0].error);
  EXPECT_EQ(findings[0].field, "request.of_a_later_version");
}

v1::GuidanceSummary Note(const std::string& id, const std::string& language) {
  v1::GuidanceSummary note;
  note.set_id(id);
  note.set_version(3);
  note.set_authority("co-fgn");
  note.set_country("CO");
  note.set_language(language);
  note.set_title("Bancos");
  return note;
}

TEST(RequirementsTest, FindingsNameTheGuidanceThatFitsBest) {
  LintBasis basis;
  basis.country = "CO";
  basis.requirements = {Required("request.time_limit.reasons")};
  v1::GuidanceSummary other = Note("co-fgn/search", "es-CO");
  other.add_measures("SEARCH");
  v1::GuidanceSummary bank = Note("co-fgn/bank", "es-CO");
  bank.add_measures("BANK_TRANSACTIONS");
  basis.guidance = {Note("co-fgn/all", "es-CO"), other, bank, Note("co-fgn/all-en", "en")};
  const auto spanish = Lint(Request(), basis, "es");
  ASSERT_EQ(spanish.size(), 2u);
  EXPECT_EQ(spanish[0].field, "request.time_limit.reasons");
  EXPECT_EQ(spanish[0].guidance, "co-fgn/bank v3");
  EXPECT_EQ(spanish[1].field, "guidance");
  EXPECT_EQ(Lint(Request(), basis, "en")[0].guidance, "co-fgn/all-en v3");
  basis.country = "BR";
  EXPECT_EQ(Lint(Request(), basis, "en")[0].guidance, "");
}

ActDraft Decision(v1::MeasureOutcome outcome) {
  ActDraft draft = Request();
  draft.kind = v1::ACT_KIND_DECISION;
  draft.case_id = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
  draft.measures.resize(1);
  draft.measures[0].set_outcome(outcome);
  auto& measure = *draft.content.mutable_decision()->add_measures();
  measure.set_ordinal(1);
  measure.set_code("VIDEO_HEARING");
  measure.set_outcome(outcome);
  measure.set_reasons("because");
  measure.set_consultation_act("co-fgn/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49");
  measure.add_grounds(content::v1::REFUSAL_GROUND_DUAL_CRIMINALITY);
  measure.set_postponement_reason(content::v1::POSTPONEMENT_REASON_INTERFERES_ONGOING_PROCEEDINGS);
  measure.set_expected_end_day("2027-01-31");
  return draft;
}

std::vector<std::string> Procedure(const ActDraft& draft, std::optional<bool> consulted = {}) {
  LintBasis basis;
  basis.consulted = consulted;
  std::vector<std::string> found;
  for (const Finding& finding : FindingsOf(ProcedureRules(), draft, basis, "en")) {
    found.push_back(absl::StrCat(finding.error ? "!" : "", finding.field));
    EXPECT_FALSE(finding.source.empty());
  }
  return found;
}

TEST(ProcedureRulesTest, ARefusalGivesReasonsAfterConsulting) {
  ActDraft draft = Decision(v1::MEASURE_OUTCOME_REFUSED);
  EXPECT_THAT(Procedure(draft), IsEmpty());
  auto& measure = *draft.content.mutable_decision()->mutable_measures(0);
  measure.clear_reasons();
  EXPECT_THAT(Procedure(draft), ElementsAre("!decision.measures[0].reasons"));
  measure.set_reasons("Se opone el secreto bancario.");
  measure.clear_consultation_act();
  EXPECT_THAT(Procedure(draft),
              ElementsAre("decision.measures[0].consultation_act", "decision.measures[0].grounds"));
  EXPECT_THAT(Procedure(draft, true), ElementsAre("decision.measures[0].grounds"))
      << "the case has seen a consultation";
  measure.set_reasons("fiscal");
  measure.set_grounds(0, content::v1::REFUSAL_GROUND_TAX_OFFENCE);
  EXPECT_THAT(Procedure(draft, true), ElementsAre("decision.measures[0].grounds"));
}

TEST(ProcedureRulesTest, APostponementGivesReasonAndEnd) {
  ActDraft draft = Decision(v1::MEASURE_OUTCOME_POSTPONED);
  EXPECT_THAT(Procedure(draft), IsEmpty());
  auto& measure = *draft.content.mutable_decision()->mutable_measures(0);
  measure.clear_postponement_reason();
  measure.clear_expected_end_day();
  EXPECT_THAT(Procedure(draft),
              ElementsAre("!decision.measures[0].postponement_reason",
                          "decision.measures[0].expected_end_day"));
}

TEST(ProcedureRulesTest, ADecisionInALetterIsAdvised) {
  ActDraft draft = Decision(v1::MEASURE_OUTCOME_REFUSED);
  draft.content.Clear();
  draft.content.mutable_letter()->set_text("no");
  EXPECT_THAT(Procedure(draft), ElementsAre("letter"));
  draft.measures[0].set_outcome(v1::MEASURE_OUTCOME_ADMITTED);
  EXPECT_THAT(Procedure(draft), IsEmpty());
}

TEST(ProcedureRulesTest, AReturnSaysWhyAndWhoIsCompetent) {
  ActDraft draft = Request();
  draft.kind = v1::ACT_KIND_RETURN;
  auto& back = *draft.content.mutable_return_();
  EXPECT_THAT(Procedure(draft), ElementsAre("!return.reasons"));
  back.add_return_reasons(content::v1::RETURN_REASON_NOT_COMPETENT);
  back.set_reasons("not ours");
  EXPECT_THAT(Procedure(draft), ElementsAre("return.competent_authority"));
  back.set_competent_authority("co-mj");
  EXPECT_THAT(Procedure(draft), IsEmpty());
}

TEST(ProcedureRulesTest, WishesAndFailuresHaveTheirReasons) {
  ActDraft draft = Request();
  auto& request = *draft.content.mutable_request();
  request.mutable_confidentiality()->set_scope(content::v1::CONFIDENTIALITY_SCOPE_FACT);
  request.mutable_time_limit()->set_wished_by_day("2027-01-31");
  EXPECT_THAT(Procedure(draft),
              ElementsAre("request.confidentiality.reasons", "request.time_limit.reasons"));
  ActDraft result = Decision(v1::MEASURE_OUTCOME_NOT_EXECUTABLE);
  result.kind = v1::ACT_KIND_EXECUTION_RESULT;
  result.content.mutable_execution_result()->add_measures()->set_outcome(
      v1::MEASURE_OUTCOME_NOT_EXECUTABLE);
  EXPECT_THAT(Procedure(result), ElementsAre("execution_result.measures[0].reasons"));
}

// Fields of a formal request, as advice about paper names them, whether the instrument and the
// channel basis want it.
std::vector<std::string> PaperAdvice(const ActDraft& draft, bool instrument_wants, bool original) {
  LintBasis basis;
  basis.legal_basis.emplace().set_paper_follows(instrument_wants);
  basis.legal_basis->set_confirm_within("10 DAYS");
  if (original) basis.channel_basis.emplace().set_effect(v1::CHANNEL_EFFECT_FORMAL_ORIGINAL);
  std::vector<std::string> fields;
  for (const Finding& finding : FindingsOf(ProcedureRules(), draft, basis, "en")) {
    EXPECT_FALSE(finding.error);
    fields.push_back(finding.field);
  }
  return fields;
}

// A source stands as it is in output of every language: ids of instruments and articles.
TEST(ProcedureRulesTest, SourcesAreIdsAndArticles) {
  const auto check = [](absl::string_view source) {
    static const std::regex neutral("([A-Z0-9-]+ art\\. [0-9][0-9.()a-z, ]*(; )?)+");
    EXPECT_TRUE(std::regex_match(std::string(source), neutral)) << source;
  };
  for (const v1::Requirement& requirement : BuiltInRequirements()) check(requirement.source());
  for (const char* directory : {"ibero-american", "example-directory"}) {
    for (const v1::Requirement& requirement : Shipped(directory)) check(requirement.source());
  }
  for (const PlacedRule& rule : ProcedureRules()) {
    if (!absl::StartsWith(rule.source, "(instrument): ")) check(rule.source);
  }
}

TEST(ProcedureRulesTest, AKeyOfTheInstrumentIsNamedWithTheInstrument) {
  ActDraft draft;
  draft.kind = v1::ACT_KIND_REQUEST;
  draft.channel_class = v1::CHANNEL_CLASS_FORMAL;
  LintBasis basis;
  basis.legal_basis.emplace().set_id("MERCOSUR-CMC-2-96");
  basis.legal_basis->set_paper_follows(true);
  const auto findings = FindingsOf(ProcedureRules(), draft, basis, "es");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].source, "MERCOSUR-CMC-2-96: paper_follows");
}

TEST(ProcedureRulesTest, PaperIsWhatInstrumentAndChannelSay) {
  using ::testing::ElementsAre;
  using ::testing::IsEmpty;
  ActDraft draft;
  draft.kind = v1::ACT_KIND_REQUEST;
  draft.channel_class = v1::CHANNEL_CLASS_FORMAL;
  EXPECT_THAT(PaperAdvice(draft, false, false), IsEmpty());
  EXPECT_THAT(PaperAdvice(draft, false, true), IsEmpty());
  EXPECT_THAT(PaperAdvice(draft, true, false), ElementsAre("originals_follow"));
  EXPECT_THAT(PaperAdvice(draft, true, true), ElementsAre("originals_follow"));
  draft.originals_follow = true;
  EXPECT_THAT(PaperAdvice(draft, true, false), ElementsAre("confirmation_due"));
  EXPECT_THAT(PaperAdvice(draft, false, true), ElementsAre("originals_follow"));
  draft.confirmation_due = "2026-12-31";
  EXPECT_THAT(PaperAdvice(draft, true, false), IsEmpty());
  EXPECT_THAT(PaperAdvice(draft, true, true), ElementsAre("originals_follow"));
  draft.originals_follow = false;
  draft.case_id = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
  EXPECT_THAT(PaperAdvice(draft, true, false), IsEmpty()) << "said when the case was opened";
  draft.case_id.clear();
  draft.channel_class = v1::CHANNEL_CLASS_INTERINSTITUTIONAL;
  EXPECT_THAT(PaperAdvice(draft, true, true), IsEmpty()) << "no formal act";
}

TEST(ProcedureRulesTest, EveryRuleHasItsNameSourceAndThreeLanguages) {
  for (const PlacedRule& row : ProcedureRules()) {
    EXPECT_FALSE(row.name.empty());
    EXPECT_FALSE(row.source.empty()) << row.name;
    EXPECT_FALSE(row.texts.en.empty()) << row.name;
  }
  ActDraft draft = Decision(v1::MEASURE_OUTCOME_REFUSED);
  draft.content.mutable_decision()->mutable_measures(0)->clear_reasons();
  const auto text = [&](const char* language) {
    return FindingsOf(ProcedureRules(), draft, LintBasis(), language)[0].message;
  };
  EXPECT_NE(text("en"), text("es"));
  EXPECT_NE(text("es"), text("pt-BR"));
}

}  // namespace
}  // namespace rogatoria::client
