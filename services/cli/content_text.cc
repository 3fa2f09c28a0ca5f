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
#include "services/cli/content_outline.h"
#include "services/cli/language.h"
#include "services/cli/words.h"

namespace rogatoria::cli {
namespace {

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

// A text of several lines stands below its name.
void AppendValue(const OutlineItem& item, size_t depth, std::string& text) {
  const std::string indent(2 * depth, ' ');
  const std::vector<absl::string_view> lines = absl::StrSplit(item.value, '\n');
  if (lines.size() == 1) {
    absl::StrAppend(&text, indent, item.label, ": ", Printable(item.value), "\n");
    return;
  }
  absl::StrAppend(&text, indent, item.label, ":\n");
  for (absl::string_view line : lines) absl::StrAppend(&text, indent, "  ", Printable(line), "\n");
}

// A line a value, what is inside deeper.
void AppendOutline(const Outline& outline, size_t depth, std::string& text) {
  for (const OutlineItem& item : outline) {
    switch (item.sort) {
      case OutlineItem::Sort::kValue:
        AppendValue(item, depth, text);
        break;
      case OutlineItem::Sort::kList:
        AppendOutline(item.parts, depth, text);
        break;
      case OutlineItem::Sort::kGroup:
        absl::StrAppend(&text, std::string(2 * depth, ' '), item.label, ":\n");
        AppendOutline(item.parts, depth + 1, text);
    }
  }
}

std::string InLines(const Outline& outline) {
  std::string text;
  AppendOutline(outline, 0, text);
  return text;
}

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
  return InLines(OutlineLimits(slip, content, language));
}

std::string DescribeTyped(const content::v1::ActContent& content, Language language) {
  return InLines(OutlineTyped(content, language, Reader::kScreen));
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
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
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
