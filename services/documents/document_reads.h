// What the calls read of the store: a document that the caller may see, its entry for the wire, its
// custody with proofs.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/model/caller.h"
#include "common/storage/store.h"

#include "rogatoria/v1/document_service.pb.h"

namespace rogatoria::documents {

absl::Status DocumentNotFound();

// The caller's own, or one of an act that it may read; DOCUMENT_NOT_FOUND for all others.
absl::StatusOr<DocumentRecord> FindReadable(Snapshot& snapshot,
                                            const Caller& caller,
                                            const std::string& document_id);

v1::DocumentInfo Describe(const DocumentRecord& document);

// ACT_NOT_FOUND for an act that the caller may not read.
absl::StatusOr<v1::ListDocumentsResponse> ListDocuments(Snapshot& snapshot,
                                                        const Caller& caller,
                                                        const std::string& act_id);

// Whether the caller's system said since then that it opened the document.
absl::StatusOr<bool> SaidOpened(Snapshot& snapshot,
                                const Caller& caller,
                                const std::string& document_id,
                                Instant since);

// Each step with its leaf's proof under the head that was signed with it.
absl::StatusOr<v1::ListCustodyResponse> ListCustody(Snapshot& snapshot,
                                                    const DocumentRecord& document);

}  // namespace rogatoria::documents
