#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/client/lint.h"
#include "common/client/placed_rules.h"

namespace rogatoria::client {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Places(const ActDraft& draft) {
  std::vector<std::string> places;
  for (const Finding& finding : FindingsOf(VictimRules(), draft, LintBasis(), "en"))
    places.push_back(finding.field);
  return places;
}

content::v1::VulnerabilityProfile& Person(ActDraft& draft) {
  return *draft.content.mutable_detection_report()->add_detected_persons()->mutable_vulnerability();
}

constexpr char kMinority[] = "detection_report.detected_persons[0].vulnerability.minority";

TEST(VictimRulesTest, APseudonymIsACodeAndANameIsNot) {
  ActDraft draft;
  auto& person = *draft.content.mutable_detection_report()->add_detected_persons();
  person.set_pseudonym("María Pérez");
  EXPECT_THAT(Places(draft), ElementsAre("detection_report.detected_persons[0].pseudonym"));
  for (const char* name : {"VIC-", "VIC-maria", "VIC-MARIA", "Vic-0001", "0001"}) {
    person.set_pseudonym(name);
    EXPECT_FALSE(Places(draft).empty()) << name;
  }
  person.set_pseudonym("VIC-2026-0001");
  EXPECT_THAT(Places(draft), IsEmpty());
}

TEST(VictimRulesTest, SoIsThatOfAPersonInTheIdentityPart) {
  ActDraft draft;
  draft.identity.add_records()->set_pseudonym("VIC-2026-0001");
  draft.identity.add_records()->set_pseudonym("María Pérez");
  EXPECT_THAT(Places(draft), ElementsAre("identity[1].pseudonym"));
}

TEST(VictimRulesTest, AnIndicatorIsOfTheCatalogue) {
  ActDraft draft;
  auto& indicator = *draft.content.mutable_detection_report()->add_indicators();
  indicator.set_code("AL-DR-01");
  EXPECT_THAT(Places(draft), IsEmpty());
  indicator.set_code("AL-XX-01");
  ASSERT_THAT(Places(draft), ElementsAre("detection_report.indicators[0].code"));
  EXPECT_FALSE(FindingsOf(VictimRules(), draft, LintBasis(), "en")[0].error)
      << "the catalogue is not whole";
}

TEST(VictimRulesTest, AServiceIsNeverNamed) {
  ActDraft draft;
  draft.content.mutable_shelter_placement()->set_service_id("Casa Esperanza");
  ASSERT_THAT(Places(draft), ElementsAre("shelter_placement.service_id"));
  draft.content.mutable_shelter_placement()->set_service_id("SVC-CALLEMAYOR");
  ASSERT_THAT(Places(draft), ElementsAre("shelter_placement.service_id"));
  EXPECT_TRUE(FindingsOf(VictimRules(), draft, LintBasis(), "en")[0].error);
  draft.content.mutable_shelter_placement()->set_service_id("SVC-7F3A");
  EXPECT_THAT(Places(draft), IsEmpty());
}

TEST(VictimRulesTest, AVictimIsNotNamed) {
  ActDraft draft;
  auto& person = *draft.content.mutable_request()->add_persons();
  person.set_name("María Pérez");
  person.set_role(content::v1::PERSON_ROLE_SUSPECT);
  EXPECT_THAT(Places(draft), IsEmpty());
  person.set_role(content::v1::PERSON_ROLE_VICTIM);
  EXPECT_THAT(Places(draft), ElementsAre("request.persons[0].name"));
}

struct Age {
  content::v1::Minority minority;
  uint32_t from, to;
  bool agrees;
};

TEST(VictimRulesTest, AgeAndMinorityAgree) {
  for (const Age& age : {Age{content::v1::MINORITY_NO, 17, 25, false},
                         Age{content::v1::MINORITY_NO, 0, 17, false},
                         Age{content::v1::MINORITY_NO, 18, 18, true},
                         Age{content::v1::MINORITY_YES, 18, 20, false},
                         Age{content::v1::MINORITY_YES, 15, 17, true},
                         Age{content::v1::MINORITY_PRESUMED, 15, 20, true},
                         Age{content::v1::MINORITY_PRESUMED, 20, 15, false}}) {
    ActDraft draft;
    auto& person = Person(draft);
    person.set_minority(age.minority);
    person.set_age_from(age.from);
    person.set_age_to(age.to);
    person.set_guardian_type(content::v1::GUARDIAN_TYPE_APPOINTED);
    EXPECT_EQ(Places(draft).empty(), age.agrees) << age.minority << " " << age.from;
  }
}

TEST(VictimRulesTest, ByTheDayOfBirthAMinorIsOne) {
  ActDraft draft;
  auto& person = *draft.content.mutable_request()->add_persons();
  person.set_minority(content::v1::MINORITY_NO);
  person.set_birth_day("2020-02-29");
  EXPECT_THAT(Places(draft), ElementsAre("request.persons[0].minority"));
  person.set_birth_day("1990-02-29");
  EXPECT_THAT(Places(draft), IsEmpty()) << "no day: another rule tells of it";
  person.set_birth_day("1990-03-01");
  EXPECT_THAT(Places(draft), IsEmpty());
}

TEST(VictimRulesTest, ThePersonsOwnMinorityIsHeldAgainstTheProfile) {
  ActDraft draft;
  auto& person = *draft.content.mutable_request()->add_persons();
  person.set_minority(content::v1::MINORITY_NO);
  auto& profile = *person.mutable_vulnerability();
  profile.set_guardian_type(content::v1::GUARDIAN_TYPE_APPOINTED);
  const auto wrong = [&] {
    std::vector<std::string> places;
    for (const Finding& finding : FindingsOf(VictimRules(), draft, LintBasis(), "en"))
      if (finding.error) places.push_back(finding.field);
    return places;
  };
  EXPECT_THAT(wrong(), IsEmpty());
  profile.set_age_from(12);
  profile.set_age_to(14);
  EXPECT_THAT(wrong(), ElementsAre("request.persons[0].minority"));
  profile.clear_age_from();
  profile.clear_age_to();
  for (const auto minority : {content::v1::MINORITY_YES, content::v1::MINORITY_PRESUMED}) {
    profile.set_minority(minority);
    EXPECT_THAT(wrong(), ElementsAre("request.persons[0].minority"));
  }
  profile.set_minority(content::v1::MINORITY_NO);
  EXPECT_THAT(wrong(), IsEmpty());
}

TEST(VictimRulesTest, TheLeastAgeIsNotAboveTheGreatest) {
  for (const auto minority : {content::v1::MINORITY_UNSPECIFIED,
                              content::v1::MINORITY_NO,
                              content::v1::MINORITY_PRESUMED}) {
    ActDraft draft;
    auto& profile = Person(draft);
    profile.set_minority(minority);
    profile.set_guardian_type(content::v1::GUARDIAN_TYPE_APPOINTED);
    profile.set_age_from(30);
    profile.set_age_to(24);
    EXPECT_THAT(Places(draft),
                ElementsAre("detection_report.detected_persons[0].vulnerability.age_from"));
  }
}

TEST(VictimRulesTest, TheDayOfBirthInTheIdentityPartCounts) {
  ActDraft draft;
  auto& person = *draft.content.mutable_request()->add_persons();
  person.set_pseudonym("VIC-0001");
  person.set_minority(content::v1::MINORITY_NO);
  auto& record = *draft.identity.add_records();
  record.set_pseudonym("VIC-0002");
  record.set_birth_day("2012-01-01");
  EXPECT_THAT(Places(draft), IsEmpty()) << "of another person";
  record.set_pseudonym("VIC-0001");
  EXPECT_THAT(Places(draft), ElementsAre("request.persons[0].minority"));
  person.clear_minority();
  person.mutable_vulnerability()->set_minority(content::v1::MINORITY_NO);
  EXPECT_THAT(Places(draft), ElementsAre("request.persons[0].vulnerability.minority"));
  person.mutable_vulnerability()->clear_minority();
  person.mutable_vulnerability()->set_age_from(19);
  EXPECT_THAT(Places(draft), ElementsAre("request.persons[0].vulnerability.age_from"));
  record.set_birth_day("1980-01-01");
  EXPECT_THAT(Places(draft), IsEmpty());
  person.set_minority(content::v1::MINORITY_YES);
  EXPECT_THAT(Places(draft),
              ElementsAre("request.persons[0].minority", "request.persons[0].minority"))
      << "by the age, and by the day of birth";
}

TEST(VictimRulesTest, AReferralIsNotClosedOverWhatNobodyAnswered) {
  ActDraft draft;
  draft.kind = v1::ACT_KIND_CLOSURE;
  LintBasis basis;
  EXPECT_THAT(FindingsOf(VictimRules(), draft, basis, "en"), IsEmpty());
  basis.unanswered = {"BREAKS"};
  const auto findings = FindingsOf(VictimRules(), draft, basis, "en");
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].field, "referral_feedback.precautions[BREAKS]");
  EXPECT_FALSE(findings[0].error);
}

