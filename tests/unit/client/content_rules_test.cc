// Goal: each contradiction between a header and its content is found, by the sender before sending
// and by the recipient after opening; an honest act has none; advice and defaults are given where
// they apply and nowhere else.
#include "common/client/content_rules.h"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/client/lint.h"
#include "common/client/opener.h"
#include "common/client/redraft.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

using content::v1::DiscrepancyCode;

constexpr char kCase[] = "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";

// A request with everything the rules look at, and its header.
struct Sample {
  v1::ActHeader header;
  content::v1::CoverSlip slip;
  content::v1::ActContent content;
};

Sample Honest() {
  Sample sample;
  sample.header.set_kind(v1::ACT_KIND_REQUEST);
  sample.header.set_case_id(kCase);
  sample.header.set_language("pt-PT");
  sample.header.set_channel_class(v1::CHANNEL_CLASS_FORMAL);
  sample.header.set_data_class(v1::DATA_CLASS_OPERATIONAL);
  auto& measure = *sample.header.add_measures();
  measure.set_ordinal(1);
  measure.set_code("VIDEO_HEARING");
  auto& request = *sample.content.mutable_request();
  request.add_persons()->set_name("X");
  auto& detail = *request.add_measures();
  detail.set_ordinal(1);
  detail.set_code("VIDEO_HEARING");
  detail.mutable_hearing()->set_duration_minutes(60);
  sample.content.set_written_for(kCase);
  auto& letter = *sample.content.mutable_letter()->mutable_document();
  letter.set_content("%PDF");
  letter.set_language("pt-PT");
  return sample;
}

Sample Answer(v1::ActKind kind) {
  Sample sample = Honest();
  sample.content.clear_request();
  sample.header.set_kind(kind);
  return sample;
}

std::vector<DiscrepancyCode> CodesOf(const Sample& sample) {
  std::vector<DiscrepancyCode> codes;
  for (const auto& one : Contradictions(sample.header, sample.slip, sample.content))
    codes.push_back(one.discrepancy_code());
  return codes;
}

TEST(ContradictionsTest, AnHonestActHasNone) {
  EXPECT_TRUE(CodesOf(Honest()).empty());
}

TEST(ContradictionsTest, ALetterAloneHasNone) {
  Sample sample = Honest();
  sample.content.clear_request();
  EXPECT_TRUE(CodesOf(sample).empty());
}

struct Lie {
  const char* name;
  DiscrepancyCode code;
  std::function<void(Sample&)> tell;
};

class LieTest : public ::testing::TestWithParam<Lie> {};

TEST_P(LieTest, IsFoundAndNothingElse) {
  Sample sample = Honest();
  GetParam().tell(sample);
  EXPECT_EQ(CodesOf(sample), std::vector<DiscrepancyCode>{GetParam().code});
}

