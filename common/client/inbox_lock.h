// Who may take what comes for an office's state folder. Programs that receive share it; an agent
// has it alone, since what another program took would never come to its spool and its watchers.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/descriptor.h"
#include "common/base/file_lock.h"

namespace rogatoria::client {

// Until the descriptor is closed, or the process ends. INBOX_BUSY when another has it for a use
// that this one does not go with; FILE_UNREADABLE. Thread-safe.
absl::StatusOr<Descriptor> LockInbox(const std::string& state, LockUse use);

}  // namespace rogatoria::client
