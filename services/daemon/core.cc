#include "services/daemon/core.h"

#include <filesystem>
#include <optional>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/storage/sqlite/sqlite_store.h"
#include "services/daemon/registry_loader.h"

namespace rogatoria::daemon {
namespace {

constexpr absl::string_view kRouteKeyLabel = "rogatoria-route-key v1";

std::optional<OriginReason> NewLogReason(const std::string& word) {
  if (word == "RESTORE") return OriginReason::kRestore;
  if (word == "YEAR") return OriginReason::kYear;
  if (word == "KEY") return OriginReason::kKey;
  return std::nullopt;
}

std::string FolderOf(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

// A hub that had a life already is not begun anew because a folder is missing or mistyped: nothing
// is made then, so that the lost file, or a backup, finds its place empty.
absl::Status CheckNothingIsLost(const Config& config) {
  const auto is_there = [](const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path, error);
  };
  const bool has_database = is_there(absl::StrCat(config.store.directory, "/rogatoria.db"));
  if (!has_database && is_there(absl::StrCat(config.store.tiles, "/1/checkpoint"))) {
    return Error(Reason::PUBLISHED_LOG_AHEAD)
        .Accepted(absl::StrCat("a log was published to ",
                               config.store.tiles,
                               ", and there is no database in ",
                               config.store.directory,
                               ". Put the database in its place, or a backup with `rogatoriad "
                               "--restore`, which begins a log that commits to what was restored"));
  }
  if (!has_database || is_there(config.store.case_keys)) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(config.store.case_keys,
                   " is not there, and there is a database: nothing in it opens without its key "
                   "file. Put the newest one in its place."));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Core>> Core::Open(
    const Config& config,
    EventLog& log,
    Clock& clock,
    std::function<void(const absl::Status&)> on_broken) {
  std::unique_ptr<Core> core(new Core(log, std::move(on_broken)));
  core->trust_domain_ = config.trust_domain;
  ROG_RETURN_IF_ERROR(core->OpenStore(config));
  ROG_RETURN_IF_ERROR(core->OpenLedger(config, clock));
  return core;
}

Core::Core(EventLog& log, std::function<void(const absl::Status&)> on_broken)
    : log_(log), on_broken_(std::move(on_broken)) {}

Core::~Core() {
  Drain();
}

absl::Status Core::OpenStore(const Config& config) {
  ROG_RETURN_IF_ERROR(CheckNothingIsLost(config));
  ROG_ASSIGN_OR_RETURN(auto signer, Ed25519FileSigner::FromPemFile(config.log.key));
  signer_ = std::make_unique<Ed25519FileSigner>(std::move(signer));
  ROG_RETURN_IF_ERROR(CreateFolders(FolderOf(config.store.case_keys)));
  ROG_ASSIGN_OR_RETURN(keys_, OpenCaseKeyFile(config.store.case_keys, random_));
  SqliteOptions options;
  options.directory = config.store.directory;
  ROG_ASSIGN_OR_RETURN(store_, OpenSqliteStore(options, *keys_, random_));
  ROG_RETURN_IF_ERROR(CreateFolders(config.store.tiles));
  ROG_ASSIGN_OR_RETURN(
      tiles_,
      audit::TileWriter::Open(
          *store_, {.folder = config.store.tiles, .begins_log = !config.log.new_log.empty()}));
  return LoadRegistry(*store_, trust_domain_, {}, registry_);
}

absl::Status Core::OpenLedger(const Config& config, Clock& clock) {
  LedgerOptions options;
  options.trust_domain = config.trust_domain;
  options.max_batch_commands = static_cast<size_t>(config.limits.max_batch_commands);
  options.new_log = NewLogReason(config.log.new_log);
  options.on_clock_step = [this](Instant last, Instant now) {
    ++clock_steps_;
    log_.Write(Level::kWarning,
               "clock_stepped_back",
               {{"last", last.ToString()}, {"now", now.ToString()}});
  };
  ROG_ASSIGN_OR_RETURN(ledger_,
                       Ledger::Open(*store_, *keys_, *signer_, clock, random_, std::move(options)));
  ledger_->SetListener(
      [this](const CommitSummary& summary, const std::shared_ptr<const BatchReceipts>& receipts) {
        OnCommit(summary, receipts);
      });
  refusals_ = std::make_unique<RefusalRecorder>(
      [this](std::unique_ptr<Command> command) { queue_->Submit(std::move(command)); }, clock);
  queue_ = std::make_unique<CommitQueue>(
      *ledger_,
      CommitQueueOptions{.max_commands = static_cast<size_t>(config.limits.max_queued_commands)},
      on_broken_);
  tiles_->Start();
  tiles_->Wake();
  return absl::OkStatus();
}

void Core::SetListener(Ledger::Listener listener) {
  listener_ = std::move(listener);
}

void Core::OnCommit(const CommitSummary& summary,
                    const std::shared_ptr<const BatchReceipts>& receipts) {
  log_size_ = summary.log_size;
  if (summary.directory_changed || summary.standings_changed) {
    const absl::Status loaded = LoadRegistry(
        *store_,
        trust_domain_,
        {.directory = summary.directory_changed, .standings = summary.standings_changed},
        registry_);
    if (!loaded.ok()) on_broken_(loaded);
    log_.Write(Level::kInfo, "registry_changed");
  }
  tiles_->Wake();
  if (listener_) listener_(summary, receipts);
}

void Core::Drain() {
  if (queue_ != nullptr) {
    refusals_->Flush();
    queue_->Drain();
  }
  if (tiles_ != nullptr) tiles_->Stop();
}

absl::StatusOr<Bytes> Core::RouteKey() {
  ROG_ASSIGN_OR_RETURN(const auto register_key, keys_->Get(0));
  return HmacSha256(register_key->RevealForUse(), kRouteKeyLabel);
}

bool Core::LookWhetherItMoves() {
  const CommitQueueStats stats = queue_->stats();
  const bool still = stats.waiting > 0 && stats.batches == batches_seen_;
  batches_seen_ = stats.batches;
  looks_without_a_move_ = still ? looks_without_a_move_ + 1 : 0;
  return looks_without_a_move_ < 2;
}

}  // namespace rogatoria::daemon
