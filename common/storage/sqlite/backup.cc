#include "common/storage/sqlite/backup.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/storage/disk_file.h"
#include "common/storage/document_folder.h"
#include "common/storage/sqlite/rows.h"

namespace rogatoria::sqlite {
namespace {

constexpr int kCacheKib = 4 * 1024;
constexpr size_t kReadBytes = 1024 * 1024;

constexpr char kWholeDocuments[] =
    "SELECT document_id, sealed_sha256 FROM documents WHERE state IN (2, 3) ORDER BY document_id";
constexpr char kHead[] = ROGATORIA_SELECT_HEAD;
constexpr char kRoot[] =
    "SELECT b.root FROM head h JOIN batches b ON b.log = h.log AND b.size = h.log_size";

absl::Status MakeFolder(const std::string& folder) {
  if (mkdir(folder.c_str(), 0700) == 0) return absl::OkStatus();
  if (errno == EEXIST) {
    return absl::AlreadyExistsError(absl::StrCat(folder, " is there already: name a new folder"));
  }
  return SystemError("make", folder);
}

// In one step: it reads one state, and the writer goes on.
absl::Status Copy(Connection& source, Connection& target) {
  sqlite3_backup* backup = sqlite3_backup_init(target.handle(), "main", source.handle(), "main");
  if (backup == nullptr) return absl::UnknownError("a backup cannot be begun");
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (stepped == SQLITE_DONE && finished == SQLITE_OK) return absl::OkStatus();
  return ResultStatus(target.handle(), finished != SQLITE_OK ? finished : stepped);
}

absl::Status CheckCopy(Connection& copy) {
  Query query = copy.Prepare("PRAGMA quick_check(1)");
  ROG_ASSIGN_OR_RETURN(const bool row, query.Step());
  if (row && query.NextBytes() == "ok") return absl::OkStatus();
  return absl::DataLossError("the copy fails its check");
}

absl::StatusOr<std::string> DescribeState(Connection& copy) {
  Query head_query = copy.Prepare(kHead);
  ROG_RETURN_IF_ERROR(head_query.Step().status());
  const StoredHead stored = ReadHead(head_query);
  Query root_query = copy.Prepare(kRoot);
  ROG_ASSIGN_OR_RETURN(const bool signed_once, root_query.Step());
  return absl::StrCat("revision ",
                      stored.revision,
                      "\nlog ",
                      stored.head.log,
                      "\nlog-size ",
                      stored.head.log_size,
                      "\nroot ",
                      signed_once ? ToHex(root_query.NextBytes()) : "-",
                      "\nlast-instant ",
                      stored.head.last_instant.ToString(),
                      "\n");
}

// COMPLETE and ATTACHED: all others have no bytes that must be there.
absl::Status ListDocuments(Connection& copy, const std::string& path) {
  ROG_ASSIGN_OR_RETURN(DiskFile list, DiskFile::Open(path, O_RDWR | O_CREAT | O_EXCL));
  Query query = copy.Prepare(kWholeDocuments);
  uint64_t written = 0;
  std::string lines;
  const auto write = [&]() -> absl::Status {
    ROG_RETURN_IF_ERROR(list.WriteAt(written, lines));
    written += lines.size();
    lines.clear();
    return absl::OkStatus();
  };
  for (;;) {
    ROG_ASSIGN_OR_RETURN(const bool row, query.Step());
    if (!row) break;
    const std::string file = DocumentFolder::SealedFileOf(query.NextBytes());
    absl::StrAppend(&lines, ToHex(query.NextBytes()), "  ", file, "\n");
    if (lines.size() >= kReadBytes) ROG_RETURN_IF_ERROR(write());
  }
  ROG_RETURN_IF_ERROR(write());
  return list.Sync();
}

// Makes the copy and reads it back; the state it holds, as lines of the manifest.
absl::StatusOr<std::string> MakeCopy(Connection& source,
                                     const std::string& vfs,
                                     const std::string& path,
                                     const std::string& documents) {
  ROG_ASSIGN_OR_RETURN(auto target, Connection::Open(path, vfs, kCacheKib));
  ROG_RETURN_IF_ERROR(Copy(source, *target));
  target.reset();
  ROG_ASSIGN_OR_RETURN(auto copy, Connection::Open(path, vfs, kCacheKib));
  ROG_RETURN_IF_ERROR(CheckCopy(*copy));
  ROG_RETURN_IF_ERROR(ListDocuments(*copy, documents));
  return DescribeState(*copy);
}

struct FileFacts {
  uint64_t size = 0;
  Bytes sha256;
};

absl::StatusOr<FileFacts> SyncAndMeasure(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(DiskFile file, DiskFile::Open(path, O_RDWR));
  ROG_RETURN_IF_ERROR(file.Sync());
  FileFacts facts;
  ROG_ASSIGN_OR_RETURN(facts.size, file.Size());
  Sha256Hasher hasher;
  for (uint64_t at = 0; at < facts.size; at += kReadBytes) {
    const size_t length = std::min<uint64_t>(kReadBytes, facts.size - at);
    ROG_ASSIGN_OR_RETURN(const Bytes bytes, file.ReadAt(at, length));
    hasher.Update(bytes);
  }
  facts.sha256 = hasher.Finish();
  return facts;
}

absl::StatusOr<uint64_t> FillFolder(Connection& source,
                                    const std::string& vfs,
                                    const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/", kDatabaseFile);
  ROG_RETURN_IF_ERROR(DiskFile::Open(path, O_RDWR | O_CREAT | O_EXCL).status());
  ROG_ASSIGN_OR_RETURN(const std::string state,
                       MakeCopy(source, vfs, path, absl::StrCat(folder, "/", kDocumentsFile)));
  ROG_ASSIGN_OR_RETURN(const FileFacts facts, SyncAndMeasure(path));
  ROG_RETURN_IF_ERROR(WriteFileDurably(absl::StrCat(folder, "/", kManifestFile),
                                       absl::StrCat("rogatoria-backup v1\nfile ",
                                                    kDatabaseFile,
                                                    "\nsize ",
                                                    facts.size,
                                                    "\nsha256 ",
                                                    ToHex(facts.sha256),
                                                    "\n",
                                                    state),
                                       0600));
  const std::string above = std::filesystem::absolute(folder).parent_path().string();
  ROG_RETURN_IF_ERROR(SyncFolder(above));
  return facts.size;
}

}  // namespace

absl::StatusOr<uint64_t> BackUp(Connection& source,
                                const std::string& vfs,
                                const std::string& folder) {
  ROG_RETURN_IF_ERROR(MakeFolder(folder));
  auto size = FillFolder(source, vfs, folder);
  std::error_code ignored;
  if (!size.ok()) std::filesystem::remove_all(folder, ignored);
  return size;
}

}  // namespace rogatoria::sqlite
