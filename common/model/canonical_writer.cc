// The writing half of canonical.h, by reflection: what is signed does not depend on how one version
// of protobuf serialises.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>

#include "common/model/canonical.h"

namespace rogatoria {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void AppendVarint(uint64_t value, Bytes& out) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

void AppendTag(const FieldDescriptor& field, uint64_t wire, Bytes& out) {
  AppendVarint(static_cast<uint64_t>(field.number()) << 3 | wire, out);
}

void AppendLength(const FieldDescriptor& field, absl::string_view content, Bytes& out) {
  AppendTag(field, 2, out);
  AppendVarint(content.size(), out);
  out.append(content.data(), content.size());
}

// Signed values are extended to 64 bits, as protobuf does.
uint64_t Extend(int64_t value) {
  return static_cast<uint64_t>(value);
}

uint64_t SingularNumber(const Reflection& reflection, const Message& m, const FieldDescriptor& f) {
  switch (f.type()) {
    case FieldDescriptor::TYPE_BOOL:
      return reflection.GetBool(m, &f) ? 1 : 0;
    case FieldDescriptor::TYPE_ENUM:
      return Extend(reflection.GetEnumValue(m, &f));
    case FieldDescriptor::TYPE_INT32:
      return Extend(reflection.GetInt32(m, &f));
    case FieldDescriptor::TYPE_INT64:
      return Extend(reflection.GetInt64(m, &f));
    case FieldDescriptor::TYPE_UINT32:
      return reflection.GetUInt32(m, &f);
    case FieldDescriptor::TYPE_UINT64:
      return reflection.GetUInt64(m, &f);
    default:
      std::abort();  // a type that no signed message has
  }
}

uint64_t RepeatedNumber(const Reflection& reflection,
                        const Message& m,
                        const FieldDescriptor& f,
                        int i) {
  switch (f.type()) {
    case FieldDescriptor::TYPE_BOOL:
      return reflection.GetRepeatedBool(m, &f, i) ? 1 : 0;
    case FieldDescriptor::TYPE_ENUM:
      return Extend(reflection.GetRepeatedEnumValue(m, &f, i));
    case FieldDescriptor::TYPE_INT32:
      return Extend(reflection.GetRepeatedInt32(m, &f, i));
    case FieldDescriptor::TYPE_INT64:
      return Extend(reflection.GetRepeatedInt64(m, &f, i));
    case FieldDescriptor::TYPE_UINT32:
      return reflection.GetRepeatedUInt32(m, &f, i);
    case FieldDescriptor::TYPE_UINT64:
      return reflection.GetRepeatedUInt64(m, &f, i);
    default:
      std::abort();
  }
}

bool IsText(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_STRING ||
         field.type() == FieldDescriptor::TYPE_BYTES;
}

void AppendSingular(const Message& message, const FieldDescriptor& field, Bytes& out) {
  const Reflection& reflection = *message.GetReflection();
  if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
    AppendLength(field, SerializeCanonical(reflection.GetMessage(message, &field)), out);
  } else if (IsText(field)) {
    AppendLength(field, reflection.GetString(message, &field), out);
  } else {
    AppendTag(field, 0, out);
    AppendVarint(SingularNumber(reflection, message, field), out);
  }
}

void AppendPacked(const Message& message, const FieldDescriptor& field, int size, Bytes& out) {
  Bytes content;
  for (int i = 0; i < size; ++i) {
    AppendVarint(RepeatedNumber(*message.GetReflection(), message, field, i), content);
  }
  AppendLength(field, content, out);
}

void AppendRepeated(const Message& message, const FieldDescriptor& field, Bytes& out) {
  const Reflection& reflection = *message.GetReflection();
  const int size = reflection.FieldSize(message, &field);
  if (field.is_packed()) return AppendPacked(message, field, size, out);
  for (int i = 0; i < size; ++i) {
    if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
      AppendLength(
          field, SerializeCanonical(reflection.GetRepeatedMessage(message, &field, i)), out);
    } else if (IsText(field)) {
      AppendLength(field, reflection.GetRepeatedString(message, &field, i), out);
    } else {
      AppendTag(field, 0, out);
      AppendVarint(RepeatedNumber(reflection, message, field, i), out);
    }
  }
}

}  // namespace

Bytes SerializeCanonical(const google::protobuf::Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);  // those set, by ascending number
  Bytes out;
  for (const FieldDescriptor* field : fields) {
    if (field->is_map() || field->real_containing_oneof() != nullptr) std::abort();
    if (field->is_repeated()) {
      AppendRepeated(message, *field, out);
    } else {
      AppendSingular(message, *field, out);
    }
  }
  return out;
}

Bytes ToSignedBytes(absl::string_view first_line, const google::protobuf::Message& message) {
  Bytes out(first_line);
  out.push_back('\n');
  out += SerializeCanonical(message);
  return out;
}

}  // namespace rogatoria
