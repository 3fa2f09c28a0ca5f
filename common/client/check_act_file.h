// Whether an act file says only what one may say. The files that it names are not looked at: they
// may lie elsewhere.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/client/act_file.h"

namespace rogatoria::client {

// The first fault, with line and column as they are in the act file: ACT_FILE_INVALID. `path`:
// where `file` was read from.
absl::Status CheckActFile(ActFile file, const std::string& path);

}  // namespace rogatoria::client
