#include "services/agent/room.h"

#include <sys/statvfs.h>

#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/agent/agent_limits.h"

namespace rogatoria::agent {

absl::Status CheckRoom(const std::string& folder, uint64_t bytes) {
  struct statvfs disk;
  if (bytes <= limits::kMaxInMemory || statvfs(folder.c_str(), &disk) != 0) return absl::OkStatus();
  const uint64_t room = uint64_t{disk.f_bavail} * disk.f_frsize;
  if (room >= kReservedBytes && bytes <= room - kReservedBytes) return absl::OkStatus();
  return Error(Reason::LOCAL_DISK_FULL).Field(folder);
}

absl::StatusOr<Room::Promise> Room::For(const std::string& folder, uint64_t bytes) {
  absl::MutexLock lock(&mutex_);
  if (bytes > limits::kMaxInMemory) ROG_RETURN_IF_ERROR(CheckRoom(folder, bytes + promised_));
  promised_ += bytes;
  return Promise(this, bytes);
}

void Room::Give(uint64_t bytes) {
  absl::MutexLock lock(&mutex_);
  promised_ -= bytes;
}

}  // namespace rogatoria::agent
