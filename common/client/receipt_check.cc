#include "common/client/receipt_check.h"

#include "common/base/error.h"
#include "common/crypto/digest.h"
#include "common/receipt/receipt.h"

namespace rogatoria::client {

absl::Status CheckReceipts(const google::protobuf::RepeatedPtrField<v1::Receipt>& receipts,
                           absl::string_view header,
                           const std::vector<std::string>& log_keys) {
  const std::string digest = ToHex(Sha256(header));
  for (const v1::Receipt& receipt : receipts) {
    const auto verified = VerifyReceipt(receipt.content(), log_keys);
    if (verified.ok() && verified->evidence.header_sha256 == digest &&
        verified->evidence.event == receipt.event()) {
      continue;
    }
    return Error(Reason::RECEIPT_NOT_VALID)
        .Field(EventCode(receipt.event()))
        .Accepted(
            "a receipt that verifies under the log key of the profile and names this act's header");
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::client
