// What an authority has to be told about its own data in the directory: that they must be attested
// again (every six months), that a certificate which it stated expires (30 days before). Once a
// period and once a certificate: the store remembers by a key.
#pragma once

#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/directory/directory.h"
#include "common/ledger/command.h"
#include "services/deadlines/due_case.h"

#include "rogatoria/v1/notice.pb.h"

namespace rogatoria::deadlines {

struct DueNotice {
  std::string key;  // of what is told once: attestation/pt-pgr/2026-12-01
  std::string authority;
  v1::Notice notice;
};
// Everything that is due now, told before or not.
std::vector<DueNotice> DueNoticesOf(const Directory& directory, Instant now);

// Puts those into mailboxes that were not put before.
class DueNoticesCommand final : public Command {
 public:
  DueNoticesCommand(std::vector<DueNotice> due, DueDone done)
      : due_(std::move(due)), done_(std::move(done)) {}

  void Declare(BatchKeys& keys) const override;
  void Decide(Draft& draft) override;
  void Committed(const BatchReceipts&) override { done_(Told{}); }
  void Failed(const absl::Status& status) override { done_(status); }

 private:
  const std::vector<DueNotice> due_;
  const DueDone done_;
};

}  // namespace rogatoria::deadlines
