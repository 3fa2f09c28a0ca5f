// Goal: a person who answers by number, by code or in words gets what was meant; nothing is lost by
// going back, asking for help, or leaving.
#include "services/cli/dialogue.h"

#include <deque>
#include <map>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace rogatoria::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Question Colour() {
  Question question{"colour", "Which colour?", "Any of them.", AnswerForm::kOne};
  question.choices = {{"RED", "red as wine"}, {"BLUE", "blue"}, {"GREEN", "green as wine bottles"}};
  question.required = true;
  return question;
}

// Types these lines into a form; keeps the answers by question.
class DialogueTest : public testing::Test {
 protected:
  Ending Converse(std::vector<Question> questions, std::deque<std::string> lines) {
    Dialogue dialogue(
        [&lines]() -> std::optional<std::string> {
          if (lines.empty()) return std::nullopt;
          std::string line = lines.front();
          lines.pop_front();
          return line;
        },
        screen_,
        Language::kEnglish);
    const Form form = {[&] { return questions; },
                       [&](const Question& question, const Answers& answers) {
                         answers_[question.id] = answers;
                         return absl::OkStatus();
                       }};
    const auto ending = dialogue.Run(form, asked_);
    EXPECT_THAT(ending, IsOk());
    left_ = lines.size();
    return *ending;
  }
  std::string shown() const { return screen_.str(); }

  std::ostringstream screen_;
  std::map<std::string, Answers> answers_;
  std::vector<std::string> asked_;
  size_t left_ = 0;
};

TEST_F(DialogueTest, AnAnswerIsANumberACodeOrAPartOfWhatIsShown) {
  for (const char* line : {"2", "BLUE", "blue", "blu"}) {
    asked_.clear();
    EXPECT_EQ(Converse({Colour()}, {line}), Ending::kDone);
    EXPECT_THAT(answers_["colour"], ElementsAre("BLUE")) << line;
  }
}

TEST_F(DialogueTest, AWholeLabelIsMeantThoughItIsAPartOfAnother) {
  Question question = Colour();
  question.choices = {{"NO", "not blue"}, {"YES", "blue"}};
  EXPECT_EQ(Converse({question}, {"Blue"}), Ending::kDone);
  EXPECT_THAT(answers_["colour"], ElementsAre("YES"));
}

TEST_F(DialogueTest, ANoIsNotAPartOfAWordAndAccentsDoNotMatter) {
  Question question = Colour();
  question.form = AnswerForm::kSeveral;
  question.required = false;
  question.choices = {{"VICTIMS", "víctimas"}, {"MINORS", "menores"}};
  for (const char* line : {"no", "NO", "ninguna", "nada", "Não"}) {
    asked_.clear();
    answers_["colour"] = {"not asked"};
    EXPECT_EQ(Converse({question}, {line}), Ending::kDone) << line;
    EXPECT_THAT(answers_["colour"], IsEmpty()) << line;
  }
  asked_.clear();
  EXPECT_EQ(Converse({question}, {"victimas"}), Ending::kDone);
  EXPECT_THAT(answers_["colour"], ElementsAre("VICTIMS"));
  question.choices = {{"send", "sí, enviarlo"}, {"more", "antes, consignar"}};
  asked_.clear();
  EXPECT_EQ(Converse({question}, {"si"}), Ending::kDone);
  EXPECT_THAT(answers_["colour"], ElementsAre("send"));
}

TEST_F(DialogueTest, WhatFitsSeveralIsAskedAgainAmongThose) {
  EXPECT_EQ(Converse({Colour()}, {"wine", "2"}), Ending::kDone);
  EXPECT_THAT(answers_["colour"], ElementsAre("GREEN"));
}

TEST_F(DialogueTest, WhatFitsNothingIsSaidAndAskedAgain) {
  EXPECT_EQ(Converse({Colour()}, {"9", "mauve", "", "1"}), Ending::kDone);
  EXPECT_THAT(answers_["colour"], ElementsAre("RED"));
  EXPECT_THAT(shown(), HasSubstr("mauve"));
  EXPECT_THAT(shown(), HasSubstr("cannot be left empty"));
}

