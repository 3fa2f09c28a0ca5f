// For this folder: a strict reader of DER (X.690 section 10), so that CMS from strangers is judged
// by its shape before anything else reads it. Views into the bytes given, which must outlive it.
//
// Once something is not as asked, the reader has failed: it yields empty elements from then on, and
// AtEnd() is false. So one reads a structure to its end and asks once.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace rogatoria {

namespace der {

inline constexpr uint8_t kInteger = 0x02;
inline constexpr uint8_t kBitString = 0x03;
inline constexpr uint8_t kOctetString = 0x04;
inline constexpr uint8_t kOid = 0x06;
inline constexpr uint8_t kUtcTime = 0x17;
inline constexpr uint8_t kGeneralizedTime = 0x18;
inline constexpr uint8_t kSequence = 0x30;
inline constexpr uint8_t kSet = 0x31;
inline constexpr uint8_t Context(int number) {  // [n], primitive
  return static_cast<uint8_t>(0x80 | number);
}
inline constexpr uint8_t ContextConstructed(int number) {
  return static_cast<uint8_t>(0xa0 | number);
}

}  // namespace der

struct DerElement {
  absl::string_view whole;    // tag, length and content
  absl::string_view content;  // without the end mark of an indefinite length
};

class DerReader {
 public:
  // kAllowIndefinite: also BER's open lengths of constructed elements, which some national signing
  // tools write around a signature. Lengths must be in their shortest form in any case.
  enum class Lengths { kDefinite, kAllowIndefinite };

  explicit DerReader(absl::string_view bytes, Lengths lengths = Lengths::kDefinite)
      : rest_(bytes), lengths_(lengths) {}

  // The next element, which must have this tag.
  DerElement Next(uint8_t tag);
  // A reader of its content; failed if this one failed.
  DerReader Enter(uint8_t tag);
  // Whether the next element has this tag. False at the end and after a failure.
  bool NextIs(uint8_t tag) const;
  // Everything read, and everything as asked.
  bool AtEnd() const { return !failed_ && rest_.empty(); }
  bool failed() const { return failed_; }
  // Makes this reader fail: a value was not as it must be.
  void Fail() { failed_ = true; }

 private:
  absl::string_view rest_;
  Lengths lengths_;
  bool failed_ = false;
};

}  // namespace rogatoria
