// What a VFS needs that stands before another one and changes little of it: everything here hands
// the call on. Take the tables, put in what is to be different.
#pragma once

#include <sqlite3.h>

namespace rogatoria::sqlite {

// A file opened through such a VFS: this, and behind it in memory the base VFS's own object.
struct ForwardedFile {
  sqlite3_file base;
  sqlite3_io_methods methods;

  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  const sqlite3_io_methods& behind() { return *real()->pMethods; }
};

inline ForwardedFile& Forwarded(sqlite3_file* file) {
  return *reinterpret_cast<ForwardedFile*>(file);
}

// All methods handed on. Of version 2 at most: version 3 maps files into memory, past xRead and
// xWrite.
sqlite3_io_methods ForwardingMethods(int version);

// All calls handed on to `base`, which must live as long as SQLite. `name` likewise. Its xOpen has
// to be given; it begins with OpenBehind.
sqlite3_vfs ForwardingVfs(const char* name, sqlite3_vfs* base);
sqlite3_vfs* BaseOf(sqlite3_vfs* vfs);

// Opens the base VFS's file behind `file`. True in `opened` when there is one to give methods to:
// SQLite closes what has methods, even after an error.
int OpenBehind(sqlite3_vfs* vfs,
               const char* name,
               sqlite3_file* file,
               int flags,
               int* out_flags,
               bool& opened);

}  // namespace rogatoria::sqlite
