// What the recipients of a simulation do with their mailboxes.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/ledger/evidence_of.h"
#include "tests/simulation/simulation.h"

namespace rogatoria::simulation {
namespace {

constexpr v1::UrgencyLevel kUrgencies[] = {
    v1::URGENCY_LEVEL_EMERGENCY, v1::URGENCY_LEVEL_URGENT, v1::URGENCY_LEVEL_UNSPECIFIED};

bool IsAddressedTo(const v1::ActHeader& header, const std::string& authority) {
  return std::any_of(header.recipients().begin(),
                     header.recipients().end(),
                     [&](const v1::Recipient& to) { return to.authority() == authority; });
}

}  // namespace

void Simulation::Consume() {
  const CastMember& member = AnyMember();
  const auto snapshot = Look();
  if (snapshot == nullptr) return;
  for (const v1::UrgencyLevel urgency : kUrgencies) {
    auto rows = snapshot->ListDeliverable(member.id, urgency, 0, 100);
    if (!rows.ok()) continue;
    std::erase_if(*rows, [](const DeliveryRecord& row) { return row.IsNotice(); });
    if (rows->size() > 8) rows->resize(8);
    if (rows->empty()) continue;
    const DeliveryRecord row = chance_.Pick(*rows);
    const auto act = snapshot->GetAct(row.act_id);
    if (!act.ok()) return notes_.Violation("a delivery without its act: " + row.act_id);
    CheckOffered(*snapshot, row, *act);
    const auto acceptance = LoadAcceptance(*snapshot, *act);
    if (!acceptance.ok()) return notes_.Violation("a delivery without its A.1: " + row.act_id);
    const KnownDelivery known{{row.authority, row.position}, *acceptance};
    deliveries_.push_back(known);
    const uint64_t drawn = chance_.Below(100);
    if (drawn < 15) return;  // the consumer dies of it; the lease ends
    return Settle(known, drawn < 85 ? DeliveryState::kHandedOver : DeliveryState::kDead);
  }
}

// What a consumer sees of a delivery, against what was sent and what it settled before.
void Simulation::CheckOffered(Snapshot& snapshot, const DeliveryRecord& row, const ActRecord& act) {
  const auto settled = notes_.settled.find({row.authority, row.position});
  if (settled != notes_.settled.end() && !settled->second.put_back) {
    notes_.Violation(
        absl::StrCat("settled and offered as new: ", row.authority, " ", row.position));
  }
  const auto sent = notes_.acts.find(row.act_id);
  if (sent == notes_.acts.end() ||
      sent->second.request.act().SerializeAsString() != act.act.SerializeAsString()) {
    return notes_.Violation("delivered what nobody sent: " + row.act_id);
  }
  if (!IsAddressedTo(sent->second.header, row.authority)) {
    notes_.Violation("delivered to somebody else: " + row.act_id);
  }
  if (sent->second.refused.has_value()) notes_.Violation("delivered though refused: " + row.act_id);
  const auto mailbox = snapshot.ListDeliveries(row.authority, 0, 1000);
  for (const DeliveryRecord& earlier : *mailbox) {
    if (earlier.position < row.position && earlier.case_id == row.case_id &&
        earlier.state == DeliveryState::kOpen) {
      notes_.Violation("delivered before an earlier act of its case: " + row.act_id);
    }
  }
}

void Simulation::Settle(const KnownDelivery& known, DeliveryState to) {
  const auto done =
      [this, key = known.key, to, lost = chance_.Chance(10)](absl::StatusOr<v1::Receipt> answer) {
        if (lost) return;
        if (absl::IsAlreadyExists(answer.status())) {
          const auto snapshot = hub_.Read();
          if (!snapshot.ok()) return;
          answer = delivery::LoadSettlement(**snapshot, key);
        }
        if (answer.ok()) ++(to == DeliveryState::kDead ? tally_.dead_letters : tally_.handed_over);
        notes_.AnsweredSettlement(key, to, answer);
      };
  const bool signed_statement = chance_.Chance(70);
  if (to == DeliveryState::kHandedOver) {
    hub_.Enqueue(delivery::AcknowledgeCommand(known.key,
                                              known.acceptance,
                                              signed_statement ? "statement" : "",
                                              signed_statement ? "signature" : "",
                                              done));
  } else {
    hub_.Enqueue(delivery::DeadLetterCommand(
        known.key,
        known.acceptance,
        chance_.Chance(50) ? std::string(kTooManyAttempts)
                           : RejectionReasonName(v1::REJECT_REASON_CANNOT_OPEN),
        done));
  }
}

// A late, a repeated or a contradicting settlement.
void Simulation::SettleAgain() {
  if (deliveries_.empty()) return;
  const KnownDelivery known = chance_.Pick(deliveries_);
  Settle(known, chance_.Chance(80) ? DeliveryState::kHandedOver : DeliveryState::kDead);
}

void Simulation::PutBack() {
  std::vector<DeliveryKey> dead;
  for (const auto& [key, row] : notes_.settled) {
    if (row.state == DeliveryState::kDead) dead.push_back(key);
  }
  if (dead.empty()) return;
  const DeliveryKey key = chance_.Pick(dead);
  notes_.settled[key].put_back = true;  // perhaps: the answer may be lost
  v1::RequeueDeadLetterRequest request;
  request.set_request_id(GenerateUuid(chance_, hub_.clock.Now()));
  request.set_authority(key.authority);
  request.set_position(key.position);
  const Caller operator_1{
      PrincipalKind::kOperator, "spiffe://rogatoria.example/operator/op-1", "", ""};
  hub_.Enqueue(std::make_unique<delivery::RequeueCommand>(
      operator_1, request, [this](const absl::Status& status) {
        tally_.put_back += status.ok() ? 1 : 0;
      }));
}

}  // namespace rogatoria::simulation
