#include "services/documents/keeper.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/status_macros.h"
#include "services/documents/document_change.h"
#include "services/documents/erasure.h"

namespace rogatoria::documents {
namespace {

constexpr char kMethod[] = "documents/keeper";
constexpr absl::Duration kNextLook = absl::Hours(24);
// How long a dead letter may be put back with its documents; they count against their sender's
// quota.
constexpr absl::Duration kDeadLetterLife = absl::Hours(24 * 365);

using Taken = absl::StatusOr<std::optional<Instant>>;

// When the act was taken over in each mailbox; nullopt while one has not. A dead letter counts as
// taken over once its life is over: until then who puts it back wants its documents too.
Taken ActTakenOver(Snapshot& snapshot, const std::string& act_id) {
  ROG_ASSIGN_OR_RETURN(const auto rows, snapshot.ListDeliveriesOfAct(act_id));
  Instant last;
  for (const DeliveryRecord& row : rows) {
    const bool settled = row.settled_log.has_value() && row.settled_entry.has_value();
    if (row.state == DeliveryState::kOpen || !settled) return std::nullopt;
    ROG_ASSIGN_OR_RETURN(const BatchRecord batch,
                         snapshot.GetBatchOfEntry(*row.settled_log, *row.settled_entry));
    const bool dead = row.state == DeliveryState::kDead;
    last = std::max(last, dead ? batch.instant + kDeadLetterLife : batch.instant);
  }
  return last;
}

// The act, and the notices by which its case was handed on to others after it.
Taken TakenOver(Snapshot& snapshot, const DocumentRecord& document) {
  ROG_ASSIGN_OR_RETURN(std::optional<Instant> last, ActTakenOver(snapshot, document.act_id));
  ROG_ASSIGN_OR_RETURN(const CaseRecord of_case, snapshot.GetCase(document.case_id));
  for (const Party& party : of_case.parties) {
    if (!last.has_value()) return last;
    if (party.joined_at == 0) continue;
    ROG_ASSIGN_OR_RETURN(const auto notices,
                         snapshot.ListActs(document.case_id, party.joined_at - 1, 1));
    if (notices.empty()) return absl::DataLossError("a party joined by an act that is not there");
    ROG_ASSIGN_OR_RETURN(const auto told, ActTakenOver(snapshot, notices.front().act_id));
    last = told.has_value() ? std::optional<Instant>(std::max(*last, *told)) : std::nullopt;
  }
  return last;
}

}  // namespace

absl::Status Keeper::Erase(const std::string& document_id) {
  DocumentChange change{.document_id = document_id};
  change.decide = [](Draft& draft, const DocumentRecord* known) {
    // An act may have attached it since.
    const bool due = known->look_at.has_value() && *known->look_at <= draft.now();
    if (due && known->state != v1::DOCUMENT_STATE_ERASED) MarkErased(draft, *known);
    return absl::OkStatus();
  };
  ROG_RETURN_IF_ERROR(CommitChange(queue_, std::move(change)));
  return absl::OkStatus();
}

absl::Status Keeper::Postpone(const std::string& document_id, Instant until) {
  DocumentChange change{.document_id = document_id};
  change.decide = [until](Draft& draft, const DocumentRecord* known) {
    DocumentRecord document = *known;
    document.look_at = until;
    draft.PutDocument(std::move(document));
    return absl::OkStatus();
  };
  return CommitChange(queue_, std::move(change));
}

absl::Status Keeper::LookAt(const DocumentRecord& document, Instant now) {
  if (document.state == v1::DOCUMENT_STATE_ERASED) {
    return RemoveErased(bytes_, queue_, document.document_id, {.method = kMethod});
  }
  if (document.state != v1::DOCUMENT_STATE_ATTACHED) return Erase(document.document_id);
  ROG_ASSIGN_OR_RETURN(const auto snapshot, store_.OpenSnapshot());
  ROG_ASSIGN_OR_RETURN(const auto taken, TakenOver(*snapshot, document));
  const Instant until = taken.has_value() ? *taken + options_.grace : now + kNextLook;
  if (until <= now) return Erase(document.document_id);
  // A dead letter may be put back and taken over since: then it is the grace from that.
  const Instant next = now + std::max(options_.grace, kNextLook);
  return Postpone(document.document_id, std::min(until, next));
}

absl::Status Keeper::Tick() {
  const Instant now = clock_.Now();
  absl::Status first;
  for (;;) {
    ROG_ASSIGN_OR_RETURN(auto snapshot, store_.OpenSnapshot());
    ROG_ASSIGN_OR_RETURN(const auto due, snapshot->ListDueDocuments(now, limits::kMaxDueRows));
    snapshot.reset();
    for (const DocumentRecord& document : due) first.Update(LookAt(document, now));
    if (due.empty() || !first.ok()) return first;
  }
}

}  // namespace rogatoria::documents
