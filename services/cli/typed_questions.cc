// The questions of act_questions.h about typed contents: nothing here knows a field by its name.
#include <algorithm>
#include <set>

#include <google/protobuf/descriptor.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/client/typed_content.h"
#include "services/cli/act_file_text.h"
#include "services/cli/act_questions.h"
#include "services/cli/content_text.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr int kMaxDepth = 2;  // of tables in tables that are gone through

// Ends the id of a question that is about no field: whether there is more.
constexpr absl::string_view kAgain = "+";

bool IsMessage(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
}

// What programs make, and what is one of many: not asked.
bool IsAsked(const FieldDescriptor& field) {
  return field.type() != FieldDescriptor::TYPE_BYTES && field.containing_oneof() == nullptr &&
         (!IsMessage(field) || (field.message_type() != content::v1::AttachedFile::descriptor() &&
                                field.message_type() != content::v1::Document::descriptor()));
}

std::string LastName(absl::string_view path) {
  const std::string name(path.substr(path.rfind('.') + 1));
  return name.substr(0, name.find('['));
}

// The field at a path that begins with a kind's name; nullptr for anything else.
const FieldDescriptor* FieldAt(absl::string_view path) {
  const Descriptor* type = content::v1::ActContent::descriptor();
  const FieldDescriptor* field = nullptr;
  for (absl::string_view part : absl::StrSplit(path, '.')) {
    if (type == nullptr) return nullptr;
    field = type->FindFieldByName(std::string(part.substr(0, part.find('['))));
    if (field == nullptr) return nullptr;
    type = IsMessage(*field) ? field->message_type() : nullptr;
  }
  return field;
}

std::string FaultOf(const FieldDescriptor& field, const std::string& answer, Language language) {
  uint32_t number = 0;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32 && !absl::SimpleAtoi(answer, &number)) {
    return Say(language, Message::BAD_NUMBER);
  }
  const client::TextForm form = client::FormOf(field);
  if (client::HasForm(form, answer)) return "";
  return Say(language, form == client::TextForm::kDay ? Message::BAD_DAY : Message::BAD_INSTANT);
}

void AddChoices(const FieldDescriptor& field, Language language, Question& question) {
  const bool several = field.is_repeated();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    question.form = AnswerForm::kOne;
    question.choices = {{"true", Say(language, Message::WORD_YES)},
                        {"false", Say(language, Message::WORD_NO)}};
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    question.form = several ? AnswerForm::kSeveral : AnswerForm::kOne;
    for (int i = 1; i < field.enum_type()->value_count(); ++i) {
      const auto& value = *field.enum_type()->value(i);
      const std::string code = client::CodeOf(value);
      question.choices.push_back({code, ContentWord(code, value.name(), language)});
    }
  } else if (several) {
    question.form = AnswerForm::kSeveral;
    question.open = true;
  }
}

Answers UsualAt(const Json& act, const std::string& path) {
  const Json* found = FindAt(act, path);
  if (found == nullptr) return {};
  Answers answers;
  const Json list = found->is_array() ? *found : Json::array({*found});
  for (const Json& item : list) {
    answers.push_back(item.is_string() ? item.get<std::string>() : item.dump());
  }
  return answers;
}

// Below the kind's own name, which the reader knows.
std::string LabelOf(const std::string& path, Language language) {
  const std::string label = DescribePath(path.substr(path.find('.') + 1), language);
  return label.empty() ? path : label;
}

Question QuestionAt(const ActInWriting& w, const std::string& path, const FieldDescriptor& field) {
  Question question;
  question.id = path;
  question.text = LabelOf(path, w.language);
  AddChoices(field, w.language, question);
  question.usual = UsualAt(w.act, path);
  question.fault = [&field, language = w.language](const std::string& answer) {
    return FaultOf(field, answer, language);
  };
  return question;
}

