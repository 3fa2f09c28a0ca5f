// Private keys in PEM, from a file of the operator's or the office's.
#include "common/crypto/private_key.h"

#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  const auto key = PrivateKey::FromPem(input);
  if (!key.ok()) return;
  ROG_CHECK(IsStrongKey(key->algorithm(), key->bits()), "weak keys are refused");
  const auto again = PrivateKey::FromPem(key->ToPem().RevealForUse());
  ROG_CHECK(again.ok() && again->PublicKeyDer() == key->PublicKeyDer(), "its PEM is read again");
}

}  // namespace rogatoria::fuzz
