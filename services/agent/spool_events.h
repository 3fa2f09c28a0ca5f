// What comes to a spool, event by event: how an act of ours stands is told, what came is delivered
// (spool_in.h), in order. What cannot be now is kept back and tried again, with pauses, and keeps
// no other. Acts with documents have lanes of their own, several: a large file, or one at which a
// scanner hangs, keeps what came after it no longer than the lanes do. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/agent/spool_agent.h"
#include "services/agent/spool_in.h"
#include "services/agent/spool_out.h"

namespace rogatoria::agent {

class SpoolEvents {
 public:
  using Tell = std::function<absl::Status(const v1::ActStatus& status)>;
  using Fault = std::function<void(const absl::Status&)>;
  // The first two must outlive it. `tell`: of an act of ours (SpoolOut::Moved). `fault`: told, on
  // any thread, of what goes wrong.
  SpoolEvents(const SpoolFolders& folders,
              SpoolAgent& agent,
              const SpoolOptions& options,
              Tell tell,
              Fault fault);
  ~SpoolEvents();
  void Start();
  // What an agent does that is stopping ends soon.
  void Stop();

  // What the threads do, once, for events up to now, or the first within `patience`. An error: the
  // first of those that cannot be taken now.
  absl::Status Take(absl::Duration patience);

 private:
  // An event that is read again when it is due.
  struct KeptBack {
    v1::KeptBack shown;
    std::string request_id;  // of a state of an act of ours
    bool by_lane = false;    // it has documents
    bool under_way = false;  // some thread is at it
    absl::Time since;        // it came
    absl::Time first_try = absl::InfiniteFuture();
    absl::Time next;
    absl::Duration pause;
  };

  void Follow();
  // A lane. Waits until there may be something for it; false when it is to stop.
  void Work();
  bool AwaitLane();

  // All but what is for a lane, which is kept back for it.
  absl::Status TakeInOrder(absl::Duration patience);
  absl::Status TakeNew(absl::Duration patience);
  absl::Status TakeOne(const v1::WatchResponse& event);
  // Of those for a lane, or of the others.
  absl::Status TakeDue(bool by_lane, size_t most, absl::Time due);
  std::vector<uint64_t> Due(bool by_lane, size_t most, absl::Time until);
  absl::Status TakeAgain(uint64_t position);
  // Nothing when it is gone, or some thread is at it.
  std::optional<KeptBack> Claim(uint64_t position);
  void Settle(uint64_t position, KeptBack kept, bool done);
  absl::Status Deliver(const v1::WatchResponse& event, absl::Time first_try);
  void DropOlderStates(const std::string& request_id, uint64_t position)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  uint64_t Ahead();
  // Up to the first that is kept back.
  absl::Status AcknowledgeTaken();

  static KeptBack KeptFrom(const v1::WatchResponse& event);
  void NoteWhy(KeptBack& kept, const absl::Status& why) const;
  void ShowKeptBack();
  bool Pause(absl::Duration pause);

  SpoolAgent& agent_;
  const SpoolOptions options_;
  const Tell tell_;
  const Fault fault_;
  const std::string language_;
  SpoolIn in_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool lane_wanted_ ABSL_GUARDED_BY(mutex_) = false;
  // Events up to here were taken or are kept back.
  uint64_t ahead_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, KeptBack> kept_back_ ABSL_GUARDED_BY(mutex_);  // by their places
  std::vector<std::thread> threads_;
};

}  // namespace rogatoria::agent
