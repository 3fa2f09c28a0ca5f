// Whether an acknowledgement is the recipient's own word about the act that was delivered
// (decisions.md 14). Pure but for the verification of the signature; thread-safe.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/trust_anchors.h"
#include "common/directory/registry.h"
#include "common/model/evidence.h"

#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria::delivery {

// By whom it must be, and by which rules.
struct AcknowledgementRules {
  std::string trust_domain;
  std::string authority;  // whose mailbox it is
  RegistryState registry;
  TrustAnchors anchors;  // whose certificates seals may have
  Instant now;
};

// `acceptance`: the A.1 of the act that was delivered.
// ACKNOWLEDGEMENT_INVALID when the statement is not in canonical form or speaks of something else;
// ACKNOWLEDGEMENT_UNSIGNED when a formal act is not acknowledged under seal; the errors of
// SignatureVerifier and CheckSealSigner for the seal. Fields are those of
// ReceiveRequest.
absl::Status CheckAcknowledgement(const Evidence& acceptance,
                                  const v1::ReceiveRequest::Acknowledge& acknowledgement,
                                  const AcknowledgementRules& rules,
                                  SignatureVerifier& verifier);

}  // namespace rogatoria::delivery
