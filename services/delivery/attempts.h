// Remembers across restarts how often a row was given out, from the second time on (decisions.md
// 22).
#pragma once

#include <utility>

#include "common/ledger/command.h"

namespace rogatoria::delivery {

// Nobody waits for it: when it fails, the row gets an attempt more than allowed.
class AttemptCommand final : public Command {
 public:
  AttemptCommand(DeliveryKey key, uint32_t attempt) : key_(std::move(key)), attempt_(attempt) {}

  void Declare(BatchKeys& keys) const override { keys.deliveries.push_back(key_); }
  void Decide(Draft& draft) override;
  void Committed(const BatchReceipts&) override {}
  void Failed(const absl::Status&) override {}

 private:
  const DeliveryKey key_;
  const uint32_t attempt_;
};

}  // namespace rogatoria::delivery
