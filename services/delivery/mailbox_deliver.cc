// The delivering half of a mailbox: reading pages and putting acts and notices on streams.
#include <utility>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/ledger/receipts.h"
#include "services/delivery/attempts.h"
#include "services/delivery/mailbox.h"

namespace rogatoria::delivery {
namespace {

// Steps a mailbox may take before the next one has its turn.
constexpr int kStepsATurn = 64;

}  // namespace

absl::StatusOr<Snapshot*> TurnSnapshot::Get() {
  if (snapshot_ == nullptr) {
    ROG_ASSIGN_OR_RETURN(snapshot_, store_.OpenSnapshot());
  }
  return snapshot_.get();
}

bool Mailbox::Deliver() {
  TurnSnapshot snapshot(owner_.world().store);
  for (int step = 0; step < kStepsATurn; ++step) {
    if (const std::optional<MailboxRead> read = dispatcher_.NextRead()) {
      if (Read(snapshot, *read).ok()) continue;
      // The store cannot be read now: what was lost of our place is found again at the next look.
      dispatcher_.Rescan();
      return false;
    }
    const std::optional<Assignment> assignment = dispatcher_.Assign(Now());
    if (!assignment.has_value()) return false;
    const absl::Status sent = Send(snapshot, *assignment);
    if (!sent.ok()) GiveBack(*assignment, sent);
  }
  return true;
}

absl::Status Mailbox::Read(TurnSnapshot& turn, const MailboxRead& read) {
  ROG_ASSIGN_OR_RETURN(Snapshot* const found, turn.Get());
  Snapshot& snapshot = *found;
  absl::StatusOr<std::vector<DeliveryRecord>> rows;
  switch (read.kind) {
    case MailboxRead::Kind::kDeliverable:
      rows = snapshot.ListDeliverable(authority_, read.urgency, read.after, read.limit);
      break;
    case MailboxRead::Kind::kNextOfCase:
      rows = snapshot.ListOpenOfCase(authority_, read.case_id, read.limit);
      break;
    case MailboxRead::Kind::kObserved:
      rows = snapshot.ListDeliveries(authority_, read.after, read.limit);
      break;
  }
  ROG_RETURN_IF_ERROR(rows.status());
  dispatcher_.Took(read, *rows, Now());
  return absl::OkStatus();
}

absl::Status Mailbox::Send(TurnSnapshot& turn, const Assignment& assignment) {
  auto member = members_.find(assignment.stream);
  if (member == members_.end()) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(v1::ReceiveResponse message, MakeDelivery(turn, assignment));
  const bool writable = member->second.stream->Send(std::move(message));
  dispatcher_.SetWritable(assignment.stream, writable);
  if (assignment.leased && assignment.attempt > 1) {
    owner_.world().queue.Submit(
        std::make_unique<AttemptCommand>(KeyOf(assignment.row.position), assignment.attempt));
  }
  return absl::OkStatus();
}

absl::StatusOr<FreshAct> Mailbox::LoadAct(Snapshot& snapshot, const DeliveryRecord& row) {
  ROG_ASSIGN_OR_RETURN(ActRecord act, snapshot.GetAct(row.act_id));
  ROG_ASSIGN_OR_RETURN(const EntryRecord accepted, snapshot.GetEntry(act.log, act.first_entry));
  ROG_ASSIGN_OR_RETURN(const EntryRecord consigned,
                       snapshot.GetEntry(row.log, row.consigned_entry));
  ROG_ASSIGN_OR_RETURN(const v1::Receipt acceptance, LoadReceipt(snapshot, accepted));
  ROG_ASSIGN_OR_RETURN(const v1::Receipt consignment, LoadReceipt(snapshot, consigned));
  return MakeFreshAct(row, act, accepted, acceptance, consignment);
}

absl::StatusOr<FreshAct> Mailbox::Load(Snapshot& snapshot, const DeliveryRecord& row) {
  if (!row.IsNotice()) return LoadAct(snapshot, row);
  ROG_ASSIGN_OR_RETURN(const DeliveryRecord whole, snapshot.GetDelivery(KeyOf(row.position)));
  return MakeFreshNotice(whole);
}

absl::StatusOr<v1::ReceiveResponse> Mailbox::MakeDelivery(TurnSnapshot& turn,
                                                          const Assignment& assignment) {
  const DeliveryRecord& row = assignment.row;
  std::optional<FreshAct> act = fresh_.Take(row.position);
  if (!act.has_value()) {
    ROG_ASSIGN_OR_RETURN(Snapshot* const snapshot, turn.Get());
    ROG_ASSIGN_OR_RETURN(act, Load(*snapshot, row));
  }
  bool gap = false;  // nothing lies before the first act of a case, or before a notice
  if (row.case_position > 1) {
    ROG_ASSIGN_OR_RETURN(Snapshot* const snapshot, turn.Get());
    ROG_ASSIGN_OR_RETURN(gap, snapshot->HasGapBefore(row));
  }
  v1::ReceiveResponse::Delivery& delivery = *act->message.mutable_delivery();
  delivery.set_attempt(assignment.attempt);
  delivery.set_gap_before(gap);
  if (assignment.leased) Remember(row.position, std::move(act->delivered));
  return std::move(act->message);
}

void Mailbox::GiveBack(const Assignment& assignment, const absl::Status& status) {
  dispatcher_.Undo(assignment);
  // What was erased is not there any more, for nobody; an observer goes past it. Otherwise it opens
  // its stream again, with its own cursor.
  auto member = members_.find(assignment.stream);
  if (assignment.leased || absl::IsNotFound(status) || member == members_.end()) return;
  member->second.stream->End(status);
}

}  // namespace rogatoria::delivery
