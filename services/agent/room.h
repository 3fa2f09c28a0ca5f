// Room on a disk that others need as well: looked at before something large is fetched, so that it
// does not fill the disk and then fail.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace rogatoria::agent {

// What is left to everything else.
inline constexpr uint64_t kReservedBytes = uint64_t{64} << 20;

// LOCAL_DISK_FULL, naming the folder, where `bytes` more would leave less than that. Nothing is
// said against what is small, or where the system does not tell.
absl::Status CheckRoom(const std::string& folder, uint64_t bytes);

}  // namespace rogatoria::agent