TEST(VictimRulesTest, InDoubtAPersonIsPresumedToBeAMinor) {
  ActDraft draft;
  Person(draft).set_age_from(16);
  EXPECT_THAT(Places(draft), ElementsAre(kMinority));
}

TEST(VictimRulesTest, SomebodyStandsForAMinor) {
  ActDraft draft;
  Person(draft).set_minority(content::v1::MINORITY_PRESUMED);
  EXPECT_THAT(Places(draft),
              ElementsAre("detection_report.detected_persons[0].vulnerability.guardian_type"));
  draft.content.mutable_detection_report()
      ->mutable_detected_persons(0)
      ->mutable_vulnerability()
      ->set_guardian_type(content::v1::GUARDIAN_TYPE_NONE_YET);
  EXPECT_THAT(Places(draft), IsEmpty());
}

TEST(VictimRulesTest, NobodyIsReferredUnasked) {
  ActDraft draft;
  auto& referral = *draft.content.mutable_victim_referral();
  referral.set_age_band("adult");
  EXPECT_THAT(Places(draft), ElementsAre("victim_referral.consent_record"));
  auto& consent = *referral.mutable_consent_record();
  consent.set_consent(content::v1::CONSENT_GIVEN);
  consent.set_consent_giver(content::v1::CONSENT_GIVER_PERSON);
  EXPECT_THAT(Places(draft), IsEmpty());
  auto& person = *referral.mutable_person()->mutable_vulnerability();
  person.set_minority(content::v1::MINORITY_YES);
  person.set_guardian_type(content::v1::GUARDIAN_TYPE_APPOINTED);
  EXPECT_THAT(Places(draft), ElementsAre("victim_referral.consent_record.consent_giver"));
}

