// A spool: folders by which an old case system sends and receives through an agent, without calling
// anything (docs/spool.md). A front end of the agent like the API; what it does with files is in
// spool_out.h and spool_in.h. Two threads; looks at intervals, and at once where the system tells
// of new files (inotify; on network shares it does not). Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/descriptor.h"
#include "services/agent/spool_agent.h"
#include "services/agent/spool_files.h"
#include "services/agent/spool_in.h"
#include "services/agent/spool_out.h"

namespace rogatoria::agent {

class Spool {
 public:
  // Makes the folders and takes the lock: SPOOL_BUSY when another agent has it. `agent` must
  // outlive it. `fault`: told, on any thread, of what goes wrong; holds no personal data.
  static absl::StatusOr<std::unique_ptr<Spool>> Open(
      const std::string& folder,
      SpoolAgent& agent,
      const SpoolOptions& options = {},
      std::function<void(const absl::Status&)> fault = [](const absl::Status&) {});
  ~Spool();
  void Start();
  void Stop();

  // What the threads do, once. Resume comes first.
  void Resume();
  void Scan();
  // Events up to now, or the first within `patience`. An error: the first of those that cannot be
  // taken now. They are kept back and tried again at later calls, with pauses; what came after
  // them is taken all the same.
  absl::Status TakeEvents(absl::Duration patience);

 private:
  Spool(SpoolFolders folders,
        Descriptor lock,
        SpoolAgent& agent,
        const SpoolOptions& options,
        std::function<void(const absl::Status&)> fault);
  // An event that is read again when it is due.
  struct KeptBack {
    v1::KeptBack shown;
    std::string request_id;  // of a state of an act of ours
    absl::Time next;
    absl::Duration pause;
  };
  // `since`: it was first tried.
  absl::Status TakeEvent(const v1::WatchResponse& event, absl::Time since);
  absl::Status TakeNew(const v1::WatchResponse& event);
  absl::Status TakeKeptBack();
  absl::Status TakeAgain(uint64_t position);
  void DropOlderStates(const std::string& request_id, uint64_t position);
  // Up to the first that is kept back.
  absl::Status AcknowledgeTaken();
  v1::KeptBack Shown(const v1::WatchResponse& event) const;
  void NoteWhy(KeptBack& kept, const absl::Status& why) const;
  void ShowKeptBack();
  void Look();
  void Follow();
  // Until something new is there, or the pause is over.
  void WaitForFiles();
  void WatchFolders();
  bool Pause(absl::Duration pause);

  const SpoolFolders folders_;
  const Descriptor lock_;
  SpoolAgent& agent_;
  const SpoolOptions options_;
  const std::function<void(const absl::Status&)> fault_;
  const Descriptor inotify_;  // may be none
  absl::Mutex items_mutex_;
  SpoolOut out_ ABSL_GUARDED_BY(items_mutex_);
  // Of the thread that follows.
  SpoolIn in_;
  uint64_t ahead_ = 0;                      // events up to here were taken or are kept back
  std::map<uint64_t, KeptBack> kept_back_;  // by their places
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread looker_, follower_;
};

}  // namespace rogatoria::agent
