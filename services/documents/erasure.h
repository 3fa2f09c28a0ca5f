// How the bytes of a document go, in two steps that a crash may part: its row says ERASED and asks
// to be looked at, so that nobody reads or attaches it any more; then the bytes are removed, and
// their removal is recorded.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/ledger/commit_queue.h"
#include "common/storage/document_store.h"
#include "common/storage/documents.h"

namespace rogatoria::documents {

// Who does it, as its record will say.
struct Eraser {
  std::string principal = {};  // empty: the hub
  std::string method;
  std::string authority = {};
};

// The first step, within a change.
void MarkErased(Draft& draft, DocumentRecord document);

// The second; again, nothing. REQUIRES: a thread that may block.
absl::Status RemoveErased(DocumentStore& bytes,
                          CommitQueue& queue,
                          const std::string& document_id,
                          const Eraser& eraser);

}  // namespace rogatoria::documents
