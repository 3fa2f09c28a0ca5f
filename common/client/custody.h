// The chain of custody of a document, held against the log's proofs: what the hub says of each step
// is only its word until the log's audit record says the same and is proven under the log's key.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

#include "rogatoria/v1/document_service.pb.h"

namespace rogatoria::client {

struct CustodyStep {
  v1::CustodyEntry entry;
  std::string principal;  // who called, as the record says; empty when the record is erased
  // RECEIPT_NOT_VALID when the proof does not hold, or the record speaks of something else. OK also
  // for a record that was erased, of which nothing can be proven any more.
  absl::Status status;
};

// Pure: needs no network.
std::vector<CustodyStep> CheckCustody(const v1::ListCustodyResponse& custody,
                                      const std::string& log_key);

}  // namespace rogatoria::client
