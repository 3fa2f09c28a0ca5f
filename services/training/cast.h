// The authorities that a program plays at a training hub: each takes what comes into its mailbox,
// keeps it and acknowledges it, on a thread of its own; what arrived is given out one by one.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/client/office.h"
#include "common/client/profile.h"

namespace rogatoria::training {

// An act that came to one of them.
struct Arrived {
  std::string authority;  // whose mailbox
  std::string act_id, case_id, sender;
  v1::ActKind kind = v1::ACT_KIND_UNSPECIFIED;
  bool leaves_out = false;  // an answer, and not of every precaution that was asked for
};

class Cast {
 public:
  // PROFILE_INVALID for a profile that is not of a training domain: nothing here may ever speak
  // to a real hub.
  static absl::StatusOr<std::unique_ptr<Cast>> Open(std::vector<client::OfficeProfile> profiles);
  ~Cast();
  Cast(const Cast&) = delete;
  Cast& operator=(const Cast&) = delete;

  void Start();
  // Ends the threads. What was not acknowledged comes again.
  void Stop();

  bool Plays(const std::string& authority) const { return offices_.contains(authority); }
  // REQUIRES: Plays(authority).
  client::Office& office(const std::string& authority) { return *offices_.at(authority); }
  // Whether an act is in the case folder of one of them.
  bool Holds(const std::string& authority, const std::string& act_id);
  // What lies in the case folders and came from others, by time.
  std::vector<Arrived> Kept();
  // The next that arrived; nullopt when none did within `wait`.
  std::optional<Arrived> Next(absl::Duration wait);

 private:
  using Offices = std::map<std::string, std::unique_ptr<client::Office>>;

  explicit Cast(Offices offices) : offices_(std::move(offices)) {}
  void Receive(const std::string& authority, client::Office& office, client::Arrivals& arrivals);
  absl::Status Take(const std::string& authority,
                    client::Office& office,
                    client::Arrivals& arrivals,
                    const client::Arrival& arrival);

  Offices offices_;
  std::vector<std::unique_ptr<client::Arrivals>> mailboxes_;
  std::vector<std::thread> threads_;
  absl::Mutex mutex_;
  std::deque<Arrived> arrived_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace rogatoria::training
