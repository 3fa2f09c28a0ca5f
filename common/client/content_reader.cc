#include "common/client/content_reader.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/draft.h"
#include "common/client/typed_content.h"

namespace rogatoria::client {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The file gives these of a document.
bool IsFromTheFile(const Message& message, const FieldDescriptor& field) {
  if (message.GetDescriptor() != content::v1::Document::descriptor()) return false;
  return field.name() == "file_name" || field.name() == "media_type" || field.name() == "content" ||
         field.name() == "attached";
}

// Reads one message. Lives for one call.
class MessageReader {
 public:
  MessageReader(const ActFile& file,
                const nlohmann::json& table,
                const std::string& path,
                ActDraft& draft,
                Message& out)
      : file_(file),
        reader_(file, table, path),
        draft_(draft),
        out_(out),
        reflection_(*out.GetReflection()) {}

  absl::Status Read() {
    if (auto* document = dynamic_cast<content::v1::Document*>(&out_)) {
      ROG_RETURN_IF_ERROR(ReadBytes(*document));
    }
    for (int i = 0; i < out_.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor& field = *out_.GetDescriptor()->field(i);
      if (IsFromTheFile(out_, field)) continue;
      ROG_RETURN_IF_ERROR(field.is_repeated() ? ReadList(field) : ReadOne(field));
    }
    return reader_.Finish();
  }

 private:
  absl::Status ReadBytes(content::v1::Document& document) {
    const std::string name = reader_.String("file");
    if (name.empty()) reader_.Complain("file", Said(Sentence::A_TEXT));
    ROG_RETURN_IF_ERROR(reader_.status());
    const bool apart = reader_.Bool("attach");
    ROG_RETURN_IF_ERROR(reader_.status());
    return AddFile(PathFrom(file_, name), apart, draft_, document);
  }

  absl::Status ReadOne(const FieldDescriptor& field) {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE: {
        const nlohmann::json* table = reader_.Table(field.name());
        return table == nullptr ? reader_.status()
                                : Below(*table,
                                        reader_.PathOf(field.name()),
                                        *reflection_.MutableMessage(&out_, &field));
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const google::protobuf::EnumDescriptor& type = *field.enum_type();
        const int code = reader_.Enum(field.name(), type, PrefixOf(type));
        if (code != 0) reflection_.SetEnumValue(&out_, &field, code);
        return reader_.status();
      }
      case FieldDescriptor::CPPTYPE_BOOL:
        if (reader_.Bool(field.name())) reflection_.SetBool(&out_, &field, true);
        return reader_.status();
      case FieldDescriptor::CPPTYPE_UINT32:
        if (const uint32_t number = reader_.Number(field.name()); number != 0)
          reflection_.SetUInt32(&out_, &field, number);
        return reader_.status();
      default:
        return ReadText(field);
    }
  }

  absl::Status ReadText(const FieldDescriptor& field) {
    if (field.type() == FieldDescriptor::TYPE_BYTES) return absl::OkStatus();
    const std::string text = reader_.String(field.name());
    if (text.empty()) return reader_.status();
    CheckForm(field, field.name(), text);
    reflection_.SetString(&out_, &field, text);
    return reader_.status();
  }

  void CheckForm(const FieldDescriptor& field, const std::string& key, const std::string& text) {
    const TextForm form = FormOf(field);
    if (HasForm(form, text)) return;
    reader_.Complain(key,
                     Said(form == TextForm::kDay ? Sentence::DAY_SUCH_AS
                                                 : Sentence::INSTANT_WITH_OFFSET_SUCH_AS));
  }

  absl::Status ReadList(const FieldDescriptor& field) {
    const std::string& key = field.name();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return ReadTables(field);
      case FieldDescriptor::CPPTYPE_ENUM:
        for (const int code : reader_.Enums(key, *field.enum_type(), PrefixOf(*field.enum_type())))
          reflection_.AddEnumValue(&out_, &field, code);
        return reader_.status();
      case FieldDescriptor::CPPTYPE_UINT32:
        for (const uint32_t number : reader_.Numbers(key))
          reflection_.AddUInt32(&out_, &field, number);
        return reader_.status();
      default:
        for (const std::string& text : reader_.Strings(key)) {
          CheckForm(field, key, text);
          reflection_.AddString(&out_, &field, text);
        }
        return reader_.status();
    }
  }

  absl::Status ReadTables(const FieldDescriptor& field) {
    const std::vector<const nlohmann::json*> tables = reader_.Tables(field.name());
    for (size_t i = 0; i < tables.size(); ++i) {
      ROG_RETURN_IF_ERROR(Below(*tables[i],
                                absl::StrCat(reader_.PathOf(field.name()), "[", i, "]"),
                                *reflection_.AddMessage(&out_, &field)));
    }
    return reader_.status();
  }

  absl::Status Below(const nlohmann::json& table, const std::string& path, Message& out) {
    return ReadMessage(file_, table, path, draft_, out);
  }

  const ActFile& file_;
  ActFileReader reader_;
  ActDraft& draft_;
  Message& out_;
  const Reflection& reflection_;
};

}  // namespace

absl::Status ReadMessage(const ActFile& file,
                         const nlohmann::json& table,
                         const std::string& path,
                         ActDraft& draft,
                         Message& out) {
  return MessageReader(file, table, path, draft, out).Read();
}

std::string PathFrom(const ActFile& file, const std::string& path) {
  return path.empty() || path[0] == '/' ? path : absl::StrCat(file.folder, "/", path);
}

}  // namespace rogatoria::client
