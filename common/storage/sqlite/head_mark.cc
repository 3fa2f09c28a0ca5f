#include "common/storage/sqlite/head_mark.h"

#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

namespace rogatoria::sqlite {
namespace {

constexpr absl::string_view kMagic = "rogmark1";
constexpr size_t kRevisionBytes = 8;
constexpr size_t kChecksumBytes = 16;
constexpr size_t kMarkBytes = kMagic.size() + kRevisionBytes + kChecksumBytes;

Bytes Encode(uint64_t revision) {
  Bytes mark(kMagic);
  for (int shift = 56; shift >= 0; shift -= 8) {
    mark.push_back(static_cast<char>(revision >> shift & 0xff));
  }
  return mark + Sha256(mark).substr(0, kChecksumBytes);
}

absl::StatusOr<uint64_t> Decode(absl::string_view mark) {
  uint64_t revision = 0;
  for (char c : mark.substr(kMagic.size(), kRevisionBytes)) {
    revision = revision << 8 | static_cast<unsigned char>(c);
  }
  if (Encode(revision) == mark) return revision;
  return absl::DataLossError(
      "the head mark is damaged: the disk is failing. Check it, and restore a backup.");
}

}  // namespace

absl::StatusOr<HeadMark> HeadMark::Open(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0) {
    ROG_RETURN_IF_ERROR(WriteFileDurably(path, Encode(0), 0600));
  }
  ROG_ASSIGN_OR_RETURN(DiskFile file, DiskFile::Open(path, O_RDWR));
  ROG_ASSIGN_OR_RETURN(const Bytes mark, file.ReadAt(0, kMarkBytes));
  ROG_ASSIGN_OR_RETURN(const uint64_t revision, Decode(mark));
  return HeadMark(std::move(file), revision);
}

void HeadMark::Advance(uint64_t revision) {
  if (file_.WriteAt(0, Encode(revision)).ok()) revision_ = revision;
}

absl::Status HeadMark::AdvanceDurably(uint64_t revision) {
  ROG_RETURN_IF_ERROR(file_.WriteAt(0, Encode(revision)));
  revision_ = revision;
  return file_.Sync();
}

}  // namespace rogatoria::sqlite
