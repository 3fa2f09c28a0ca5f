#include "common/ledger/custody.h"

#include <utility>

#include "common/ledger/notices.h"
#include "common/model/custody.h"

namespace rogatoria {

void RecordCustody(Draft& draft, const DocumentRecord& document, CustodyStep step) {
  AuditRecord record;
  record.operation = OperationOf(step.event);
  record.instant = draft.now();
  record.principal =
      step.principal.empty() ? std::string(kHubPrincipal) : std::move(step.principal);
  record.method = std::move(step.method);
  record.object = document.document_id;
  record.outcome = "OK";
  record.custody = CustodyName(step.event);
  record.concerned = step.authority;
  const std::string& owner = step.authority.empty() ? document.owner : step.authority;
  const EntryAddress address = draft.AppendAudit(record, document.key_id, owner);
  draft.AddCustody({.document_id = document.document_id,
                    .log = address.log,
                    .index = address.index,
                    .event = step.event,
                    .authority = std::move(step.authority),
                    .instant = draft.now()});
}

}  // namespace rogatoria
