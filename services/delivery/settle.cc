#include "services/delivery/settle.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/ledger/notices.h"
#include "common/ledger/receipts.h"

namespace rogatoria::delivery {
namespace {

constexpr absl::string_view kRequeueMethod = "/rogatoria.v1.AdminService/RequeueDeadLetter";

absl::Status NotFound(absl::string_view why) {
  return Error(Reason::DELIVERY_NOT_FOUND).Field("position").Accepted(why);
}

}  // namespace

size_t SettleCommand::ByteSize() const {
  constexpr size_t kRowAndEvidence = 3072;
  return kRowAndEvidence + settlement_.statement.size() + settlement_.signature.size();
}

absl::Status SettleCommand::Check(const DeliveryRecord* row) const {
  if (row == nullptr || row->act_id != settlement_.acceptance.act_id) {
    return NotFound("the position of what was delivered to you");
  }
  if (row->state == DeliveryState::kOpen) return absl::OkStatus();
  if (row->state == settlement_.to) return absl::AlreadyExistsError("settled before");
  return NotFound(row->state == DeliveryState::kDead
                      ? "nothing: the delivery was given up, an operator can put it back"
                      : "nothing: the act was acknowledged");
}

Evidence SettleCommand::MakeEvidence(Instant now) const {
  const std::string& recipient = settlement_.key.authority;
  if (settlement_.to == DeliveryState::kDead) {
    return HandoverFailureOf(settlement_.acceptance, recipient, settlement_.reason, now);
  }
  // Only what was signed is the recipient's own word.
  const absl::string_view signed_statement =
      settlement_.signature.empty() ? absl::string_view() : settlement_.statement;
  return HandoverOf(settlement_.acceptance, recipient, signed_statement, now);
}

// Whoever rejects or takes it says so itself; the hub gives up what nobody settles.
AuditRecord SettleCommand::MakeRecord(Instant now) const {
  const bool by_hub = settlement_.reason == kTooManyAttempts;
  return NoticeRecord(
      *settlement_.notice,
      by_hub ? kHubPrincipal : absl::string_view(settlement_.key.authority),
      settlement_.to == DeliveryState::kHandedOver ? kNoticeTaken : settlement_.reason,
      now);
}

void SettleCommand::Decide(Draft& draft) {
  const DeliveryRecord* found = draft.FindDelivery(settlement_.key);
  outcome_ = Check(found);
  if (absl::IsAlreadyExists(outcome_) &&
      draft.IsNewEntry(*found->settled_log, *found->settled_entry)) {
    outcome_ = absl::OkStatus();  // settled by a command before this one in the batch
    address_ = {*found->settled_log, *found->settled_entry};
    return;
  }
  if (!outcome_.ok()) return;
  DeliveryRecord row = *found;
  address_ = settlement_.notice.has_value()
                 ? draft.AppendAudit(MakeRecord(draft.now()), 0, row.authority)
                 : draft.AppendEvidence(MakeEvidence(draft.now()), row.key_id, row.authority);
  row.state = settlement_.to;
  row.settled_log = address_.log;
  row.settled_entry = address_.index;
  row.dead_reason = settlement_.reason;
  row.statement = settlement_.statement;
  row.statement_signature = settlement_.signature;
  draft.PutDelivery(std::move(row));
}

void SettleCommand::Committed(const BatchReceipts& receipts) {
  if (!outcome_.ok()) return done_(outcome_);
  done_(settlement_.notice.has_value() ? v1::Receipt() : receipts.Make(address_));
}

std::unique_ptr<Command> SettleNoticeCommand(
    DeliveryKey key, v1::Notice notice, DeliveryState to, std::string reason, SettleDone done) {
  Settlement settlement;
  settlement.key = std::move(key);
  settlement.to = to;
  settlement.reason = std::move(reason);
  settlement.notice = std::move(notice);
  return std::make_unique<SettleCommand>(std::move(settlement), std::move(done));
}

absl::StatusOr<v1::Receipt> LoadSettlement(Snapshot& snapshot, const DeliveryKey& key) {
  ROG_ASSIGN_OR_RETURN(const DeliveryRecord row, snapshot.GetDelivery(key));
  if (row.state == DeliveryState::kOpen) return Error(Reason::NOT_FOUND);
  if (row.IsNotice()) return v1::Receipt();
  ROG_ASSIGN_OR_RETURN(const EntryRecord entry,
                       snapshot.GetEntry(*row.settled_log, *row.settled_entry));
  return LoadReceipt(snapshot, entry);
}

RequeueCommand::RequeueCommand(const Caller& caller,
                               const v1::RequeueDeadLetterRequest& request,
                               Done done)
    : request_{caller.identity, request.request_id()},
      request_sha256_(Sha256(
          {kRequeueMethod, "\n", request.authority(), "\n", absl::StrCat(request.position())})),
      delivery_{request.authority(), request.position()},
      done_(std::move(done)) {}

void RequeueCommand::Declare(BatchKeys& keys) const {
  keys.requests.push_back(request_);
  keys.deliveries.push_back(delivery_);
}

void RequeueCommand::Decide(Draft& draft) {
  if (const RequestRecord* done_before = draft.FindRequest(request_)) {
    if (done_before->request_sha256 != request_sha256_) {
      outcome_ = Error(Reason::ACT_ID_REUSED).Field("request_id").Accepted("a new request id");
    }
    return;
  }
  const DeliveryRecord* row = draft.FindDelivery(delivery_);
  if (row == nullptr || row->state != DeliveryState::kDead) {
    outcome_ = NotFound("the position of a dead letter");
    return;
  }
  Requeue(*row, draft);
}

// The E.2 stays in the log; the row names it no longer, so that the next settlement stands alone.
void RequeueCommand::Requeue(DeliveryRecord row, Draft& draft) const {
  AuditRecord record;
  record.operation = AuditOperation::kAdministration;
  record.instant = draft.now();
  record.principal = request_.principal;
  record.method = std::string(kRequeueMethod);
  record.object = row.IsNotice() ? row.authority : row.act_id;
  record.outcome = "OK";
  draft.AppendAudit(record, 0, "");
  row.state = DeliveryState::kOpen;
  row.attempts = 0;
  row.settled_log.reset();
  row.settled_entry.reset();
  row.dead_reason.clear();
  draft.PutDelivery(std::move(row));
  draft.AddRequest({request_, request_sha256_, ""});
}

}  // namespace rogatoria::delivery
