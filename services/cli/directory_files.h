// Files of a directory as an operator has them on disk.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/directory/load.h"

namespace rogatoria::cli {

// One file, or a folder's .toml and .pem files by relative name, in order, so that two loads of one
// folder are the same. FILE_UNREADABLE when there is neither; DIRECTORY_INVALID naming the places
// where one is not UTF-8.
absl::StatusOr<std::vector<DirectoryFile>> ReadDirectoryFiles(const std::string& path);

}  // namespace rogatoria::cli
