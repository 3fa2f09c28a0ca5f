// The ledger: decides batches of commands and makes them durable, with one fsync and one signature
// each.
//
// CommitBatch is the whole pipeline, in order: begin (locks the head) -> load what all commands
// declared
// -> decide each over one draft -> hash the new leaves -> sign one checkpoint -> save -> COMMIT ->
// tell each command. Nothing signed leaves before COMMIT returned (decisions.md 5).
//
// Single-threaded by contract: CommitQueue (commit_queue.h) drives it in the daemon, the simulation
// drives it by hand. Opening it reads the head and the frontier of the tree from disk (opening the
// store to write has raised the fencing epoch), and writes the first leaf when there is no log yet.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "common/base/random.h"
#include "common/crypto/signer.h"
#include "common/ledger/command.h"
#include "common/ledger/receipts.h"
#include "common/merkle/batch_nodes.h"
#include "common/merkle/frontier.h"
#include "common/storage/case_keys.h"
#include "common/storage/store.h"

namespace rogatoria {

struct LedgerOptions {
  std::string trust_domain;  // log origin is <trust domain>/log/<n>
  size_t max_batch_commands = limits::kMaxBatchCommands;
  size_t max_batch_bytes = limits::kMaxBatchBytes;
  // Set to begin a new log that commits to the head found: after a restore, a new year, a new key.
  std::optional<OriginReason> new_log;
  // The new log's number is at least this: numbers that were published once are never used again.
  uint64_t least_new_log = 0;
  // Called when the clock stepped back by more than limits::kClockStepAlarmMs; order is kept all
  // the same.
  std::function<void(Instant last, Instant now)> on_clock_step = [](Instant, Instant) {};
};

// What a committed batch moved, for those who wait for it.
struct CommitSummary {
  uint64_t log = 0;
  uint64_t log_size = 0;
  size_t commands = 0;
  std::vector<std::string> mailboxes;  // authorities with new rows
  bool directory_changed = false;
  bool standings_changed = false;
};

class Ledger {
 public:
  // All references must outlive the ledger. DATA_LOSS when the store's log does not fit its own
  // last signed head: nothing may be signed on top of that.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(Store& store,
                                                      CaseKeys& keys,
                                                      Signer& signer,
                                                      Clock& clock,
                                                      Random& random,
                                                      LedgerOptions options);

  // Commits the commands, all of them or, when there is no room on the disk or the log's key is out
  // of reach, none. Every command got exactly one of Committed and Failed before this returns OK.
  // An error means that the outcome on disk is unknown or that another process took over: no
  // command was told anything, and this ledger must be dropped and opened anew from disk.
  absl::Status CommitBatch(absl::Span<const std::unique_ptr<Command>> commands);

  // Called after each commit, before the commands are told. Set before the first batch.
  using Listener =
      std::function<void(const CommitSummary&, const std::shared_ptr<const BatchReceipts>&)>;
  void SetListener(Listener listener);

  const LedgerOptions& options() const { return options_; }
  // <trust domain>/log/<n>
  std::string origin() const;
  // C2SP verifier key text of the log.
  std::string verifier_key() const;

 private:
  Ledger(Store& store,
         CaseKeys& keys,
         Signer& signer,
         Clock& clock,
         Random& random,
         LedgerOptions options);

  absl::Status Recover();
  absl::StatusOr<OriginLeaf> DescribeOldLog(Snapshot& snapshot, const Head& head) const;
  absl::Status BeginLog(const OriginLeaf& leaf);
  absl::Status CheckHead(const Head& head) const;
  absl::Status CommitAndTell(absl::Span<const std::unique_ptr<Command>> commands);
  Instant NextInstant(Instant last);
  std::vector<bool> DecideAll(absl::Span<const std::unique_ptr<Command>> commands,
                              Draft& draft) const;
  absl::Status Write(Transaction& transaction, Draft& draft, merkle::BatchNodes& nodes);
  absl::Status Seal(BatchChanges& changes, merkle::BatchNodes& nodes);
  void Advance(const std::shared_ptr<const BatchReceipts>& receipts, size_t commands);

  Store& store_;
  CaseKeys& keys_;
  Signer& signer_;
  Clock& clock_;
  Random& random_;
  LedgerOptions options_;
  merkle::Frontier frontier_;
  uint64_t log_ = 0;
  Listener listener_;
};

}  // namespace rogatoria
