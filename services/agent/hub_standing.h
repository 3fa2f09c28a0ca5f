// Whether the hub answered last, and when to try again: so that nobody waits for one that is known
// to be away. Thread-safe.
#pragma once

#include <memory>
#include <utility>

#include <grpcpp/channel.h>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "services/agent/agent_limits.h"

namespace rogatoria::agent {

class HubStanding {
 public:
  // `channel` to the hub: what it knows counts before any call.
  explicit HubStanding(std::shared_ptr<grpc::Channel> channel) : channel_(std::move(channel)) {}

  // The outcome of a call: one that never reached it, or any answer.
  void Note(const absl::Status& outcome);
  // Nothing gets through, or the last call got no answer a moment ago.
  bool IsAwayNow();
  // It did not answer last, and may be there again by now: a call would tell.
  bool MayBeBack();

  struct Report {
    bool reached = false;
    int64_t reached_unix_ms = 0;
    absl::Status why;  // it is not reached
    absl::Time next_try;
  };
  Report report() const;

 private:
  const std::shared_ptr<grpc::Channel> channel_;
  mutable absl::Mutex mutex_;
  Report report_ ABSL_GUARDED_BY(mutex_);
  absl::Duration pause_ ABSL_GUARDED_BY(mutex_) = limits::kFirstPause;
};

// Between nothing and `longest`, so that many offices do not come back at one moment.
absl::Duration Jittered(absl::Duration longest);

}  // namespace rogatoria::agent
