#include "services/cli/act_questions.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/model/ids.h"
#include "services/cli/act_file_text.h"
#include "services/cli/content_text.h"
#include "services/cli/views.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

// ---- what stands in the tree
// ---------------------------------------------------------------------

std::string TextAt(const Json& act, const std::string& path) {
  const Json* found = FindAt(act, path);
  return found != nullptr && found->is_string() ? found->get<std::string>() : "";
}

Answers AnswersAt(const Json& act, const std::string& path) {
  const Json* found = FindAt(act, path);
  if (found == nullptr) return {};
  if (found->is_string()) return {found->get<std::string>()};
  Answers answers;
  if (found->is_array()) {
    for (const Json& item : *found) {
      if (item.is_string()) answers.push_back(item.get<std::string>());
    }
  }
  return answers;
}

Json ValueOf(const Question& question, const Answers& answers) {
  if (answers.empty()) return nullptr;
  if (question.form != AnswerForm::kSeveral || answers.size() == 1) return answers[0];
  return answers;
}

// ---- the table of questions
// ----------------------------------------------------------------------

// A row asks for what stands at `key`, unless it has its own way to read and write it.
struct Row {
  const char* key;
  Message text, help;
  AnswerForm form = AnswerForm::kText;
  bool (*asked)(const ActInWriting&) = nullptr;     // nullptr: always
  bool (*required)(const ActInWriting&) = nullptr;  // nullptr: never
  std::vector<Choice> (*choices)(ActInWriting&) = nullptr;
  Answers (*usual)(ActInWriting&) = nullptr;  // where nothing was answered before
  bool open = false;  // codes that people write elsewhere; any of them where none are known
  std::string (*fault)(const std::string& answer, Language) = nullptr;
  Answers (*get)(const ActInWriting&) = nullptr;
  void (*put)(ActInWriting&, const Answers&) = nullptr;
};

bool Opens(const ActInWriting& w) {
  return w.kind.opens_case;
}
bool InCase(const ActInWriting& w) {
  return !w.kind.opens_case;
}
bool Always(const ActInWriting&) {
  return true;
}

std::string Recipient(const ActInWriting& w) {
  const Answers to = AnswersAt(w.act, "to");
  return to.empty() ? "" : to[0];
}

std::string Channel(const ActInWriting& w) {
  return TextAt(w.act, "channel");
}

// The language of the translation: the recipient's first, unless it reads the act's own.
std::string TranslationLanguage(const ActInWriting& w) {
  const std::vector<std::string> read = w.known.LanguagesOf(Recipient(w));
  const std::string own = TextAt(w.act, "language").substr(0, 2);
  for (const std::string& one : read) {
    if (one.substr(0, 2) == own) return "";
  }
  return read.empty() ? "" : read[0];
}

// "~/letter.pdf", as a shell reads it.
std::string WithHome(const std::string& path) {
  const char* home = std::getenv("HOME");
  return path.rfind("~/", 0) == 0 && home != nullptr ? absl::StrCat(home, path.substr(1)) : path;
}

std::string FaultOfFile(const std::string& path, Language language) {
  std::error_code error;
  const bool there = std::filesystem::is_regular_file(WithHome(path), error);
  return there ? "" : Say(language, Message::BAD_FILE, Printable(path));
}

std::string FaultOfMeasure(const std::string& code, Language language) {
  return IsMeasureCode(code) ? "" : Say(language, Message::BAD_MEASURE, Printable(code));
}

std::vector<Choice> Channels(ActInWriting& w) {
  return {{"INFORMAL", Say(w.language, Message::CHOICE_INFORMAL)},
          {"INTERINSTITUTIONAL", Say(w.language, Message::CHOICE_INTERINSTITUTIONAL)},
          {"FORMAL", Say(w.language, Message::CHOICE_FORMAL)}};
}

std::vector<Choice> UrgencyLevels(ActInWriting& w) {
  return {{"NO", Say(w.language, Message::CHOICE_NOT_URGENT)},
          {"URGENT", WordFor("URGENT", w.language)},
          {"EMERGENCY", WordFor("EMERGENCY", w.language)}};
}

std::vector<Choice> UrgencyReasons(ActInWriting& w) {
  std::vector<Choice> choices;
  const auto& type = *v1::UrgencyReason_descriptor();
  for (int i = 1; i < type.value_count(); ++i) {
    const std::string code = type.value(i)->name().substr(sizeof("URGENCY_REASON_") - 1);
    choices.push_back({code, WordFor(code, w.language)});
  }
  return choices;
}

