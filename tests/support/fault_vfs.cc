#include "tests/support/fault_vfs.h"

#include <sqlite3.h>

#include "common/storage/sqlite/forwarding_vfs.h"

namespace rogatoria {
namespace {

using sqlite::Forwarded;

int Write(sqlite3_file* file, const void* buffer, int amount, sqlite3_int64 offset) {
  const auto verdict = FaultVfs::Get().CountWrite();
  if (verdict == FaultVfs::Verdict::kGoOn) {
    return Forwarded(file).behind().xWrite(Forwarded(file).real(), buffer, amount, offset);
  }
  Forwarded(file).behind().xWrite(Forwarded(file).real(), buffer, amount / 2, offset);
  return verdict == FaultVfs::Verdict::kNoRoom ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}
int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  const bool go_on = FaultVfs::Get().CountSync() == FaultVfs::Verdict::kGoOn;
  return go_on ? Forwarded(file).behind().xTruncate(Forwarded(file).real(), size)
               : SQLITE_IOERR_TRUNCATE;
}
int Sync(sqlite3_file* file, int flags) {
  const bool go_on = FaultVfs::Get().CountSync() == FaultVfs::Verdict::kGoOn;
  return go_on ? Forwarded(file).behind().xSync(Forwarded(file).real(), flags) : SQLITE_IOERR_FSYNC;
}

sqlite3_vfs* Default() {
  static sqlite3_vfs* const vfs = sqlite3_vfs_find("unix");
  return vfs;
}

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  bool opened = false;
  const int result = sqlite::OpenBehind(vfs, name, file, flags, out_flags, opened);
  if (!opened) return result;
  // Files other than databases have version 1.
  sqlite3_io_methods& methods = Forwarded(file).methods =
      sqlite::ForwardingMethods(Forwarded(file).behind().iVersion);
  methods.xWrite = Write;
  methods.xTruncate = Truncate;
  methods.xSync = Sync;
  Forwarded(file).base.pMethods = &methods;
  return result;
}

sqlite3_vfs MakeVfs() {
  sqlite3_vfs vfs = sqlite::ForwardingVfs(FaultVfs::kName, Default());
  vfs.xOpen = Open;
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
