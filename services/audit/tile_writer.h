// Publishes the logs as static files of C2SP tlog-tiles, behind the database (decisions.md 9):
//
//   <folder>/<log number>/checkpoint, tile/..., tile/entries/...
//
// A round writes the new tiles, each by a temporary file, fsync and rename, fsyncs the folders, and
// puts the checkpoint in place last. Rounds come at most once an interval. The files are derived:
// at start every one of them is compared with the database and put right, by the writer's thread.
//
// Thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/storage/store.h"

namespace rogatoria::audit {

struct TileWriterOptions {
  std::string folder;
  absl::Duration interval = absl::Seconds(1);
  // A new log is about to be begun, which commits to the database's head: what was published of the
  // current one beyond that stays as it is.
  bool begins_log = false;
};

class TileWriter {
 public:
  // Looks at what is published, before anything is served. PUBLISHED_LOG_AHEAD, saying what to do,
  // when the current log was published further than the database holds, or a log that it does not
  // know: the database was put back to an older state, and going on would sign a second history.
  static absl::StatusOr<std::unique_ptr<TileWriter>> Open(Store& store, TileWriterOptions options);
  ~TileWriter();  // stops

  // Starts the thread: compares and repairs, then follows.
  void Start();
  // The log has grown.
  void Wake();
  // Publishes what there is and ends the thread. What would take longer than a few seconds is left
  // to the next start, since the files are derived. Idempotent.
  void Stop();

  // One round at once, on the caller's thread; for tests and for Stop. `repair`: compares every
  // file.
  absl::Status PublishNow(bool repair);

  // The size in the checkpoint file of a log; 0 for none.
  absl::StatusOr<uint64_t> PublishedSize(uint64_t log) const;
  // The last round's outcome, for the operator's status.
  absl::Status last_status() const;

 private:
  TileWriter(Store& store, TileWriterOptions options);
  void Run();
  // Whether a round has to end here, because the hub is stopping.
  bool MustGiveUp(bool repair) const;
  // Waits until there is something to do; false when stopping.
  bool AwaitWork();
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return woken_ || stopping_; }

  Store& store_;
  const TileWriterOptions options_;
  absl::Mutex publishing_;  // one round at a time
  mutable absl::Mutex mutex_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time last_round_ends_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  absl::Status last_status_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace rogatoria::audit
