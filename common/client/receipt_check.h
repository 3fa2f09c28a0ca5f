// Receipts as they arrive: an office keeps none that does not prove what it should. The hub's word
// alone is not enough, whoever runs it (decisions.md 5, protocol.md 9).
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

#include "rogatoria/v1/receipt.pb.h"

namespace rogatoria::client {

// Each receipt verifies under one of the log's keys and speaks of exactly these header bytes.
// RECEIPT_NOT_VALID naming the event otherwise. Pure; thread-safe.
absl::Status CheckReceipts(const google::protobuf::RepeatedPtrField<v1::Receipt>& receipts,
                           absl::string_view header,
                           const std::vector<std::string>& log_keys);

}  // namespace rogatoria::client
