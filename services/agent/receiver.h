// What comes from the hub: each act is opened, announced as an event, and kept in the case folder
// before the hub is told, under the organisation's seal, that it was taken over. An act is kept
// once, however often it comes. One thread. Thread-safe.
#pragma once

#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/client/case_folder.h"
#include "services/agent/events.h"
#include "services/agent/follow_up.h"
#include "services/agent/sender.h"

namespace rogatoria::agent {

class Receiver {
 public:
  // All must outlive it. `fault`: told why receiving stopped for a while.
  Receiver(AgentParts parts,
           client::CaseFolder& cases,
           Events& events,
           FollowUp& follow_up,
           std::function<void(const absl::Status&)> fault);
  ~Receiver();
  void Start();
  void Stop();

  // Acts taken over since the start.
  uint64_t taken() const;
  // Why nothing could be taken over when it was tried last, the hub being there, and when; OK when
  // that went well.
  struct Trouble {
    absl::Status why;
    int64_t unix_ms = 0;
  };
  Trouble trouble() const;

 private:
  void Work();
  void NoteEnd(const absl::Status& ended);
  void NoteTaken();
  absl::Status Take(const hub::Act& act);
  absl::Status Keep(const client::OpenedAct& opened, const hub::Act& act);
  absl::Status NoteAnswer(const hub::ActHeader& header);
  absl::Status TakeNotice(const client::KeptNotice& kept);
  void TakeForwarded(const client::OpenedAct& notice);
  void LookAt(const std::string& act_id);
  // Announced by an earlier run that died before the act was kept.
  void DropUnkept();
  bool stopping() const;

  const AgentParts parts_;
  client::CaseFolder& cases_;
  Events& events_;
  FollowUp& follow_up_;
  const std::function<void(const absl::Status&)> fault_;
  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
  Trouble trouble_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace rogatoria::agent
