// The external ledger: what the clients of a simulated hub wrote down, before they sent and after
// they were answered. The checker holds the hub to it. Knows nothing of the hub's inside.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/storage/store.h"

#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::simulation {

// An act that was sent, perhaps several times, always as the same bytes.
struct SentAct {
  v1::SubmitActRequest request;
  v1::ActHeader header;
  int sends = 0;
  int plain_refusals = 0;               // answers that promise that nothing was recorded
  std::optional<std::string> accepted;  // the answer, serialised
  std::optional<absl::Status> refused;  // in law, with its A.2

  bool answered() const { return accepted.has_value() || refused.has_value(); }
};

// A delivery that a consumer settled.
struct SettledDelivery {
  std::string receipt;  // E.1 or E.2, serialised
  DeliveryState state = DeliveryState::kOpen;
  bool put_back = false;  // by an operator, since
};

class Notes {
 public:
  // Before sending.
  SentAct& WillSend(const v1::SubmitActRequest& request, const v1::ActHeader& header);
  // After the answer; whatever contradicts an earlier answer is a violation.
  void Answered(const std::string& act_id, const absl::StatusOr<v1::SubmitActResponse>& answer);
  void AnsweredSettlement(const DeliveryKey& key,
                          DeliveryState state,
                          const absl::StatusOr<v1::Receipt>& answer);
  // Another act was sent under an id that was answered.
  void AnsweredReuse(const std::string& act_id, const absl::Status& answer);

  void Violation(const std::string& what) { violations.insert(what); }

  std::map<std::string, SentAct> acts;  // by act id
  std::map<DeliveryKey, SettledDelivery> settled;
  std::map<DeliveryKey, Bytes> notices;  // that the hub issued, as issued
  std::set<DeliveryKey> taken_notices;
  std::set<std::string> receipts;  // files that clients were given
  std::set<std::string> heads;     // signed checkpoints that anybody saw
  std::set<std::string> violations;
};

// Answers that promise nothing: try again.
bool IsTransient(const absl::Status& status);

}  // namespace rogatoria::simulation
