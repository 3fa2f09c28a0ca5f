// For this folder: CMS AuthEnvelopedData (RFC 5083) of the one form that docs/formats/seal.md
// describes, taken apart. Each byte of it is either compared here or bound by a key wrap or a tag.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace rogatoria {

enum class RecipientKind { kKek, kEcdhSha256, kEcdhSha384, kRsaOaep };

// Views into the bytes given.
struct RecipientView {
  RecipientKind kind = RecipientKind::kKek;
  absl::string_view issuer, serial;    // not for kKek
  absl::string_view ephemeral_public;  // kEcdh*: uncompressed point
  absl::string_view encrypted_key;
};

struct AuthEnvelopedDataView {
  std::vector<RecipientView> recipients;
  absl::string_view nonce, ciphertext, tag;
};

// How a segment names its object's key; constant, since the key comes with the object.
inline constexpr absl::string_view kKekId = "rogatoria-kek";

// SEAL_MALFORMED for anything else.
absl::StatusOr<AuthEnvelopedDataView> ReadAuthEnvelopedData(absl::string_view der);

}  // namespace rogatoria
