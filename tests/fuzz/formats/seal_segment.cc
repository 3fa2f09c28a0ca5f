// Sealed segments: none opens that was not sealed.
#include "common/crypto/seal.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {
namespace {

std::set<Bytes> Sealed(const SecretBytes& kek) {
  std::set<Bytes> sealed;
  for (const Bytes& file : ReadVectors("seal", "")) {
    if (OpenSegment(kek, file).ok()) sealed.insert(file);
  }
  ROG_CHECK(sealed.size() >= 4, "whole, empty, first and second segment open");
  return sealed;
}

}  // namespace

void Examine(absl::string_view input) {
  static const SecretBytes& kek = *new SecretBytes(ReadVector("seal/kek.bin"));
  static const auto& sealed = *new std::set<Bytes>(Sealed(kek));

  if (!OpenSegment(kek, input).ok()) return;
  ROG_CHECK(sealed.count(Bytes(input)) == 1, "a changed segment does not open");
}

}  // namespace rogatoria::fuzz
