// The key file. A record is 64 bytes; number n is at (n + 1) * 64, the head record at 0:
//
//   8   kind: "rogkeyH1" head, "rogkeyL1" live, "rogkeyD1" destroyed
//   8   number of the key, big-endian; in the head: how many keys were made
//   32  key; zero when destroyed and in the head
//   16  first bytes of SHA-256 over the 48 before
//
// Records past the head's count were being made when the process died: nobody was given one, and
// they are made anew.
#include <algorithm>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/aead.h"
#include "common/crypto/digest.h"
#include "common/storage/case_keys.h"
#include "common/storage/disk_file.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kHead = "rogkeyH1";
constexpr absl::string_view kLive = "rogkeyL1";
constexpr absl::string_view kDestroyed = "rogkeyD1";
constexpr size_t kKindBytes = 8;
constexpr size_t kNumberBytes = 8;
constexpr size_t kCheckedBytes = kKindBytes + kNumberBytes + kAeadKeyBytes;
constexpr size_t kRecordBytes = 64;
constexpr uint64_t kPool = 1024;       // made at a time: one write and two syncs for so many cases
constexpr size_t kRemembered = 16384;  // keys in memory, about 2 MB; others are read again

Bytes EncodeNumber(uint64_t number) {
  Bytes bytes(kNumberBytes, '\0');
  for (size_t i = kNumberBytes; i-- > 0; number >>= 8) bytes[i] = static_cast<char>(number & 0xff);
  return bytes;
}

uint64_t DecodeNumber(absl::string_view bytes) {
  uint64_t number = 0;
  for (char c : bytes) number = number << 8 | static_cast<unsigned char>(c);
  return number;
}

Bytes Checksum(absl::string_view checked) {
  return Sha256(checked).substr(0, kRecordBytes - kCheckedBytes);
}

Bytes EncodeRecord(absl::string_view kind, uint64_t number, absl::string_view key) {
  Bytes record = absl::StrCat(kind, EncodeNumber(number), key);
  record.resize(kCheckedBytes, '\0');
  return absl::StrCat(record, Checksum(record));
}

// Whether the record is whole, and holds this number.
bool IsWhole(absl::string_view record) {
  return record.substr(kCheckedBytes) == Checksum(record.substr(0, kCheckedBytes));
}

absl::string_view KindOf(absl::string_view record) {
  return record.substr(0, kKindBytes);
}
uint64_t NumberOf(absl::string_view record) {
  return DecodeNumber(record.substr(kKindBytes, kNumberBytes));
}

uint64_t OffsetOf(uint64_t key_id) {
  return (key_id + 1) * kRecordBytes;
}

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("key file: ", what));
}

class CaseKeyFile final : public CaseKeys {
 public:
  CaseKeyFile(DiskFile file, uint64_t count, Random& random)
      : file_(std::move(file)), count_(count), random_(random) {}

  absl::StatusOr<std::shared_ptr<const SecretBytes>> Get(uint64_t key_id) override {
    absl::MutexLock lock(&mutex_);
    if (key_id >= count_) return absl::OutOfRangeError("case key was never made");
    if (const auto it = remembered_.find(key_id); it != remembered_.end()) return it->second;
    ROG_ASSIGN_OR_RETURN(auto key, Read(key_id));
    if (remembered_.size() >= kRemembered) remembered_.clear();
    remembered_[key_id] = key;
    return key;
  }

  absl::Status EnsureThrough(uint64_t key_id) override {
    absl::MutexLock lock(&mutex_);
    if (key_id < count_) return absl::OkStatus();
    return MakeThrough(key_id + kPool);
  }

  absl::Status Destroy(uint64_t key_id) override {
    absl::MutexLock lock(&mutex_);
    if (key_id == 0) return absl::InvalidArgumentError("the register's own key stays");
    if (key_id >= count_) return absl::OutOfRangeError("case key was never made");
    remembered_.erase(key_id);
    return WriteDurably(OffsetOf(key_id), EncodeRecord(kDestroyed, key_id, ""));
  }

