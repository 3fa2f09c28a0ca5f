#include "tests/unit/spool/full_disk.h"

#include <cerrno>

#include <sys/syscall.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace rogatoria {
namespace {

std::string full_path;  // empty: there is room everywhere

std::string PathOf(int file) {
  char path[4096];
  const std::string link = absl::StrCat("/proc/self/fd/", file);
  const ssize_t size = readlink(link.c_str(), path, sizeof path);
  return size < 0 ? "" : std::string(path, static_cast<size_t>(size));
}

}  // namespace

FullDisk::FullDisk(const std::string& in_path) {
  full_path = in_path;
}

FullDisk::~FullDisk() {
  full_path.clear();
}

}  // namespace rogatoria

// In the place of the C library's, for this program alone.
extern "C" int fsync(int file) {
  if (!rogatoria::full_path.empty() &&
      absl::StrContains(rogatoria::PathOf(file), rogatoria::full_path)) {
    errno = ENOSPC;
    return -1;
  }
  return static_cast<int>(syscall(SYS_fsync, file));
}
