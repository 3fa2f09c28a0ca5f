// What follows an act that was sent: its receipts are asked for until its end, and each change of
// its state becomes an event. One thread. Thread-safe.
#pragma once

#include <map>
#include <set>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/agent/events.h"
#include "services/agent/sender.h"

namespace rogatoria::agent {

class FollowUp {
 public:
  // All must outlive it.
  FollowUp(AgentParts parts, Events& events);
  ~FollowUp();
  // Takes up all acts that are not at their end.
  void Start();
  void Stop();

  // An act of ours may stand differently. Returns at once.
  void Moved(const std::string& request_id);
  // The hub may have a receipt for it: asks soon.
  void LookSoon(const std::string& request_id);

 private:
  struct Look {
    absl::Time next;
    absl::Duration pause;
  };

  void Work();
  // What came to its end shortly before an earlier run did, which perhaps told nobody.
  std::set<std::string> EndedLately() const;
  // Not what the command line was asked to send, with the same state folder.
  bool IsOurs(const std::string& request_id) const;
  // Adds the next that moved, and gives those whose receipts are due; false when it is to stop.
  bool Next(std::set<std::string>& moved, std::set<std::string>& due);
  // False where it is to be taken up again.
  bool TakeUp(const std::string& request_id);
  void Ask(const std::string& request_id);
  // Of a hub that did not answer, whether it is there again: where nothing crosses, nothing else
  // would show it.
  void AskHub();
  // Tells where an act that was sent stands, and follows it further until its end is told.
  void GoOn(const std::string& request_id);
  // An event where its state is another than was told; false when none could be kept.
  bool Tell(const std::string& request_id);
  // All of its receipts are here.
  bool IsEnded(const std::string& request_id) const;
  void End(const std::string& request_id);
  void Schedule(const std::string& request_id);
  void DropLongEnded();

  const AgentParts parts_;
  Events& events_;
  absl::Mutex mutex_;
  std::set<std::string> moved_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Look> looks_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace rogatoria::agent