// The questions of a field: itself, or those of the message that it is.
void AddField(const ActInWriting& w,
              const std::string& path,
              const FieldDescriptor& field,
              int depth,
              std::vector<Question>& questions) {
  if (!IsMessage(field)) {
    questions.push_back(QuestionAt(w, path, field));
    return;
  }
  if (depth == kMaxDepth) return;
  const Descriptor& type = *field.message_type();
  for (int i = 0; i < type.field_count(); ++i) {
    if (!IsAsked(*type.field(i))) continue;
    const bool list = IsMessage(*type.field(i)) && type.field(i)->is_repeated();
    AddField(w,
             absl::StrCat(path, ".", type.field(i)->name(), list ? "[0]" : ""),
             *type.field(i),
             depth + 1,
             questions);
  }
}

Json ValueOf(const FieldDescriptor& field, const Answers& answers) {
  if (answers.empty()) return nullptr;
  uint32_t number = 0;
  if (field.is_repeated()) {
    Json list = Json::array();
    for (const std::string& answer : answers) {
      const bool is_number =
          field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32 && absl::SimpleAtoi(answer, &number);
      list.push_back(is_number ? Json(number) : Json(answer));
    }
    return list;
  }
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_BOOL) return answers[0] == "true";
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_UINT32 && absl::SimpleAtoi(answers[0], &number))
    return number;
  return answers[0];
}

// A list of details of measures has one for each measure of the act, by its number and code.
void NameMeasures(Json& act, const std::string& path) {
  const std::string typed = path.substr(0, path.find('.'));
  const FieldDescriptor* list = FieldAt(absl::StrCat(typed, ".measures"));
  const Json* measures = FindAt(act, "measure");
  if (list == nullptr || !IsMessage(*list) || measures == nullptr ||
      list->message_type()->FindFieldByName("ordinal") == nullptr ||
      FindAt(act, absl::StrCat(typed, ".measures")) == nullptr) {
    return;
  }
  for (size_t i = 0; i < measures->size(); ++i) {
    const Json& measure = (*measures)[i];
    const std::string place = absl::StrCat(typed, ".measures[", i, "].");
    PutAt(act, place + "ordinal", measure.contains("number") ? measure["number"] : Json(i + 1));
    for (const char* key : {"code", "outcome"}) {
      const bool known = measure.contains(key) && FieldAt(place + key) != nullptr;
      if (known) PutAt(act, place + key, measure[key]);
    }
  }
}

absl::Status Take(ActInWriting& w, const Question& question, const Answers& answers) {
  const FieldDescriptor* field = FieldAt(question.id);
  if (field == nullptr) return absl::OkStatus();
  PutAt(w.act, question.id, ValueOf(*field, answers));
  NameMeasures(w.act, question.id);
  return absl::OkStatus();
}

// What the number and code of a measure say is not asked again.
bool IsKnown(const ActInWriting& w, const std::string& path) {
  const Json* measures = FindAt(w.act, "measure");
  const std::string name = LastName(path);
  return measures != nullptr && absl::StrContains(path, ".measures[") &&
         (name == "ordinal" || name == "code" || name == "outcome");
}

// ---- more, if one likes
// --------------------------------------------------------------------------

const Descriptor* TypedOf(const ActInWriting& w) {
  const FieldDescriptor* field = client::ContentFieldOf(w.kind.kind);
  return field == nullptr ? nullptr : field->message_type();
}

Question AskMore(const ActInWriting& w, const std::string& typed, const Answers& chosen) {
  Question question{kAgain.data(),
                    Say(w.language, Message::ASK_MORE),
                    Say(w.language, Message::HELP_MORE),
                    AnswerForm::kSeveral};
  const Descriptor& type = *TypedOf(w);
  for (int i = 0; i < type.field_count(); ++i) {
    if (!IsAsked(*type.field(i))) continue;
    const std::string name = type.field(i)->name();
    question.choices.push_back({name, LabelOf(absl::StrCat(typed, ".", name), w.language)});
  }
  question.usual = chosen;
  return question;
}

