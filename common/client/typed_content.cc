#include "common/client/typed_content.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace rogatoria::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// content.proto: the number of a typed content is this and its kind's.
constexpr int kFirstTyped = 100;

void EachMessage(const Message& message,
                 const std::string& path,
                 const std::function<void(const Message&, const std::string&)>& visit) {
  visit(message, path);
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const std::string below = JoinPath(path, field->name());
    if (!field->is_repeated()) {
      EachMessage(reflection.GetMessage(message, field), below, visit);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      EachMessage(reflection.GetRepeatedMessage(message, field, i),
                  absl::StrCat(below, "[", i, "]"),
                  visit);
    }
  }
}

}  // namespace

const FieldDescriptor* ContentFieldOf(v1::ActKind kind) {
  return kind == v1::ACT_KIND_UNSPECIFIED
             ? nullptr
             : content::v1::ActContent::descriptor()->FindFieldByNumber(kFirstTyped + kind);
}

v1::ActKind KindOfContent(const content::v1::ActContent& content) {
  if (content.content_case() == content::v1::ActContent::CONTENT_NOT_SET)
    return v1::ACT_KIND_UNSPECIFIED;
  return static_cast<v1::ActKind>(static_cast<int>(content.content_case()) - kFirstTyped);
}

Message& MutableTyped(v1::ActKind kind, content::v1::ActContent& content) {
  return *content.GetReflection()->MutableMessage(&content, ContentFieldOf(kind));
}

const Message* TypedOf(const content::v1::ActContent& content) {
  const FieldDescriptor* field = ContentFieldOf(KindOfContent(content));
  return field == nullptr ? nullptr : &content.GetReflection()->GetMessage(content, field);
}

std::string PrefixOf(const google::protobuf::EnumDescriptor& type) {
  return std::string(absl::StripSuffix(type.value(0)->name(), "UNSPECIFIED"));
}

std::string CodeOf(const google::protobuf::EnumValueDescriptor& value) {
  return value.number() == 0 ? "" : value.name().substr(PrefixOf(*value.type()).size());
}

TextForm FormOf(const FieldDescriptor& field) {
  if (absl::EndsWith(field.name(), "_day")) return TextForm::kDay;
  return absl::EndsWith(field.name(), "_at") ? TextForm::kInstant : TextForm::kAny;
}

bool HasForm(TextForm form, absl::string_view text) {
  if (form == TextForm::kAny) return true;
  const std::string said(text);
  if (said.empty() || said[0] < '0' || said[0] > '9') return false;
  if (form == TextForm::kInstant) {
    absl::Time instant;
    return absl::ParseTime("%Y-%m-%dT%H:%M:%E*S%Ez", said, &instant, nullptr);
  }
  absl::CivilDay day;
  return absl::ParseCivilTime(said, &day) && absl::FormatCivilTime(day) == said;
}

void EachField(const Message& message, const std::string& path, const FieldVisitor& visit) {
  EachMessage(message, path, [&](const Message& inner, const std::string& inner_path) {
    std::vector<const FieldDescriptor*> fields;
    inner.GetReflection()->ListFields(inner, &fields);
    for (const FieldDescriptor* field : fields) visit(inner, *field, inner_path);
  });
}

std::string JoinPath(const std::string& path, absl::string_view field) {
  return path.empty() ? std::string(field) : absl::StrCat(path, ".", field);
}

std::vector<Found<Message>> AllOfType(const Message& message,
                                      const std::string& path,
                                      const google::protobuf::Descriptor& type) {
  std::vector<Found<Message>> found;
  EachMessage(message, path, [&](const Message& inner, const std::string& inner_path) {
    if (inner.GetDescriptor() == &type) found.push_back({&inner, inner_path});
  });
  return found;
}

}  // namespace rogatoria::client
