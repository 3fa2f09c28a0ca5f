// Locks between processes (flock(2)): who works alone on a folder, and who shares it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/descriptor.h"
#include "common/base/error.h"

namespace rogatoria {

enum class LockUse { kShared, kAlone };

// The lock of the file `path`, made where it is missing (mode 0600) in a folder that is there; held
// until the descriptor is closed or the process ends. `busy`, with the path as its field, when
// somebody holds it in a use that this one does not go with, after `patience`; FILE_UNREADABLE,
// also on a file system without locks. Thread-safe.
absl::StatusOr<Descriptor> LockFile(const std::string& path,
                                    LockUse use,
                                    Reason busy,
                                    absl::Duration patience = absl::ZeroDuration());

// Whether somebody holds the file's lock alone at this moment.
bool IsLockedAlone(const std::string& path);

}  // namespace rogatoria
