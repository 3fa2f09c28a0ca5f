// Files that hold a secret: a private key, a PIN, the key of a folder.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/crypto/secret.h"

namespace rogatoria {

// KEY_FILE_UNSAFE unless the file is regular, has mode 0600 or less, belongs to us or root, and has
// at most 64 KiB; NOT_FOUND if there is none. The file is opened once and checked as opened.
absl::StatusOr<SecretBytes> ReadSecretFile(const std::string& path);

}  // namespace rogatoria
