#include "common/base/bytes.h"

#include <cstdint>

#include "absl/strings/escaping.h"

namespace rogatoria {
namespace {

bool IsLowerHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

}  // namespace

std::string ToHex(absl::string_view bytes) {
  return absl::BytesToHexString(bytes);
}

std::string ToBase64(absl::string_view bytes) {
  return absl::Base64Escape(bytes);
}

absl::StatusOr<Bytes> FromHex(absl::string_view hex) {
  if (hex.size() % 2 != 0) return absl::InvalidArgumentError("odd number of hexadecimal digits");
  for (char c : hex) {
    if (!IsLowerHex(c)) return absl::InvalidArgumentError("not a lower-case hexadecimal digit");
  }
  return absl::HexStringToBytes(hex);
}

absl::StatusOr<Bytes> FromBase64(absl::string_view base64) {
  Bytes bytes;
  if (!absl::Base64Unescape(base64, &bytes) || ToBase64(bytes) != base64) {
    return absl::InvalidArgumentError("not canonical base64");
  }
  return bytes;
}

bool EqualInConstantTime(absl::string_view a, absl::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference |=
        static_cast<unsigned>(static_cast<unsigned char>(a[i]) ^ static_cast<unsigned char>(b[i]));
  }
  return difference == 0;
}

}  // namespace rogatoria
