// What the office's programs are told, in order and at places that never change: each event is on
// disk before anybody sees it, and stays until every follower acknowledged it. A follower is a
// front end that keeps a place of its own: the API, the spool. One that is expected and never came
// holds events back too, for a month, so that it finds them when it comes. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/client/encrypted_folder.h"

#include "rogatoria/agent/v1/agent_service.pb.h"

namespace rogatoria::agent {

class Events {
 public:
  // Reads what is there. `folder` must outlive it. `fault`: told of an event whose file is damaged,
  // which is moved to `failed/` and keeps no other. `expected`: a follower that may come, known
  // from its first Acknowledge on; empty: none.
  static absl::StatusOr<std::unique_ptr<Events>> Open(
      const client::EncryptedFolder& folder,
      std::function<void(const absl::Status&)> fault = [](const absl::Status&) {},
      std::string expected = "");

  // Gives the event its place and instant. Durable when it returns OK. Of a received act only the
  // id is kept.
  absl::StatusOr<uint64_t> Append(v1::WatchResponse event);
  // Takes one back that cannot have been seen.
  absl::Status Remove(uint64_t position);
  // Up to `limit` events after this place, waiting for the first up to `patience`; empty when none
  // came, or after Close.
  absl::StatusOr<std::vector<v1::WatchResponse>> After(uint64_t position,
                                                       size_t limit,
                                                       absl::Duration patience);
  // All that are kept, for the start: acts that were announced and not kept.
  std::vector<v1::WatchResponse> All();

  // Durable. Going back changes nothing; FIELD_INVALID beyond the last event.
  absl::Status Acknowledge(const std::string& follower, uint64_t position);
  uint64_t Acknowledged(const std::string& follower) const;
  uint64_t Waiting(const std::string& follower) const;
  bool Has(uint64_t position) const;
  // Damaged events in `failed/`, of earlier runs too.
  uint64_t SetAside() const;
  // Nobody waits any longer.
  void Close();

 private:
  Events(const client::EncryptedFolder& folder,
         std::function<void(const absl::Status&)> fault,
         std::string expected)
      : folder_(folder), fault_(std::move(fault)), expected_(std::move(expected)) {}
  absl::Status MoveAside(uint64_t position);
  absl::Status NoteSetAside(uint64_t position);
  absl::Status Load();
  absl::StatusOr<uint64_t> ReadNumber(const std::string& name) const;
  // Removes what every follower has, and the oldest of too many.
  void Drop() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Of one that every known follower has: whether it waits for the expected one.
  bool IsHeldBack(uint64_t position) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const client::EncryptedFolder& folder_;
  const std::function<void(const absl::Status&)> fault_;
  const std::string expected_;
  absl::Mutex append_mutex_;  // one event after the other
  mutable absl::Mutex mutex_;
  std::set<uint64_t> positions_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t set_aside_up_to_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<std::string, uint64_t> acknowledged_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace rogatoria::agent