 private:
  absl::StatusOr<std::shared_ptr<const SecretBytes>> Read(uint64_t key_id)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ROG_ASSIGN_OR_RETURN(Bytes record, file_.ReadAt(OffsetOf(key_id), kRecordBytes));
    if (!IsWhole(record) || NumberOf(record) != key_id) return Damaged("a record fails its check");
    if (KindOf(record) == kDestroyed) return absl::NotFoundError("case key destroyed");
    if (KindOf(record) != kLive) return Damaged("a record is of another kind");
    auto key = std::make_shared<const SecretBytes>(
        absl::string_view(record).substr(kKindBytes + kNumberBytes, kAeadKeyBytes));
    EraseBytes(record);
    return key;
  }

  absl::Status MakeThrough(uint64_t last) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    Bytes records;
    records.reserve((last + 1 - count_) * kRecordBytes);  // no copies of keys left by growing
    for (uint64_t id = count_; id <= last; ++id) {
      Bytes record =
          EncodeRecord(kLive, id, SecretBytes::Generate(random_, kAeadKeyBytes).RevealForUse());
      records += record;
      EraseBytes(record);
    }
    const absl::Status written = WriteDurably(OffsetOf(count_), records);
    EraseBytes(records);
    ROG_RETURN_IF_ERROR(written);
    ROG_RETURN_IF_ERROR(WriteDurably(0, EncodeRecord(kHead, last + 1, "")));
    count_ = last + 1;
    return absl::OkStatus();
  }

  // A failed sync leaves the file unknown, so nothing is written after it.
  absl::Status WriteDurably(uint64_t offset, absl::string_view bytes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (broken_) return absl::UnknownError("key file: an earlier sync failed; start again");
    ROG_RETURN_IF_ERROR(file_.WriteAt(offset, bytes));
    const absl::Status synced = file_.Sync();
    broken_ = !synced.ok();
    return broken_ ? absl::UnknownError(synced.message()) : synced;
  }

  absl::Mutex mutex_;
  DiskFile file_ ABSL_GUARDED_BY(mutex_);
  uint64_t count_ ABSL_GUARDED_BY(mutex_);
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_map<uint64_t, std::shared_ptr<const SecretBytes>> remembered_
      ABSL_GUARDED_BY(mutex_);
  Random& random_;
};

absl::Status CheckOwner(const DiskFile& file) {
  struct stat status {};
  if (fstat(file.descriptor(), &status) != 0) return SystemError("look at", file.path());
  if (!S_ISREG(status.st_mode) || (status.st_mode & 077) != 0) {
    return Error(Reason::KEY_FILE_UNSAFE).Field(file.path()).Accepted("a file of mode 0600");
  }
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> CountKeys(const DiskFile& file) {
  ROG_ASSIGN_OR_RETURN(const uint64_t size, file.Size());
  ROG_ASSIGN_OR_RETURN(const Bytes head, file.ReadAt(0, kRecordBytes));
  if (!IsWhole(head) || KindOf(head) != kHead) return Damaged("the head record fails its check");
  const uint64_t count = NumberOf(head);
  if (count > size / kRecordBytes || size < OffsetOf(count)) return Damaged("records are missing");
  return count;
}

absl::StatusOr<DiskFile> OpenFile(const std::string& path) {
  // A new file comes with its head, whole, or not at all.
  if (access(path.c_str(), F_OK) != 0) {
    ROG_RETURN_IF_ERROR(WriteFileDurably(path, EncodeRecord(kHead, 0, ""), 0600));
  }
  return DiskFile::Open(path, O_RDWR);
}

}  // namespace

absl::StatusOr<std::unique_ptr<CaseKeys>> OpenCaseKeyFile(const std::string& path, Random& random) {
  ROG_ASSIGN_OR_RETURN(DiskFile file, OpenFile(path));
  ROG_RETURN_IF_ERROR(CheckOwner(file));
  ROG_RETURN_IF_ERROR(file.LockExclusively());
  ROG_ASSIGN_OR_RETURN(const uint64_t count, CountKeys(file));
  auto keys = std::make_unique<CaseKeyFile>(std::move(file), count, random);
  ROG_RETURN_IF_ERROR(keys->EnsureThrough(0));
  return keys;
}

}  // namespace rogatoria
