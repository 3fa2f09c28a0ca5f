// Bytes and their two texts: lower-case hexadecimal and base64 (RFC 4648 section 4, padded).
//
// Bytes is a std::string because protobuf, gRPC, SQLite and OpenSSL's C API all take that shape
// without a copy. Text that a person reads is a std::string too; names say which is meant.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace rogatoria {

using Bytes = std::string;

std::string ToHex(absl::string_view bytes);
std::string ToBase64(absl::string_view bytes);

// INVALID_ARGUMENT for anything but an even number of lower-case hexadecimal digits.
absl::StatusOr<Bytes> FromHex(absl::string_view hex);

// INVALID_ARGUMENT for anything that ToBase64 would not have written: wrong padding, line feeds,
// other alphabets, bits left over. One value has one text, so signed formats can rely on it.
absl::StatusOr<Bytes> FromBase64(absl::string_view base64);

// Compares in a time that depends on the lengths only. For MACs and fingerprints.
bool EqualInConstantTime(absl::string_view a, absl::string_view b);

}  // namespace rogatoria