INSTANTIATE_TEST_SUITE_P(
    All,
    LieTest,
    ::testing::Values(
        Lie{"Kind",
            content::v1::DISCREPANCY_CODE_KIND,
            [](Sample& s) { s.content.mutable_withdrawal()->set_reasons("x"); }},
        Lie{"MeasureThatIsNotNamed",
            content::v1::DISCREPANCY_CODE_MEASURES,
            [](Sample& s) {
              auto& more = *s.content.mutable_request()->add_measures();
              more.set_ordinal(2);
              more.set_code("SEARCH");
            }},
        Lie{"CodeOfAnother",
            content::v1::DISCREPANCY_CODE_MEASURES,
            [](Sample& s) {
              s.content.mutable_request()->mutable_measures(0)->set_code("PHONE_HEARING");
            }},
        Lie{"MeasureWithoutDetail",
            content::v1::DISCREPANCY_CODE_MEASURES,
            [](Sample& s) {
              auto& more = *s.header.add_measures();
              more.set_ordinal(2);
              more.set_code("SEARCH");
            }},
        Lie{"DetailOfAnotherGroup",
            content::v1::DISCREPANCY_CODE_MEASURES,
            [](Sample& s) {
              s.content.mutable_request()->mutable_measures(0)->mutable_bank()->add_banks("B");
            }},
        Lie{"Case",
            content::v1::DISCREPANCY_CODE_CASE,
            [](Sample& s) { s.content.set_written_for("co-fgn/other"); }},
        Lie{"Language",
            content::v1::DISCREPANCY_CODE_LANGUAGE,
            [](Sample& s) { s.header.set_language("es-CO"); }},
        Lie{"AttachedDocumentThatTheHeaderDoesNotHave",
            content::v1::DISCREPANCY_CODE_DOCUMENTS,
            [](Sample& s) {
              s.content.mutable_request()->add_documents()->set_file_name("a.pdf");
            }},
        Lie{"AttachedDocumentThatTheContentDoesNotHave",
            content::v1::DISCREPANCY_CODE_DOCUMENTS,
            [](Sample& s) { s.header.add_documents()->set_sealed_size(1); }},
        Lie{"TwoDocumentsUnderOneNumber",
            content::v1::DISCREPANCY_CODE_DOCUMENTS,
            [](Sample& s) {
              s.header.add_documents()->set_sealed_size(1);
              s.header.add_documents()->set_sealed_size(1);
              for (int i = 0; i < 2; ++i) {
                s.content.mutable_request()->add_documents()->mutable_attached()->set_number(1);
              }
            }},
        Lie{"ADocumentUnderANumberThatTheHeaderDoesNotHave",
            content::v1::DISCREPANCY_CODE_DOCUMENTS,
            [](Sample& s) {
              s.header.add_documents()->set_sealed_size(1);
              s.content.mutable_request()->add_documents()->mutable_attached()->set_number(2);
            }},
        Lie{"VictimUnderOperational",
            content::v1::DISCREPANCY_CODE_DATA_CLASS,
            [](Sample& s) {
              s.content.mutable_request()->mutable_persons(0)->set_role(
                  content::v1::PERSON_ROLE_PRESUMED_VICTIM);
            }},
        Lie{"PersonUnderAdministrative",
            content::v1::DISCREPANCY_CODE_DATA_CLASS,
            [](Sample& s) { s.header.set_data_class(v1::DATA_CLASS_ADMINISTRATIVE); }},
        Lie{"H3WithoutText",
            content::v1::DISCREPANCY_CODE_HANDLING,
            [](Sample& s) { s.slip.add_handling(content::v1::HANDLING_CODE_H3); }},
        Lie{"TextWithoutH3",
            content::v1::DISCREPANCY_CODE_HANDLING,
            [](Sample& s) {
              s.content.mutable_request()->mutable_use_limitation()->set_restriction("x");
            }}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(ContradictionsTest, TheLetterMayBeInTheLanguageByItsTranslation) {
  Sample sample = Honest();
  sample.header.set_language("es-CO");
  sample.content.mutable_letter()->add_translations()->set_language("es");
  sample.content.mutable_letter()->mutable_translations(0)->set_content("%PDF");
  EXPECT_TRUE(CodesOf(sample).empty());
}

TEST(ContradictionsTest, OutcomesOfDecisions) {
  Sample sample = Answer(v1::ACT_KIND_DECISION);
  sample.header.mutable_measures(0)->set_outcome(v1::MEASURE_OUTCOME_ADMITTED);
  auto& decision = *sample.content.mutable_decision()->add_measures();
  decision.set_ordinal(1);
  decision.set_outcome(v1::MEASURE_OUTCOME_ADMITTED);
  EXPECT_TRUE(CodesOf(sample).empty());
  decision.set_outcome(v1::MEASURE_OUTCOME_REFUSED);
  EXPECT_EQ(CodesOf(sample), std::vector<DiscrepancyCode>{content::v1::DISCREPANCY_CODE_OUTCOMES});
}

TEST(ContradictionsTest, TermsThatAreNotAcceptedThoughTheHeaderSaysSo) {
  Sample sample = Answer(v1::ACT_KIND_CONDITIONS_REPLY);
  sample.header.mutable_measures(0)->set_outcome(v1::MEASURE_OUTCOME_ACCEPTED);
  auto& answer = *sample.content.mutable_conditions_reply()->add_answers();
  answer.set_measure_ordinal(1);
  EXPECT_EQ(CodesOf(sample), std::vector<DiscrepancyCode>{content::v1::DISCREPANCY_CODE_OUTCOMES});
  answer.set_accepted(true);
  EXPECT_TRUE(CodesOf(sample).empty());
}

TEST(ContradictionsTest, ItemsToReturnThatTheHeaderGivesForGood) {
  Sample sample = Answer(v1::ACT_KIND_EVIDENCE_TRANSFER);
  sample.header.mutable_measures(0)->set_outcome(v1::MEASURE_OUTCOME_TRANSMITTED);
  auto& item = *sample.content.mutable_evidence_transfer()->add_items();
  item.set_measure_ordinal(1);
  EXPECT_TRUE(CodesOf(sample).empty());
  item.set_return_required(true);
  EXPECT_EQ(CodesOf(sample), std::vector<DiscrepancyCode>{content::v1::DISCREPANCY_CODE_OUTCOMES});
}

TEST(ContradictionsTest, NumbersOfMeasuresByThemselves) {
  Sample sample = Answer(v1::ACT_KIND_WITHDRAWAL);
  sample.content.mutable_withdrawal()->add_measure_ordinals(2);
  EXPECT_EQ(CodesOf(sample), std::vector<DiscrepancyCode>{content::v1::DISCREPANCY_CODE_MEASURES});
  for (uint32_t i = 0; i < 30000; ++i)
    sample.content.mutable_withdrawal()->add_measure_ordinals(1000 + i);
  EXPECT_EQ(CodesOf(sample).size(), 100U);  // that a message can hold, and a person read
  sample.header.clear_measures();           // all of the case
  EXPECT_TRUE(CodesOf(sample).empty());
}

TEST(ContradictionsTest, EvidenceThatMustNotBeShownInCourt) {
  Sample sample = Answer(v1::ACT_KIND_EXECUTION_RESULT);
  sample.slip.add_handling(content::v1::HANDLING_CODE_H1);
  EXPECT_EQ(CodesOf(sample), std::vector<DiscrepancyCode>{content::v1::DISCREPANCY_CODE_HANDLING});
  sample.header.set_channel_class(v1::CHANNEL_CLASS_INFORMAL);
  EXPECT_TRUE(CodesOf(sample).empty());
}

TEST(ContradictionsTest, TheCompetentAuthorityIsTheFirstRecipient) {
  Sample sample = Answer(v1::ACT_KIND_FORWARDING_NOTICE);
  sample.header.add_recipients()->set_authority("br-pgr");
  sample.content.mutable_forwarding_notice()->set_competent_authority("br-pgr");
  EXPECT_TRUE(CodesOf(sample).empty());
  sample.content.mutable_forwarding_notice()->set_competent_authority("co-fgn");
  EXPECT_EQ(CodesOf(sample), std::vector<DiscrepancyCode>{content::v1::DISCREPANCY_CODE_RECIPIENT});
}

TEST(ContradictionsTest, TheCaseOfTheRequestIsARelatedOne) {
  Sample sample = Answer(v1::ACT_KIND_PRESERVATION_FOLLOW_UP);
  sample.content.mutable_preservation_follow_up()->set_request_case("pt-pgr/x");
  EXPECT_EQ(CodesOf(sample), std::vector<DiscrepancyCode>{content::v1::DISCREPANCY_CODE_CASE});
  sample.header.add_related_cases("pt-pgr/x");
  EXPECT_TRUE(CodesOf(sample).empty());
}

TEST(ContradictionsTest, SayCodesAndNobodysData) {
  Sample sample = Honest();
  sample.content.mutable_request()->mutable_persons(0)->set_pseudonym("VIC-0001");
  sample.content.mutable_request()->mutable_persons(0)->set_protected_witness(true);
  const auto found = Contradictions(sample.header, sample.slip, sample.content);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].field(), "request.persons[0]");
  EXPECT_EQ(found[0].stated(), "OPERATIONAL");
  EXPECT_EQ(found[0].found(), "SENSITIVE");
}