// Each measure of an act that opens a case is a table with its code; inside a case, with its
// number.
Answers MeasuresIn(const ActInWriting& w) {
  Answers answers;
  const Json* list = FindAt(w.act, "measure");
  if (list == nullptr || !list->is_array()) return answers;
  for (const Json& measure : *list) {
    const Json& value = measure.contains("number") ? measure["number"] : measure["code"];
    answers.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  }
  return answers;
}

Json MeasureTable(ActInWriting& w, const std::string& answer) {
  uint32_t number = 0;
  if (!absl::SimpleAtoi(answer, &number)) return {{"code", answer}};
  Json table = {{"number", number}};
  if (const std::string code = w.known.CodeOf(TextAt(w.act, "case"), number); !code.empty()) {
    table["code"] = code;
  }
  return table;
}

Answers FilesIn(const ActInWriting& w, const char* key) {
  Answers files;
  const Json* list = FindAt(w.act, key);
  if (list == nullptr || !list->is_array()) return files;
  for (const Json& document : *list) files.push_back(document.value("file", ""));
  return files;
}

void PutFiles(ActInWriting& w, const char* key, const Answers& files, const std::string& language) {
  if (FilesIn(w, key) == files) return;
  Json list = Json::array();
  for (const std::string& file : files) {
    Json& document = list.emplace_back(Json{{"file", file}});
    if (!language.empty()) document["language"] = language;
  }
  PutAt(w.act, key, list.empty() ? Json(nullptr) : list);
}

// What was said of other measures is not said of these.
void PutMeasures(ActInWriting& w, const Answers& answers) {
  if (MeasuresIn(w) == answers) return;
  Json list = Json::array();
  for (const std::string& answer : answers) list.push_back(MeasureTable(w, answer));
  PutAt(w.act, "measure", list.empty() ? Json(nullptr) : list);
  PutAt(w.act, absl::StrCat(absl::AsciiStrToLower(w.kind.name), ".measures"), nullptr);
}

Answers ConcernedIn(const ActInWriting& w) {
  Answers answers;
  for (const char* key : {"victims", "minors"}) {
    const Json* found = FindAt(w.act, absl::StrCat("cover_slip.", key));
    if (found != nullptr && found->is_boolean() && found->get<bool>()) {
      answers.push_back(absl::AsciiStrToUpper(key));
    }
  }
  return answers;
}

void PutConcerned(ActInWriting& w, const Answers& answers) {
  for (const char* key : {"victims", "minors"}) {
    const bool said =
        std::find(answers.begin(), answers.end(), absl::AsciiStrToUpper(key)) != answers.end();
    PutAt(w.act, absl::StrCat("cover_slip.", key), said ? Json(true) : Json(nullptr));
  }
}

void PutUrgency(ActInWriting& w, const Answers& answers) {
  const bool urgent = !answers.empty() && answers[0] != "NO";
  PutAt(w.act, "urgency.level", urgent ? Json(answers[0]) : Json(nullptr));
  if (!urgent) PutAt(w.act, "urgency", nullptr);
}

