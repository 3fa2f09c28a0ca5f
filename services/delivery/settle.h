// Settling a delivery, as commands of the commit pipeline: the recipient's system acknowledged it
// (E.1), it was given up (E.2, a dead letter), an operator puts a dead letter back. A notice is
// settled by the same rules, and leaves an audit record where an act leaves evidence.
//
// All are idempotent. What was checked before (services/delivery/acknowledgement.h) is not checked
// again; what may have changed since is looked at in the transaction. `done` is called exactly
// once, on the pipeline's thread or, when the queue refuses, on the caller's: it must not block.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/ledger/command.h"
#include "common/ledger/evidence_of.h"
#include "common/model/audit_record.h"
#include "common/model/caller.h"
#include "common/model/evidence.h"
#include "common/storage/store.h"

#include "rogatoria/v1/admin_service.pb.h"
#include "rogatoria/v1/notice.pb.h"
#include "rogatoria/v1/receipt.pb.h"

namespace rogatoria::delivery {

// The receipt of the settlement (one without content for a notice, which has none), or:
//   DELIVERY_NOT_FOUND      no such row, or it was settled otherwise: an acknowledgement of a dead
//                           letter, a rejection of what was acknowledged
//   ALREADY_EXISTS (plain)  it was settled in the same way by an earlier commit: the receipt is in
//   the
//                           store, read it with LoadSettlement on a thread that may block
//   the failures of the pipeline (command.h)
using SettleDone = std::function<void(absl::StatusOr<v1::Receipt>)>;

// How a delivery is settled.
struct Settlement {
  DeliveryKey key;
  Evidence acceptance;  // A.1 of the act that was delivered; empty for a notice
  DeliveryState to = DeliveryState::kHandedOver;
  // kHandedOver: the recipient's statement and signature, both empty when unsigned.
  Bytes statement;
  Bytes signature;
  // kDead: kTooManyAttempts or RejectionReasonName(...), see common/ledger/evidence_of.h.
  std::string reason;
  std::optional<v1::Notice> notice = {};  // when it is one
};

class SettleCommand final : public Command {
 public:
  SettleCommand(Settlement settlement, SettleDone done)
      : settlement_(std::move(settlement)), done_(std::move(done)) {}

  size_t ByteSize() const override;
  void Declare(BatchKeys& keys) const override { keys.deliveries.push_back(settlement_.key); }
  void Decide(Draft& draft) override;
  void Committed(const BatchReceipts& receipts) override;
  void Failed(const absl::Status& status) override { done_(status); }

 private:
  absl::Status Check(const DeliveryRecord* row) const;
  Evidence MakeEvidence(Instant now) const;
  AuditRecord MakeRecord(Instant now) const;

  const Settlement settlement_;
  const SettleDone done_;
  absl::Status outcome_;
  EntryAddress address_;
};

// E.1: a late acknowledgement of a row that is still open is taken like any other (decisions.md
// 22).
inline std::unique_ptr<Command> AcknowledgeCommand(
    DeliveryKey key, Evidence acceptance, Bytes statement, Bytes signature, SettleDone done) {
  return std::make_unique<SettleCommand>(Settlement{std::move(key),
                                                    std::move(acceptance),
                                                    DeliveryState::kHandedOver,
                                                    std::move(statement),
                                                    std::move(signature),
                                                    ""},
                                         std::move(done));
}

// E.2.
inline std::unique_ptr<Command> DeadLetterCommand(DeliveryKey key,
                                                  Evidence acceptance,
                                                  std::string reason,
                                                  SettleDone done) {
  return std::make_unique<SettleCommand>(
      Settlement{
          std::move(key), std::move(acceptance), DeliveryState::kDead, "", "", std::move(reason)},
      std::move(done));
}

// A notice was taken, or (kDead, with a reason) given up.
std::unique_ptr<Command> SettleNoticeCommand(
    DeliveryKey key, v1::Notice notice, DeliveryState to, std::string reason, SettleDone done);

// The receipt of a settled delivery; one without content for a notice. NOT_FOUND while it is open,
// or when its evidence was erased.
absl::StatusOr<v1::Receipt> LoadSettlement(Snapshot& snapshot, const DeliveryKey& key);

// Puts a dead letter back into its mailbox, once a request id; leaves an audit record. Errors:
// DELIVERY_NOT_FOUND when the row is no dead letter; ACT_ID_REUSED when the request id stands for
// another request.
class RequeueCommand final : public Command {
 public:
  using Done = std::function<void(absl::Status)>;

  RequeueCommand(const Caller& caller, const v1::RequeueDeadLetterRequest& request, Done done);

  void Declare(BatchKeys& keys) const override;
  void Decide(Draft& draft) override;
  void Committed(const BatchReceipts&) override { done_(outcome_); }
  void Failed(const absl::Status& status) override { done_(status); }

 private:
  void Requeue(DeliveryRecord row, Draft& draft) const;

  const RequestKey request_;
  const Bytes request_sha256_;
  const DeliveryKey delivery_;
  const Done done_;
  absl::Status outcome_;
};

}  // namespace rogatoria::delivery
