#include "services/agent/room.h"

#include <sys/statvfs.h>

#include "common/base/error.h"
#include "services/agent/agent_limits.h"

namespace rogatoria::agent {

absl::Status CheckRoom(const std::string& folder, uint64_t bytes) {
  struct statvfs disk;
  if (bytes <= limits::kMaxInMemory || statvfs(folder.c_str(), &disk) != 0) return absl::OkStatus();
  const uint64_t room = uint64_t{disk.f_bavail} * disk.f_frsize;
  if (room >= kReservedBytes && bytes <= room - kReservedBytes) return absl::OkStatus();
  return Error(Reason::LOCAL_DISK_FULL).Field(folder);
}

}  // namespace rogatoria::agent
