// The queue in front of the ledger: many threads put commands in, one writer thread commits
// whatever waits. Batches form by what is waiting, never by a timer. Bounded in count and bytes.
//
// Thread-safe. When the ledger reports that the outcome on disk is unknown, `on_broken` is called
// once, on the writer's thread: the daemon stops serving and exits, so that a restart reads the
// truth from disk. The commands of that batch are told nothing, since nobody knows what became of
// them; those that waited behind it fail with SHUTTING_DOWN.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/base/limits.h"
#include "common/ledger/command.h"
#include "common/ledger/ledger.h"

namespace rogatoria {

struct CommitQueueOptions {
  size_t max_commands = limits::kMaxQueuedCommands;
  size_t max_bytes = limits::kMaxQueuedBytes;
};

struct CommitQueueStats {
  uint64_t batches = 0;
  uint64_t commands = 0;
  uint64_t refused_full = 0;
  size_t waiting = 0;
};

class CommitQueue {
 public:
  CommitQueue(Ledger& ledger,
              CommitQueueOptions options,
              std::function<void(const absl::Status&)> on_broken);
  ~CommitQueue();  // drains

  // Takes the command, or fails it before returning, on the caller's stack (OVERLOADED with
  // RetryInfo, SHUTTING_DOWN). A command that was taken is told exactly once, on the writer's
  // thread.
  void Submit(std::unique_ptr<Command> command);

  // Commits what waits, refuses what comes, and stops the writer. Idempotent.
  void Drain();

  CommitQueueStats stats() const;

 private:
  void Run();
  void StopBroken(const absl::Status& status);
  std::vector<std::unique_ptr<Command>> TakeBatch();
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsFullFor(size_t bytes) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Ledger& ledger_;
  const CommitQueueOptions options_;
  const std::function<void(const absl::Status&)> on_broken_;
  mutable absl::Mutex mutex_;
  std::deque<std::unique_ptr<Command>> waiting_ ABSL_GUARDED_BY(mutex_);
  size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  CommitQueueStats stats_ ABSL_GUARDED_BY(mutex_);
  absl::Mutex join_mutex_;
  std::thread writer_ ABSL_GUARDED_BY(join_mutex_);
};

}  // namespace rogatoria
