#include "common/storage/sqlite/checked_vfs.h"

#include <array>
#include <atomic>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include <sqlite3.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/storage/sqlite/forwarding_vfs.h"

namespace rogatoria::sqlite {
namespace {

constexpr size_t kCheckedBytes = kPageBytes - kPageChecksumBytes;
constexpr sqlite3_int64 kPageSize = static_cast<sqlite3_int64>(kPageBytes);
constexpr int kHeaderBytes = 100;      // SQLite reads these alone, before it knows the page size
constexpr size_t kReserveOffset = 20;  // in the header: bytes reserved at each page's end
constexpr size_t kLanes = 4;
constexpr uint64_t kOdd = 0x9e3779b97f4a7c15;  // the golden ratio's bits: odd, so it has an inverse

std::atomic<uint64_t> syncs{0};

uint64_t Mix(uint64_t state, uint64_t word) {
  state = (state ^ word) * kOdd;
  return state ^ (state >> 32);
}

bool IsPage(int amount, sqlite3_int64 offset) {
  return amount == static_cast<int>(kPageBytes) && offset % kPageSize == 0;
}

bool IsHeader(int amount, sqlite3_int64 offset) {
  return offset + amount <= kHeaderBytes;
}

uint64_t PageNumber(sqlite3_int64 offset) {
  return static_cast<uint64_t>(offset / kPageSize) + 1;
}

bool HoldsItsChecksum(const unsigned char* page, sqlite3_int64 offset) {
  uint64_t stored = 0;
  std::memcpy(&stored, page + kCheckedBytes, kPageChecksumBytes);
  return stored == PageChecksum(page, PageNumber(offset));
}

// Past the end of the file SQLite wants zeros and SQLITE_IOERR_SHORT_READ; a page cut off in the
// middle is damage.
int ShortRead(sqlite3_file* file, sqlite3_int64 offset) {
  sqlite3_int64 size = 0;
  const int result = Forwarded(file).behind().xFileSize(Forwarded(file).real(), &size);
  if (result != SQLITE_OK) return result;
  return size > offset ? SQLITE_IOERR_DATA : SQLITE_IOERR_SHORT_READ;
}

int Read(sqlite3_file* file, void* buffer, int amount, sqlite3_int64 offset) {
  const int result = Forwarded(file).behind().xRead(Forwarded(file).real(), buffer, amount, offset);
  if (IsHeader(amount, offset)) return result;
  if (result == SQLITE_IOERR_SHORT_READ) return ShortRead(file, offset);
  if (result != SQLITE_OK) return result;
  if (!IsPage(amount, offset)) return SQLITE_IOERR_DATA;
  return HoldsItsChecksum(static_cast<const unsigned char*>(buffer), offset) ? SQLITE_OK
                                                                             : SQLITE_IOERR_DATA;
}

int Write(sqlite3_file* file, const void* buffer, int amount, sqlite3_int64 offset) {
  if (!IsPage(amount, offset)) return SQLITE_IOERR_WRITE;
  std::array<unsigned char, kPageBytes> page;
  std::memcpy(page.data(), buffer, kPageBytes);
  // A file made without the reserved bytes would lose content to the checksum.
  if (offset == 0 && page[kReserveOffset] != kPageChecksumBytes) return SQLITE_IOERR_WRITE;
  const uint64_t checksum = PageChecksum(page.data(), PageNumber(offset));
  std::memcpy(page.data() + kCheckedBytes, &checksum, kPageChecksumBytes);
  return Forwarded(file).behind().xWrite(Forwarded(file).real(), page.data(), amount, offset);
}

int Sync(sqlite3_file* file, int flags) {
  syncs.fetch_add(1, std::memory_order_relaxed);
  return Forwarded(file).behind().xSync(Forwarded(file).real(), flags);
}

// The write-ahead log has checksums of SQLite's own; nothing but its syncs is our business.
int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  bool opened = false;
  const int result = OpenBehind(vfs, name, file, flags, out_flags, opened);
  if (!opened) return result;
  sqlite3_io_methods& methods = Forwarded(file).methods = ForwardingMethods(2);
  methods.xSync = Sync;
  if ((flags & SQLITE_OPEN_MAIN_DB) != 0) {
    methods.xRead = Read;
    methods.xWrite = Write;
  }
  Forwarded(file).base.pMethods = &methods;
  return result;
}

// A registered VFS lives as long as the process.
struct CheckedVfs {
  std::string name;
  sqlite3_vfs vfs;
};

}  // namespace

uint64_t PageChecksum(const unsigned char* page, uint64_t page_number) {
  std::array<uint64_t, kLanes> lanes = {1, 2, 3, 4};  // four chains run side by side in the CPU
  size_t lane = 0;
  for (size_t at = 0; at < kCheckedBytes; at += sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, page + at, sizeof word);
    lanes[lane] = Mix(lanes[lane], word);
    lane = (lane + 1) % kLanes;
  }
  uint64_t checksum = Mix(kOdd, page_number);
  for (uint64_t state : lanes) checksum = Mix(checksum, state);
  return checksum;
}

uint64_t CountSyncs() {
  return syncs.load(std::memory_order_relaxed);
}

absl::StatusOr<std::string> CheckedVfsOver(const std::string& base) {
  static absl::Mutex mutex(absl::kConstInit);
  static auto& made = *new std::map<std::string, std::unique_ptr<CheckedVfs>>();
  absl::MutexLock lock(&mutex);
  std::unique_ptr<CheckedVfs>& checked = made[base];
  if (checked != nullptr) return checked->name;
  sqlite3_vfs* found = sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
  if (found == nullptr) return absl::NotFoundError(absl::StrCat("no VFS named ", base));
  checked = std::make_unique<CheckedVfs>();
  checked->name = absl::StrCat("rogatoria-checked-", found->zName);
  checked->vfs = ForwardingVfs(checked->name.c_str(), found);
  checked->vfs.xOpen = Open;
  sqlite3_vfs_register(&checked->vfs, 0);
  return checked->name;
}

}  // namespace rogatoria::sqlite
