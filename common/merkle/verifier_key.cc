#include "common/merkle/verifier_key.h"

#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/crypto/signer.h"
#include "common/merkle/text.h"

namespace rogatoria::merkle {
namespace {

constexpr size_t kKeyIdHexDigits = 8;

char TypeByte(SignatureType type) {
  return static_cast<char>(type);
}

std::optional<SignatureType> TypeOf(char byte) {
  for (const SignatureType type : {SignatureType::kEd25519, SignatureType::kCosignatureV1}) {
    if (byte == TypeByte(type)) return type;
  }
  return std::nullopt;
}

uint32_t KeyId(absl::string_view name, SignatureType type, absl::string_view public_key) {
  const char type_byte = TypeByte(type);
  const Bytes digest = Sha256({name, "\n", absl::string_view(&type_byte, 1), public_key});
  uint32_t id = 0;
  for (size_t i = 0; i < sizeof(id); ++i) id = (id << 8) | static_cast<uint8_t>(digest[i]);
  return id;
}

std::string HexOf(uint32_t id) {
  return absl::StrCat(absl::Hex(id, absl::kZeroPad8));
}

absl::Status Malformed() {
  return absl::InvalidArgumentError("a verifier key is written name+id+base64 of type and key");
}

}  // namespace

bool IsKeyName(absl::string_view name) {
  return !name.empty() && name.size() <= limits::kMaxKeyNameBytes &&
         name.find('+') == absl::string_view::npos && IsNoteWord(name);
}

absl::StatusOr<VerifierKey> VerifierKey::Make(absl::string_view name,
                                              SignatureType type,
                                              absl::string_view public_key) {
  if (!IsKeyName(name)) {
    return absl::InvalidArgumentError("a key name is one word without a plus sign");
  }
  if (public_key.size() != kEd25519PublicKeyBytes) {
    return absl::InvalidArgumentError("an Ed25519 public key has 32 bytes");
  }
  return VerifierKey{std::string(name), type, Bytes(public_key), KeyId(name, type, public_key)};
}

absl::StatusOr<VerifierKey> VerifierKey::Parse(absl::string_view text) {
  // Neither a name nor an id can hold a plus sign; base64 can.
  const size_t name_end = text.find('+');
  if (name_end == absl::string_view::npos) return Malformed();
  const absl::string_view rest = text.substr(name_end + 1);
  if (rest.size() <= kKeyIdHexDigits || rest[kKeyIdHexDigits] != '+') return Malformed();
  ROG_ASSIGN_OR_RETURN(const Bytes typed_key, FromBase64(rest.substr(kKeyIdHexDigits + 1)));
  if (typed_key.empty()) return Malformed();
  const std::optional<SignatureType> type = TypeOf(typed_key[0]);
  if (!type.has_value()) {
    return absl::InvalidArgumentError("a verifier key of a type that is not known here");
  }
  ROG_ASSIGN_OR_RETURN(
      VerifierKey key,
      Make(text.substr(0, name_end), *type, absl::string_view(typed_key).substr(1)));
  if (rest.substr(0, kKeyIdHexDigits) != HexOf(key.id)) {
    return absl::InvalidArgumentError("the key id is not that of the name and the key");
  }
  return key;
}

std::string VerifierKey::ToText() const {
  const char type_byte = TypeByte(type);
  const Bytes typed_key = absl::StrCat(absl::string_view(&type_byte, 1), public_key);
  return absl::StrCat(name, "+", HexOf(id), "+", ToBase64(typed_key));
}

}  // namespace rogatoria::merkle
