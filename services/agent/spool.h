// A spool: folders by which an old case system sends and receives through an agent, without calling
// anything (docs/spool.md). A front end of the agent like the API; what it does with files is in
// spool_out.h and spool_events.h. Looks at intervals, and at once where the system tells
// of new files (inotify; on network shares it does not). Thread-safe.
#pragma once

#include <functional>
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
#include "services/agent/spool_events.h"
#include "services/agent/spool_files.h"
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
  // How an act of ours stands now.
  absl::Status Tell(const v1::ActStatus& status);
  void Look();
  // Until something new is there, or the pause is over.
  void WaitForFiles();
  void WatchFolders();
  bool Pause(absl::Duration pause);

  const SpoolFolders folders_;
  const Descriptor lock_;
  const SpoolOptions options_;
  const std::function<void(const absl::Status&)> fault_;
  const Descriptor inotify_;  // may be none
  absl::Mutex items_mutex_;
  SpoolOut out_ ABSL_GUARDED_BY(items_mutex_);
  SpoolEvents events_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread looker_;
};

}  // namespace rogatoria::agent
