#include "common/model/canonical.h"

#include <cstdint>
#include <limits>
#include <string>

#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/model/wire.h"

namespace rogatoria {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr int kMaxDepth = 16;
constexpr uint64_t kVarintWire = 0;
constexpr uint64_t kLengthWire = 2;

absl::string_view Words(wire::VarintFault fault) {
  switch (fault) {
    case wire::VarintFault::kTruncated:
      return "the bytes end inside a number";
    case wire::VarintFault::kTooLong:
      return "a number of more than 64 bits";
    case wire::VarintFault::kNotShortest:
      return "a number in more bytes than needed";
    case wire::VarintFault::kNone:
      break;
  }
  return "";
}

bool IsVarintType(FieldDescriptor::Type type) {
  switch (type) {
    case FieldDescriptor::TYPE_BOOL:
    case FieldDescriptor::TYPE_ENUM:
    case FieldDescriptor::TYPE_INT32:
    case FieldDescriptor::TYPE_INT64:
    case FieldDescriptor::TYPE_UINT32:
    case FieldDescriptor::TYPE_UINT64:
      return true;
    default:
      return false;
  }
}

bool IsLengthType(FieldDescriptor::Type type) {
  return type == FieldDescriptor::TYPE_STRING || type == FieldDescriptor::TYPE_BYTES ||
         type == FieldDescriptor::TYPE_MESSAGE;
}

// Whether a decoder would keep the whole number: protobuf drops the upper bits silently.
bool FitsType(FieldDescriptor::Type type, uint64_t value) {
  const auto as_signed = static_cast<int64_t>(value);
  switch (type) {
    case FieldDescriptor::TYPE_BOOL:
      return value <= 1;
    case FieldDescriptor::TYPE_UINT32:
      return value <= std::numeric_limits<uint32_t>::max();
    case FieldDescriptor::TYPE_ENUM:
    case FieldDescriptor::TYPE_INT32:
      return as_signed >= std::numeric_limits<int32_t>::min() &&
             as_signed <= std::numeric_limits<int32_t>::max();
    default:
      return true;
  }
}

// Walks one message and stops at the first fault. Names are put together only then.
class Walker {
 public:
  bool WalkMessage(const Descriptor& type, absl::string_view bytes, int depth);

  const std::string& path() const { return path_; }
  const std::string& fault() const { return fault_; }

 private:
  bool WalkField(const FieldDescriptor& field, uint64_t wire, absl::string_view& bytes, int depth);
  bool WalkLength(const FieldDescriptor& field, absl::string_view& bytes, int depth);
  bool WalkPacked(const FieldDescriptor& field, absl::string_view content);
  bool TakeScalar(const FieldDescriptor& field, absl::string_view& bytes, uint64_t& value);
  bool TakeNumber(absl::string_view& bytes, uint64_t& value);
  bool CheckOrder(const Descriptor& type, const FieldDescriptor& field, int last);

  bool Fail(absl::string_view fault) {
    fault_ = std::string(fault);
    return false;
  }
  bool FailAt(const FieldDescriptor& field, int index) {
    const std::string name = field.is_repeated() && !field.is_packed()
                                 ? absl::StrCat(field.name(), "[", index, "]")
                                 : field.name();
    path_ = path_.empty() ? name : absl::StrCat(name, ".", path_);
    return false;
  }

