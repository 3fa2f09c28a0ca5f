#include "services/cli/content_text.h"

#include <array>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/client/content_rules.h"
#include "common/client/typed_content.h"
#include "services/cli/language.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using Proto = google::protobuf::Message;
using google::protobuf::Reflection;

using Texts = std::array<absl::string_view, 3>;

const absl::flat_hash_map<absl::string_view, Texts>& Words() {
  static const auto& words = *new absl::flat_hash_map<absl::string_view, Texts>{
#define ROGATORIA_CONTENT_WORD(name, en, es, pt) {#name, Texts{en, es, pt}},
#include "services/cli/content_words.inc"
#undef ROGATORIA_CONTENT_WORD
  };
  return words;
}

std::string Label(const FieldDescriptor& field, Language language) {
  return ContentWord(field.name(), "", language);
}

std::string Word(const EnumValueDescriptor& value, Language language) {
  return ContentWord(client::CodeOf(value), value.name(), language);
}

// What a program made of a file, with its key: nothing that people write or read.
bool IsAttachment(const FieldDescriptor& field) {
  return field.message_type() == content::v1::AttachedFile::descriptor();
}

// Shown before everything else, and not again.
bool IsLimit(const FieldDescriptor& field) {
  return field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
         (field.message_type() == content::v1::UseLimitation::descriptor() ||
          field.message_type() == content::v1::Confidentiality::descriptor() ||
          field.message_type() == content::v1::ContactRule::descriptor());
}

std::vector<const FieldDescriptor*> SetFields(const Proto& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  return fields;
}

// Texts that are codes of measures.
bool IsMeasureCode(const FieldDescriptor& field) {
  return field.name() == "code" || field.name() == "measure_codes" ||
         field.name() == "other_measure";
}

// With its code behind its word, since it is by the code that one asks for a measure.
std::string MeasureText(const std::string& code, Language language) {
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
      return IsMeasureCode(field) ? MeasureText(text, language) : text;
    }
  }
}

// Writes a message, a line a field, what is inside deeper.
class Printer {
 public:
  explicit Printer(Language language) : language_(language) {}

  void Print(const Proto& message, size_t depth, bool with_limits) {
    for (const FieldDescriptor* field : SetFields(message)) {
      if (IsAttachment(*field) || (!with_limits && IsLimit(*field))) continue;
      if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
        PrintMessages(message, *field, depth, with_limits);
      } else {
        PrintValues(message, *field, depth);
      }
    }
  }
  void Heading(const std::string& text, size_t depth) {
    absl::StrAppend(&text_, std::string(2 * depth, ' '), text, ":\n");
  }
  const std::string& text() const { return text_; }

 private:
  void PrintMessages(const Proto& message,
                     const FieldDescriptor& field,
                     size_t depth,
                     bool with_limits) {
    const Reflection& values = *message.GetReflection();
    if (!field.is_repeated()) {
      Heading(Label(field, language_), depth);
      Print(values.GetMessage(message, &field), depth + 1, with_limits);
      return;
    }
    for (int i = 0; i < values.FieldSize(message, &field); ++i) {
      Heading(absl::StrCat(Label(field, language_), " ", i + 1), depth);
      Print(values.GetRepeatedMessage(message, &field, i), depth + 1, with_limits);
    }
  }

  void PrintValues(const Proto& message, const FieldDescriptor& field, size_t depth) {
    const std::string label = Label(field, language_);
    if (!field.is_repeated()) {
      Line(label, ValueText(message, field, 0, language_), depth);
      return;
    }
    std::vector<std::string> texts;
    for (int i = 0; i < message.GetReflection()->FieldSize(message, &field); ++i)
      texts.push_back(ValueText(message, field, i, language_));
    Line(label, absl::StrJoin(texts, "; "), depth);
  }

  // A text of several lines stands below its name.
  void Line(const std::string& label, const std::string& value, size_t depth) {
    const std::string indent(2 * depth, ' ');
    const std::vector<absl::string_view> lines = absl::StrSplit(value, '\n');
    if (lines.size() == 1) {
      absl::StrAppend(&text_, indent, label, ": ", Printable(value), "\n");
      return;
    }
    Heading(label, depth);
    for (absl::string_view line : lines)
      absl::StrAppend(&text_, indent, "  ", Printable(line), "\n");
  }

  Language language_;
  std::string text_;
};

