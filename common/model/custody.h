// A step of a document's chain of custody as the log's audit record names it. Pure.
#pragma once

#include <string>

#include "common/model/audit_record.h"

#include "rogatoria/v1/document_service.pb.h"

namespace rogatoria {

// As Directive 2016/680 article 25 names it. REQUIRES: a step that this version knows; stops the
// process otherwise.
AuditOperation OperationOf(v1::CustodyEvent event);

// As the record's line `custody` has it: UPLOADED.
std::string CustodyName(v1::CustodyEvent event);

}  // namespace rogatoria
