#include "services/delivery/attempts.h"

namespace rogatoria::delivery {

void AttemptCommand::Decide(Draft& draft) {
  const DeliveryRecord* row = draft.FindDelivery(key_);
  if (row == nullptr || row->state != DeliveryState::kOpen || row->attempts >= attempt_) return;
  DeliveryRecord counted = *row;
  counted.attempts = attempt_;
  draft.PutDelivery(std::move(counted));
}

}  // namespace rogatoria::delivery