  std::string path_;
  std::string fault_;
};

bool Walker::WalkMessage(const Descriptor& type, absl::string_view bytes, int depth) {
  if (depth > kMaxDepth) return Fail("messages nested too deeply");
  int last = 0;
  int index = 0;
  while (!bytes.empty()) {
    uint64_t tag = 0;
    if (!TakeNumber(bytes, tag)) return false;
    const uint64_t number = tag >> 3;
    const FieldDescriptor* field = number <= static_cast<uint64_t>(FieldDescriptor::kMaxNumber)
                                       ? type.FindFieldByNumber(static_cast<int>(number))
                                       : nullptr;
    if (field == nullptr) return Fail(absl::StrCat("unknown field number ", number));
    index = field->number() == last ? index + 1 : 0;
    if (!CheckOrder(type, *field, last) || !WalkField(*field, tag & 7, bytes, depth)) {
      return FailAt(*field, index);
    }
    last = field->number();
  }
  return true;
}

bool Walker::CheckOrder(const Descriptor& type, const FieldDescriptor& field, int last) {
  if (field.number() > last) return true;
  if (field.number() < last) {
    return Fail(
        absl::StrCat("out of order: it comes after ", type.FindFieldByNumber(last)->name()));
  }
  return (field.is_repeated() && !field.is_packed()) || Fail("written twice");
}

bool Walker::WalkField(const FieldDescriptor& field,
                       uint64_t wire,
                       absl::string_view& bytes,
                       int depth) {
  if (field.is_map() || field.real_containing_oneof() != nullptr ||
      (!IsVarintType(field.type()) && !IsLengthType(field.type()))) {
    return Fail("a type of field that no signed message has");
  }
  const bool by_length = field.is_packed() || IsLengthType(field.type());
  if (wire != (by_length ? kLengthWire : kVarintWire)) return Fail("wrong wire type");
  if (by_length) return WalkLength(field, bytes, depth);
  uint64_t value = 0;
  if (!TakeScalar(field, bytes, value)) return false;
  if (value == 0 && !field.is_repeated() && !field.has_presence()) {
    return Fail("the default value is written; it must be left out");
  }
  return true;
}

bool Walker::WalkLength(const FieldDescriptor& field, absl::string_view& bytes, int depth) {
  uint64_t size = 0;
  if (!TakeNumber(bytes, size)) return false;
  if (size > bytes.size()) return Fail("longer than what is left of the bytes");
  const absl::string_view content = bytes.substr(0, static_cast<size_t>(size));
  bytes.remove_prefix(content.size());
  if (field.is_packed()) return WalkPacked(field, content);
  if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
    return WalkMessage(*field.message_type(), content, depth + 1);
  }
  if (content.empty() && !field.is_repeated() && !field.has_presence()) {
    return Fail("the default value is written; it must be left out");
  }
  if (field.type() == FieldDescriptor::TYPE_STRING && !wire::IsUtf8(content)) {
    return Fail("not UTF-8");
  }
  return true;
}

bool Walker::WalkPacked(const FieldDescriptor& field, absl::string_view content) {
  if (content.empty()) return Fail("an empty list is written; it must be left out");
  uint64_t value = 0;
  while (!content.empty()) {
    if (!TakeScalar(field, content, value)) return false;
  }
  return true;
}

bool Walker::TakeScalar(const FieldDescriptor& field, absl::string_view& bytes, uint64_t& value) {
  if (!TakeNumber(bytes, value)) return false;
  return FitsType(field.type(), value) || Fail("a number out of range");
}

bool Walker::TakeNumber(absl::string_view& bytes, uint64_t& value) {
  const wire::VarintFault fault = wire::TakeVarint(bytes, value);
  return fault == wire::VarintFault::kNone || Fail(Words(fault));
}

absl::Status Malformed(absl::string_view path, absl::string_view fault) {
  return Error(Reason::HEADER_MALFORMED).Field(path).Accepted(fault);
}

}  // namespace

absl::Status ParseCanonical(absl::string_view bytes, google::protobuf::Message& message) {
  Walker walker;
  if (!walker.WalkMessage(*message.GetDescriptor(), bytes, 1)) {
    return Malformed(walker.path(), walker.fault());
  }
  if (bytes.size() > static_cast<size_t>(std::numeric_limits<int>::max()) ||
      !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Malformed("", "the protobuf message cannot be read");
  }
  return absl::OkStatus();
}

absl::Status FromSignedBytes(absl::string_view first_line,
                             absl::string_view bytes,
                             google::protobuf::Message& message) {
  if (bytes.size() <= first_line.size() || bytes.substr(0, first_line.size()) != first_line ||
      bytes[first_line.size()] != '\n') {
    return Malformed("", absl::StrCat("the first line must be \"", first_line, "\""));
  }
  return ParseCanonical(bytes.substr(first_line.size() + 1), message);
}

}  // namespace rogatoria
