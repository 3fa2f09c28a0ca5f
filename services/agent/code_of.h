// A value of an enumeration as act files and the command line write it: REQUEST, of
// ACT_KIND_REQUEST; empty for what is not stated or not known.
#pragma once

#include <string>

#include <google/protobuf/generated_enum_reflection.h>

#include "common/client/typed_content.h"

namespace rogatoria::agent {

template <typename Enum>
std::string CodeOf(Enum value) {
  const auto* known =
      google::protobuf::GetEnumDescriptor<Enum>()->FindValueByNumber(static_cast<int>(value));
  return known == nullptr ? "" : client::CodeOf(*known);
}

}  // namespace rogatoria::agent
