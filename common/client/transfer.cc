#include "common/client/transfer.h"

#include <random>

#include "common/base/error.h"

namespace rogatoria::client {

bool HasNoRoom(const absl::Status& status) {
  return HasReason(status, Reason::DISK_FULL);
}

// One to five seconds: many offices do not come back at once.
absl::Duration PauseWithoutRoom() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return absl::Milliseconds(std::uniform_int_distribution<int>(1000, 5000)(generator));
}

}  // namespace rogatoria::client
