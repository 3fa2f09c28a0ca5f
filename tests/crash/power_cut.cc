#include "tests/crash/power_cut.h"

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace rogatoria::crash {
namespace {

// From the kernel's ext4.h; the header is not exported.
constexpr unsigned long kShutdownIoctl = _IOR('X', 125, uint32_t);
constexpr uint32_t kWithoutFlushingTheJournal = 2;
constexpr int kUnmountTries = 200;

}  // namespace

absl::Status CutPower(const std::string& mount_point) {
  const int folder = open(mount_point.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  uint32_t flags = kWithoutFlushingTheJournal;
  const bool cut = folder >= 0 && ioctl(folder, kShutdownIoctl, &flags) == 0;
  const int error = errno;
  if (folder >= 0) close(folder);
  if (!cut)
    return absl::InternalError(
        absl::StrCat("the file system cannot be shut down: ", strerror(error)));
  return absl::OkStatus();
}

absl::Status Reboot(const std::string& image, const std::string& mount_point) {
  const std::string unmount = absl::StrCat("umount '", mount_point, "' 2>/dev/null");
  int tries = 0;
  while (system(unmount.c_str()) != 0) {
    if (++tries == kUnmountTries) return absl::InternalError("the image stays busy");
    absl::SleepFor(absl::Milliseconds(10));
  }
  if (system(absl::StrCat("mount -o loop '", image, "' '", mount_point, "'").c_str()) != 0) {
    return absl::InternalError("the image cannot be mounted again");
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::crash
