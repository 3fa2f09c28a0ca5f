#include "services/cli/dialogue.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/client/case_search.h"
#include "services/cli/output.h"

namespace rogatoria::cli {
namespace {

constexpr size_t kLongList = 24;  // more choices are shown only when they are asked for
constexpr absl::string_view kMargin = "   ";

const Choice* FindCode(const std::vector<Choice>& choices, absl::string_view code) {
  const auto found = std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) {
    return absl::EqualsIgnoreCase(choice.code, code);
  });
  return found == choices.end() ? nullptr : &*found;
}

const Choice* FindLabel(const std::vector<Choice>& choices, absl::string_view label) {
  const auto found = std::find_if(choices.begin(), choices.end(), [&](const Choice& choice) {
    return client::FoldText(choice.label) == client::FoldText(label);
  });
  return found == choices.end() ? nullptr : &*found;
}

const Choice* FindNumber(const std::vector<Choice>& shown, absl::string_view word) {
  size_t number = 0;
  if (!absl::SimpleAtoi(word, &number) || number == 0 || number > shown.size()) return nullptr;
  return &shown[number - 1];
}

bool IsOfWord(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Whether a word of the text begins so: "no" is the beginning of "no, only ..." and not of
// "minors".
bool HasWordBeginning(const std::string& text, const std::string& part) {
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    if (at == 0 || !IsOfWord(text[at - 1])) return true;
  }
  return false;
}

// Capitals and accents do not matter: one types as one can.
std::vector<Choice> WithPart(const std::vector<Choice>& choices, absl::string_view part) {
  const std::string wanted = client::FoldText(part);
  std::vector<Choice> found;
  for (const Choice& choice : choices) {
    if (HasWordBeginning(client::FoldText(absl::StrCat(choice.code, " ", choice.label)), wanted)) {
      found.push_back(choice);
    }
  }
  return found;
}

// How one says that none of the choices is meant.
bool MeansNone(absl::string_view line) {
  constexpr absl::string_view kNone[] = {
      "no", "none", "nothing", "ninguno", "ninguna", "nada", "nao", "nenhum", "nenhuma"};
  const std::string word = client::FoldText(line);
  return std::find(std::begin(kNone), std::end(kNone), word) != std::end(kNone);
}

std::string LabelOf(const Question& question, const std::string& code) {
  const Choice* choice = FindCode(question.choices, code);
  return choice == nullptr || choice->label.empty() ? code : choice->label;
}

// What Enter takes, in words; of a text of several lines its first one.
std::string UsualText(const Question& question) {
  std::vector<std::string> labels;
  for (const std::string& code : question.usual) labels.push_back(LabelOf(question, code));
  const std::string text = absl::StrJoin(labels, ", ");
  const size_t end = text.find('\n');
  return end == std::string::npos ? text : absl::StrCat(text.substr(0, end), " ...");
}

bool IsChosen(const Question& question) {
  return question.form == AnswerForm::kOne || question.form == AnswerForm::kSeveral;
}

// The first question of the form that was not asked yet.
const Question* NextOf(const std::vector<Question>& questions,
                       const std::vector<std::string>& asked) {
  for (const Question& question : questions) {
    if (std::find(asked.begin(), asked.end(), question.id) == asked.end()) return &question;
  }
  return nullptr;
}

}  // namespace

absl::StatusOr<Ending> Dialogue::Run(const Form& form, std::vector<std::string>& asked) {
  if (!said_how_) Say(Message::ASK_HOW);
  said_how_ = true;
  while (true) {
    const std::vector<Question> questions = form.questions();
    const Question* next = NextOf(questions, asked);
    if (next == nullptr) return Ending::kDone;
    Answers answers;
    const Step step = Ask(*next, answers);
    if (step == Step::kLeft) return Ending::kLeft;
    if (step == Step::kBack) {
      if (number_ > 0) --number_;
      if (asked.empty()) return Ending::kBack;
      asked.pop_back();
      continue;
    }
    ROG_RETURN_IF_ERROR(form.take(*next, answers));
    asked.push_back(next->id);
    ++number_;
  }
}

Dialogue::Step Dialogue::Ask(const Question& question, Answers& answers) {
  std::vector<Choice> shown = question.choices;
  if (shown.size() > kLongList) shown.clear();
  Show(question, shown);
  while (true) {
    Prompt(question);
    const std::optional<std::string> read = read_();
    if (!read.has_value()) return Step::kLeft;
    const std::string line(absl::StripAsciiWhitespace(*read));
    if (line == "<") return Step::kBack;
    if (line == "?") {
      out_ << kMargin
           << (question.help.empty() ? cli::Say(language_, Message::ASK_NO_HELP) : question.help)
           << "\n";
      continue;
    }
    const std::optional<Answers> understood = Understand(question, line, shown);
    if (!understood.has_value() || IsFault(question, *understood)) continue;
    answers = *understood;
    return Step::kAnswered;
  }
}