TEST_F(DialogueTest, SeveralAreSeparatedByCommasAndTakenOnce) {
  Question question = Colour();
  question.form = AnswerForm::kSeveral;
  EXPECT_EQ(Converse({question}, {"1, BLUE ,1"}), Ending::kDone);
  EXPECT_THAT(answers_["colour"], ElementsAre("RED", "BLUE"));
}

TEST_F(DialogueTest, EnterTakesTheUsualAnswerAndADashEmptiesIt) {
  Question question{"name", "Name?"};
  question.usual = {"as before"};
  EXPECT_EQ(Converse({question}, {""}), Ending::kDone);
  EXPECT_THAT(answers_["name"], ElementsAre("as before"));
  asked_.clear();
  EXPECT_EQ(Converse({question}, {"-"}), Ending::kDone);
  EXPECT_THAT(answers_["name"], IsEmpty());
}

TEST_F(DialogueTest, OneGoesBackAndAnswersAgain) {
  EXPECT_EQ(Converse({Colour(), {"name", "Name?"}}, {"1", "<", "2", "x"}), Ending::kDone);
  EXPECT_THAT(answers_["colour"], ElementsAre("BLUE"));
  EXPECT_THAT(shown(), HasSubstr("2. Name?"));
  EXPECT_THAT(shown(), testing::Not(HasSubstr("3. ")));
}

TEST_F(DialogueTest, BackFromTheFirstQuestionIsTold) {
  EXPECT_EQ(Converse({Colour()}, {"<"}), Ending::kBack);
}

TEST_F(DialogueTest, HelpIsShownAndTheQuestionStands) {
  EXPECT_EQ(Converse({Colour()}, {"?", "1"}), Ending::kDone);
  EXPECT_THAT(shown(), HasSubstr("Any of them."));
}

TEST_F(DialogueTest, LeavingKeepsWhatWasAnswered) {
  EXPECT_EQ(Converse({Colour(), {"name", "Name?"}}, {"1"}), Ending::kLeft);
  EXPECT_THAT(answers_["colour"], ElementsAre("RED"));
  EXPECT_THAT(asked_, ElementsAre("colour"));
}

TEST_F(DialogueTest, ATextMayHaveLinesAndEndsWithAnEmptyOne) {
  Question text{"text", "Text?"};
  text.form = AnswerForm::kLines;
  EXPECT_EQ(Converse({text, {"name", "Name?"}}, {"one", "two ", "", "x"}), Ending::kDone);
  EXPECT_THAT(answers_["text"], ElementsAre("one\ntwo"));
  EXPECT_THAT(answers_["name"], ElementsAre("x"));
}

TEST_F(DialogueTest, AFaultIsSaidAndAskedAgain) {
  Question question{"day", "Day?"};
  question.fault = [](const std::string& answer) { return answer == "x" ? "no day" : ""; };
  EXPECT_EQ(Converse({question}, {"x", "y"}), Ending::kDone);
  EXPECT_THAT(shown(), HasSubstr("no day"));
  EXPECT_THAT(answers_["day"], ElementsAre("y"));
}

TEST_F(DialogueTest, ALongListIsShownOnlyWhenAskedFor) {
  Question question = Colour();
  question.choices.clear();
  for (int i = 0; i < 40; ++i) question.choices.push_back({"C" + std::to_string(100 + i), ""});
  EXPECT_EQ(Converse({question}, {"C13", "3"}), Ending::kDone);
  EXPECT_THAT(answers_["colour"], ElementsAre("C132"));
  EXPECT_THAT(shown(), testing::Not(HasSubstr("C101")));
  asked_.clear();
  EXPECT_EQ(Converse({question}, {"*", "2"}), Ending::kDone);
  EXPECT_THAT(answers_["colour"], ElementsAre("C101"));
}

TEST_F(DialogueTest, ChoicesFromElsewhereCannotSteerTheTerminal) {
  Question question = Colour();
  question.choices[0].label = "red\x1b[2J";
  EXPECT_EQ(Converse({question}, {"1"}), Ending::kDone);
  EXPECT_THAT(shown(), testing::Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace rogatoria::cli
