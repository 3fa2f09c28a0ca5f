#include "common/base/file_lock.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>

#include "absl/time/clock.h"

namespace rogatoria {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(20);

// 0, or what flock(2) says: EWOULDBLOCK when somebody else has it.
int TryLock(const Descriptor& file, LockUse use) {
  const int how = (use == LockUse::kAlone ? LOCK_EX : LOCK_SH) | LOCK_NB;
  return flock(file.get(), how) == 0 ? 0 : errno;
}

}  // namespace

absl::StatusOr<Descriptor> LockFile(const std::string& path,
                                    LockUse use,
                                    Reason busy,
                                    absl::Duration patience) {
  Descriptor file(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  absl::Duration waited;
  int held = file.valid() ? TryLock(file, use) : EBADF;
  for (; held == EWOULDBLOCK && waited < patience; waited += kPause) {
    absl::SleepFor(kPause);
    held = TryLock(file, use);
  }
  if (held == 0) return file;
  return Error(held == EWOULDBLOCK ? busy : Reason::FILE_UNREADABLE).Field(path).ToStatus();
}

bool IsLockedAlone(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  return file.valid() && TryLock(file, LockUse::kShared) == EWOULDBLOCK;
}

}  // namespace rogatoria
