// The token that callers of an agent's port show. Callers of its socket show none: the file system
// says who may open that.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/secret.h"

namespace rogatoria::agent {

// 64 hexadecimal digits in a file of mode 0600, made when there is none. KEY_FILE_UNSAFE when
// others can read it.
absl::StatusOr<SecretBytes> LoadOrMakeToken(const std::string& path);

// AGENT_TOKEN_WRONG unless `authorization` is "Bearer " and the token. Takes a time that does not
// depend on how much of it is right.
absl::Status CheckToken(const SecretBytes& token, absl::string_view authorization);

}  // namespace rogatoria::agent
