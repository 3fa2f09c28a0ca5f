// The documents that an act attaches: uploaded by its sender, whole, and attached to no other act.
// In the transaction of the act.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "common/ledger/draft.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria::exchange {

void DeclareDocuments(const v1::ActHeader& header, BatchKeys& keys);

// DOCUMENT_NOT_UPLOADED, DOCUMENT_ATTACHED, DIGEST_MISMATCH for another size: nothing is recorded
// of the act, which can be sent again once its documents are there.
absl::Status CheckDocuments(const Draft& draft, const v1::ActHeader& header);

// The act is accepted: its documents are its own from now on, and the chain of custody of each says
// so. Where the case is handed on, that of each of its documents says to whom. `key_id`: the case's
// data key.
void AttachDocuments(Draft& draft,
                     const v1::ActHeader& header,
                     const std::string& identity,
                     uint64_t key_id);

}  // namespace rogatoria::exchange
