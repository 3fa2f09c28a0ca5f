// Names and public keys of those who sign notes (C2SP signed-note).
//
//   example.org/log/1+2f1c0a9e+AV3x...        <name>+<key id, 8 hex digits>+<base64(type || key)>
//
// The key id is the first four bytes of SHA-256(name || 0x0A || type || key). It finds a key; it
// does not protect it. Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria::merkle {

enum class SignatureType : uint8_t {
  kEd25519 = 0x01,        // over the note's text: a log
  kCosignatureV1 = 0x04,  // Ed25519 over a time and the text: a witness (C2SP tlog-cosignature)
};

// Not empty, valid UTF-8, no control character, no Unicode space, no plus sign, at most
// limits::kMaxKeyNameBytes.
bool IsKeyName(absl::string_view name);

struct VerifierKey {
  std::string name;
  SignatureType type = SignatureType::kEd25519;
  Bytes public_key;  // 32 bytes, RFC 8032
  uint32_t id = 0;

  // INVALID_ARGUMENT for a name that is none, or a key that is not 32 bytes.
  static absl::StatusOr<VerifierKey> Make(absl::string_view name,
                                          SignatureType type,
                                          absl::string_view public_key);
  // INVALID_ARGUMENT too for an unknown type and for an id that is not that of the key.
  static absl::StatusOr<VerifierKey> Parse(absl::string_view text);
  std::string ToText() const;

  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

}  // namespace rogatoria::merkle