// The names of the parts of a path: "documents[1]" becomes "documents 2".
std::string PartText(absl::string_view part, Language language) {
  const size_t bracket = part.find('[');
  const absl::string_view name = part.substr(0, bracket);
  const auto* typed = content::v1::ActContent::descriptor()->FindFieldByName(std::string(name));
  const std::string word = typed != nullptr && typed->containing_oneof() != nullptr
                               ? WordFor(absl::AsciiStrToUpper(name), language)
                               : ContentWord(name, "", language);
  uint32_t index = 0;
  if (bracket == absl::string_view::npos ||
      !absl::SimpleAtoi(part.substr(bracket + 1, part.size() - bracket - 2), &index))
    return word;
  return absl::StrCat(word, " ", index + 1);
}

Json ValueView(const Proto& message, const FieldDescriptor& field, int index) {
  const Reflection& values = *message.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageView(many ? values.GetRepeatedMessage(message, &field, index)
                              : values.GetMessage(message, &field));
    case FieldDescriptor::CPPTYPE_ENUM:
      return client::CodeOf(many ? *values.GetRepeatedEnum(message, &field, index)
                                 : *values.GetEnum(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return values.GetBool(message, &field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return many ? values.GetRepeatedUInt32(message, &field, index)
                  : values.GetUInt32(message, &field);
    default:
      break;
  }
  const std::string text =
      many ? values.GetRepeatedString(message, &field, index) : values.GetString(message, &field);
  return field.type() == FieldDescriptor::TYPE_BYTES ? Json(text.size()) : Json(text);
}

// Writes the table of a message as it may stand in an act file.
class TemplateWriter {
 public:
  explicit TemplateWriter(Language language) : language_(language) {}

  // Values first, since in TOML a further table ends this one.
  void Write(const google::protobuf::Descriptor& type, const std::string& path, bool active) {
    const bool document = &type == content::v1::Document::descriptor();
    if (document) Key("file", "\"\"", "", active);
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
        WriteValue(*type.field(i), document, active);
    }
    for (int i = 0; i < type.field_count(); ++i) {
      if (type.field(i)->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
          !IsAttachment(*type.field(i)))
        WriteTable(*type.field(i), path);
    }
  }
  void Open(const std::string& path, bool many, const std::string& label, bool active) {
    absl::StrAppend(&text_,
                    "\n# ",
                    label,
                    "\n",
                    active ? "" : "#",
                    many ? "[[" : "[",
                    path,
                    many ? "]]\n" : "]\n");
  }
  const std::string& text() const { return text_; }

 private:
  void Key(const std::string& name, const std::string& value, const std::string& why, bool active) {
    absl::StrAppend(&text_, active ? "" : "#", name, " = ", value);
    absl::StrAppend(&text_, why.empty() ? "" : "  # ", why, "\n");
  }

  std::string Codes(const google::protobuf::EnumDescriptor& type) {
    std::vector<std::string> codes;
    for (int i = 1; i < type.value_count(); ++i) codes.push_back(client::CodeOf(*type.value(i)));
    return absl::StrJoin(codes, ", ");
  }

  void WriteValue(const FieldDescriptor& field, bool of_document, bool active) {
    const bool from_file =
        of_document &&
        (field.name() == "file_name" || field.name() == "media_type" || field.name() == "content");
    if (from_file || field.type() == FieldDescriptor::TYPE_BYTES) return;
    const std::string label = Label(field, language_);
    if (field.is_repeated()) {
      const bool coded = field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
      Key(field.name(),
          "[]",
          coded ? absl::StrCat(label, ": ", Codes(*field.enum_type())) : label,
          active);
      return;
    }
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_ENUM:
        return Key(
            field.name(), "\"\"", absl::StrCat(label, ": ", Codes(*field.enum_type())), active);
      case FieldDescriptor::CPPTYPE_BOOL:
        return Key(field.name(), "false", label, active);
      case FieldDescriptor::CPPTYPE_UINT32:
        return Key(field.name(), "1", label, false);
      default:
        return Key(field.name(), "\"\"", label, active);
    }
  }

  // The detail of a measure is one of many: only their names. A draft is a request of its own.
  void WriteTable(const FieldDescriptor& field, const std::string& path) {
    const std::string below = absl::StrCat(path, ".", field.name());
    Open(below, field.is_repeated(), Label(field, language_), false);
    if (field.containing_oneof() != nullptr ||
        field.message_type() == content::v1::Request::descriptor())
      return;
    Write(*field.message_type(), below, false);
  }

  Language language_;
  std::string text_;
};

}  // namespace

