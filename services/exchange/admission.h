// Admission: everything about a submitted act that can be found without its case. Runs on the
// threads of gRPC, in parallel; reads nothing but what is in memory; never waits.
//
// Two sorts of refusal. What would be wrong with these bytes at any time (malformed, not the
// caller's, altered) is refused here. What may depend on when it is asked (a certificate that
// expired, a route that changed, an accreditation that ended) is only remembered, in
// AdmittedAct::verdict: an act that was recorded before must get its first answer again, for ever,
// and only the commit pipeline knows (submit.h).
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/trust_anchors.h"
#include "common/directory/registry.h"
#include "common/ledger/evidence_of.h"
#include "common/model/caller.h"
#include "common/model/evidence.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::exchange {

// What a hub is, and what its routes are made with.
struct AdmissionRules {
  HubIdentity hub;
  bool training = false;  // whether this is a hub for training
  Bytes route_key;        // of MakeRouteId (common/directory/routing.h)
};

// Who signed the header.
struct HeaderSigner {
  std::string certificate_sha256;  // hexadecimal
  std::string user_id;             // empty for an organisation's seal
};

// What the registry's rules let pass though they were not met.
struct RulesPassed {
  std::vector<std::string> warned;  // of the routes, by name: they only warn
  // The refusal of the first that the sender's insisting passes: the act is OUT_OF_SEQUENCE.
  absl::Status insisted;
  bool effect_unsettled = false;  // Route::effect_unsettled, of any route
};

// An act with all that is known of it before its case is looked at.
struct AdmittedAct {
  Caller caller;
  v1::ActHeader header;
  v1::Act act;             // as sent
  Bytes bytes_sha256;      // of header, signature, body and envelopes: same bytes or not
  HeaderSigner signer;     // meaningful when verdict is OK or a legal refusal
  Evidence described;      // DescribeAct; likewise
  RegistryState registry;  // that the verdict was found with
  RulesPassed passed;      // found with the verdict
  absl::Status verdict;

  bool opens_case() const { return header.case_id() == header.act_id(); }
  size_t byte_size() const;
};

// Whether a refusal is one of law: evidence (A.2), final for the act id (decisions.md 7). All
// others leave no record of the act.
bool IsLegalRefusal(const absl::Status& status);

// What the registry says of an act: the sender in good standing, the signer entitled, every
// recipient known and its route as the header names it, the shares of an identity part for its
// custodians. Asked again in the transaction when the
// registry changed, as `admitted.registry` has it then. Fills in `signer` and `passed`.
absl::Status CheckRegistry(const AdmissionRules& rules, AdmittedAct& admitted, Instant now);

// What the way of sending counts as, as the evidence will state it.
StatedEffect EffectOf(const v1::ActHeader& header,
                      const RegistryState& registry,
                      const RulesPassed& passed);

class Admission {
 public:
  // All references must outlive it. `anchors` gives the authorities that users' certificates may
  // have. Thread-safe.
  Admission(AdmissionRules rules,
            const Registry& registry,
            SignatureVerifier& verifier,
            std::function<TrustAnchors()> anchors,
            Clock& clock);

  // Fields of errors are those of SubmitActRequest. MALFORMED_MESSAGE and sizes are the caller's to
  // see to; everything else of the request is looked at here.
  absl::StatusOr<AdmittedAct> Admit(const Caller& caller, v1::SubmitActRequest request) const;

  const AdmissionRules& rules() const { return rules_; }
  Clock& clock() const { return clock_; }

 private:
  absl::Status Judge(AdmittedAct& admitted, const Certificate& certificate, Instant now) const;

  const AdmissionRules rules_;
  const Registry& registry_;
  SignatureVerifier& verifier_;
  const std::function<TrustAnchors()> anchors_;
  Clock& clock_;
};

}  // namespace rogatoria::exchange