TEST(VictimRulesTest, HelpDoesNotDependOnTestimony) {
  ActDraft draft;
  auto& answer = *draft.content.mutable_referral_answer();
  for (const char* reasons : {"Only if she testifies",
                              "Solo si declara",
                              "Só se prestar depoimento",
                              "Só se for testemunha"}) {
    answer.set_reasons(reasons);
    EXPECT_THAT(Places(draft), ElementsAre("referral_answer.reasons")) << reasons;
  }
  answer.set_reasons("Sin plazas hasta marzo.");
  EXPECT_THAT(Places(draft), IsEmpty());
  answer.add_services()->set_reasons("Cuando declare");
  EXPECT_THAT(Places(draft), ElementsAre("referral_answer.services[0].reasons"));
}

TEST(VictimRulesTest, NorDoesWhatSomebodyAgreedToOrTheEndOfAPlace) {
  ActDraft draft;
  auto& placement = *draft.content.mutable_shelter_placement();
  auto& consent = *placement.mutable_consent_record();
  consent.set_consent_giver(content::v1::CONSENT_GIVER_PERSON);
  consent.set_scope("Acolhimento e testemunho em tribunal");
  EXPECT_THAT(Places(draft), ElementsAre("shelter_placement.consent_record.scope"));
  consent.set_scope("Acolhimento");
  placement.set_exit_plan("Until she has testified");
  EXPECT_THAT(Places(draft), ElementsAre("shelter_placement.exit_plan"));
  placement.set_exit_plan("Plano de saída com a tutora aos 60 dias.");
  EXPECT_THAT(Places(draft), IsEmpty());
}

TEST(VictimRulesTest, ConsentIsNoReasonWhereMeansWereUsed) {
  ActDraft draft;
  auto& notice = *draft.content.mutable_victim_identification_notice();
  notice.set_identification_status(content::v1::IDENTIFICATION_STATUS_NOT_IDENTIFIED);
  for (const char* reasons : {"She consented.", "Consintió en viajar.", "Veio voluntariamente."}) {
    notice.set_reasons(reasons);
    EXPECT_THAT(Places(draft), ElementsAre("victim_identification_notice.reasons")) << reasons;
  }
  notice.set_reasons("Nothing was found that speaks for it.");
  EXPECT_THAT(Places(draft), IsEmpty());
  notice.set_identification_status(content::v1::IDENTIFICATION_STATUS_PRESUMED);
  notice.set_reasons("What she consented to was another thing.");
  EXPECT_THAT(Places(draft), IsEmpty()) << "not held against her";
}

TEST(VictimRulesTest, AGapOfTheMeansIsNotThatSomebodyConsented) {
  ActDraft draft;
  auto& list = *draft.content.mutable_request()->mutable_checklist();
  list.add_elements()->set_trafficking_act(content::v1::TRAFFICKING_ACT_RECRUITMENT);
  list.add_elements()->set_trafficking_purpose(content::v1::TRAFFICKING_PURPOSE_SERVITUDE);
  auto& means = *list.add_elements();
  means.set_trafficking_means(content::v1::TRAFFICKING_MEANS_DECEPTION);
  means.set_element_status(content::v1::ELEMENT_STATUS_GAP);
  means.set_gap("A vítima consentiu no trabalho.");
  EXPECT_THAT(Places(draft), ElementsAre("request.checklist.elements[2]"));
}