std::string ContentWord(absl::string_view code, absl::string_view whole, Language language) {
  auto found = Words().find(whole);
  if (found == Words().end()) found = Words().find(code);
  if (found == Words().end()) return WordFor(code, language);
  return std::string(found->second[static_cast<size_t>(language)]);
}

bool HasContentWord(absl::string_view code) {
  return Words().contains(code);
}

std::string DescribePath(absl::string_view path, Language language) {
  std::vector<std::string> parts;
  for (absl::string_view part : absl::StrSplit(path, '.'))
    parts.push_back(PartText(part, language));
  return absl::StrJoin(parts, ", ");
}

std::string DescribeLimits(const content::v1::CoverSlip& slip,
                           const content::v1::ActContent& content,
                           Language language) {
  content::v1::CoverSlip limits;
  *limits.mutable_handling() = slip.handling();
  limits.set_handling_restriction(slip.handling_restriction());
  limits.set_source_evaluation(slip.source_evaluation());
  limits.set_information_evaluation(slip.information_evaluation());
  *limits.mutable_do_not_contact() = slip.do_not_contact();
  Printer printer(language);
  printer.Print(limits, 0, true);
  client::EachField(
      content, "", [&](const Proto& message, const FieldDescriptor& field, const auto& path) {
        if (!IsLimit(field)) return;
        printer.Heading(DescribePath(client::JoinPath(path, field.name()), language), 0);
        const Reflection& values = *message.GetReflection();
        const int count = field.is_repeated() ? values.FieldSize(message, &field) : 1;
        for (int i = 0; i < count; ++i) {
          printer.Print(field.is_repeated() ? values.GetRepeatedMessage(message, &field, i)
                                            : values.GetMessage(message, &field),
                        1,
                        true);
        }
      });
  return printer.text();
}

std::string DescribeTyped(const content::v1::ActContent& content, Language language) {
  const Proto* typed = client::TypedOf(content);
  if (typed == nullptr) return "";
  Printer printer(language);
  printer.Heading(
      PartText(client::ContentFieldOf(client::KindOfContent(content))->name(), language), 0);
  printer.Print(*typed, 1, false);
  return printer.text();
}

std::string DescribeContradictions(const std::vector<content::v1::Discrepancy>& contradictions,
                                   Language language) {
  std::string text;
  for (const content::v1::Discrepancy& one : contradictions) {
    absl::StrAppend(&text,
                    "! ",
                    client::DiscrepancyText(one.discrepancy_code(), LanguageTag(language)),
                    "\n  ",
                    DescribePath(one.field(), language),
                    "; ",
                    ContentWord("stated", "", language),
                    ": ",
                    Printable(one.stated()),
                    "; ",
                    ContentWord("found", "", language),
                    ": ",
                    Printable(one.found()),
                    "\n");
  }
  return text;
}

Json MessageView(const Proto& message) {
  Json view = Json::object();
  for (const FieldDescriptor* field : SetFields(message)) {
    if (!field->is_repeated()) {
      view[field->name()] = ValueView(message, *field, 0);
      continue;
    }
    Json list = Json::array();
    for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i)
      list.push_back(ValueView(message, *field, i));
    view[field->name()] = std::move(list);
  }
  return view;
}

std::string TypedTemplate(v1::ActKind kind, Language language) {
  const FieldDescriptor* field = client::ContentFieldOf(kind);
  if (field == nullptr) return "";
  TemplateWriter writer(language);
  writer.Open(field->name(), false, PartText(field->name(), language), true);
  writer.Write(*field->message_type(), field->name(), true);
  return writer.text();
}

}  // namespace rogatoria::cli
