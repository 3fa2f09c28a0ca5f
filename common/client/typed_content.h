// The typed contents of acts (rogatoria.content.v1), seen by their descriptors: which belongs to
// which kind, what is in it, how its codes are written. Pure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "absl/strings/string_view.h"

#include "rogatoria/content/v1/content.pb.h"
#include "rogatoria/v1/act.pb.h"

namespace rogatoria::client {

// The field of ActContent for a kind; nullptr for a kind that this version does not know.
const google::protobuf::FieldDescriptor* ContentFieldOf(v1::ActKind kind);
// The kind of a typed content; ACT_KIND_UNSPECIFIED where there is a letter only.
v1::ActKind KindOfContent(const content::v1::ActContent& content);
// The typed content, made where there is none. REQUIRES: a kind of ContentFieldOf.
google::protobuf::Message& MutableTyped(v1::ActKind kind, content::v1::ActContent& content);
// nullptr where there is a letter only.
const google::protobuf::Message* TypedOf(const content::v1::ActContent& content);

// What stands before the codes of an enumeration: "HANDLING_CODE_".
std::string PrefixOf(const google::protobuf::EnumDescriptor& type);
// A code as people write it: "H0". Empty for what is not stated.
std::string CodeOf(const google::protobuf::EnumValueDescriptor& value);

// Whether a text field holds a day or an instant, which its name says (document.proto).
enum class TextForm { kAny, kDay, kInstant };
TextForm FormOf(const google::protobuf::FieldDescriptor& field);
bool HasForm(TextForm form, absl::string_view text);

// A set field of a message somewhere in a content; `path` is that of the message, as in act files:
// "request.persons[0]".
using FieldVisitor = std::function<void(const google::protobuf::Message& message,
                                        const google::protobuf::FieldDescriptor& field,
                                        const std::string& path)>;
// Calls `visit` for each set field of `message` and of all messages in it, from the outside in.
void EachField(const google::protobuf::Message& message,
               const std::string& path,
               const FieldVisitor& visit);
// "request.persons", of a message's path and a field in it.
std::string JoinPath(const std::string& path, absl::string_view field);

// All the messages of one type in a content, in the order of its fields, with their paths.
template <typename Wanted>
struct Found {
  const Wanted* message;
  std::string path;
};
template <typename Wanted>
std::vector<Found<Wanted>> All(const google::protobuf::Message& message, const std::string& path);

std::vector<Found<google::protobuf::Message>> AllOfType(const google::protobuf::Message& message,
                                                        const std::string& path,
                                                        const google::protobuf::Descriptor& type);

template <typename Wanted>
std::vector<Found<Wanted>> All(const google::protobuf::Message& message, const std::string& path) {
  std::vector<Found<Wanted>> wanted;
  for (const auto& found : AllOfType(message, path, *Wanted::descriptor())) {
    wanted.push_back({static_cast<const Wanted*>(found.message), found.path});
  }
  return wanted;
}

}  // namespace rogatoria::client
