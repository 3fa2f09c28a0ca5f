#include "common/storage/sqlite/sqlite_store.h"

#include <algorithm>
#include <utility>

#include <fcntl.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/storage/disk_file.h"
#include "common/storage/sqlite/backup.h"
#include "common/storage/sqlite/checked_vfs.h"
#include "common/storage/sqlite/schema.h"
#include "common/storage/sqlite/snapshot.h"
#include "common/storage/sqlite/writer.h"

namespace rogatoria {
namespace sqlite {
namespace {

constexpr int kWriterCacheKib = 64 * 1024;
constexpr int kCheckpointCacheKib = 1024;  // it copies pages, and keeps none

constexpr char kHead[] = ROGATORIA_SELECT_HEAD;
constexpr char kRaiseEpoch[] = "UPDATE head SET epoch = epoch + 1, revision = revision + 1";
constexpr char kReadKeyCheck[] = "SELECT key_check FROM head";
constexpr char kWriteKeyCheck[] = "UPDATE head SET key_check = ?";

// A text in a box under the register's key: it opens only with the keys the database was made with.
constexpr absl::string_view kKeyCheck = "rogatoria";
BoxPlace KeyCheckPlace() {
  return {"head", "key_check", ""};
}

class SqliteStore final : public Store {
 public:
  SqliteStore(DiskFile lock,
              std::unique_ptr<const BoxMaker> boxes,
              std::unique_ptr<Writer> writer,
              std::string path,
              std::string vfs)
      : lock_(std::move(lock)),
        boxes_(std::move(boxes)),
        vfs_(vfs),
        writer_(std::move(writer)),
        readers_(std::move(path), std::move(vfs)) {}

  absl::StatusOr<std::unique_ptr<Transaction>> Begin() override {
    return SqliteTransaction::Begin(*writer_);
  }

  absl::StatusOr<std::unique_ptr<Snapshot>> OpenSnapshot() override {
    return SqliteSnapshot::Open(readers_, *boxes_);
  }

  absl::StatusOr<uint64_t> Backup(const std::string& folder) override {
    ROG_ASSIGN_OR_RETURN(auto connection, readers_.Take());
    auto size = BackUp(*connection, vfs_, folder);
    readers_.GiveBack(std::move(connection));
    return size;
  }

