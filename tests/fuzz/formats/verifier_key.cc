// C2SP verifier keys.
#include "common/merkle/verifier_key.h"

#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  const auto key = merkle::VerifierKey::Parse(input);
  CheckSameText(input, key, [](const merkle::VerifierKey& read) { return read.ToText(); });
  if (!key.ok()) return;
  const auto made = merkle::VerifierKey::Make(key->name, key->type, key->public_key);
  ROG_CHECK(made.ok() && *made == *key, "a key is named by what it is");
}

}  // namespace rogatoria::fuzz
