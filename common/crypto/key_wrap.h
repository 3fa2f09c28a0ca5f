// For this folder: how the key of an AuthEnvelopedData is unwrapped for each kind of recipient.
#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/crypto/auth_enveloped_data.h"
#include "common/crypto/private_key.h"
#include "common/crypto/secret.h"

namespace rogatoria {

// AES-256 key unwrap (RFC 3394). nullopt if the wrapped key's check value is not right.
std::optional<SecretBytes> UnwrapKey(const SecretBytes& kek, absl::string_view wrapped);

// AES-256 key wrap of a key of 32 bytes: 40 bytes, always the same for the same two keys.
Bytes WrapKey(const SecretBytes& kek, const SecretBytes& key);

// The key for the holder of `key`: ECDH, X9.63 KDF and unwrap (RFC 5753), or RSA-OAEP. nullopt if
// the key is of another kind than the recipient's, or does not fit.
std::optional<SecretBytes> RecoverKey(const RecipientView& recipient, const PrivateKey& key);

}  // namespace rogatoria
