// AES-256-GCM (NIST SP 800-38D) for what we keep at rest: database columns under a case's data key
// (decisions.md 17). Not for what travels: that is sealed (seal.h).
//
//   box = nonce (12 random bytes) || ciphertext || tag (16 bytes)
//
// The nonce is random, so one key may encrypt at most 2^32 boxes; a case has far fewer columns.
// Thread-safe.
#pragma once

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/random.h"
#include "common/crypto/secret.h"

namespace rogatoria {

inline constexpr size_t kAeadKeyBytes = 32;
inline constexpr size_t kAeadNonceBytes = 12;
inline constexpr size_t kAeadTagBytes = 16;
inline constexpr size_t kAeadOverheadBytes = kAeadNonceBytes + kAeadTagBytes;

// `aad` is bound to the box, not stored in it: name the row and column there, so that a box moved
// elsewhere does not open. REQUIRES: key of kAeadKeyBytes; stops the process otherwise.
Bytes AeadEncrypt(const SecretBytes& key,
                  absl::string_view aad,
                  absl::string_view plaintext,
                  Random& random);

// DATA_LOSS if the box is too short, or was made under another key or aad, or a bit of it changed;
// nothing of the clear text is given then. REQUIRES: as above.
absl::StatusOr<Bytes> AeadDecrypt(const SecretBytes& key,
                                  absl::string_view aad,
                                  absl::string_view box);

}  // namespace rogatoria
