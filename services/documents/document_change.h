// A change of one document, decided in the commit pipeline: for calls that may block.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "common/ledger/commit_queue.h"
#include "common/storage/documents.h"

namespace rogatoria::documents {

struct DocumentChange {
  std::string document_id;
  std::optional<UsageKey> usage = {};  // whose quotas are looked at
  // On the pipeline's thread. `document`: as it stands, nullptr when there is none. Checks first,
  // then writes.
  std::function<absl::Status(Draft& draft, const DocumentRecord* document)> decide = {};
};

// Commits it and waits until it is on disk: what `decide` returned, or the failures of the pipeline
// (ledger/command.h).
absl::Status CommitChange(CommitQueue& queue, DocumentChange change);

}  // namespace rogatoria::documents
