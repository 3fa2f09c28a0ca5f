// Room on disks that others need as well: looked at before something large is fetched or copied, so
// that it does not fill the disk and then fail. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace rogatoria::agent {

// What is left to everything else.
inline constexpr uint64_t kReservedBytes = uint64_t{64} << 20;

// LOCAL_DISK_FULL, naming the folder, where `bytes` more would leave less than that. Nothing is
// said against what is small, or where the system does not tell.
absl::Status CheckRoom(const std::string& folder, uint64_t bytes);

// What is under way at one time, on whatever disk: none of it counts on the other's room.
class Room {
 public:
  class Promise {
   public:
    Promise() = default;
    Promise(Room* room, uint64_t bytes) : room_(room), bytes_(bytes) {}
    Promise(Promise&& other) noexcept
        : room_(std::exchange(other.room_, nullptr)), bytes_(other.bytes_) {}
    Promise& operator=(Promise&& other) noexcept {
      std::swap(room_, other.room_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Promise() {
      if (room_ != nullptr) room_->Give(bytes_);
    }

   private:
    Room* room_ = nullptr;
    uint64_t bytes_ = 0;
  };

  // CheckRoom for it and for what is promised already. Must outlive what it promised.
  absl::StatusOr<Promise> For(const std::string& folder, uint64_t bytes);

 private:
  void Give(uint64_t bytes);

  absl::Mutex mutex_;
  uint64_t promised_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace rogatoria::agent
