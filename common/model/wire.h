// Reading protobuf's wire format strictly: the pieces that model/canonical.h is made of. Internal
// to common/model.
#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace rogatoria::wire {

enum class VarintFault { kNone, kTruncated, kTooLong, kNotShortest };

// Takes a varint off `bytes`. Of the many texts that protobuf reads, only the shortest is taken.
VarintFault TakeVarint(absl::string_view& bytes, uint64_t& value);

// Well-formed UTF-8 (RFC 3629): shortest form, no surrogates, nothing above U+10FFFF.
bool IsUtf8(absl::string_view text);

}  // namespace rogatoria::wire
