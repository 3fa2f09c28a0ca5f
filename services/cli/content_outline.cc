#include "services/cli/content_outline.h"

#include <google/protobuf/message.h>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/client/indicators.h"
#include "common/client/typed_content.h"
#include "services/cli/content_text.h"
#include "services/cli/messages.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using Proto = google::protobuf::Message;
using google::protobuf::Reflection;
using Sort = OutlineItem::Sort;

// Shown before everything else, and not again.
bool IsLimit(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         (field.message_type() == content::v1::UseLimitation::descriptor() ||
          field.message_type() == content::v1::Confidentiality::descriptor() ||
          field.message_type() == content::v1::ContactRule::descriptor());
}

// Says who a person is. Whoever gave a pseudonym gives none of it; if it came all the same, it is
// no reason to spread it on paper.
bool IsWithheld(const Proto& message, const FieldDescriptor& field) {
  static const auto& kIdentifying = *new absl::flat_hash_set<absl::string_view>{
      "name", "also_known_as", "birth_day", "birth_place", "identity_documents", "whereabouts"};
  return message.GetDescriptor() == content::v1::Person::descriptor() &&
         !static_cast<const content::v1::Person&>(message).pseudonym().empty() &&
         kIdentifying.contains(field.name());
}

std::string Word(const EnumValueDescriptor& value, Language language) {
  return ContentWord(client::CodeOf(value), value.name(), language);
}

// Texts that are codes of measures, or of indicators.
bool IsCode(const FieldDescriptor& field) {
  return field.name() == "code" || field.name() == "measure_codes" ||
         field.name() == "other_measure";
}

// With its code behind its words, since it is by the code that one asks for it.
std::string CodeText(const std::string& code, Language language) {
  if (const client::IndicatorRow* row = client::FindIndicator(code); row != nullptr)
    return absl::StrCat(client::IndicatorText(*row, language), " (", code, ")");
  const std::string word = WordFor(code, language);
  return word == code ? code : absl::StrCat(word, " (", code, ")");
}

// One value of a field that is no message; `index` of a repeated one.
std::string ValueText(const Proto& message,
                      const FieldDescriptor& field,
                      int index,
                      Language language) {
  const Reflection& values = *message.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_ENUM:
      return Word(
          many ? *values.GetRepeatedEnum(message, &field, index) : *values.GetEnum(message, &field),
          language);
    case FieldDescriptor::CPPTYPE_BOOL:
      return ContentWord("YES", "", language);
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(many ? values.GetRepeatedUInt32(message, &field, index)
                               : values.GetUInt32(message, &field));
    default: {
      const std::string text = many ? values.GetRepeatedString(message, &field, index)
                                    : values.GetString(message, &field);
      if (field.type() == FieldDescriptor::TYPE_BYTES) return absl::StrCat(text.size(), " bytes");
      return IsCode(field) ? CodeText(text, language) : text;
    }
  }
}

class Outliner {
 public:
  Outliner(Language language, Reader reader, bool with_limits)
      : language_(language), reader_(reader), with_limits_(with_limits) {}

  Outline Of(const Proto& message) const {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    Outline items;
    for (const FieldDescriptor* field : fields) {
      if (IsAttachment(*field) || (!with_limits_ && IsLimit(*field))) continue;
      items.push_back(Item(message, *field));
    }
    return items;
  }

 private:
  OutlineItem Item(const Proto& message, const FieldDescriptor& field) const {
    const std::string label = ContentWord(field.name(), "", language_);
    if (reader_ == Reader::kPaper && IsWithheld(message, field))
      return {Sort::kValue, label, Say(language_, Message::PAGE_WITHHELD)};
    if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) return Value(label, message, field);
    const Reflection& values = *message.GetReflection();
    if (!field.is_repeated())
      return {Sort::kGroup, label, "", false, Of(values.GetMessage(message, &field))};
    OutlineItem list{Sort::kList, label};
    for (int i = 0; i < values.FieldSize(message, &field); ++i) {
      list.parts.push_back({Sort::kGroup,
                            absl::StrCat(label, " ", i + 1),
                            "",
                            false,
                            Of(values.GetRepeatedMessage(message, &field, i))});
    }
    return list;
  }

  OutlineItem Value(const std::string& label,
                    const Proto& message,
                    const FieldDescriptor& field) const {
    const int count = field.is_repeated() ? message.GetReflection()->FieldSize(message, &field) : 1;
    std::vector<std::string> texts;
    for (int i = 0; i < count; ++i) texts.push_back(ValueText(message, field, i, language_));
    const bool is_written = field.type() == FieldDescriptor::TYPE_STRING && !IsCode(field) &&
                            client::FormOf(field) == client::TextForm::kAny;
    return {Sort::kValue, label, absl::StrJoin(texts, "; "), is_written};
  }

  const Language language_;
  const Reader reader_;
  const bool with_limits_;
};

// All that stands in a field which is a limit, as one group.
OutlineItem LimitGroup(const Outliner& outliner,
                       const Proto& message,
                       const FieldDescriptor& field,
                       const std::string& label) {
  const Reflection& values = *message.GetReflection();
  OutlineItem group{Sort::kGroup, label};
  const int count = field.is_repeated() ? values.FieldSize(message, &field) : 1;
  for (int i = 0; i < count; ++i) {
    for (OutlineItem& item :
         outliner.Of(field.is_repeated() ? values.GetRepeatedMessage(message, &field, i)
                                         : values.GetMessage(message, &field)))
      group.parts.push_back(std::move(item));
  }
  return group;
}

}  // namespace

bool IsAttachment(const FieldDescriptor& field) {
  return field.message_type() == content::v1::AttachedFile::descriptor();
}

Outline OutlineLimits(const content::v1::CoverSlip& slip,
                      const content::v1::ActContent& content,
                      Language language) {
  content::v1::CoverSlip limits;
  *limits.mutable_handling() = slip.handling();
  limits.set_handling_restriction(slip.handling_restriction());
  limits.set_source_evaluation(slip.source_evaluation());
  limits.set_information_evaluation(slip.information_evaluation());
  *limits.mutable_do_not_contact() = slip.do_not_contact();
  const Outliner outliner(language, Reader::kScreen, true);
  Outline outline = outliner.Of(limits);
  client::EachField(
      content, "", [&](const Proto& message, const FieldDescriptor& field, const auto& path) {
        if (!IsLimit(field)) return;
        outline.push_back(LimitGroup(outliner,
                                     message,
                                     field,
                                     DescribePath(client::JoinPath(path, field.name()), language)));
      });
  return outline;
}

Outline OutlineTyped(const content::v1::ActContent& content, Language language, Reader reader) {
  const Proto* typed = client::TypedOf(content);
  if (typed == nullptr) return {};
  const std::string& name = client::ContentFieldOf(client::KindOfContent(content))->name();
  return {{Sort::kGroup,
           DescribePath(name, language),
           "",
           false,
           Outliner(language, reader, false).Of(*typed)}};
}

}  // namespace rogatoria::cli
