// What the hub is without the wire: keys, store, log, registry, commit queue, tiles. Opened in the
// order in which each needs the one before, closed the other way round.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/crypto/signer.h"
#include "common/directory/registry.h"
#include "common/ledger/commit_queue.h"
#include "common/ledger/ledger.h"
#include "common/ledger/refusal_recorder.h"
#include "common/storage/case_keys.h"
#include "common/storage/store.h"
#include "services/audit/tile_writer.h"
#include "services/daemon/config.h"
#include "services/daemon/event_log.h"

namespace rogatoria::daemon {

class Core {
 public:
  // `on_broken`: the outcome of a commit is unknown, or what is stored cannot be read back. Called
  // on the writer's thread; must not return to serving. `log` and `clock` must outlive the core.
  static absl::StatusOr<std::unique_ptr<Core>> Open(
      const Config& config,
      EventLog& log,
      Clock& clock,
      std::function<void(const absl::Status&)> on_broken);
  ~Core();  // drains

  // After each commit, once the registry is as the commit left it and before its commands are told.
  // Set before anything is served.
  void SetListener(Ledger::Listener listener);

  // Commits what waits, takes no more, publishes the tiles. Idempotent.
  void Drain();

  // A key that routes are signed with: the hub's own, the same after a restart.
  absl::StatusOr<Bytes> RouteKey();

  // Whether the writer still moves: false when commands have waited since the last two looks
  // without one batch in between. Look about every ten seconds.
  bool LookWhetherItMoves();

  Store& store() { return *store_; }
  Ledger& ledger() { return *ledger_; }
  CommitQueue& queue() { return *queue_; }
  Registry& registry() { return registry_; }
  RefusalRecorder& refusals() { return *refusals_; }
  audit::TileWriter& tiles() { return *tiles_; }
  // Entries in the current log, after the last commit of this process; 0 before its first.
  uint64_t log_size() const { return log_size_; }
  // How often the machine's clock stepped back by more than the bound.
  uint64_t clock_steps() const { return clock_steps_; }

 private:
  Core(EventLog& log, std::function<void(const absl::Status&)> on_broken);
  absl::Status OpenStore(const Config& config);
  absl::Status OpenLedger(const Config& config, Clock& clock);
  void OnCommit(const CommitSummary& summary, const std::shared_ptr<const BatchReceipts>& receipts);

  EventLog& log_;
  const std::function<void(const absl::Status&)> on_broken_;
  std::string trust_domain_;
  SystemRandom random_;
  std::unique_ptr<CaseKeys> keys_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Signer> signer_;
  std::unique_ptr<Ledger> ledger_;
  Registry registry_;
  std::unique_ptr<audit::TileWriter> tiles_;
  Ledger::Listener listener_;
  std::unique_ptr<RefusalRecorder> refusals_;
  std::unique_ptr<CommitQueue> queue_;
  std::atomic<uint64_t> log_size_ = 0, clock_steps_ = 0;
  // Of the one who looks whether the writer moves.
  uint64_t batches_seen_ = 0;
  int looks_without_a_move_ = 0;
};

}  // namespace rogatoria::daemon
