// Plays the steps of a scenario as the authorities of a cast, over a real hub.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/random.h"
#include "common/client/draft.h"
#include "services/training/cast.h"
#include "services/training/run.h"

namespace rogatoria::training {

class Player {
 public:
  // All must outlive it.
  Player(Cast& cast, Clock& clock, Random& random) : cast_(cast), clock_(clock), random_(random) {}

  // Whether the step's authority is ours and has received all that was sent to it in this run.
  bool IsDue(const Run& run, const Step& step);
  // Sends the step's act under this request id, or sees it stopped: WRONG_STATE when it is not.
  absl::StatusOr<DoneStep> Play(const Run& run, const Step& step, const std::string& request_id);

  // Plays a run from where it is to its end, none of its roles left to a person. `tell` is given
  // each step when it is done, with its act. WRONG_STATE when the case is then not what the
  // scenario says; DELIVERY_NOT_FOUND when nothing comes for `patience`.
  using Tell = std::function<void(const Step& step, const DoneStep& done)>;
  absl::Status PlayAll(Run& run, absl::Duration patience, const Tell& tell);

  std::string NewRequestId();
  absl::CivilDay Today() const;

 private:
  absl::Status SeeStopped(client::Office& office, const Step& step, client::ActDraft draft);
  absl::Status CheckState(const Run& run, const Step& step, const DoneStep& done);

  Cast& cast_;
  Clock& clock_;
  Random& random_;
};

}  // namespace rogatoria::training
