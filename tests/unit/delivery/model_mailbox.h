// A mailbox in memory that answers what a dispatcher asks of the store, and carries its reads out.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "services/delivery/dispatcher.h"

namespace rogatoria::delivery {

class ModelMailbox {
 public:
  // Adds an open row; returns its position.
  uint64_t Add(const std::string& case_id,
               v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED) {
    DeliveryRecord row;
    row.authority = "co-fgn";
    row.position = rows_.size() + 1;
    row.case_id = case_id;
    row.case_position = ++case_counts_[case_id];
    row.act_id = "pt-pgr/" + std::to_string(row.position);
    row.urgency = urgency;
    rows_[row.position] = row;
    return row.position;
  }
  uint64_t AddNotice(v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED) {
    DeliveryRecord row;
    row.authority = "co-fgn";
    row.position = rows_.size() + 1;
    row.urgency = urgency;
    rows_[row.position] = row;
    return row.position;
  }
  void SetState(uint64_t position, DeliveryState state) { rows_.at(position).state = state; }
  const DeliveryRecord& row(uint64_t position) const { return rows_.at(position); }
  DeliveryRecord& row(uint64_t position) { return rows_.at(position); }
  size_t size() const { return rows_.size(); }

  bool IsFirstOpenOfCase(const DeliveryRecord& row) const {
    if (row.IsNotice()) return row.state == DeliveryState::kOpen;
    for (const auto& [position, other] : rows_) {
      if (position >= row.position) break;
      if (other.case_id == row.case_id && other.state == DeliveryState::kOpen) return false;
    }
    return row.state == DeliveryState::kOpen;
  }

  std::vector<DeliveryRecord> Read(const MailboxRead& read) const {
    std::vector<DeliveryRecord> found;
    for (const auto& [position, row] : rows_) {
      if (found.size() == read.limit) break;
      if (Matches(read, row)) found.push_back(row);
    }
    return found;
  }

  // Does every read, then gives the next assignment.
  std::optional<Assignment> Next(Dispatcher& dispatcher, Instant now) {
    while (auto read = dispatcher.NextRead()) dispatcher.Took(*read, Read(*read), now);
    return dispatcher.Assign(now);
  }

  // As a settlement that reached the disk.
  void Settle(Dispatcher& dispatcher,
              uint64_t position,
              DeliveryState state = DeliveryState::kHandedOver) {
    dispatcher.BeginSettle(position);
    SetState(position, state);
    dispatcher.Settled(position, row(position).case_id);
  }

 private:
  bool Matches(const MailboxRead& read, const DeliveryRecord& row) const {
    switch (read.kind) {
      case MailboxRead::Kind::kDeliverable:
        return row.position > read.after && row.urgency == read.urgency && IsFirstOpenOfCase(row);
      case MailboxRead::Kind::kNextOfCase:
        return row.case_id == read.case_id && !row.IsNotice() && IsFirstOpenOfCase(row);
      case MailboxRead::Kind::kObserved:
        return row.position > read.after;
    }
    return false;
  }

  std::map<uint64_t, DeliveryRecord> rows_;
  std::map<std::string, uint64_t> case_counts_;
};

}  // namespace rogatoria::delivery
