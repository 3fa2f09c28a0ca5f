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

// A database file that is open: this, and behind it the base VFS's own object.
struct CheckedFile {
  sqlite3_file base;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  const sqlite3_io_methods& methods() { return *real()->pMethods; }
};

CheckedFile& Checked(sqlite3_file* file) {
  return *reinterpret_cast<CheckedFile*>(file);
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

int Close(sqlite3_file* file) {
  return Checked(file).methods().xClose(Checked(file).real());
}

// Past the end of the file SQLite wants zeros and SQLITE_IOERR_SHORT_READ; a page cut off in the
// middle is damage.
int ShortRead(sqlite3_file* file, sqlite3_int64 offset) {
  sqlite3_int64 size = 0;
  const int result = Checked(file).methods().xFileSize(Checked(file).real(), &size);
  if (result != SQLITE_OK) return result;
  return size > offset ? SQLITE_IOERR_DATA : SQLITE_IOERR_SHORT_READ;
}

int ReadPlain(sqlite3_file* file, void* buffer, int amount, sqlite3_int64 offset) {
  return Checked(file).methods().xRead(Checked(file).real(), buffer, amount, offset);
}

int WritePlain(sqlite3_file* file, const void* buffer, int amount, sqlite3_int64 offset) {
  return Checked(file).methods().xWrite(Checked(file).real(), buffer, amount, offset);
}

int Read(sqlite3_file* file, void* buffer, int amount, sqlite3_int64 offset) {
  const int result = Checked(file).methods().xRead(Checked(file).real(), buffer, amount, offset);
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
  return Checked(file).methods().xWrite(Checked(file).real(), page.data(), amount, offset);
}

// The rest is the base's own.
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return Checked(file).methods().xTruncate(Checked(file).real(), size);
}
int Sync(sqlite3_file* file, int flags) {
  syncs.fetch_add(1, std::memory_order_relaxed);
  return Checked(file).methods().xSync(Checked(file).real(), flags);
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Checked(file).methods().xFileSize(Checked(file).real(), size);
}
int Lock(sqlite3_file* file, int level) {
  return Checked(file).methods().xLock(Checked(file).real(), level);
}
int Unlock(sqlite3_file* file, int level) {
  return Checked(file).methods().xUnlock(Checked(file).real(), level);
}
int CheckReservedLock(sqlite3_file* file, int* reserved) {
  return Checked(file).methods().xCheckReservedLock(Checked(file).real(), reserved);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Checked(file).methods().xFileControl(Checked(file).real(), operation, argument);
}
int SectorSize(sqlite3_file* file) {
  return Checked(file).methods().xSectorSize(Checked(file).real());
}
int DeviceCharacteristics(sqlite3_file* file) {
  return Checked(file).methods().xDeviceCharacteristics(Checked(file).real());
}
int ShmMap(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  return Checked(file).methods().xShmMap(Checked(file).real(), region, size, extend, memory);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Checked(file).methods().xShmLock(Checked(file).real(), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) {
  Checked(file).methods().xShmBarrier(Checked(file).real());
}
int ShmUnmap(sqlite3_file* file, int remove) {
  return Checked(file).methods().xShmUnmap(Checked(file).real(), remove);
}

// Version 2: write-ahead logging, and no memory mapping, which would go past Read.
constexpr sqlite3_io_methods MethodsWith(decltype(&Read) read, decltype(&Write) write) {
  return {2,
          Close,
          read,
          write,
          Truncate,
          Sync,
          FileSize,
          Lock,
          Unlock,
          CheckReservedLock,
          FileControl,
          SectorSize,
          DeviceCharacteristics,
          ShmMap,
          ShmLock,
          ShmBarrier,
          ShmUnmap,
          nullptr,
          nullptr};
}
constexpr sqlite3_io_methods kDatabaseMethods = MethodsWith(Read, Write);
// The write-ahead log has checksums of SQLite's own.
constexpr sqlite3_io_methods kOtherMethods = MethodsWith(ReadPlain, WritePlain);

sqlite3_vfs* BaseOf(sqlite3_vfs* vfs) {
  return static_cast<sqlite3_vfs*>(vfs->pAppData);
}

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  sqlite3_vfs* base = BaseOf(vfs);
  const bool is_database = (flags & SQLITE_OPEN_MAIN_DB) != 0;
  CheckedFile& checked = Checked(file);
  checked.base.pMethods = nullptr;  // SQLite closes what has methods, even after an error
  const int result = base->xOpen(base, name, checked.real(), flags, out_flags);
  if (checked.real()->pMethods != nullptr) {
    checked.base.pMethods = is_database ? &kDatabaseMethods : &kOtherMethods;
  }
  return result;
}

// A registered VFS lives as long as the process.
struct CheckedVfs {
  std::string name;
  sqlite3_vfs vfs;
};

// All that does not open a file is the base's own code: it takes pAppData and paths from its own
// object, so each call hands that one on.
int Delete(sqlite3_vfs* vfs, const char* name, int sync) {
  return BaseOf(vfs)->xDelete(BaseOf(vfs), name, sync);
}
int Access(sqlite3_vfs* vfs, const char* name, int flags, int* result) {
  return BaseOf(vfs)->xAccess(BaseOf(vfs), name, flags, result);
}
int FullPathname(sqlite3_vfs* vfs, const char* name, int size, char* out) {
  return BaseOf(vfs)->xFullPathname(BaseOf(vfs), name, size, out);
}
int Randomness(sqlite3_vfs* vfs, int size, char* out) {
  return BaseOf(vfs)->xRandomness(BaseOf(vfs), size, out);
}
int Sleep(sqlite3_vfs* vfs, int microseconds) {
  return BaseOf(vfs)->xSleep(BaseOf(vfs), microseconds);
}
int CurrentTime(sqlite3_vfs* vfs, double* day) {
  return BaseOf(vfs)->xCurrentTime(BaseOf(vfs), day);
}
int GetLastError(sqlite3_vfs* vfs, int size, char* out) {
  return BaseOf(vfs)->xGetLastError(BaseOf(vfs), size, out);
}
int CurrentTimeInt64(sqlite3_vfs* vfs, sqlite3_int64* time) {
  return BaseOf(vfs)->xCurrentTimeInt64(BaseOf(vfs), time);
}

sqlite3_vfs MakeVfs(const char* name, sqlite3_vfs* base) {
  sqlite3_vfs vfs{};
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(CheckedFile)) + base->szOsFile;
  vfs.mxPathname = base->mxPathname;
  vfs.zName = name;
  vfs.pAppData = base;
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  vfs.xAccess = Access;
  vfs.xFullPathname = FullPathname;
  vfs.xRandomness = Randomness;
  vfs.xSleep = Sleep;
  vfs.xCurrentTime = CurrentTime;
  vfs.xGetLastError = GetLastError;
  vfs.xCurrentTimeInt64 = CurrentTimeInt64;
  return vfs;
}

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
  checked->vfs = MakeVfs(checked->name.c_str(), found);
  sqlite3_vfs_register(&checked->vfs, 0);
  return checked->name;
}

}  // namespace rogatoria::sqlite
