// AES-256-GCM on its parts, for this folder: aead.h and seal.h put them together.
#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria::gcm {

inline constexpr size_t kKeyBytes = 32;
inline constexpr size_t kNonceBytes = 12;
inline constexpr size_t kTagBytes = 16;

// Appends ciphertext || tag to `out`. REQUIRES: exact sizes; stops the process otherwise.
void EncryptAppend(absl::string_view key,
                   absl::string_view nonce,
                   absl::string_view aad,
                   absl::string_view plaintext,
                   Bytes& out);

// The same as Decrypt, into `clear`, which keeps its room. False, and `clear` erased and empty, if
// the tag is not right.
bool DecryptInto(absl::string_view key,
                 absl::string_view nonce,
                 absl::string_view aad,
                 absl::string_view ciphertext,
                 absl::string_view tag,
                 Bytes& clear);

// nullopt if the tag is not right; what was decrypted until then is erased. REQUIRES: as above.
std::optional<Bytes> Decrypt(absl::string_view key,
                             absl::string_view nonce,
                             absl::string_view aad,
                             absl::string_view ciphertext,
                             absl::string_view tag);

}  // namespace rogatoria::gcm