// clang-format off
const Row kRows[] = {
    {"case", Message::ASK_CASE, Message::HELP_CASE, AnswerForm::kOne, InCase, Always,
     [](ActInWriting& w) { return w.known.OpenCases(); }, nullptr, true},
    {"in_reply_to", Message::ASK_REPLY, Message::HELP_REPLY, AnswerForm::kOne, InCase, nullptr,
     [](ActInWriting& w) { return w.known.ActsToAnswer(TextAt(w.act, "case")); },
     [](ActInWriting& w) {
       const auto acts = w.known.ActsToAnswer(TextAt(w.act, "case"));
       return acts.empty() ? Answers() : Answers{acts[0].code};
     }, true},
    {"to", Message::ASK_TO, Message::HELP_TO, AnswerForm::kOne,
     [](const ActInWriting& w) { return Opens(w) && w.kind.max_recipients == 1; }, Always,
     [](ActInWriting& w) { return w.known.Recipients(); }, nullptr, true},
    {"to", Message::ASK_TO, Message::HELP_TO, AnswerForm::kSeveral,
     [](const ActInWriting& w) {
       return (Opens(w) && w.kind.max_recipients > 1) || w.kind.min_recipients > 1;
     }, Always,
     [](ActInWriting& w) { return w.known.Recipients(); }, nullptr, true},
    {"measure", Message::ASK_MEASURE, Message::HELP_MEASURE, AnswerForm::kSeveral,
     [](const ActInWriting& w) { return Opens(w) && w.kind.needs_measures; }, Always,
     [](ActInWriting& w) { return w.known.MeasureCodes(); },
     [](ActInWriting& w) {
       // A kind that is a measure of its own, such as the preservation of data.
       return HasWord(w.kind.name) && w.kind.kind == v1::ACT_KIND_DATA_PRESERVATION
                  ? Answers{std::string(w.kind.name)} : Answers();
     }, true, FaultOfMeasure, MeasuresIn, PutMeasures},
    {"measure", Message::ASK_WHICH_MEASURES, Message::HELP_WHICH_MEASURES, AnswerForm::kSeveral,
     [](const ActInWriting& w) { return InCase(w) && w.kind.allows_measures; },
     [](const ActInWriting& w) { return w.kind.needs_measures; },
     [](ActInWriting& w) { return w.known.MeasuresOf(TextAt(w.act, "case")); },
     [](ActInWriting& w) {
       Answers all;
       if (!w.kind.needs_measures) return all;
       for (const Choice& one : w.known.MeasuresOf(TextAt(w.act, "case"))) all.push_back(one.code);
       return all;
     }, true, nullptr, MeasuresIn, PutMeasures},
    {"channel", Message::ASK_CHANNEL, Message::HELP_CHANNEL, AnswerForm::kOne, Opens, Always,
     Channels, [](ActInWriting&) { return Answers{"INFORMAL"}; }},
    {"legal_basis.instrument", Message::ASK_INSTRUMENT, Message::HELP_INSTRUMENT, AnswerForm::kOne,
     [](const ActInWriting& w) { return Opens(w) && w.kind.needs_legal_basis; }, Always,
     [](ActInWriting& w) { return w.known.LegalBases(Recipient(w), Channel(w), MeasuresIn(w)); },
     [](ActInWriting& w) {
       return Channel(w) == "FORMAL" ? Answers() : Answers{"RECIPROCITY"};
     }, true},
    {"legal_basis.article", Message::ASK_ARTICLE, Message::HELP_ARTICLE, AnswerForm::kText,
     [](const ActInWriting& w) {
       const std::string instrument = TextAt(w.act, "legal_basis.instrument");
       return !instrument.empty() && instrument != "RECIPROCITY";
     }},
    {"channel_basis", Message::ASK_CHANNEL_BASIS, Message::HELP_CHANNEL_BASIS, AnswerForm::kOne,
     [](const ActInWriting& w) {
       const std::string channel = Channel(w);
       return Opens(w) && (channel == "FORMAL" || channel == "INTERINSTITUTIONAL");
     },
     [](const ActInWriting& w) { return Channel(w) == "INTERINSTITUTIONAL"; },
     [](ActInWriting& w) { return w.known.ChannelBases(Recipient(w), Channel(w)); },
     [](ActInWriting& w) {
       const auto bases = w.known.ChannelBases(Recipient(w), Channel(w));
       return bases.size() == 1 ? Answers{bases[0].code} : Answers();
     }, true},
    {"cover_slip.subject", Message::ASK_SUBJECT, Message::HELP_SUBJECT, AnswerForm::kText, nullptr, Opens},
    {"cover_slip.reference", Message::ASK_REFERENCE, Message::HELP_REFERENCE, AnswerForm::kText, Opens},
    {"letter.file", Message::ASK_LETTER, Message::HELP_LETTER, AnswerForm::kText, nullptr, nullptr,
     nullptr, nullptr, false, FaultOfFile},
    {"letter.translation", Message::ASK_LETTER_TRANSLATION, Message::HELP_LETTER_TRANSLATION,
     AnswerForm::kText,
     [](const ActInWriting& w) {
       return Opens(w) && !TextAt(w.act, "letter.file").empty() && !TranslationLanguage(w).empty();
     }, nullptr, nullptr, nullptr, false, FaultOfFile,
     [](const ActInWriting& w) { return FilesIn(w, "letter.translation"); },
     [](ActInWriting& w, const Answers& files) {
       PutFiles(w, "letter.translation", files, TranslationLanguage(w));
     }},
    {"letter.enclosure", Message::ASK_ENCLOSURES, Message::HELP_ENCLOSURES, AnswerForm::kSeveral,
     [](const ActInWriting& w) { return !TextAt(w.act, "letter.file").empty(); },
     nullptr, nullptr, nullptr, true, FaultOfFile,
     [](const ActInWriting& w) { return FilesIn(w, "letter.enclosure"); },
     [](ActInWriting& w, const Answers& files) { PutFiles(w, "letter.enclosure", files, ""); }},
    {"letter.text", Message::ASK_TEXT, Message::HELP_ASK_TEXT, AnswerForm::kLines,
     [](const ActInWriting& w) { return TextAt(w.act, "letter.file").empty(); }, Always},
    {"urgency.level", Message::ASK_URGENCY, Message::HELP_URGENCY, AnswerForm::kOne, Opens, Always,
     UrgencyLevels, [](ActInWriting&) { return Answers{"NO"}; }, false, nullptr, nullptr, PutUrgency},
    {"urgency.reason", Message::ASK_URGENCY_REASON, Message::HELP_URGENCY_REASON, AnswerForm::kOne,
     [](const ActInWriting& w) { return !TextAt(w.act, "urgency.level").empty(); }, Always,
     UrgencyReasons},
    {"concerned", Message::ASK_CONCERNED, Message::HELP_CONCERNED, AnswerForm::kSeveral, Opens, nullptr,
     [](ActInWriting& w) {
       return std::vector<Choice>{{"VICTIMS", Say(w.language, Message::CHOICE_VICTIMS)},
                                  {"MINORS", Say(w.language, Message::CHOICE_MINORS)}};
     },
     nullptr, false, nullptr, ConcernedIn, PutConcerned},
};
// clang-format on