void Dialogue::Show(const Question& question, const std::vector<Choice>& shown) {
  out_ << "\n" << number_ + 1 << ". " << question.text << "\n";
  if (question.choices.size() > kLongList) {
    out_ << kMargin << cli::Say(language_, Message::ASK_LONG_LIST, question.choices.size()) << "\n";
  }
  ShowChoices(question, shown);
  if (question.form == AnswerForm::kSeveral && question.choices.size() != 1) {
    out_ << kMargin << cli::Say(language_, Message::ASK_SEVERAL) << "\n";
  }
  if (question.form == AnswerForm::kLines) {
    out_ << kMargin << cli::Say(language_, Message::ASK_LINES) << "\n";
  }
}

void Dialogue::ShowChoices(const Question& question, const std::vector<Choice>& shown) {
  size_t width = 0;
  for (const Choice& choice : shown) width = std::max(width, DisplayWidth(choice.code));
  for (size_t i = 0; i < shown.size(); ++i) {
    const std::string code = Printable(shown[i].code);
    const std::string label = Printable(shown[i].label);
    const bool with_code = label.empty() || (question.codes && label != code);
    out_ << kMargin << (shown.size() > 9 && i < 9 ? " " : "") << i + 1 << ") ";
    if (with_code) out_ << code;
    if (with_code && !label.empty()) out_ << std::string(width - DisplayWidth(code) + 2, ' ');
    out_ << label << "\n";
  }
}

// "-" where Enter leaves it empty.
void Dialogue::Prompt(const Question& question) {
  const std::string usual =
      question.usual.empty() && !question.required ? "-" : UsualText(question);
  out_ << (usual.empty() ? std::string(kMargin) : absl::StrCat(kMargin, "[", usual, "] ")) << "> "
       << std::flush;
}

std::optional<Answers> Dialogue::Understand(const Question& question,
                                            const std::string& line,
                                            std::vector<Choice>& shown) {
  if (line.empty()) return question.usual;
  if (line == "-") return Answers();
  if (question.form == AnswerForm::kLines) return ReadLines(line);
  if (!IsChosen(question)) return Answers{line};
  if (!question.required && MeansNone(line) && WithPart(question.choices, line).empty()) {
    return Answers();
  }
  if (line == "*") {
    shown = question.choices;
    ShowChoices(question, shown);
    return std::nullopt;
  }
  Answers chosen;
  const bool several = question.form == AnswerForm::kSeveral;
  for (absl::string_view word :
       absl::StrSplit(line, several ? "," : "\n", absl::SkipWhitespace())) {
    const auto code = Choose(question, absl::StripAsciiWhitespace(word), shown);
    if (!code.has_value()) return std::nullopt;
    if (std::find(chosen.begin(), chosen.end(), *code) == chosen.end()) chosen.push_back(*code);
  }
  return chosen;
}

// By its number, its code, or a part of what is shown.
std::optional<std::string> Dialogue::Choose(const Question& question,
                                            absl::string_view word,
                                            std::vector<Choice>& shown) {
  if (const Choice* choice = FindNumber(shown, word)) return choice->code;
  if (const Choice* choice = FindCode(question.choices, word)) return choice->code;
  if (const Choice* choice = FindLabel(question.choices, word)) return choice->code;
  const std::vector<Choice> fitting = WithPart(question.choices, word);
  if (fitting.size() == 1) {
    out_ << kMargin << "= " << LabelOf(question, fitting[0].code) << "\n";
    return fitting[0].code;
  }
  if (fitting.empty() && question.open) return std::string(word);
  if (fitting.empty()) {
    Say(Message::ASK_NOT_THERE, Printable(word));
    return std::nullopt;
  }
  Say(Message::ASK_FITS_SEVERAL);
  shown = fitting;
  ShowChoices(question, shown);
  return std::nullopt;
}

// Until an empty line, or the end of the input: what was typed counts.
std::optional<Answers> Dialogue::ReadLines(const std::string& first) {
  std::vector<std::string> lines = {first};
  while (true) {
    out_ << kMargin << "| " << std::flush;
    const std::optional<std::string> line = read_();
    if (!line.has_value() || absl::StripAsciiWhitespace(*line).empty()) break;
    lines.push_back(std::string(absl::StripTrailingAsciiWhitespace(*line)));
  }
  return Answers{absl::StrJoin(lines, "\n")};
}

bool Dialogue::IsFault(const Question& question, const Answers& answers) {
  if (answers.empty() && question.required) {
    Say(Message::ASK_REQUIRED);
    return true;
  }
  if (!question.fault) return false;
  for (const std::string& answer : answers) {
    const std::string fault = question.fault(answer);
    if (fault.empty()) continue;
    out_ << fault << "\n";
    return true;
  }
  return false;
}

}  // namespace rogatoria::cli
