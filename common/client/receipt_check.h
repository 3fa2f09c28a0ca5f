// Receipts as they arrive: an office keeps none that does not prove what it should. The hub's word
// alone is not enough, whoever runs it (decisions.md 5, protocol.md 9).
//
// A receipt is held against what the office itself verified: the exact header bytes and the
// certificate that signed them. A hub that hands out an act under another sender, or names another
// signer, has then put its log's signature under a false statement, or is caught here. Whether that
// certificate is registered for that authority is known to the hub alone (docs/threat-model.md).
//
// Pure; thread-safe. RECEIPT_NOT_VALID naming event and line of the evidence: "D.1 signer-sha256".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/receipt.pb.h"

namespace rogatoria::client {

using Receipts = google::protobuf::RepeatedPtrField<v1::Receipt>;

// What receipts are held against.
struct KnownAct {
  Bytes header;               // the exact bytes
  std::string signer_sha256;  // hexadecimal, of the certificate whose signature over them was
                              // verified; empty: who signed is not compared
};

// Each receipt verifies under one of the log's keys and says of the act what its header says.
absl::Status CheckReceipts(const Receipts& receipts,
                           const KnownAct& act,
                           const std::vector<std::string>& log_keys);
// The same, and the A.1 and a D.1 for each recipient are among them: what a sender gets.
absl::Status CheckSubmission(const Receipts& receipts,
                             const KnownAct& act,
                             const std::vector<std::string>& log_keys);
// The same, and the A.1 and the D.1 of `recipient` are among them: what comes with a delivery.
absl::Status CheckDelivery(const Receipts& receipts,
                           const KnownAct& act,
                           const std::string& recipient,
                           const std::vector<std::string>& log_keys);
// The A.2 that came with a refusal: it verifies, speaks of the act, and gives the same reason. OK
// when none came: only refusals in law have one.
absl::Status CheckRefusal(const absl::Status& refusal,
                          const KnownAct& act,
                          const std::vector<std::string>& log_keys);
// When the hub accepted the act, as the A.1 among these says if it holds like the others: the
// instant at which the act's signature counts, for ever. nullopt when none holds.
std::optional<Instant> AcceptedAt(const Receipts& receipts,
                                  const KnownAct& act,
                                  const std::vector<std::string>& log_keys);
// Where the act stands in its case, by the same receipt; 0 when none holds.
uint64_t AcceptedPosition(const Receipts& receipts,
                          const KnownAct& act,
                          const std::vector<std::string>& log_keys);
// Where the act itself is not at hand: the receipt verifies and names this act.
absl::Status CheckReceiptOf(const v1::Receipt& receipt,
                            const std::string& act_id,
                            const std::vector<std::string>& log_keys);

}  // namespace rogatoria::client
