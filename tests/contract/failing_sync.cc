#include "tests/contract/failing_sync.h"

#include <atomic>
#include <cerrno>

#include <sys/syscall.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace rogatoria {
namespace {

std::string failing_end;
std::atomic<bool> armed = false;

std::string PathOf(int file) {
  char path[4096];
  const std::string link = absl::StrCat("/proc/self/fd/", file);
  const ssize_t size = readlink(link.c_str(), path, sizeof path);
  return size < 0 ? "" : std::string(path, static_cast<size_t>(size));
}

int Synced(int file, long call) {
  if (armed && absl::EndsWith(PathOf(file), failing_end) && armed.exchange(false)) {
    errno = EIO;
    return -1;
  }
  return static_cast<int>(syscall(call, file));
}

}  // namespace

FailingSync::FailingSync(const std::string& path_end) {
  failing_end = path_end;
  armed = true;
}

FailingSync::~FailingSync() {
  armed = false;
}

bool FailingSync::failed() const {
  return !armed;
}

}  // namespace rogatoria

// In the place of the C library's, for this program alone.
extern "C" int fdatasync(int file) {
  return rogatoria::Synced(file, SYS_fdatasync);
}

extern "C" int fsync(int file) {
  return rogatoria::Synced(file, SYS_fsync);
}
