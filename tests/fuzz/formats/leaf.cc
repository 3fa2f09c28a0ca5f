// Leaves of the log.
#include "common/model/leaf.h"

#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  CheckSameText(input, ParseLeaf(input), FormatLeaf);
}

}  // namespace rogatoria::fuzz
