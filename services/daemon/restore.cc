#include "services/daemon/restore.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/crypto/signer.h"
#include "common/ledger/ledger.h"
#include "common/storage/disk_file.h"
#include "common/storage/sqlite/restore.h"
#include "common/storage/sqlite/sqlite_store.h"
#include "services/audit/published_log.h"

namespace rogatoria::daemon {
namespace {

namespace fs = std::filesystem;

std::string Above(const std::string& path) {
  return fs::path(path).parent_path().string();
}

absl::Status CheckNoStore(const std::string& directory) {
  std::error_code error;
  if (!fs::exists(directory, error) || fs::is_empty(directory, error)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(directory,
                   " is not empty, and nothing in it is overwritten. Move what is left of the old "
                   "store away (keep it), then restore again."));
}

// The key file is never made here: a new one would open nothing of the backup. What is made belongs
// to whoever runs this, so that has to be the daemon's own user.
absl::Status CheckKeyFile(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        path,
        " is not there. Put the newest case-key file in its place: no backup opens without."));
  }
  if (status.st_uid == geteuid()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(path,
                   " is another user's. Run this as the user that rogatoriad runs as (sudo -u "
                   "rogatoria), or the "
                   "daemon could not open what is restored."));
}

// Published logs are never begun again, whatever the backup knows of them.
uint64_t FirstUnpublishedLog(const std::string& tiles, uint64_t from) {
  const auto is_published = [&](uint64_t log) {
    return audit::PublishedLog(absl::StrCat(tiles, "/", log), log).Size().value_or(1) > 0;
  };
  while (is_published(from)) ++from;
  return from;
}

absl::StatusOr<Restored> Describe(Store& store, const std::string& trust_domain, const Head& head) {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store.OpenSnapshot());
  Restored restored;
  ROG_ASSIGN_OR_RETURN(restored.counts, snapshot->Count());
  restored.old_origin = absl::StrCat(trust_domain, "/log/", head.log);
  restored.old_size = head.log_size;
  return restored;
}

absl::StatusOr<Head> ReadHead(Store& store) {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store.OpenSnapshot());
  return snapshot->GetHead();
}

// Opens the copy as the daemon would, and begins the log.
absl::StatusOr<Restored> BeginLog(const Config& config,
                                  const std::string& staging,
                                  CaseKeys& keys,
                                  Random& random,
                                  Clock& clock) {
  ROG_ASSIGN_OR_RETURN(auto signer, Ed25519FileSigner::FromPemFile(config.log.key));
  SqliteOptions options;
  options.directory = staging;
  ROG_ASSIGN_OR_RETURN(const auto store, OpenSqliteStore(options, keys, random));
  ROG_ASSIGN_OR_RETURN(const Head head, ReadHead(*store));
  ROG_ASSIGN_OR_RETURN(Restored restored, Describe(*store, config.trust_domain, head));
  LedgerOptions ledger;
  ledger.trust_domain = config.trust_domain;
  ledger.new_log = OriginReason::kRestore;
  ledger.least_new_log = FirstUnpublishedLog(config.store.tiles, head.log + 1);
  ROG_ASSIGN_OR_RETURN(const auto opened,
                       Ledger::Open(*store, keys, signer, clock, random, std::move(ledger)));
  restored.verifier_key = opened->verifier_key();
  return restored;
}

absl::Status PutInPlace(const std::string& staging, const std::string& directory) {
  if (std::rename(staging.c_str(), directory.c_str()) != 0) {
    return SystemError("put in its place", directory);
  }
  return SyncFolder(Above(directory));
}

absl::StatusOr<Restored> RestoreBeside(const Config& config,
                                       const std::string& backup,
                                       const std::string& staging,
                                       Clock& clock) {
  SystemRandom random;
  ROG_ASSIGN_OR_RETURN(const auto keys, OpenCaseKeyFile(config.store.case_keys, random));
  std::error_code error;
  fs::remove_all(staging, error);  // of a restore that was interrupted
  ROG_RETURN_IF_ERROR(sqlite::CopyBackup(backup, staging));
  ROG_ASSIGN_OR_RETURN(Restored restored, BeginLog(config, staging, *keys, random, clock));
  ROG_RETURN_IF_ERROR(PutInPlace(staging, config.store.directory));
  return restored;
}

}  // namespace

absl::StatusOr<Restored> RestoreBackup(const Config& config,
                                       const std::string& backup,
                                       Clock& clock) {
  ROG_RETURN_IF_ERROR(CheckNoStore(config.store.directory));
  ROG_RETURN_IF_ERROR(CheckKeyFile(config.store.case_keys));
  const std::string staging = absl::StrCat(config.store.directory, ".restoring");
  auto restored = RestoreBeside(config, backup, staging, clock);
  std::error_code ignored;
  if (!restored.ok()) fs::remove_all(staging, ignored);
  return restored;
}

}  // namespace rogatoria::daemon