Question QuestionOf(const Row& row, ActInWriting& w) {
  Question question;
  question.id = row.key;
  question.text = Say(w.language, row.text);
  question.help = Say(w.language, row.help);
  question.form = row.form;
  question.required = row.required != nullptr && row.required(w);
  if (row.choices != nullptr) question.choices = row.choices(w);
  const bool codes = row.open && (question.id != "measure" || w.kind.opens_case);
  question.codes = codes && !question.choices.empty();
  // The vocabulary of measures grows; who is in the directory, and which cases there are, is known.
  question.open = row.open && (question.choices.empty() || row.fault == FaultOfMeasure);
  question.usual = row.get != nullptr ? row.get(w) : AnswersAt(w.act, row.key);
  if (question.usual.empty() && row.usual != nullptr) question.usual = row.usual(w);
  if (row.fault != nullptr) {
    question.fault = [&row, &w](const std::string& answer) {
      return row.fault(answer, w.language);
    };
  }
  return question;
}

// The outcome of each measure that was named, of kinds that give one.
void AddOutcomes(ActInWriting& w, std::vector<Question>& questions) {
  const Json* list = FindAt(w.act, "measure");
  if (!w.kind.allows_outcomes || list == nullptr) return;
  for (size_t i = 0; i < list->size(); ++i) {
    const Json& measure = (*list)[i];
    Question question;
    question.id = absl::StrCat("measure[", i, "].outcome");
    const std::string number = measure.contains("number") ? measure["number"].dump() : "";
    const std::string code = measure.value("code", "");
    const std::string name =
        code.empty() ? number : absl::StrCat(number, ", ", WordFor(code, w.language));
    question.text = Say(w.language, Message::ASK_OUTCOME, name);
    question.help = Say(w.language, Message::HELP_OUTCOME);
    question.form = AnswerForm::kOne;
    question.required = true;
    question.usual = AnswersAt(w.act, question.id);
    for (const v1::MeasureOutcome outcome : OutcomesOf(w.kind.kind)) {
      question.choices.push_back({OutcomeCode(outcome), WordFor(OutcomeCode(outcome), w.language)});
    }
    questions.push_back(std::move(question));
  }
}

std::vector<Question> BasicQuestions(ActInWriting& w) {
  std::vector<Question> questions;
  for (const Row& row : kRows) {
    if (row.asked != nullptr && !row.asked(w)) continue;
    questions.push_back(QuestionOf(row, w));
    if (questions.back().id == "measure") AddOutcomes(w, questions);
  }
  return questions;
}

const Row* RowOf(const ActInWriting& w, const std::string& id) {
  for (const Row& row : kRows) {
    if (row.key == id && (row.asked == nullptr || row.asked(w))) return &row;
  }
  return nullptr;
}

}  // namespace

Question AskKind(Language language) {
  Question question{"kind",
                    Say(language, Message::ASK_KIND),
                    Say(language, Message::HELP_KIND),
                    AnswerForm::kOne};
  question.required = true;
  for (const bool opens : {true, false}) {
    for (const ActKindTraits& kind : AllActKinds()) {
      if (kind.opens_case != opens) continue;
      question.choices.push_back({std::string(kind.name), WordFor(kind.name, language)});
    }
  }
  return question;
}

Form BasicForm(ActInWriting& writing) {
  return {[&writing] { return BasicQuestions(writing); },
          [&writing](const Question& question, const Answers& given) {
            const Row* row = RowOf(writing, question.id);
            Answers answers = given;
            if (row != nullptr && row->fault == FaultOfFile) {
              for (std::string& file : answers) file = WithHome(file);
            }
            if (row != nullptr && row->put != nullptr) {
              row->put(writing, answers);
            } else {
              PutAt(writing.act, question.id, ValueOf(question, answers));
            }
            return absl::OkStatus();
          }};
}

}  // namespace rogatoria::cli