// The whole way: sealed with a contradiction, opened by the other side, answered.
TEST(ObjectionTest, NamesTheActAndWhatWasFound) {
  TestOffices offices;
  ActDraft draft = offices.Request();
  draft.content.set_written_for(kCase);
  const auto opened = OpenAct(
      offices.Signed(draft).act, {offices.co().sealing}, offices.signers(), SystemClock().Now());
  ASSERT_THAT(opened, IsOk());
  ASSERT_EQ(opened->contradictions.size(), 1u);
  EXPECT_EQ(opened->contradictions[0].discrepancy_code(), content::v1::DISCREPANCY_CODE_CASE);
  const ActDraft answer = DraftObjection(*opened);
  EXPECT_EQ(answer.kind, v1::ACT_KIND_DISCREPANCY_NOTICE);
  EXPECT_EQ(answer.case_id, opened->header.case_id());
  EXPECT_EQ(answer.in_reply_to, opened->header.act_id());
  ASSERT_EQ(answer.to.size(), 1u);
  EXPECT_EQ(answer.to[0].authority(), "pt-pgr");
  EXPECT_EQ(answer.content.discrepancy_notice().act_id(), opened->header.act_id());
  EXPECT_EQ(answer.content.discrepancy_notice().discrepancies_size(), 1);
}

