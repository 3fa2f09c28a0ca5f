// The strict DER reader: what it yields lies inside what it was given, in order, and it ends.
#include "common/crypto/der.h"

#include <cstdint>

#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

constexpr int kMaxDepth = 64;

bool Inside(absl::string_view part, absl::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

// The tags of the input, whatever they are.
void Walk(absl::string_view bytes, DerReader::Lengths lengths, int depth) {
  DerReader reader(bytes, lengths);
  absl::string_view rest = bytes;
  while (!rest.empty()) {
    const auto tag = static_cast<uint8_t>(rest[0]);
    if (!reader.NextIs(tag)) break;
    const DerElement element = reader.Next(tag);
    if (reader.failed()) {
      ROG_CHECK(element.whole.empty() && element.content.empty(), "a failed reader yields nothing");
      break;
    }
    ROG_CHECK(element.whole.data() == rest.data() && Inside(element.whole, rest), "it is the next");
    ROG_CHECK(Inside(element.content, element.whole), "its content is in it");
    ROG_CHECK(element.whole.size() >= element.content.size() + 2, "it has a tag and a length");
    rest.remove_prefix(element.whole.size());
    const bool constructed = (tag & 0x20) != 0;
    if (constructed && depth < kMaxDepth) Walk(element.content, lengths, depth + 1);
  }
  ROG_CHECK(reader.AtEnd() == (rest.empty() && !reader.failed()), "the end is where the bytes end");
}

}  // namespace

void Examine(absl::string_view input) {
  Walk(input, DerReader::Lengths::kDefinite, 0);
  Walk(input, DerReader::Lengths::kAllowIndefinite, 0);
}

}  // namespace rogatoria::fuzz
