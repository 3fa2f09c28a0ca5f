#include "services/delivery/acknowledgement.h"

#include "common/base/bytes.h"
#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/directory/signer.h"
#include "common/model/canonical.h"

namespace rogatoria::delivery {
namespace {

absl::Status Mismatch(absl::string_view field, absl::string_view accepted) {
  return Error(Reason::ACKNOWLEDGEMENT_INVALID).Field(field).Accepted(accepted);
}

absl::Status CheckStatement(const Evidence& acceptance,
                            absl::string_view bytes,
                            const AcknowledgementRules& rules) {
  v1::AcknowledgementStatement statement;
  if (bytes.size() > limits::kMaxHeaderBytes ||
      !FromSignedBytes(kAcknowledgementFirstLine, bytes, statement).ok()) {
    return Mismatch("acknowledge.statement", "the signed form of docs/formats/acknowledgement.md");
  }
  struct Check {
    bool holds;
    absl::string_view field;
    absl::string_view accepted;
  };
  const Check checks[] = {
      {statement.trust_domain() == rules.trust_domain,
       "acknowledge.statement.trust_domain",
       "this hub's trust domain"},
      {statement.act_id() == acceptance.act_id,
       "acknowledge.statement.act_id",
       "the act delivered at this position"},
      {ToHex(statement.header_sha256()) == acceptance.header_sha256,
       "acknowledge.statement.header_sha256",
       "SHA-256 of the header as delivered"},
      {statement.recipient() == rules.authority,
       "acknowledge.statement.recipient",
       "the authority that received it"},
      {statement.acknowledged_unix_ms() > 0,
       "acknowledge.statement.acknowledged_unix_ms",
       "an instant"},
  };
  for (const Check& check : checks) {
    if (!check.holds) return Mismatch(check.field, check.accepted);
  }
  return absl::OkStatus();
}

absl::Status CheckSeal(absl::string_view statement,
                       absl::string_view signature,
                       const AcknowledgementRules& rules,
                       SignatureVerifier& verifier) {
  ROG_ASSIGN_OR_RETURN(const Certificate signer,
                       verifier.VerifyDetached(signature, statement, rules.anchors, rules.now));
  return CheckSealSigner(*rules.registry.directory,
                         *rules.registry.standings,
                         rules.authority,
                         signer.fingerprint_sha256(),
                         rules.now);
}

}  // namespace

absl::Status CheckAcknowledgement(const Evidence& acceptance,
                                  const v1::ReceiveRequest::Acknowledge& acknowledgement,
                                  const AcknowledgementRules& rules,
                                  SignatureVerifier& verifier) {
  ROG_RETURN_IF_ERROR(CheckStatement(acceptance, acknowledgement.statement(), rules));
  if (acknowledgement.signature().empty()) {
    if (acceptance.channel_class != v1::CHANNEL_CLASS_FORMAL) return absl::OkStatus();
    return Error(Reason::ACKNOWLEDGEMENT_UNSIGNED)
        .Field("acknowledge.signature")
        .Accepted("the organisation's seal over the statement");
  }
  return WithFieldPrefix(
      CheckSeal(acknowledgement.statement(), acknowledgement.signature(), rules, verifier),
      "acknowledge");
}

}  // namespace rogatoria::delivery