TEST(VictimRulesTest, SmugglingIsNotTrafficking) {
  ActDraft draft;
  draft.kind = v1::ACT_KIND_SMUGGLING_REPORT;
  draft.content.mutable_smuggling_report()->set_migrants(3);
  draft.cover_slip.add_offence_codes("ICCS:08051");
  EXPECT_THAT(Places(draft), IsEmpty());
  draft.cover_slip.set_victims(true);
  EXPECT_THAT(Places(draft), ElementsAre("cover_slip.victims"));
  draft.cover_slip.add_offence_codes("ICCS:02041");
  EXPECT_THAT(Places(draft), ElementsAre("cover_slip.offence_codes"));
  draft.kind = v1::ACT_KIND_DETECTION_REPORT;
  EXPECT_THAT(Places(draft), ElementsAre("cover_slip.offence_codes"));
}

content::v1::ChecklistElement& Element(ActDraft& draft) {
  auto& element = *draft.content.mutable_request()->mutable_checklist()->add_elements();
  element.set_element_status(content::v1::ELEMENT_STATUS_PROVED);
  element.set_exhibit("D1");
  return element;
}

TEST(VictimRulesTest, AChecklistSpeaksOfActMeansAndPurpose) {
  ActDraft draft;
  Element(draft).set_trafficking_act(content::v1::TRAFFICKING_ACT_RECRUITMENT);
  EXPECT_THAT(Places(draft), ElementsAre("request.checklist.elements[].trafficking_means"));
  Element(draft).set_trafficking_means(content::v1::TRAFFICKING_MEANS_DECEPTION);
  EXPECT_THAT(Places(draft), ElementsAre("request.checklist.elements[].trafficking_purpose"));
  Element(draft).set_trafficking_purpose(content::v1::TRAFFICKING_PURPOSE_FORCED_LABOUR);
  EXPECT_THAT(Places(draft), IsEmpty());
  draft.content.mutable_request()->mutable_checklist()->mutable_elements(2)->clear_exhibit();
  EXPECT_THAT(Places(draft), ElementsAre("request.checklist.elements[2].exhibit"));
}

TEST(VictimRulesTest, AChildNeedsNoMeans) {
  ActDraft draft;
  draft.content.mutable_request()->mutable_checklist()->set_minority(content::v1::MINORITY_YES);
  Element(draft).set_trafficking_act(content::v1::TRAFFICKING_ACT_TRANSFER);
  Element(draft).set_trafficking_purpose(content::v1::TRAFFICKING_PURPOSE_SERVITUDE);
  EXPECT_THAT(Places(draft), IsEmpty());
  auto& means = Element(draft);
  means.set_trafficking_means(content::v1::TRAFFICKING_MEANS_FRAUD);
  means.set_element_status(content::v1::ELEMENT_STATUS_GAP);
  means.set_gap("contrato");
  EXPECT_THAT(Places(draft), ElementsAre("request.checklist.elements[2].element_status"));
}

TEST(VictimRulesTest, LintCitesTheGuidanceThatTheChecklistFollows) {
  ActDraft draft;
  Element(draft).set_trafficking_act(content::v1::TRAFFICKING_ACT_RECRUITMENT);
  draft.content.mutable_request()->mutable_checklist()->set_guidance_version("TL-CASE-FILE/3");
  std::string cited;
  for (const Finding& finding : Lint(draft, LintBasis(), "en")) {
    if (finding.field == "request.checklist.elements[].trafficking_means") cited = finding.guidance;
  }
  EXPECT_EQ(cited, "TL-CASE-FILE/3");
}

TEST(VictimRulesTest, EveryRuleHasItsNameSourceAndThreeLanguages) {
  for (const PlacedRule& row : VictimRules()) {
    EXPECT_FALSE(row.name.empty() || row.texts.en.empty() || row.source.empty()) << row.name;
  }
  ActDraft draft;
  draft.content.mutable_shelter_placement()->set_service_id("Casa");
  const auto said = [&](const char* language) {
    return FindingsOf(VictimRules(), draft, LintBasis(), language)[0].message;
  };
  EXPECT_NE(said("en"), said("es"));
  EXPECT_NE(said("es"), said("pt"));
}

}  // namespace
}  // namespace rogatoria::client
