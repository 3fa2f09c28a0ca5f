#include "common/model/acknowledgement.h"

#include "common/base/error.h"
#include "common/crypto/digest.h"
#include "common/model/canonical.h"
#include "common/model/ids.h"

namespace rogatoria {

absl::StatusOr<v1::AcknowledgementStatement> ParseAcknowledgement(absl::string_view bytes) {
  const auto invalid = [](absl::string_view field, absl::string_view accepted) {
    return Error(Reason::ACKNOWLEDGEMENT_INVALID).Field(field).Accepted(accepted).ToStatus();
  };
  v1::AcknowledgementStatement statement;
  const absl::Status form = FromSignedBytes(kAcknowledgementFirstLine, bytes, statement);
  if (!form.ok()) {
    const auto details = GetErrorDetails(form);
    return invalid(details->field, details->accepted);
  }
  if (!IsTrustDomain(statement.trust_domain())) {
    return invalid("trust_domain", "the hub's trust domain, such as rogatoria.example");
  }
  if (!IsActId(statement.act_id())) return invalid("act_id", "the id of the act delivered");
  if (statement.header_sha256().size() != kSha256Bytes) return invalid("header_sha256", "32 bytes");
  if (!IsAuthorityId(statement.recipient())) return invalid("recipient", "an authority id");
  if (statement.acknowledged_unix_ms() <= 0) {
    return invalid("acknowledged_unix_ms", "milliseconds since 1970 UTC");
  }
  return statement;
}

}  // namespace rogatoria
