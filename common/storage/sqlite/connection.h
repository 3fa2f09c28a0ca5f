// A connection to the database, and a query on it: the only two places that speak SQLite's C API,
// besides the VFS, the checkpointer and the backup.
//
//   Query query = connection.Prepare(kFindAct);      // a string literal: it is the cache's key
//   query.Text(act_id);
//   ROG_ASSIGN_OR_RETURN(bool found, query.Step());
//   if (found) ... query.NextInt(), query.NextText() ...
//
// Errors: DISK_FULL; DATA_LOSS for a damaged file or page; ALREADY_EXISTS for a key that is there;
// UNAVAILABLE when the lock is held elsewhere; UNKNOWN, with SQLite's code, for the rest. No
// message holds data. Thread-compatible: one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <sqlite3.h>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"

namespace rogatoria::sqlite {

// A prepared statement, lent by its connection and reset when it goes. Parameters and columns are
// taken in order. REQUIRES: what is bound outlives the query. Errors of binding show in Step.
class Query {
 public:
  Query(sqlite3* database, sqlite3_stmt* statement, int error);
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query();

  Query& Int(int64_t value);
  Query& Uint(uint64_t value);  // OUT_OF_RANGE above 2^63 - 1
  Query& OptionalUint(const std::optional<uint64_t>& value);
  Query& Text(absl::string_view value);  // any bytes
  Query& Blob(absl::string_view value);
  Query& BlobOrNull(absl::string_view value);  // NULL when empty

  // True: on a row. False: done.
  absl::StatusOr<bool> Step();
  // To the end, without rows; then ready to be bound again.
  absl::Status Run();
  // The same for an UPDATE or DELETE: how many rows it met.
  absl::StatusOr<int> RunCounting();

  int64_t NextInt();
  uint64_t NextUint() { return static_cast<uint64_t>(NextInt()); }
  std::optional<uint64_t> NextOptionalUint();
  std::string NextBytes();  // of text or a blob; empty for NULL

 private:
  void Note(int result);

  sqlite3* database_;
  sqlite3_stmt* statement_;
  int error_;
  int parameter_ = 0;
  int column_ = 0;
};

class Connection {
 public:
  // `vfs`: CheckedVfsOver(...). The file is made if it is not there. `cache_kib` bounds the pages
  // kept in memory.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const std::string& path,
                                                          const std::string& vfs,
                                                          int cache_kib);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  // REQUIRES: the text lives as long as the connection; the same text, the same address.
  Query Prepare(const char* sql);
  // One or more statements, not remembered.
  absl::Status Execute(const std::string& sql);
  // The first column of the first row.
  absl::StatusOr<int64_t> SelectInt(const char* sql);

  // COMMIT. When it fails nothing is open any more; see CommitStatus.
  absl::Status Commit();
  bool InTransaction() const { return sqlite3_get_autocommit(database_) == 0; }
  // Errors of rolling back are dropped: there is nothing more to do about them.
  void Rollback();

  sqlite3* handle() const { return database_; }

 private:
  explicit Connection(sqlite3* database) : database_(database) {}

  sqlite3* database_;
  absl::flat_hash_map<const char*, sqlite3_stmt*> statements_;
};

// The status of an extended result code on a connection.
absl::Status ResultStatus(sqlite3* database, int result);
// The same for a failed COMMIT, whose outcome is known only when the disk was full: then nothing of
// it is in the log. Any other error is UNKNOWN.
absl::Status CommitStatus(sqlite3* database, int result);

}  // namespace rogatoria::sqlite
