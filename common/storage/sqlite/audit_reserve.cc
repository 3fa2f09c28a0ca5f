#include "common/storage/sqlite/audit_reserve.h"

#include <utility>

#include <fcntl.h>
#include <sys/statvfs.h>

#include "common/base/status_macros.h"

namespace rogatoria::sqlite {
namespace {

uint64_t FreeBytes(const DiskFile& file) {
  struct statvfs status {};
  if (fstatvfs(file.descriptor(), &status) != 0) return 0;
  return static_cast<uint64_t>(status.f_bavail) * static_cast<uint64_t>(status.f_frsize);
}

}  // namespace

absl::StatusOr<AuditReserve> AuditReserve::Open(const std::string& path, uint64_t size) {
  ROG_ASSIGN_OR_RETURN(DiskFile file, DiskFile::Open(path, O_RDWR | O_CREAT));
  AuditReserve reserve(std::move(file), size);
  ROG_ASSIGN_OR_RETURN(const uint64_t present, reserve.file_.Size());
  reserve.whole_ = present == size;
  reserve.Restore();
  return reserve;
}

void AuditReserve::GiveUp() {
  whole_ = false;
  file_.Truncate(0).IgnoreError();
}

bool AuditReserve::Restore() {
  // A quarter more than it takes, or the next act would fill the disk again at once.
  if (whole_ || FreeBytes(file_) < size_ + size_ / 4) return whole_;
  whole_ = file_.Allocate(size_).ok();
  if (!whole_) GiveUp();
  return whole_;
}

}  // namespace rogatoria::sqlite
