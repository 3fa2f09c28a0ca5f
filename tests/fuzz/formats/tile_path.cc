// Paths of tiles, as a mirror of the log would ask for them.
#include "common/merkle/tiles.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  CheckSameText(input, merkle::ParseTilePath(input), merkle::TilePath);
}

}  // namespace rogatoria::fuzz
