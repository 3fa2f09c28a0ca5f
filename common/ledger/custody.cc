#include "common/ledger/custody.h"

#include <utility>

#include "common/base/check.h"
#include "common/ledger/notices.h"

namespace rogatoria {
namespace {

// As Directive 2016/680 article 25 names them.
AuditOperation OperationOf(v1::CustodyEvent event) {
  switch (event) {
    case v1::CUSTODY_EVENT_UPLOADED:
      return AuditOperation::kCollection;
    case v1::CUSTODY_EVENT_ATTACHED:
      return AuditOperation::kCombination;
    case v1::CUSTODY_EVENT_DOWNLOADED:
    case v1::CUSTODY_EVENT_FORWARDED:
      return AuditOperation::kDisclosure;
    case v1::CUSTODY_EVENT_OPENED:
      return AuditOperation::kConsultation;
    case v1::CUSTODY_EVENT_ERASED:
      return AuditOperation::kErasure;
    default:
      break;
  }
  ROG_CHECK(false, "a step of custody without an event");
  return AuditOperation::kAdministration;
}

}  // namespace

void RecordCustody(Draft& draft, const DocumentRecord& document, CustodyStep step) {
  AuditRecord record;
  record.operation = OperationOf(step.event);
  record.instant = draft.now();
  record.principal =
      step.principal.empty() ? std::string(kHubPrincipal) : std::move(step.principal);
  record.method = std::move(step.method);
  record.object = document.document_id;
  record.outcome = "OK";
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
