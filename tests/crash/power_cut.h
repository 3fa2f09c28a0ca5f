// A power cut for one file system: an ext4 image mounted through a loop device is shut down without
// flushing (EXT4_IOC_SHUTDOWN), so that whatever was not fsynced is gone, then mounted again as
// after a reboot. Needs root.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace rogatoria::crash {

// Everything not yet durable on the mounted file system is lost; writes to it fail from now on.
absl::Status CutPower(const std::string& mount_point);

// Unmounts what is left of it and mounts the image again. Nothing may hold a file of it open.
absl::Status Reboot(const std::string& image, const std::string& mount_point);

}  // namespace rogatoria::crash
