// Answers submissions that were recorded before, from the store, on a thread of its own: the
// pipeline must not read, and gRPC's threads must not wait. Retries are rare; when many come at
// once, those over the bound are told to come again. Thread-safe.
#pragma once

#include <deque>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/storage/store.h"
#include "services/exchange/submit.h"

namespace rogatoria::exchange {

class Replayer {
 public:
  explicit Replayer(Store& store);
  ~Replayer();  // answers what waits

  // As SubmitWorld::replay.
  void Replay(std::string act_id, SubmitDone done);

 private:
  struct Waiting {
    std::string act_id;
    SubmitDone done;
  };

  void Run();
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return stopping_ || !waiting_.empty(); }

  Store& store_;
  absl::Mutex mutex_;
  std::deque<Waiting> waiting_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace rogatoria::exchange
