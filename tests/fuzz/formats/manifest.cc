// Manifests of sealed objects.
#include "common/crypto/manifest.h"

#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  CheckSameText(input, ParseManifest(input), [](const Manifest& manifest) {
    return Need(FormatManifest(manifest), "what was read can be written");
  });
}

}  // namespace rogatoria::fuzz
