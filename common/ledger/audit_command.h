// A command that does nothing but append one audit record: an audited read, a refusal, an
// operator's act. Its caller is told once the record is on disk, or that it is not.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "common/ledger/command.h"
#include "common/model/audit_record.h"

namespace rogatoria {

class AuditCommand final : public Command {
 public:
  using Done = std::function<void(const absl::Status&)>;

  // The record's instant is filled in with that of the batch. `key_id`: the case's data key, 0 for
  // what concerns no case. `owner`: authority whose register it belongs to, empty for the hub's
  // own.
  AuditCommand(AuditRecord record, uint64_t key_id, std::string owner, Done done)
      : record_(std::move(record)),
        key_id_(key_id),
        owner_(std::move(owner)),
        done_(std::move(done)) {}

  void Declare(BatchKeys&) const override {}
  void Decide(Draft& draft) override {
    record_.instant = draft.now();
    draft.AppendAudit(record_, key_id_, owner_);
  }
  void Committed(const BatchReceipts&) override { done_(absl::OkStatus()); }
  void Failed(const absl::Status& status) override { done_(status); }

 private:
  AuditRecord record_;
  const uint64_t key_id_;
  const std::string owner_;
  const Done done_;
};

}  // namespace rogatoria
