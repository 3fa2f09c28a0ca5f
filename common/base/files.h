// Files, whole and durable. For small files only: everything is in memory at once.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/sentence.h"

namespace rogatoria {

// FILE_UNREADABLE when it cannot be opened; LIMIT_EXCEEDED above `max_bytes`. The error names the
// path only, never a byte.
absl::StatusOr<Bytes> ReadFile(const std::string& path, size_t max_bytes);

// Writes beside the target, fsyncs, renames over it and fsyncs the folder: after a crash there is
// the old file or the new one, whole. LOCAL_DISK_FULL when there is no room.
absl::Status WriteFileDurably(const std::string& path, absl::string_view content, int mode = 0644);

// Whether a file may be made under this name: FIELD_INVALID, with the path as its field, where
// something has it. What is there is somebody's, and never replaced.
absl::Status CheckNewFile(const std::string& path);

// WriteFileDurably, with CheckNewFile at the instant of its name.
absl::Status WriteNewFileDurably(const std::string& path,
                                 absl::string_view content,
                                 int mode = 0644);

// Gives a file or folder its name, with CheckNewFile at that instant; not yet durable (SyncFolder).
absl::Status RenameToNew(const std::string& from, const std::string& to);

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

// Whether a system call's error number says that a disk, or our share of it, is full.
bool IsFullDisk(int error_number);
// Whether a status says so, of this machine's disk or of the hub's: what was to be written is as it
// was, and goes when there is room again.
bool IsFullDisk(const absl::Status& status);
// The same status as a hub tells its callers, whose machine is another: DISK_FULL for
// LOCAL_DISK_FULL.
absl::Status ToldByHub(const absl::Status& status);

// What errno says of a write to `path` that failed: LOCAL_DISK_FULL, naming it; else INTERNAL with
// the system's words.
absl::Status CannotWrite(const std::string& path, Sentence what = Sentence::CANNOT_WRITE);

}  // namespace rogatoria