 private:
  const DiskFile lock_;  // goes last
  const std::unique_ptr<const BoxMaker> boxes_;
  const std::string vfs_;
  const std::unique_ptr<Writer> writer_;
  ReaderPool readers_;
};

absl::StatusOr<DiskFile> LockFolder(const std::string& directory) {
  ROG_RETURN_IF_ERROR(CreateFolders(directory));
  ROG_ASSIGN_OR_RETURN(DiskFile folder, DiskFile::Open(directory, O_RDONLY | O_DIRECTORY));
  ROG_RETURN_IF_ERROR(folder.LockExclusively());
  return folder;
}

absl::StatusOr<StoredHead> ReadStoredHead(Connection& connection) {
  Query query = connection.Prepare(kHead);
  ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
  if (!found) return absl::DataLossError("the head row is not there");
  return ReadHead(query);
}

absl::Status CheckMark(const StoredHead& stored, const HeadMark& mark) {
  if (stored.revision >= mark.revision()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "the database holds revision ",
      stored.revision,
      ", but ",
      mark.revision(),
      " was committed and acknowledged: its end is lost or damaged, or an old copy was put in its "
      "place. Move what is left away and put a backup there with `rogatoriad --restore`."));
}

absl::Status CheckKeys(Connection& connection,
                       const StoredHead& stored,
                       const BoxMaker& boxes,
                       CaseKeys& keys) {
  Query query = connection.Prepare(kReadKeyCheck);
  ROG_RETURN_IF_ERROR(query.Step().status());
  const Bytes box = query.NextBytes();
  const auto opened = boxes.Open(0, KeyCheckPlace(), box);
  if (!box.empty() && (!opened.ok() || *opened != kKeyCheck)) {
    return absl::FailedPreconditionError(
        "the key file is not the one this database was made with. Put that one in its place.");
  }
  // An older copy would be given new keys under numbers that are in use.
  const bool is_older =
      !box.empty() && absl::IsOutOfRange(keys.Get(stored.head.next_key_id - 1).status());
  if (!is_older) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the key file lacks keys that this database uses: it is an older copy. Put the newest one in "
      "its place.");
}

// In an open transaction: the epoch is ours, and a new database is bound to its keys.
absl::Status TakeOver(Connection& connection, const BoxMaker& boxes) {
  ROG_RETURN_IF_ERROR(connection.Prepare(kRaiseEpoch).Run());
  ROG_ASSIGN_OR_RETURN(const int64_t is_new,
                       connection.SelectInt("SELECT key_check IS NULL FROM head"));
  if (is_new == 0) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(const Bytes box, boxes.Close(0, KeyCheckPlace(), kKeyCheck));
  Query write = connection.Prepare(kWriteKeyCheck);
  return write.Blob(box).Run();
}

absl::StatusOr<StoredHead> RaiseEpoch(Connection& connection, const BoxMaker& boxes) {
  ROG_RETURN_IF_ERROR(connection.Execute("BEGIN IMMEDIATE"));
  const absl::Status taken = TakeOver(connection, boxes);
  if (!taken.ok()) {
    connection.Rollback();
    return taken;
  }
  ROG_RETURN_IF_ERROR(connection.Commit());
  return ReadStoredHead(connection);
}

absl::StatusOr<std::unique_ptr<Checkpointer>> StartCheckpoints(const SqliteOptions& options,
                                                               const std::string& path,
                                                               const std::string& vfs,
                                                               Connection& writer) {
  if (!options.background_checkpoints) return nullptr;
  ROG_ASSIGN_OR_RETURN(auto connection, Connection::Open(path, vfs, kCheckpointCacheKib));
  const uint64_t pages = std::max<uint64_t>(1, options.checkpoint_bytes / kPageBytes);
  return std::make_unique<Checkpointer>(std::move(connection), writer, static_cast<int>(pages));
}

absl::StatusOr<std::unique_ptr<Connection>> OpenWriter(const SqliteOptions& options,
                                                       const std::string& path,
                                                       const std::string& vfs) {
  // SQLite gives the log and its index the mode of the database.
  ROG_RETURN_IF_ERROR(DiskFile::Open(path, O_RDWR | O_CREAT).status());
  ROG_ASSIGN_OR_RETURN(auto connection, Connection::Open(path, vfs, kWriterCacheKib));
  ROG_RETURN_IF_ERROR(Migrate(*connection, SchemaSteps()));
  if (options.negative_control_unsynced) {
    ROG_RETURN_IF_ERROR(connection->Execute("PRAGMA synchronous = NORMAL"));
  }
  return connection;
}

absl::StatusOr<std::unique_ptr<Store>> Open(const SqliteOptions& options,
                                            CaseKeys& keys,
                                            Random& random) {
  ROG_ASSIGN_OR_RETURN(DiskFile lock, LockFolder(options.directory));
  ROG_ASSIGN_OR_RETURN(const std::string vfs, CheckedVfsOver(options.base_vfs));
  const std::string path = absl::StrCat(options.directory, "/", kDatabaseFile);
  ROG_ASSIGN_OR_RETURN(HeadMark mark,
                       HeadMark::Open(absl::StrCat(options.directory, "/head.mark")));
  ROG_ASSIGN_OR_RETURN(auto connection, OpenWriter(options, path, vfs));
  ROG_ASSIGN_OR_RETURN(const StoredHead stored, ReadStoredHead(*connection));
  ROG_RETURN_IF_ERROR(CheckMark(stored, mark));
  auto boxes = std::make_unique<const BoxMaker>(keys, random);
  ROG_RETURN_IF_ERROR(CheckKeys(*connection, stored, *boxes, keys));
  ROG_ASSIGN_OR_RETURN(
      AuditReserve reserve,
      AuditReserve::Open(absl::StrCat(options.directory, "/audit.reserve"), options.reserve_bytes));
  ROG_ASSIGN_OR_RETURN(const StoredHead head, RaiseEpoch(*connection, *boxes));
  ROG_RETURN_IF_ERROR(mark.AdvanceDurably(head.revision));
  ROG_RETURN_IF_ERROR(SyncFolder(options.directory));
  ROG_ASSIGN_OR_RETURN(auto checkpointer, StartCheckpoints(options, path, vfs, *connection));
  auto writer = std::unique_ptr<Writer>(new Writer{keys,
                                                   *boxes,
                                                   head.head.epoch,
                                                   std::move(connection),
                                                   std::move(mark),
                                                   std::move(reserve),
                                                   std::move(checkpointer)});
  return std::make_unique<SqliteStore>(
      std::move(lock), std::move(boxes), std::move(writer), path, vfs);
}

}  // namespace
}  // namespace sqlite

uint64_t SqliteStoreSyncs() {
  return sqlite::CountSyncs();
}

absl::StatusOr<std::unique_ptr<Store>> OpenSqliteStore(const SqliteOptions& options,
                                                       CaseKeys& keys,
                                                       Random& random) {
  return sqlite::Open(options, keys, random);
}

}  // namespace rogatoria
