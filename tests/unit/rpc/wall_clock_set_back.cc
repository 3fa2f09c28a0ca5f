#include "tests/unit/rpc/wall_clock_set_back.h"

#include <atomic>
#include <ctime>

#include <sys/syscall.h>
#include <unistd.h>

namespace rogatoria {
namespace {

std::atomic<int64_t> seconds_back = 0;

}  // namespace

WallClockSetBack::WallClockSetBack(absl::Duration by) {
  seconds_back = absl::ToInt64Seconds(by);
}

WallClockSetBack::~WallClockSetBack() {
  seconds_back = 0;
}

}  // namespace rogatoria

// In the place of the C library's, for this program alone.
extern "C" int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const int result = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
  if (result == 0 && clock == CLOCK_REALTIME) time->tv_sec -= rogatoria::seconds_back;
  return result;
}
