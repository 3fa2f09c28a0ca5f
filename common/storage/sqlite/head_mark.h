// The head mark: beside the database, the revision of its last commit, written after each commit
// and without a sync of its own.
//
// SQLite throws away the end of its write-ahead log from the first damaged frame on, and says
// nothing: a database may come back older than what was acknowledged. The mark shows it. It is
// written only after the commit is durable, so it is never ahead of what must be there; after a
// power cut it may be behind, which proves nothing and costs nothing.
//
// 32 bytes: "rogmark1", the revision (big-endian), 16 bytes of SHA-256 over these.
// Thread-compatible.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/storage/disk_file.h"

namespace rogatoria::sqlite {

class HeadMark {
 public:
  // Made, with revision 0, if it is not there. DATA_LOSS when it is damaged.
  static absl::StatusOr<HeadMark> Open(const std::string& path);

  uint64_t revision() const { return revision_; }
  // After a commit. A failure is not told: the mark stays behind, which is allowed.
  void Advance(uint64_t revision);
  // The same, durably.
  absl::Status AdvanceDurably(uint64_t revision);

 private:
  HeadMark(DiskFile file, uint64_t revision) : file_(std::move(file)), revision_(revision) {}

  DiskFile file_;
  uint64_t revision_;
};

}  // namespace rogatoria::sqlite