ActDraft Draft(v1::ActKind kind) {
  ActDraft draft;
  draft.kind = kind;
  draft.case_id = kCase;
  draft.language = "pt-PT";
  draft.legal_basis.set_instrument("UN-UNTOC-2000");
  return draft;
}

std::vector<Finding> FindingsAt(const ActDraft& draft, const std::string& field) {
  std::vector<Finding> found = LintContent(draft, "en");
  found.erase(
      std::remove_if(
          found.begin(), found.end(), [&](const Finding& one) { return one.field != field; }),
      found.end());
  return found;
}

TEST(LintContentTest, AContradictionIsAnErrorInThePersonsLanguage) {
  ActDraft draft = Draft(v1::ACT_KIND_RETURN);
  draft.content.mutable_withdrawal()->set_reasons("x");
  const auto findings = LintContent(draft, "es");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_TRUE(findings[0].error);
  EXPECT_TRUE(findings[0].wrong) << "nothing is missing";
  EXPECT_EQ(findings[0].message, "El contenido es de otro tipo que el que indica la cabecera.");
}

TEST(LintContentTest, ADayThatIsNone) {
  ActDraft draft = Draft(v1::ACT_KIND_SUSPENSION);
  draft.content.mutable_suspension()->set_until_day("soon");
  ASSERT_EQ(FindingsAt(draft, "suspension.until_day").size(), 1u);
  EXPECT_TRUE(FindingsAt(draft, "suspension.until_day")[0].error);
  draft.content.mutable_suspension()->set_until_day("2026-12-31");
  EXPECT_TRUE(LintContent(draft, "en").empty());
}

