#include "services/delivery/fresh_acts.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace rogatoria::delivery {
namespace {

absl::StatusOr<FreshAct> MakeFromBatch(const DeliveryRecord& row,
                                       const ActRecord& act,
                                       const BatchReceipts& receipts) {
  const std::vector<EntryRecord>& entries = receipts.changes().entries;
  return MakeFreshAct(row,
                      act,
                      entries[act.first_entry - entries.front().index],
                      receipts.Make({act.log, act.first_entry}),
                      receipts.Make({row.log, row.consigned_entry}));
}

size_t SizeOf(const FreshAct& act) {
  return act.message.ByteSizeLong();
}

}  // namespace

absl::StatusOr<FreshAct> MakeFreshAct(const DeliveryRecord& row,
                                      const ActRecord& act,
                                      const EntryRecord& accepted,
                                      const v1::Receipt& acceptance,
                                      const v1::Receipt& consignment) {
  if (accepted.record.empty()) return Error(Reason::NOT_FOUND);
  FreshAct fresh;
  ROG_ASSIGN_OR_RETURN(fresh.delivered.acceptance, ParseEvidence(accepted.record));
  fresh.row = row;
  v1::ReceiveResponse::Delivery& delivery = *fresh.message.mutable_delivery();
  delivery.set_position(row.position);
  *delivery.mutable_act() = act.act;
  delivery.set_case_position(row.case_position);
  delivery.set_disposition(act.disposition);
  *delivery.add_receipts() = acceptance;
  *delivery.add_receipts() = consignment;
  return fresh;
}

absl::StatusOr<FreshAct> MakeFreshNotice(const DeliveryRecord& row) {
  if (row.notice.empty()) return Error(Reason::NOT_FOUND);
  FreshAct fresh;
  fresh.row = row;
  v1::ReceiveResponse::Delivery& delivery = *fresh.message.mutable_delivery();
  delivery.set_position(row.position);
  if (!delivery.mutable_notice()->ParseFromString(row.notice)) {
    return absl::DataLossError("a notice does not decode");
  }
  fresh.delivered.notice = delivery.notice();
  return fresh;
}

std::vector<FreshAct> FreshActsFor(const std::string& authority, const BatchReceipts& receipts) {
  const BatchChanges& changes = receipts.changes();
  std::vector<FreshAct> fresh;
  auto act = changes.new_acts.begin();  // acts and their deliveries come in the same order
  for (const DeliveryRecord& row : changes.new_deliveries) {
    while (!row.IsNotice() && act != changes.new_acts.end() && act->act_id != row.act_id) ++act;
    if (!row.IsNotice() && act == changes.new_acts.end()) return {};
    if (row.authority != authority) continue;
    absl::StatusOr<FreshAct> made =
        row.IsNotice() ? MakeFreshNotice(row) : MakeFromBatch(row, *act, receipts);
    if (!made.ok()) return {};
    fresh.push_back(*std::move(made));
  }
  return fresh;
}

void FreshActs::Put(FreshAct act) {
  const size_t size = SizeOf(act);
  if (size > kMaxBytes) return;
  while (bytes_ + size > kMaxBytes) Drop(acts_.begin());
  const uint64_t position = act.row.position;
  if (acts_.emplace(position, std::move(act)).second) bytes_ += size;
}

std::optional<FreshAct> FreshActs::Take(uint64_t position) {
  const auto found = acts_.find(position);
  if (found == acts_.end()) return std::nullopt;
  bytes_ -= SizeOf(found->second);
  FreshAct act = std::move(found->second);
  acts_.erase(found);
  return act;
}

void FreshActs::Drop(std::map<uint64_t, FreshAct>::iterator act) {
  bytes_ -= SizeOf(act->second);
  acts_.erase(act);
}

void FreshActs::Clear() {
  acts_.clear();
  bytes_ = 0;
}

}  // namespace rogatoria::delivery
