// For this folder: DER (X.690 section 10) written, element by element from the inside out.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/crypto/der.h"

namespace rogatoria::der {

// Tag, length in its shortest form, content.
Bytes Element(uint8_t tag, absl::string_view content);
inline Bytes Sequence(absl::string_view content) {
  return Element(kSequence, content);
}
// SET OF: its elements, each whole, in the order of their bytes.
Bytes SetOf(std::vector<Bytes> elements);
// A number that is not negative, as big-endian bytes of any length.
Bytes Unsigned(absl::string_view big_endian);

}  // namespace rogatoria::der
