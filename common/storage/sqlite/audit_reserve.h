// Room kept for the audit log (decisions.md 12): a file that holds nothing but space. When the disk
// is full it is given up, so that leaves and settlements can still be written; new acts wait until
// it can be made again. Thread-compatible.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/storage/disk_file.h"

namespace rogatoria::sqlite {

class AuditReserve {
 public:
  // Made if there is room; otherwise it starts given up.
  static absl::StatusOr<AuditReserve> Open(const std::string& path, uint64_t size);

  bool whole() const { return whole_; }
  void GiveUp();
  // Tries to make it again if the disk has room for it and some more. True if it is whole then.
  bool Restore();

 private:
  AuditReserve(DiskFile file, uint64_t size) : file_(std::move(file)), size_(size) {}

  DiskFile file_;
  uint64_t size_;
  bool whole_ = false;
};

}  // namespace rogatoria::sqlite
