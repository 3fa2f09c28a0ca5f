// The command for a delivery that was not fetched in time: an E.2 that says so, and a notice to
// both sides. The row stays in the mailbox; a later E.1 overrules it. Told once: the row is due no
// longer.
#pragma once

#include <string>

#include "common/ledger/command.h"
#include "common/ledger/notices.h"
#include "services/deadlines/due_case.h"

namespace rogatoria::deadlines {

class DueDeliveryCommand final : public Command {
 public:
  // `seen`: the row as a snapshot showed it; its acceptance, or none when it was erased.
  DueDeliveryCommand(const DeliveryRecord& seen, std::optional<Evidence> acceptance, DueDone done);

  void Declare(BatchKeys& keys) const override;
  void Decide(Draft& draft) override;
  void Committed(const BatchReceipts&) override { done_(std::move(told_)); }
  void Failed(const absl::Status& status) override { done_(status); }

 private:
  const DeliveryKey key_;
  const bool erased_;
  Undelivered undelivered_;
  const DueDone done_;
  Told told_;
};

}  // namespace rogatoria::deadlines
