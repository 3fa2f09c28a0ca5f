// The command that looks at the clocks of one case that are due: it warns, says what was missed,
// and has the duty desk alerted. What a clock was told stands in the clock, in the same transaction
// as the notices and the evidence, so that each is told once, whatever crashes.
//
//   kRunning             warned: a notice to both sides           -> kWarned
//   past its due         X.1 and a notice to both sides           -> kOverdue, or gone if it ended
//   kUndated             its dates are worked out again
//   DUTY, kAlerting      the desk is alerted, again and again     -> kWarned once it was reached
//   DUTY, past its due   X.1, the sender gets the telephone       -> kAlertingSubstitute, or gone
//   kAlertingSubstitute  the substitute is alerted likewise; it was told in its mailbox which act
//                        waits, if that is sealed to it           -> kSubstituteCalled, or gone
//   kSubstituteCalled    it may read and acknowledge, for 72 h    -> gone
//   kTakenOver           the desk is told that it did             -> gone
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/directory/registry.h"
#include "common/ledger/command.h"
#include "common/model/evidence.h"
#include "services/deadlines/alert.h"

#include "rogatoria/v1/notice.pb.h"

namespace rogatoria::deadlines {

// What was told, for the hub's metrics; numbers and names of clocks only.
struct Told {
  std::vector<v1::DeadlineClock> warned, overdue;
  uint64_t undated = 0;  // clocks whose calendar does not know the year
  uint64_t alerts = 0;   // handed to the sink
};
// Called once a command, after its commit or with an error.
using DueDone = std::function<void(absl::StatusOr<Told>)>;

class DueCaseCommand final : public Command {
 public:
  // `seen`: the case as a snapshot showed it. `acceptances`: A.1 of the acts that started its due
  // clocks, by act; one that is missing was erased. All references must outlive the command.
  DueCaseCommand(const CaseRecord& seen,
                 absl::flat_hash_map<std::string, Evidence> acceptances,
                 const Registry& registry,
                 AlertSink& alerts,
                 DueDone done);

  void Declare(BatchKeys& keys) const override;
  void Decide(Draft& draft) override;
  void Committed(const BatchReceipts& receipts) override;
  void Failed(const absl::Status& status) override { done_(status); }

 private:
  bool KnowsPartiesOf(const ClockRecord& clock) const;
  // False: the clock has ended.
  bool Handle(const CaseRecord& record, ClockRecord& clock, Draft& draft);
  bool HandleDuty(ClockRecord& clock, Draft& draft);
  void Warn(ClockRecord& clock, Draft& draft);
  bool TellOverdue(ClockRecord& clock, Draft& draft);
  bool TellDutyMissed(ClockRecord& clock, Draft& draft);
  bool CallSubstitute(ClockRecord& clock, v1::Notice& to_sender, Draft& draft);
  // Alerted once more, or called without it.
  bool AlertSubstitute(ClockRecord& clock, Instant now);
  // False: there is nobody to alert, or it was tried often enough.
  bool AlertDesk(ClockRecord& clock, const std::string& authority, Instant now);

  const std::string case_id_;
  const absl::flat_hash_map<std::string, Evidence> acceptances_;
  const Registry& registry_;
  AlertSink& alerts_;
  const DueDone done_;
  std::vector<std::string> parties_;  // whose mailboxes were declared
  RegistryState state_;               // as decided upon
  std::vector<Alert> to_send_;
  Told told_;
};

// The substitute was called and has been reached, or is not alerted any more: for how long it may
// acknowledge. False: it cannot, and the clock has ended.
bool WaitForSubstitute(ClockRecord& clock, Instant now);

// The desk was reached: it is not alerted again.
class AlertSentCommand final : public Command {
 public:
  explicit AlertSentCommand(Alert alert) : alert_(std::move(alert)) {}
  void Declare(BatchKeys& keys) const override { keys.cases.push_back(alert_.case_id); }
  void Decide(Draft& draft) override;
  void Committed(const BatchReceipts&) override {}
  // Then it is alerted once more.
  void Failed(const absl::Status&) override {}

 private:
  const Alert alert_;
};

}  // namespace rogatoria::deadlines
