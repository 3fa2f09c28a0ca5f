// Acts and notices of a mailbox ready to be put on a stream, kept for the moment between their
// commit and their delivery: so that a delivery which follows at once reads nothing from the store.
// What is not here is read there, and is the same byte for byte (tested).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/ledger/receipts.h"
#include "common/model/evidence.h"
#include "common/storage/store.h"

#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria::delivery {

// What lies at a position, as its settlement needs it.
struct Delivered {
  Evidence acceptance;               // the A.1; of a notice: empty
  std::optional<v1::Notice> notice;  // of an act: none
};

struct FreshAct {
  DeliveryRecord row;
  v1::ReceiveResponse message;  // a delivery, but for attempt and gap_before
  Delivered delivered;
};

// From the rows: `accepted` is the act's first entry, and the receipts are its A.1 and this
// mailbox's D.1. DATA_LOSS or NOT_FOUND when the evidence cannot be read.
absl::StatusOr<FreshAct> MakeFreshAct(const DeliveryRecord& row,
                                      const ActRecord& act,
                                      const EntryRecord& accepted,
                                      const v1::Receipt& acceptance,
                                      const v1::Receipt& consignment);

// The same of a notice. NOT_FOUND when it was erased.
absl::StatusOr<FreshAct> MakeFreshNotice(const DeliveryRecord& row);

// What a batch just committed brought to the mailbox of `authority`, by position; nothing when one
// of them cannot be made.
std::vector<FreshAct> FreshActsFor(const std::string& authority, const BatchReceipts& receipts);

// Bounded in bytes: what lies longest is let go for what comes. Not thread-safe.
class FreshActs {
 public:
  static constexpr size_t kMaxBytes = 2 * 1024 * 1024;

  void Put(FreshAct act);
  std::optional<FreshAct> Take(uint64_t position);
  void Clear();

 private:
  void Drop(std::map<uint64_t, FreshAct>::iterator act);

  std::map<uint64_t, FreshAct> acts_;
  size_t bytes_ = 0;
};

}  // namespace rogatoria::delivery
