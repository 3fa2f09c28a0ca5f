// The delivering half of a mailbox: reading pages and putting acts on streams.
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

bool Mailbox::Deliver() {
  std::unique_ptr<Snapshot> snapshot;
  for (int step = 0; step < kStepsATurn; ++step) {
    const std::optional<MailboxRead> read = dispatcher_.NextRead();
    std::optional<Assignment> assignment;
    if (!read.has_value()) assignment = dispatcher_.Assign(Now());
    if (!read.has_value() && !assignment.has_value()) return false;

    absl::Status status;
    if (snapshot == nullptr) {
      auto opened = owner_.world().store.OpenSnapshot();
      status = opened.status();
      if (opened.ok()) snapshot = *std::move(opened);
    }
    if (status.ok())
      status = read.has_value() ? Read(*snapshot, *read) : Send(*snapshot, *assignment);
    if (status.ok()) continue;
    // The store cannot be read now: what was lost of our place is found again at the next look.
    if (assignment.has_value()) {
      GiveBack(*assignment, status);
    } else {
      dispatcher_.Rescan();
      return false;
    }
  }
  return true;
}

absl::Status Mailbox::Read(Snapshot& snapshot, const MailboxRead& read) {
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

absl::Status Mailbox::Send(Snapshot& snapshot, const Assignment& assignment) {
  auto member = members_.find(assignment.stream);
  if (member == members_.end()) return absl::OkStatus();
  ROG_ASSIGN_OR_RETURN(v1::ReceiveResponse message, MakeDelivery(snapshot, assignment));
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

absl::StatusOr<v1::ReceiveResponse> Mailbox::MakeDelivery(Snapshot& snapshot,
                                                          const Assignment& assignment) {
  const DeliveryRecord& row = assignment.row;
  std::optional<FreshAct> act = fresh_.Take(row.position);
  if (!act.has_value()) {
    ROG_ASSIGN_OR_RETURN(act, LoadAct(snapshot, row));
  }
  bool gap = false;  // nothing lies before the first act of a case
  if (row.case_position > 1) {
    ROG_ASSIGN_OR_RETURN(gap, snapshot.HasGapBefore(row));
  }
  v1::ReceiveResponse::Delivery& delivery = *act->message.mutable_delivery();
  delivery.set_attempt(assignment.attempt);
  delivery.set_gap_before(gap);
  if (assignment.leased) Remember(row.position, std::move(act->acceptance));
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
