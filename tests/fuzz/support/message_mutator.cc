#include "tests/fuzz/support/message_mutator.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <random>

#include <google/protobuf/descriptor.h>

#include "common/model/canonical.h"

// libFuzzer's; it has no header.
extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace rogatoria::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kMaxTextGrowth = 64;
constexpr uint64_t kTellingNumbers[] = {0,
                                        1,
                                        2,
                                        5,
                                        63,
                                        64,
                                        65,
                                        127,
                                        128,
                                        1ULL << 31,
                                        (1ULL << 32) - 1,
                                        1795521600000,
                                        (1ULL << 63) - 1,
                                        1ULL << 63,
                                        ~0ULL};

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  void Change(Message& message);
  bool Chance(unsigned of) { return Below(of) == 0; }
  size_t Below(size_t count) {
    return std::uniform_int_distribution<size_t>(0, count - 1)(random_);
  }

 private:
  void ChangeSingular(Message& message, const FieldDescriptor& field);
  void ChangeRepeated(Message& message, const FieldDescriptor& field);
  void ChangeItem(Message& message, const FieldDescriptor& field, int index);
  void AddItem(Message& message, const FieldDescriptor& field);
  uint64_t Number() {
    return Chance(4) ? std::uniform_int_distribution<uint64_t>()(random_)
                     : kTellingNumbers[Below(std::size(kTellingNumbers))];
  }
  int EnumNumber(const FieldDescriptor& field);
  Bytes Text(const Bytes& old) { return MutateBytes(old, old.size() + kMaxTextGrowth); }

  std::mt19937_64 random_;
};

int Mutator::EnumNumber(const FieldDescriptor& field) {
  if (Chance(8)) return static_cast<int>(Number());
  const auto count = static_cast<size_t>(field.enum_type()->value_count());
  return field.enum_type()->value(static_cast<int>(Below(count)))->number();
}

void Mutator::Change(Message& message) {
  const auto& type = *message.GetDescriptor();
  if (type.field_count() == 0) return;
  const auto count = static_cast<size_t>(type.field_count());
  const FieldDescriptor& field = *type.field(static_cast<int>(Below(count)));
  if (field.is_repeated()) {
    ChangeRepeated(message, field);
  } else {
    ChangeSingular(message, field);
  }
}

void Mutator::ChangeSingular(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  if (Chance(10)) return reflection.ClearField(&message, &field);
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Change(*reflection.MutableMessage(&message, &field));
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(&message, &field, Text(reflection.GetString(message, &field)));
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(&message, &field, EnumNumber(field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection.SetBool(&message, &field, Chance(2));
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(&message, &field, static_cast<int32_t>(Number()));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(&message, &field, static_cast<int64_t>(Number()));
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.SetUInt32(&message, &field, static_cast<uint32_t>(Number()));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetUInt64(&message, &field, Number());
    default:
      return;  // no field of ours
  }
}

void Mutator::ChangeRepeated(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  const int size = reflection.FieldSize(message, &field);
  if (size == 0 || Chance(6)) return AddItem(message, field);
  const int index = static_cast<int>(Below(static_cast<size_t>(size)));
  switch (Below(6)) {
    case 0:
      return reflection.RemoveLast(&message, &field);
    case 1:
      return reflection.SwapElements(&message, &field, index, size - 1);
    default:
      return ChangeItem(message, field, index);
  }
}

void Mutator::ChangeItem(Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    Change(*reflection.MutableRepeatedMessage(&message, &field, index));
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    const Bytes text = Text(reflection.GetRepeatedString(message, &field, index));
    reflection.SetRepeatedString(&message, &field, index, text);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    reflection.SetRepeatedEnumValue(&message, &field, index, EnumNumber(field));
  }
}

// Another one like the last, which most rules about lists are about.
void Mutator::AddItem(Message& message, const FieldDescriptor& field) {
  const Reflection& reflection = *message.GetReflection();
  const int last = reflection.FieldSize(message, &field) - 1;
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    Message* item = reflection.AddMessage(&message, &field);
    if (last >= 0) item->CopyFrom(reflection.GetRepeatedMessage(message, &field, last));
    Change(*item);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    const Bytes like = last >= 0 ? reflection.GetRepeatedString(message, &field, last) : Bytes();
    reflection.AddString(&message, &field, Text(like));
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    reflection.AddEnumValue(&message, &field, EnumNumber(field));
  }
}

}  // namespace

Bytes MutateBytes(Bytes bytes, size_t max_size) {
  const size_t size = bytes.size();
  bytes.resize(std::max(size, max_size));
  const size_t mutated =
      LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(bytes.data()), size, bytes.size());
  bytes.resize(mutated);
  return bytes;
}

void MutateMessage(Message& message, unsigned seed) {
  Mutator mutator(seed);
  for (size_t left = 1 + mutator.Below(3); left > 0; --left) mutator.Change(message);
}

size_t MutateSignedBytes(absl::string_view first_line,
                         Message& message,
                         uint8_t* data,
                         size_t size,
                         size_t max_size,
                         unsigned seed) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (seed % 2 == 0 || !FromSignedBytes(first_line, bytes, message).ok()) {
    return LLVMFuzzerMutate(data, size, max_size);
  }
  MutateMessage(message, seed);
  const Bytes mutated = ToSignedBytes(first_line, message);
  if (mutated.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, mutated.data(), mutated.size());
  return mutated.size();
}

}  // namespace rogatoria::fuzz
