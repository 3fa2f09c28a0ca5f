// Audit records.
#include "common/model/audit_record.h"

#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  CheckSameText(input, ParseAuditRecord(input), FormatAuditRecord);
}

}  // namespace rogatoria::fuzz
