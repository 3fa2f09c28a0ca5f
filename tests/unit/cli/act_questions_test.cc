// Goal: the questions of every kind of act end in an act file that the library reads; a request is
// out with few of them.
#include "services/cli/act_questions.h"

#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/client/draft.h"
#include "services/cli/act_file_text.h"
#include "services/cli/formal_basis.h"
#include "services/cli/words.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::cli {
namespace {

using testing::HasSubstr;

// What a person types who wants to get on: what is usual, else the first choice, else a word.
std::string EasyAnswer(const Question& question) {
  if (question.id == "case" || question.id == "in_reply_to")
    return "pt-pgr/6f1c0a52-8e0b-4b7e-9a55-0f6d1c2b3a49";
  if (question.id == "to") return "co-fgn";
  if (question.id == "measure") return question.choices.empty() ? "1" : "2";
  if (question.id == "legal_basis.instrument") return "RECIPROCITY";
  if (!question.usual.empty() || !question.required) return "";
  return question.choices.empty() ? "text" : "1";
}

class ActQuestionsTest : public testing::Test {
 protected:
  // Answers a form to its end; how many questions it had.
  size_t Answer(const Form& form, std::set<std::string> asked = {}) {
    size_t number = 0;
    for (bool any = true; any;) {
      any = false;
      for (const Question& question : form.questions()) {
        if (!asked.insert(question.id).second) continue;
        const std::string line = EasyAnswer(question);
        std::ostringstream screen;
        bool typed = false;
        Dialogue dialogue(
            [&]() -> std::optional<std::string> {
              if (typed && question.form != AnswerForm::kLines) return std::nullopt;
              const std::string next = typed ? "" : line;
              typed = true;
              return next;
            },
            screen,
            Language::kEnglish);
        const Form one = {[&] { return std::vector<Question>{question}; }, form.take};
        std::vector<std::string> none;
        const auto ending = dialogue.Run(one, none);
        EXPECT_THAT(ending, IsOk());
        EXPECT_EQ(*ending, Ending::kDone) << question.id << ": " << screen.str();
        ++number;
        any = true;
        break;
      }
    }
    return number;
  }

  absl::StatusOr<client::ActDraft> Read(const Json& act) {
    EXPECT_THAT(WriteFileDurably(file_, ActFileText(act, "x")), IsOk());
    return client::ReadActFile(file_);
  }

