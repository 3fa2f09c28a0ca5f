#include "common/crypto/der_writer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace rogatoria::der {
namespace {

Bytes Length(size_t size) {
  if (size < 0x80) return Bytes(1, static_cast<char>(size));
  Bytes bytes;
  for (; size > 0; size >>= 8) bytes.insert(bytes.begin(), static_cast<char>(size & 0xff));
  return absl::StrCat(Bytes(1, static_cast<char>(0x80 | bytes.size())), bytes);
}

}  // namespace

Bytes Element(uint8_t tag, absl::string_view content) {
  return absl::StrCat(Bytes(1, static_cast<char>(tag)), Length(content.size()), content);
}

// A shorter element sorts as if zeros followed it, and an element is never the beginning of
// another: comparing the bytes is enough.
Bytes SetOf(std::vector<Bytes> elements) {
  std::sort(elements.begin(), elements.end(), [](const Bytes& a, const Bytes& b) {
    return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
      return static_cast<uint8_t>(x) < static_cast<uint8_t>(y);
    });
  });
  return Element(kSet, absl::StrJoin(elements, ""));
}

Bytes Unsigned(absl::string_view big_endian) {
  while (big_endian.size() > 1 && big_endian[0] == '\0') big_endian.remove_prefix(1);
  const bool looks_negative =
      big_endian.empty() || (static_cast<uint8_t>(big_endian[0]) & 0x80) != 0;
  return Element(kInteger, absl::StrCat(looks_negative ? Bytes(1, '\0') : Bytes(), big_endian));
}

}  // namespace rogatoria::der
