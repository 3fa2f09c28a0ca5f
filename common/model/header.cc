#include "common/model/header.h"

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/model/canonical.h"
#include "common/model/header_rules.h"

namespace rogatoria {

absl::StatusOr<v1::ActHeader> ParseHeader(absl::string_view bytes) {
  if (bytes.size() > limits::kMaxHeaderBytes) {
    return Error(Reason::LIMIT_EXCEEDED)
        .Accepted(absl::StrCat("at most ", limits::kMaxHeaderBytes, " bytes"));
  }
  v1::ActHeader header;
  ROG_RETURN_IF_ERROR(FromSignedBytes(kHeaderFirstLine, bytes, header));
  ROG_RETURN_IF_ERROR(CheckHeader(header));
  return header;
}

absl::Status CheckHeader(const v1::ActHeader& header) {
  ROG_RETURN_IF_ERROR(header_rules::CheckTexts(header));
  ROG_RETURN_IF_ERROR(header_rules::CheckCodes(header));
  ROG_RETURN_IF_ERROR(header_rules::CheckNumbers(header));
  ROG_RETURN_IF_ERROR(header_rules::CheckRecipients(header));
  ROG_RETURN_IF_ERROR(header_rules::CheckLegalBasis(header));
  ROG_RETURN_IF_ERROR(header_rules::CheckMeasures(header));
  ROG_RETURN_IF_ERROR(header_rules::CheckUrgency(header));
  ROG_RETURN_IF_ERROR(header_rules::CheckSealed(header));
  ROG_RETURN_IF_ERROR(header_rules::CheckRelatedCases(header));
  return header_rules::CheckTogether(header);
}

v1::UrgencyLevel UrgencyOf(const v1::ActHeader& header) {
  return header.has_urgency() ? header.urgency().level() : v1::URGENCY_LEVEL_UNSPECIFIED;
}

}  // namespace rogatoria