  TemporaryFolder folder_;
  const std::string file_ = folder_ / "act.toml";
  DirectoryChoices known_{nullptr, Language::kEnglish};
};

TEST_F(ActQuestionsTest, EveryKindEndsInAnActFileThatLintTakes) {
  for (const ActKindTraits& kind : AllActKinds()) {
    ActInWriting writing{kind, {{"kind", std::string(kind.name)}}, known_, Language::kEnglish};
    EXPECT_LT(Answer(BasicForm(writing)), 12u) << kind.name;
    const auto draft = Read(writing.act);
    ASSERT_THAT(draft, IsOk()) << kind.name;
    EXPECT_EQ(draft->kind, kind.kind);
    for (const client::Finding& finding : client::Lint(*draft, "en")) {
      EXPECT_FALSE(finding.error) << kind.name << ": " << finding.field << " " << finding.message;
    }
  }
}

v1::Authority CentralAuthority(const std::string& id, const std::string& instrument) {
  v1::Authority authority;
  authority.set_id(id);
  authority.add_kinds(v1::AUTHORITY_KIND_PROSECUTION_SERVICE);
  authority.add_kinds(v1::AUTHORITY_KIND_CENTRAL_AUTHORITY);
  authority.add_designations()->set_instrument(instrument);
  return authority;
}

TEST(FormalBasisTest, SaysWhoseDesignationOrWhichMeasureIsMissing) {
  const v1::Authority pt = CentralAuthority("pt-pgr", "UN-TIP-2000");
  const v1::Authority co = CentralAuthority("co-fgn", "UN-UNTOC-2000");
  v1::Instrument tip;
  tip.set_id("UN-TIP-2000");
  tip.set_central_authorities_only(true);
  const auto why = [&](const v1::Authority* ours, const v1::Authority* theirs) {
    return WhyNotFormally(tip, ours, theirs, {"SEARCH"}, Language::kEnglish);
  };
  EXPECT_EQ(why(&pt, &pt), "");
  EXPECT_EQ(why(&pt, nullptr), "");
  EXPECT_THAT(why(&co, &pt), HasSubstr("co-fgn is not designated"));
  EXPECT_THAT(why(&pt, &co), HasSubstr("co-fgn is not designated"));
  tip.add_measures("VIDEO_HEARING");
  EXPECT_THAT(why(&pt, &pt), HasSubstr("does not cover search"));
  tip.set_mode(v1::INSTRUMENT_MODE_WARN);
  EXPECT_EQ(why(&co, &pt), "");
  tip.clear_mode();
  tip.clear_measures();
  tip.set_central_authorities_only(false);
  EXPECT_EQ(why(&co, &pt), "") << "it allows direct transmission";
}

TEST_F(ActQuestionsTest, EveryPartOfEveryContentCanBeStated) {
  for (const ActKindTraits& kind : AllActKinds()) {
    ActInWriting writing{kind, {{"kind", std::string(kind.name)}}, known_, Language::kEnglish};
    std::vector<std::string> chosen;
    const Form form = MoreForm(writing, chosen);
    const Question parts = form.questions().at(0);
    for (const Choice& choice : parts.choices) chosen.push_back(choice.code);
    Answer(form, {"+"});
    ASSERT_THAT(Read(writing.act), IsOk()) << kind.name;
  }
}

TEST_F(ActQuestionsTest, AnAnswerOfEachFormIsReadAgain) {
  const ActKindTraits& kind = *FindActKind("REQUEST");
  ActInWriting writing{kind,
                       {{"kind", "REQUEST"}, {"measure", Json::array({{{"code", "SEARCH"}}})}},
                       known_,
                       Language::kEnglish};
  std::vector<std::string> chosen = {"persons", "measures", "proceedings"};
  const Form form = MoreForm(writing, chosen);
  const auto take = [&](const std::string& id, const Answers& answers) {
    for (const Question& question : form.questions()) {
      if (question.id == id) return form.take(question, answers);
    }
    return absl::NotFoundError(id);
  };
  EXPECT_THAT(take("request.persons[0].name", {"Ana"}), IsOk());
  EXPECT_THAT(take("request.persons[0].nationalities", {"PT", "CO"}), IsOk());
  EXPECT_THAT(take("request.persons[0].protected_witness", {"true"}), IsOk());
  EXPECT_THAT(take("request.persons[0]+", {"true"}), IsOk());
  EXPECT_THAT(take("request.persons[1].name", {"Bea"}), IsOk());
  EXPECT_THAT(take("request.proceedings.stage", {"INVESTIGATION"}), IsOk());
  EXPECT_THAT(take("request.measures[0].assistance_sought", {"line\n\"two\""}), IsOk());
  const auto draft = Read(writing.act);
  ASSERT_THAT(draft, IsOk());
  const auto& request = draft->content.request();
  ASSERT_EQ(request.persons_size(), 2);
  EXPECT_EQ(request.persons(0).nationalities_size(), 2);
  EXPECT_TRUE(request.persons(0).protected_witness());
  EXPECT_EQ(request.persons(1).name(), "Bea");
  EXPECT_EQ(request.measures(0).code(), "SEARCH");
  EXPECT_EQ(request.measures(0).ordinal(), 1u);
  EXPECT_EQ(request.measures(0).assistance_sought(), "line\n\"two\"");
}

TEST_F(ActQuestionsTest, WhatLintMissesIsAskedWithItsSource) {
  const ActKindTraits& kind = *FindActKind("REQUEST");
  ActInWriting writing{kind, {{"kind", "REQUEST"}}, known_, Language::kEnglish};
  const Form form =
      MissingForm(writing,
                  {{true, "request.summary_of_facts", "Summarise the facts.", "ART 1"},
                   {true, "request.offences[].legal_text", "The text of the law.", "ART 2"},
                   {true, "letter", "Add a letter.", ""}});
  const auto questions = form.questions();
  ASSERT_EQ(questions.size(), 2u);
  EXPECT_THAT(questions[0].help, HasSubstr("ART 1"));
  EXPECT_TRUE(questions[0].required);
  EXPECT_THAT(form.take(questions[1], {"Article 160"}), IsOk());
  const auto draft = Read(writing.act);
  ASSERT_THAT(draft, IsOk());
  EXPECT_EQ(draft->content.request().offences(0).legal_text(), "Article 160");
}

TEST_F(ActQuestionsTest, OtherMeasuresForgetWhatWasSaidOfTheOnesBefore) {
  const ActKindTraits& kind = *FindActKind("REQUEST");
  ActInWriting writing{kind, {{"kind", "REQUEST"}}, known_, Language::kEnglish};
  const Form form = BasicForm(writing);
  Question measures;
  measures.id = "measure";
  EXPECT_THAT(form.take(measures, {"SEARCH"}), IsOk());
  PutAt(writing.act, "request.measures[0].assistance_sought", "x");
  EXPECT_THAT(form.take(measures, {"SEARCH"}), IsOk());
  EXPECT_NE(FindAt(writing.act, "request.measures[0].assistance_sought"), nullptr);
  EXPECT_THAT(form.take(measures, {"SEIZURE"}), IsOk());
  EXPECT_EQ(FindAt(writing.act, "request.measures"), nullptr);
}

TEST_F(ActQuestionsTest, EveryMeasureAndReasonThatCanBeChosenHasAWord) {
  for (const Choice& choice : known_.MeasureCodes())
    EXPECT_TRUE(HasWord(choice.code)) << choice.code;
  for (int i = 1; i < v1::UrgencyReason_descriptor()->value_count(); ++i) {
    const std::string name = v1::UrgencyReason_descriptor()->value(i)->name();
    EXPECT_TRUE(HasWord(name.substr(sizeof("URGENCY_REASON_") - 1))) << name;
  }
}

// The vocabulary of the domain: those that a person chooses from a list, and those that are typed.
TEST(MeasureWordsTest, EveryCodeOfTheVocabularyIsSaidInWords) {
  for (const char* code : {"TESTIMONY",
                           "VIDEO_HEARING",
                           "PHONE_HEARING",
                           "SUSPECT_STATEMENT",
                           "EXPERT_OPINION",
                           "CONFRONTATION",
                           "SERVICE_OF_DOCUMENTS",
                           "SUMMONS_WITNESS_EXPERT",
                           "LOCATE_IDENTIFY_PERSON",
                           "IDENTIFY_VICTIM",
                           "DOCUMENTS_RECORDS",
                           "CRIMINAL_RECORD",
                           "BANK_ACCOUNT_IDENTIFICATION",
                           "BANK_TRANSACTIONS",
                           "BANK_MONITORING",
                           "CORPORATE_REGISTRY",
                           "SEARCH",
                           "SEIZURE",
                           "EXAMINE_SITE_OBJECT",
                           "FORENSIC_DNA_FINGERPRINT",
                           "ASSET_TRACING",
                           "ASSET_FREEZING",
                           "CONFISCATION",
                           "ASSET_RETURN_SHARING",
                           "DATA_PRESERVATION",
                           "SUBSCRIBER_DATA",
                           "TRAFFIC_DATA",
                           "CONTENT_DATA",
                           "EMERGENCY_DATA",
                           "INTERCEPTION",
                           "REALTIME_TRAFFIC",
                           "CONTROLLED_DELIVERY",
                           "COVERT_INVESTIGATION",
                           "SURVEILLANCE",
                           "TRANSFER_IN_CUSTODY",
                           "VOLUNTARY_APPEARANCE",
                           "PROTECTION_MEASURE",
                           "JIT",
                           "TRANSFER_OF_PROCEEDINGS",
                           "INFO_ON_LAW",
                           "OTHER"}) {
    EXPECT_TRUE(HasWord(code)) << code;
  }
}

TEST(ActFileTextTest, WhatIsTakenAwayLeavesNoEmptyTable) {
  Json act = Json::object();
  PutAt(act, "urgency.level", "URGENT");
  PutAt(act, "urgency.level", nullptr);
  EXPECT_EQ(ActFileText(act, "x"), "# x\n");
}

}  // namespace
}  // namespace rogatoria::cli
