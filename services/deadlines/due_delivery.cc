#include "services/deadlines/due_delivery.h"

#include <utility>

namespace rogatoria::deadlines {

DueDeliveryCommand::DueDeliveryCommand(const DeliveryRecord& seen,
                                       std::optional<Evidence> acceptance,
                                       DueDone done)
    : key_{seen.authority, seen.position},
      erased_(!acceptance.has_value()),
      done_(std::move(done)) {
  undelivered_.row = key_;
  if (acceptance.has_value()) undelivered_.acceptance = *std::move(acceptance);
  undelivered_.about.set_clock(v1::DEADLINE_CLOCK_RETRIEVE);
  if (seen.retrieve_by.has_value()) {
    undelivered_.about.set_due_unix_ms(seen.retrieve_by->unix_ms);
  }
}

void DueDeliveryCommand::Declare(BatchKeys& keys) const {
  if (erased_) {
    keys.deliveries.push_back(key_);
  } else {
    DeclareUndelivered(undelivered_, keys);
  }
}

void DueDeliveryCommand::Decide(Draft& draft) {
  const DeliveryRecord* row = draft.FindDelivery(key_);
  if (row == nullptr || !row->retrieve_by.has_value() || *row->retrieve_by >= draft.now()) return;
  DeliveryRecord told = *row;
  told.retrieve_by = std::nullopt;
  if (!erased_) {
    // Given out already, and nobody acknowledged it; or nobody came for it at all.
    const bool given_out = row->attempts > 0;
    const auto recorded = given_out ? RecordNotDelivered(draft, undelivered_)
                                    : RecordNotRetrieved(draft, undelivered_);
    if (recorded.has_value()) told_.overdue.push_back(v1::DEADLINE_CLOCK_RETRIEVE);
  }
  draft.PutDelivery(std::move(told));
}

}  // namespace rogatoria::deadlines
