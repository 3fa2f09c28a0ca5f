// Questions on a terminal, one after the other: numbered, with choices and usual answers; `?`
// explains, `<` goes back, `-` empties. Knows nothing of acts. What is asked follows from the
// answers so far: after each answer the form says again which questions it has.
#pragma once

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/error.h"
#include "services/cli/messages.h"

namespace rogatoria::cli {

struct Choice {
  std::string code;   // the answer
  std::string label;  // what a person reads
};

enum class AnswerForm { kText, kLines, kOne, kSeveral };  // one or several of the choices

using Answers = std::vector<std::string>;  // none: left empty

struct Question {
  std::string id;  // of this question among those of its form
  std::string text;
  std::string help = {};
  AnswerForm form = AnswerForm::kText;
  std::vector<Choice> choices = {};
  bool codes =
      false;          // the choices' codes are what people write elsewhere: shown beside the labels
  bool open = false;  // answers that are none of the choices are taken too
  bool required = false;
  Answers usual = {};  // what Enter takes
  // What is wrong with an answer, as a sentence; empty for nothing.
  std::function<std::string(const std::string& answer)> fault = {};
};

struct Form {
  // In the order in which they are asked; must not change for those already answered, unless an
  // earlier answer changes.
  std::function<std::vector<Question>()> questions;
  std::function<absl::Status(const Question& question, const Answers& answers)> take;
};

enum class Ending {
  kDone,
  kBack,  // from the first question
  kLeft,  // Ctrl-C, or the end of the input
};

class Dialogue {
 public:
  // A line without its end; nullopt when nothing more comes.
  using ReadLine = std::function<std::optional<std::string>()>;

  Dialogue(ReadLine read, std::ostream& out, Language language)
      : read_(std::move(read)), out_(out), language_(language) {}

  // Asks until every question of the form is answered. `asked` are those that were, so that a form
  // to which one came back goes on from its last one. Errors are those of Form::take.
  absl::StatusOr<Ending> Run(const Form& form, std::vector<std::string>& asked);

 private:
  enum class Step { kAnswered, kBack, kLeft };

  Step Ask(const Question& question, Answers& answers);
  void Show(const Question& question, const std::vector<Choice>& shown);
  void ShowChoices(const Question& question, const std::vector<Choice>& shown);
  void Prompt(const Question& question);
  // What is wrong was said when this is nullopt; `shown` are the choices that numbers mean now.
  std::optional<Answers> Understand(const Question& question,
                                    const std::string& line,
                                    std::vector<Choice>& shown);
  std::optional<std::string> Choose(const Question& question,
                                    absl::string_view word,
                                    std::vector<Choice>& shown);
  std::optional<Answers> ReadLines(const std::string& first);
  bool IsFault(const Question& question, const Answers& answers);

  template <typename... Args>
  void Say(Message message, const Args&... args) {
    out_ << cli::Say(language_, message, args...) << "\n";
  }

  ReadLine read_;
  std::ostream& out_;
  const Language language_;
  size_t number_ = 0;  // of questions answered in all forms, for their numbers
  bool said_how_ = false;
};

}  // namespace rogatoria::cli
