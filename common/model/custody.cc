#include "common/model/custody.h"

#include "common/base/check.h"

namespace rogatoria {

AuditOperation OperationOf(v1::CustodyEvent event) {
  switch (event) {
    case v1::CUSTODY_EVENT_UPLOADED:
      return AuditOperation::kCollection;
    case v1::CUSTODY_EVENT_ATTACHED:
      return AuditOperation::kCombination;
    case v1::CUSTODY_EVENT_DOWNLOADED:
    case v1::CUSTODY_EVENT_READ_WHOLE:
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

std::string CustodyName(v1::CustodyEvent event) {
  constexpr size_t kPrefix = sizeof("CUSTODY_EVENT_") - 1;
  return v1::CustodyEvent_Name(event).substr(kPrefix);
}

}  // namespace rogatoria
