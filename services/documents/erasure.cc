#include "services/documents/erasure.h"

#include <utility>

#include "common/base/status_macros.h"
#include "common/ledger/custody.h"
#include "services/documents/document_change.h"

namespace rogatoria::documents {

void MarkErased(Draft& draft, DocumentRecord document) {
  document.state = v1::DOCUMENT_STATE_ERASED;
  document.look_at = draft.now();
  draft.PutDocument(std::move(document));
}

absl::Status RemoveErased(DocumentStore& bytes,
                          CommitQueue& queue,
                          const std::string& document_id,
                          const Eraser& eraser) {
  ROG_RETURN_IF_ERROR(bytes.Remove(document_id));
  DocumentChange change{.document_id = document_id};
  change.decide = [&](Draft& draft, const DocumentRecord* known) {
    if (!known->look_at.has_value()) return absl::OkStatus();
    DocumentRecord document = *known;
    document.look_at.reset();
    draft.PutDocument(document);
    RecordCustody(draft,
                  document,
                  {v1::CUSTODY_EVENT_ERASED, eraser.principal, eraser.method, eraser.authority});
    return absl::OkStatus();
  };
  return CommitChange(queue, std::move(change));
}

}  // namespace rogatoria::documents