Question AskAnother(const ActInWriting& w, const std::string& path) {
  Question question;
  question.id = absl::StrCat(path, kAgain);
  question.text =
      Say(w.language, Message::ASK_ANOTHER, ContentWord(LastName(path), "", w.language));
  question.form = AnswerForm::kOne;
  question.choices = {{"true", Say(w.language, Message::WORD_YES)},
                      {"false", Say(w.language, Message::WORD_NO)}};
  question.usual = {"false"};
  return question;
}

// Each element of a list that is there, and whether another one is wished; of measures, one each.
void AddList(const ActInWriting& w,
             const std::string& path,
             const FieldDescriptor& field,
             std::vector<Question>& questions) {
  const Json* list = FindAt(w.act, path);
  const Json* measures = FindAt(w.act, "measure");
  const bool of_measures = field.name() == "measures" && measures != nullptr;
  size_t size = list == nullptr || !list->is_array() || list->empty() ? 1 : list->size();
  if (of_measures) size = measures->size();
  for (size_t i = 0; i < size; ++i) {
    const std::string place = absl::StrCat(path, "[", i, "]");
    AddField(w, place, field, 1, questions);
    if (!of_measures) questions.push_back(AskAnother(w, place));
  }
}

std::vector<Question> MoreQuestions(const ActInWriting& w, const Answers& chosen) {
  std::vector<Question> questions;
  const FieldDescriptor* typed = client::ContentFieldOf(w.kind.kind);
  if (typed == nullptr) return questions;
  questions.push_back(AskMore(w, typed->name(), chosen));
  for (const std::string& name : chosen) {
    const FieldDescriptor* field = typed->message_type()->FindFieldByName(name);
    if (field == nullptr) continue;
    const std::string path = absl::StrCat(typed->name(), ".", name);
    if (IsMessage(*field) && field->is_repeated()) {
      AddList(w, path, *field, questions);
    } else {
      AddField(w, path, *field, 1, questions);
    }
  }
  questions.erase(std::remove_if(questions.begin(),
                                 questions.end(),
                                 [&](const Question& question) { return IsKnown(w, question.id); }),
                  questions.end());
  return questions;
}

// The next element of a list begins with an empty table.
void OpenAnother(ActInWriting& w, const std::string& id) {
  const std::string path = id.substr(0, id.rfind('['));
  const Json* list = FindAt(w.act, path);
  const size_t size = list == nullptr ? 0 : list->size();
  PutAt(w.act, absl::StrCat(path, "[", size, "]"), Json::object());
}

}  // namespace

Form MissingForm(ActInWriting& writing, const std::vector<client::Finding>& findings) {
  std::vector<Question> questions;
  std::set<std::string> named;
  for (const client::Finding& finding : findings) {
    const FieldDescriptor* field = finding.wrong ? nullptr : FieldAt(finding.field);
    if (field == nullptr || !absl::StrContains(finding.field, ".")) continue;
    std::vector<Question> of_field;
    const bool list = IsMessage(*field) && field->is_repeated();
    const bool placed = absl::EndsWith(finding.field, "]");
    AddField(writing, list && !placed ? finding.field + "[0]" : finding.field, *field, 1, of_field);
    for (Question& question : of_field) {
      if (IsKnown(writing, question.id) || !named.insert(question.id).second) continue;
      question.required = of_field.size() == 1 && finding.error;
      question.help =
          absl::StrCat(finding.message, finding.source.empty() ? "" : " ", finding.source);
      questions.push_back(std::move(question));
    }
  }
  return {[questions] { return questions; },
          [&writing](const Question& question, const Answers& answers) {
            return Take(writing, question, answers);
          }};
}

Form MoreForm(ActInWriting& writing, std::vector<std::string>& chosen) {
  return {[&writing, &chosen] { return MoreQuestions(writing, chosen); },
          [&writing, &chosen](const Question& question, const Answers& answers) {
            if (question.id == kAgain) {
              chosen = answers;
              return absl::OkStatus();
            }
            if (!absl::EndsWith(question.id, kAgain)) return Take(writing, question, answers);
            if (!answers.empty() && answers[0] == "true") OpenAnother(writing, question.id);
            return absl::OkStatus();
          }};
}

}  // namespace rogatoria::cli
