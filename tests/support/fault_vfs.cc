#include "tests/support/fault_vfs.h"

#include <sqlite3.h>

namespace rogatoria {
namespace {

// An open file: this, the methods it answers with, and behind it the real one.
struct FaultFile {
  sqlite3_file base;
  sqlite3_io_methods methods;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

FaultFile& Faulty(sqlite3_file* file) {
  return *reinterpret_cast<FaultFile*>(file);
}

// Calls a method of the real file by its name.
#define ROGATORIA_REAL(method, file, ...) \
  Faulty(file).real()->pMethods->method(Faulty(file).real() __VA_OPT__(, ) __VA_ARGS__)

int Close(sqlite3_file* file) {
  return ROGATORIA_REAL(xClose, file);
}
int Read(sqlite3_file* file, void* buffer, int amount, sqlite3_int64 offset) {
  return ROGATORIA_REAL(xRead, file, buffer, amount, offset);
}
int Write(sqlite3_file* file, const void* buffer, int amount, sqlite3_int64 offset) {
  const auto verdict = FaultVfs::Get().CountWrite();
  if (verdict == FaultVfs::Verdict::kGoOn) {
    return ROGATORIA_REAL(xWrite, file, buffer, amount, offset);
  }
  ROGATORIA_REAL(xWrite, file, buffer, amount / 2, offset);
  return verdict == FaultVfs::Verdict::kNoRoom ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const bool go_on = FaultVfs::Get().CountSync() == FaultVfs::Verdict::kGoOn;
  return go_on ? ROGATORIA_REAL(xTruncate, file, size) : SQLITE_IOERR_TRUNCATE;
}
int Sync(sqlite3_file* file, int flags) {
  const bool go_on = FaultVfs::Get().CountSync() == FaultVfs::Verdict::kGoOn;
  return go_on ? ROGATORIA_REAL(xSync, file, flags) : SQLITE_IOERR_FSYNC;
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return ROGATORIA_REAL(xFileSize, file, size);
}
int Lock(sqlite3_file* file, int level) {
  return ROGATORIA_REAL(xLock, file, level);
}
int Unlock(sqlite3_file* file, int level) {
  return ROGATORIA_REAL(xUnlock, file, level);
}
int CheckReservedLock(sqlite3_file* file, int* reserved) {
  return ROGATORIA_REAL(xCheckReservedLock, file, reserved);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return ROGATORIA_REAL(xFileControl, file, operation, argument);
}
int SectorSize(sqlite3_file* file) {
  return ROGATORIA_REAL(xSectorSize, file);
}
int DeviceCharacteristics(sqlite3_file* file) {
  return ROGATORIA_REAL(xDeviceCharacteristics, file);
}
int ShmMap(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  return ROGATORIA_REAL(xShmMap, file, region, size, extend, memory);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return ROGATORIA_REAL(xShmLock, file, offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) {
  ROGATORIA_REAL(xShmBarrier, file);
}
int ShmUnmap(sqlite3_file* file, int remove) {
  return ROGATORIA_REAL(xShmUnmap, file, remove);
}

// Of version 2 at most: no memory mapping past Write. Files other than databases have version 1.
sqlite3_io_methods MethodsFor(int version) {
  return {version < 2 ? version : 2,
          Close,
          Read,
          Write,
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

sqlite3_vfs* Default() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find("unix");
  return vfs;
}

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  FaultFile& faulty = Faulty(file);
  faulty.base.pMethods = nullptr;
  const int result = Default()->xOpen(Default(), name, faulty.real(), flags, out_flags);
  if (faulty.real()->pMethods != nullptr) {
    faulty.methods = MethodsFor(faulty.real()->pMethods->iVersion);
    faulty.base.pMethods = &faulty.methods;
  }
  return result;
}

// The rest is SQLite's own, which reads its settings from its own object.
int Delete(sqlite3_vfs*, const char* name, int sync) {
  return Default()->xDelete(Default(), name, sync);
}
int Access(sqlite3_vfs*, const char* name, int flags, int* result) {
  return Default()->xAccess(Default(), name, flags, result);
}
int FullPathname(sqlite3_vfs*, const char* name, int size, char* out) {
  return Default()->xFullPathname(Default(), name, size, out);
}
int GetLastError(sqlite3_vfs*, int size, char* out) {
  return Default()->xGetLastError(Default(), size, out);
}

sqlite3_vfs MakeVfs() {
  sqlite3_vfs vfs = *Default();
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(FaultFile)) + Default()->szOsFile;
  vfs.pNext = nullptr;
  vfs.zName = FaultVfs::kName;
  vfs.xOpen = Open;
  vfs.xDelete = Delete;
  vfs.xAccess = Access;
  vfs.xFullPathname = FullPathname;
  vfs.xGetLastError = GetLastError;
  return vfs;
}

}  // namespace

FaultVfs& FaultVfs::Get() {
  static FaultVfs& faults = *[] {
    static sqlite3_vfs vfs = MakeVfs();
    sqlite3_vfs_register(&vfs, 0);
    return new FaultVfs();
  }();
  return faults;
}

void FaultVfs::FailAt(uint64_t k, Kind kind, bool for_good) {
  absl::MutexLock lock(&mutex_);
  calls_ = 0;
  fail_at_ = k;
  kind_ = kind;
  for_good_ = for_good;
  has_failed_ = false;
}

void FaultVfs::Clear() {
  FailAt(0, Kind::kBroken, false);
}

uint64_t FaultVfs::calls() const {
  absl::MutexLock lock(&mutex_);
  return calls_;
}

bool FaultVfs::has_failed() const {
  absl::MutexLock lock(&mutex_);
  return has_failed_;
}

FaultVfs::Verdict FaultVfs::CountWrite() {
  absl::MutexLock lock(&mutex_);
  return Count(/*spared=*/false);
}

FaultVfs::Verdict FaultVfs::CountSync() {
  absl::MutexLock lock(&mutex_);
  return Count(/*spared=*/kind_ == Kind::kFull);
}

FaultVfs::Verdict FaultVfs::Count(bool spared) {
  if (spared) return Verdict::kGoOn;
  ++calls_;
  const bool due = fail_at_ != 0 && (for_good_ ? calls_ >= fail_at_ : calls_ == fail_at_);
  if (!due) return Verdict::kGoOn;
  has_failed_ = true;
  return kind_ == Kind::kBroken ? Verdict::kBroken : Verdict::kNoRoom;
}

}  // namespace rogatoria