TEST(LintContentTest, AdvisesLimitsOfUseWhereTheInstrumentHasSpeciality) {
  ActDraft draft = Draft(v1::ACT_KIND_EXECUTION_RESULT);
  draft.content.mutable_letter()->mutable_document()->set_content("%PDF");
  const std::string field = "letter.document.use_limitation";
  ASSERT_EQ(FindingsAt(draft, field).size(), 1u);
  EXPECT_FALSE(FindingsAt(draft, field)[0].error);
  ActDraft limited = draft;
  limited.content.mutable_letter()->mutable_document()->mutable_use_limitation()->set_speciality(
      true);
  EXPECT_TRUE(FindingsAt(limited, field).empty());
  ActDraft covered = draft;
  covered.content.mutable_execution_result()->mutable_use_limitation()->set_speciality(true);
  EXPECT_TRUE(FindingsAt(covered, field).empty());
  draft.legal_basis.set_instrument("RECIPROCITY");
  EXPECT_TRUE(FindingsAt(draft, field).empty());
}

// By the rules of procedure, and each thing is said once.
TEST(LintContentTest, ARefusalGivesReasonsAndComesAfterAConsultation) {
  ActDraft draft = Draft(v1::ACT_KIND_DECISION);
  draft.cover_slip.set_subject("x");
  draft.measures.resize(1);
  draft.measures[0].set_ordinal(1);
  draft.measures[0].set_code("SEARCH");
  draft.measures[0].set_outcome(v1::MEASURE_OUTCOME_POSTPONED);
  auto& decision = *draft.content.mutable_decision()->add_measures();
  decision.set_ordinal(1);
  decision.set_code("SEARCH");
  decision.set_outcome(v1::MEASURE_OUTCOME_POSTPONED);
  const auto fields = [&] {
    std::vector<std::string> found;
    for (const Finding& finding : Lint(draft, LintBasis(), "en")) found.push_back(finding.field);
    return found;
  };
  EXPECT_THAT(fields(),
              testing::UnorderedElementsAre("decision.measures[0].postponement_reason",
                                            "decision.measures[0].consultation_act",
                                            "decision.measures[0].expected_end_day"));
  decision.set_outcome(v1::MEASURE_OUTCOME_REFUSED);
  draft.measures[0].set_outcome(v1::MEASURE_OUTCOME_REFUSED);
  EXPECT_THAT(fields(),
              testing::UnorderedElementsAre("decision.measures[0].reasons",
                                            "decision.measures[0].consultation_act"));
  decision.set_reasons("x");
  decision.set_consultation_act("co-fgn/x");
  decision.add_grounds(content::v1::REFUSAL_GROUND_DUAL_CRIMINALITY);
  EXPECT_THAT(fields(), testing::IsEmpty());
}

std::vector<int> HandlingOf(ActDraft draft) {
  FillHandling(draft);
  return {draft.cover_slip.handling().begin(), draft.cover_slip.handling().end()};
}

TEST(FillHandlingTest, EvidenceIsH0InformalInformationH1AndH2) {
  const std::vector<int> informal = {content::v1::HANDLING_CODE_H1, content::v1::HANDLING_CODE_H2};
  EXPECT_EQ(HandlingOf(Draft(v1::ACT_KIND_EXECUTION_RESULT)),
            std::vector<int>{content::v1::HANDLING_CODE_H0});
  EXPECT_EQ(HandlingOf(Draft(v1::ACT_KIND_SPONTANEOUS_INFORMATION)), informal);
  EXPECT_TRUE(HandlingOf(Draft(v1::ACT_KIND_WITHDRAWAL)).empty());
  ActDraft draft = Draft(v1::ACT_KIND_FREE_FORM);
  draft.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  EXPECT_EQ(HandlingOf(draft), informal);
}

TEST(FillHandlingTest, WhatTheSenderStatesStays) {
  ActDraft draft = Draft(v1::ACT_KIND_SPONTANEOUS_INFORMATION);
  draft.cover_slip.add_handling(content::v1::HANDLING_CODE_H0);
  EXPECT_EQ(HandlingOf(draft), std::vector<int>{content::v1::HANDLING_CODE_H0});
}

}  // namespace
}  // namespace rogatoria::client
