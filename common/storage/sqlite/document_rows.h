// The tables of documents and of their custody: how rows are found, read and written.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/storage/documents.h"
#include "common/storage/sqlite/connection.h"

namespace rogatoria::sqlite {

// Inserted, or replaced whole.
absl::Status PutDocument(Connection& connection, const DocumentRecord& record);
// ALREADY_EXISTS when the entry is there.
absl::Status InsertCustody(Connection& connection, const CustodyRecord& record);

// NOT_FOUND when there is none.
absl::StatusOr<DocumentRecord> GetDocument(Connection& connection, absl::string_view document_id);
// Of several with one digest, one that no act attaches yet, if there is any.
absl::StatusOr<DocumentRecord> FindDocumentByDigest(Connection& connection,
                                                    const DocumentDigest& digest);
absl::StatusOr<DocumentUsage> GetDocumentUsage(Connection& connection, const UsageKey& key);

// As Snapshot's methods of these names.
absl::StatusOr<std::vector<DocumentRecord>> ListDocumentsOfAct(Connection& connection,
                                                               absl::string_view act_id);
absl::StatusOr<std::vector<DocumentRecord>> ListDocumentsOfCase(Connection& connection,
                                                                absl::string_view case_id,
                                                                size_t limit);
absl::StatusOr<std::vector<DocumentRecord>> ListDueDocuments(Connection& connection,
                                                             Instant until,
                                                             size_t limit);
absl::StatusOr<std::vector<CustodyRecord>> ListCustody(Connection& connection,
                                                       absl::string_view document_id);

}  // namespace rogatoria::sqlite
