#include "common/storage/sqlite/connection.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/storage/sqlite/checked_vfs.h"

namespace rogatoria::sqlite {
namespace {

// How long to wait for a lock that is held for an instant only (recovery, a checkpoint's end).
constexpr int kBusyMs = 10000;

bool IsDiskFull(sqlite3* database, int result) {
  if ((result & 0xff) == SQLITE_FULL) return true;
  return result == SQLITE_IOERR_WRITE && IsFullDisk(sqlite3_system_errno(database));
}

bool IsDamage(int result) {
  const int primary = result & 0xff;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || result == SQLITE_IOERR_DATA ||
         result == SQLITE_IOERR_CORRUPTFS || result == SQLITE_IOERR_SHORT_READ;
}

std::string Describe(int result) {
  return absl::StrCat("database: ", sqlite3_errstr(result), " (", result, ")");
}

absl::Status ConstraintStatus(int result) {
  const bool key = result == SQLITE_CONSTRAINT_PRIMARYKEY || result == SQLITE_CONSTRAINT_UNIQUE ||
                   result == SQLITE_CONSTRAINT_ROWID;
  if (key) return absl::AlreadyExistsError("a row with this key is there already");
  return absl::InternalError(Describe(result));
}

}  // namespace

absl::Status ResultStatus(sqlite3* database, int result) {
  if (result == SQLITE_OK) return absl::OkStatus();
  if (IsDiskFull(database, result)) return Error(Reason::DISK_FULL);
  if (IsDamage(result)) return absl::DataLossError(Describe(result));
  switch (result & 0xff) {
    case SQLITE_CONSTRAINT:
      return ConstraintStatus(result);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return absl::UnavailableError(Describe(result));
    case SQLITE_RANGE:
    case SQLITE_TOOBIG:
      return absl::OutOfRangeError(Describe(result));
    default:
      return absl::UnknownError(Describe(result));
  }
}

absl::Status CommitStatus(sqlite3* database, int result) {
  if (IsDiskFull(database, result)) return Error(Reason::DISK_FULL);
  return absl::UnknownError(absl::StrCat("commit: ", Describe(result)));
}

Query::Query(sqlite3* database, sqlite3_stmt* statement, int error)
    : database_(database), statement_(statement), error_(error) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::Note(int result) {
  if (error_ == SQLITE_OK) error_ = result;
}

Query& Query::Int(int64_t value) {
  Note(sqlite3_bind_int64(statement_, ++parameter_, value));
  return *this;
}

Query& Query::Uint(uint64_t value) {
  if (value > static_cast<uint64_t>(INT64_MAX)) Note(SQLITE_RANGE);
  return Int(static_cast<int64_t>(value));
}

Query& Query::OptionalUint(const std::optional<uint64_t>& value) {
  if (value.has_value()) return Uint(*value);
  Note(sqlite3_bind_null(statement_, ++parameter_));
  return *this;
}

Query& Query::Text(absl::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  Note(sqlite3_bind_text64(
      statement_, ++parameter_, data, value.size(), SQLITE_STATIC, SQLITE_UTF8));
  return *this;
}

Query& Query::Blob(absl::string_view value) {
  const char* data = value.data() == nullptr ? "" : value.data();
  Note(sqlite3_bind_blob64(statement_, ++parameter_, data, value.size(), SQLITE_STATIC));
  return *this;
}

Query& Query::BlobOrNull(absl::string_view value) {
  if (!value.empty()) return Blob(value);
  Note(sqlite3_bind_null(statement_, ++parameter_));
  return *this;
}

absl::StatusOr<bool> Query::Step() {
  if (error_ != SQLITE_OK) return ResultStatus(database_, error_);
  column_ = 0;
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return ResultStatus(database_, result);
}

absl::Status Query::Run() {
  ROG_RETURN_IF_ERROR(Step().status());
  parameter_ = 0;
  return ResultStatus(database_, sqlite3_reset(statement_));
}

absl::StatusOr<int> Query::RunCounting() {
  ROG_RETURN_IF_ERROR(Run());
  return sqlite3_changes(database_);
}

int64_t Query::NextInt() {
  return sqlite3_column_int64(statement_, column_++);
}

std::optional<uint64_t> Query::NextOptionalUint() {
  const bool null = sqlite3_column_type(statement_, column_) == SQLITE_NULL;
  const uint64_t value = NextUint();
  return null ? std::nullopt : std::optional<uint64_t>(value);
}

std::string Query::NextBytes() {
  const void* data = sqlite3_column_blob(statement_, column_);
  const int size = sqlite3_column_bytes(statement_, column_++);
  return data == nullptr ? ""
                         : std::string(static_cast<const char*>(data), static_cast<size_t>(size));
}

absl::StatusOr<std::unique_ptr<Connection>> Connection::Open(const std::string& path,
                                                             const std::string& vfs,
                                                             int cache_kib) {
  sqlite3* database = nullptr;
  const int result = sqlite3_open_v2(
      path.c_str(),
      &database,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
      vfs.c_str());
  std::unique_ptr<Connection> connection(new Connection(database));
  ROG_RETURN_IF_ERROR(ResultStatus(database, result));
  sqlite3_busy_timeout(database, kBusyMs);
  int reserve = static_cast<int>(kPageChecksumBytes);
  ROG_RETURN_IF_ERROR(ResultStatus(
      database, sqlite3_file_control(database, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve)));
  // The schema is ours: nothing in it may call a function. Cells are checked when a page is read.
  ROG_RETURN_IF_ERROR(connection->Execute(absl::StrCat(
      "PRAGMA page_size = ",
      kPageBytes,
      "; PRAGMA cache_size = -",
      cache_kib,
      "; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY;"
      "PRAGMA secure_delete = ON; PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL")));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

Query Connection::Prepare(const char* sql) {
  sqlite3_stmt*& statement = statements_[sql];
  int result = SQLITE_OK;
  if (statement == nullptr) {
    result = sqlite3_prepare_v3(database_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  }
  return Query(database_, statement, result);
}

absl::Status Connection::Execute(const std::string& sql) {
  return ResultStatus(database_, sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr));
}

absl::StatusOr<int64_t> Connection::SelectInt(const char* sql) {
  Query query = Prepare(sql);
  ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
  if (!found) return absl::NotFoundError("no row");
  return query.NextInt();
}

absl::Status Connection::Commit() {
  const int result = sqlite3_exec(database_, "COMMIT", nullptr, nullptr, nullptr);
  if (result == SQLITE_OK) return absl::OkStatus();
  absl::Status status = CommitStatus(database_, result);  // before Rollback changes what errno says
  Rollback();
  return status;
}

void Connection::Rollback() {
  if (InTransaction()) Prepare("ROLLBACK").Run().IgnoreError();
}

}  // namespace rogatoria::sqlite
