#include "tests/simulation/notes.h"

#include "common/base/error.h"

namespace rogatoria::simulation {

bool IsTransient(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status);
}

SentAct& Notes::WillSend(const v1::SubmitActRequest& request, const v1::ActHeader& header) {
  SentAct& sent = acts[header.act_id()];
  if (sent.sends == 0) {
    sent.request = request;
    sent.header = header;
  }
  ++sent.sends;
  return sent;
}

void Notes::Answered(const std::string& act_id,
                     const absl::StatusOr<v1::SubmitActResponse>& answer) {
  SentAct& sent = acts.at(act_id);
  if (answer.ok()) {
    const std::string bytes = answer->SerializeAsString();
    if (sent.refused.has_value()) Violation("an act refused in law was accepted later: " + act_id);
    if (sent.accepted.value_or(bytes) != bytes) Violation("another answer to a retry: " + act_id);
    sent.accepted = bytes;
    for (const v1::Receipt& receipt : answer->receipts()) receipts.insert(receipt.content());
    return;
  }
  const auto details = GetErrorDetails(answer.status());
  if (details.has_value() && !details->evidence.empty()) {
    if (sent.accepted.has_value()) Violation("an accepted act was refused later: " + act_id);
    if (sent.refused.value_or(answer.status()) != answer.status()) {
      Violation("another refusal to a retry: " + act_id);
    }
    sent.refused = answer.status();
    receipts.insert(details->evidence);
    return;
  }
  if (IsTransient(answer.status())) return;
  if (sent.answered()) {
    Violation(absl::StrCat(
        "a retry was not answered as before: ", act_id, ": ", answer.status().ToString()));
  }
  ++sent.plain_refusals;
}

void Notes::AnsweredSettlement(const DeliveryKey& key,
                               DeliveryState state,
                               const absl::StatusOr<v1::Receipt>& answer) {
  if (!answer.ok()) return;
  SettledDelivery& row = settled[key];
  const std::string bytes = answer->SerializeAsString();
  const bool again = !row.receipt.empty() && !row.put_back;
  if (again && (row.receipt != bytes || row.state != state)) {
    Violation(absl::StrCat("settled twice: ", key.authority, " ", key.position));
  }
  // What was put back may be put back again by a request that is still on its way; an
  // acknowledgement is final.
  row = {bytes, state, row.put_back && state == DeliveryState::kDead};
  receipts.insert(answer->content());
}

void Notes::AnsweredReuse(const std::string& act_id, const absl::Status& answer) {
  const auto details = GetErrorDetails(answer);
  const bool refused = details.has_value() && details->reason == Reason::ACT_ID_REUSED;
  if (!refused && !IsTransient(answer)) {
    Violation("another act under the same id was not refused: " + act_id);
  }
}

}  // namespace rogatoria::simulation
