// The composition root: the whole hub from a configuration, in one process. rogatoriad's main() and
// the tests' TestBroker start the same App.
//
// Life: Start (open everything, serve) -> ... -> Drain (NOT_SERVING, streams finished, calls ended,
// what waits committed, tiles published) -> destroyed (store closed).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/ledger/commit_queue.h"
#include "common/rpc/acceptor.h"
#include "common/storage/store.h"
#include "services/daemon/config.h"
#include "services/daemon/event_log.h"
#include "services/deadlines/alert_worker.h"
#include "services/deadlines/scheduler.h"
#include "services/gate/gate.h"

namespace rogatoria::daemon {

// What the process does when a commit's outcome is unknown, or when what is stored cannot be read:
// ends at once, with this code and without destructors, so that nobody is told anything more. A
// restart reads the truth from disk.
inline constexpr int kExitBroken = 70;

struct AppOptions {
  EventLog* log = nullptr;  // required; must outlive the app, as must `clock`
  Clock* clock = nullptr;   // required
  // For tests: called instead of ending the process.
  std::function<void(const absl::Status&)> on_broken = nullptr;
};

// Numbers of the moment.
struct AppStats {
  rpc::AcceptorStats public_connections, admin_connections;
  gate::GateStats gate;
  CommitQueueStats queue;
  uint64_t store_syncs = 0;
  uint64_t log_size = 0;  // after the last commit of this process
  uint64_t directory_version = 0;
  uint64_t clock_steps = 0;
  size_t open_streams = 0;
  int blocking_calls = 0;
  uint64_t unsent_bytes = 0;  // of responses
  size_t warnings = 0;
  std::map<std::string, uint64_t> warned_rules;  // exchange::WarnedRules
  deadlines::SchedulerStats clocks;
  deadlines::AlertStats alerts;
};

class App {
 public:
  // Everything that can fail fails here, before anything is served.
  static absl::StatusOr<std::unique_ptr<App>> Start(const Config& config, AppOptions options);
  ~App();  // drains

  // Graceful end; idempotent. Calls under way get the configuration's grace.
  void Drain();

  // Of the first address of each listener; metrics 0 when there are none.
  int public_port() const;
  int admin_port() const;
  int metrics_port() const;
  // C2SP verifier key of the log.
  std::string verifier_key() const;

  AppStats stats() const;
  // What an operator should look at, in words.
  std::vector<std::string> Warnings() const;
  // False when the writer does not move any more: a watchdog should end the process.
  bool IsAlive();

 private:
  class Parts;
  explicit App(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace rogatoria::daemon
