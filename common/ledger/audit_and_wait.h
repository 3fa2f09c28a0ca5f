// For calls that may block: appends one audit record and waits until it is on disk, so that an
// audited read answers only then (decisions.md 12).
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"
#include "common/ledger/audit_command.h"
#include "common/ledger/commit_queue.h"

namespace rogatoria {

// `key_id` and `owner` as in AuditCommand. The queue tells every command exactly once, so this
// always returns.
inline absl::Status AuditAndWait(CommitQueue& queue,
                                 AuditRecord record,
                                 uint64_t key_id,
                                 std::string owner) {
  absl::Notification told;
  absl::Status outcome;
  queue.Submit(std::make_unique<AuditCommand>(
      std::move(record), key_id, std::move(owner), [&](const absl::Status& status) {
        outcome = status;
        told.Notify();
      }));
  told.WaitForNotification();
  return outcome;
}

}  // namespace rogatoria
