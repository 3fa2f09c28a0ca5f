// Evidence texts.
#include "common/model/evidence.h"

#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  CheckSameText(input, ParseEvidence(input), FormatEvidence);
}

}  // namespace rogatoria::fuzz
