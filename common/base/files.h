// Files, whole and durable. For small files only: everything is in memory at once.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria {

// FILE_UNREADABLE when it cannot be opened; LIMIT_EXCEEDED above `max_bytes`. The error names the
// path only, never a byte.
absl::StatusOr<Bytes> ReadFile(const std::string& path, size_t max_bytes);

// Writes beside the target, fsyncs, renames over it and fsyncs the folder: after a crash there is
// the old file or the new one, whole. DISK_FULL when there is no room.
absl::Status WriteFileDurably(const std::string& path, absl::string_view content, int mode = 0644);

// Makes the folder and those above it, mode 0700 for what it makes.
absl::Status CreateFolders(const std::string& path);

// Whether there is something of this name; what cannot be looked at is not there.
bool FileExists(const std::string& path);

// A path as it is from any folder; as it stands where the current folder is gone.
std::string AbsolutePath(const std::string& path);

// The names in a folder, in order; none when there is no folder. FILE_UNREADABLE.
absl::StatusOr<std::vector<std::string>> ListFolder(const std::string& path);

// fsync of a folder: makes a rename or removal in it durable.
absl::Status SyncFolder(const std::string& path);

}  // namespace rogatoria
