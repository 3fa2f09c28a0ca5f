#include "common/storage/sqlite/forwarding_vfs.h"

#include <algorithm>

namespace rogatoria::sqlite {
namespace {

int Close(sqlite3_file* file) {
  return Forwarded(file).behind().xClose(Forwarded(file).real());
}
int Read(sqlite3_file* file, void* buffer, int amount, sqlite3_int64 offset) {
  return Forwarded(file).behind().xRead(Forwarded(file).real(), buffer, amount, offset);
}
int Write(sqlite3_file* file, const void* buffer, int amount, sqlite3_int64 offset) {
  return Forwarded(file).behind().xWrite(Forwarded(file).real(), buffer, amount, offset);
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  return Forwarded(file).behind().xTruncate(Forwarded(file).real(), size);
}
int Sync(sqlite3_file* file, int flags) {
  return Forwarded(file).behind().xSync(Forwarded(file).real(), flags);
}
int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Forwarded(file).behind().xFileSize(Forwarded(file).real(), size);
}
int Lock(sqlite3_file* file, int level) {
  return Forwarded(file).behind().xLock(Forwarded(file).real(), level);
}
int Unlock(sqlite3_file* file, int level) {
  return Forwarded(file).behind().xUnlock(Forwarded(file).real(), level);
}
int CheckReservedLock(sqlite3_file* file, int* reserved) {
  return Forwarded(file).behind().xCheckReservedLock(Forwarded(file).real(), reserved);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Forwarded(file).behind().xFileControl(Forwarded(file).real(), operation, argument);
}
int SectorSize(sqlite3_file* file) {
  return Forwarded(file).behind().xSectorSize(Forwarded(file).real());
}
int DeviceCharacteristics(sqlite3_file* file) {
  return Forwarded(file).behind().xDeviceCharacteristics(Forwarded(file).real());
}
int ShmMap(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
  return Forwarded(file).behind().xShmMap(Forwarded(file).real(), region, size, extend, memory);
}
int ShmLock(sqlite3_file* file, int offset, int count, int flags) {
  return Forwarded(file).behind().xShmLock(Forwarded(file).real(), offset, count, flags);
}
void ShmBarrier(sqlite3_file* file) {
  Forwarded(file).behind().xShmBarrier(Forwarded(file).real());
}
int ShmUnmap(sqlite3_file* file, int remove) {
  return Forwarded(file).behind().xShmUnmap(Forwarded(file).real(), remove);
}

// They take pAppData and paths from their own object, so each call gets that one.
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

}  // namespace

sqlite3_io_methods ForwardingMethods(int version) {
  return {std::min(version, 2),
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

sqlite3_vfs* BaseOf(sqlite3_vfs* vfs) {
  return static_cast<sqlite3_vfs*>(vfs->pAppData);
}

sqlite3_vfs ForwardingVfs(const char* name, sqlite3_vfs* base) {
  sqlite3_vfs vfs{};
  vfs.iVersion = 2;
  vfs.szOsFile = static_cast<int>(sizeof(ForwardedFile)) + base->szOsFile;
  vfs.mxPathname = base->mxPathname;
  vfs.zName = name;
  vfs.pAppData = base;
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

int OpenBehind(sqlite3_vfs* vfs,
               const char* name,
               sqlite3_file* file,
               int flags,
               int* out_flags,
               bool& opened) {
  ForwardedFile& forwarded = Forwarded(file);
  forwarded.base.pMethods = nullptr;
  const int result = BaseOf(vfs)->xOpen(BaseOf(vfs), name, forwarded.real(), flags, out_flags);
  opened = forwarded.real()->pMethods != nullptr;
  return result;
}

}  // namespace rogatoria::sqlite
