// Making the evidence of what happens to an act (decisions.md 6). Everything that follows an A.1 is
// made from it, so all evidence of one act says the same of the act; only event, recipient, instant
// and what belongs to the event differ.
//
// Pure; thread-safe.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/base/error.h"
#include "common/model/evidence.h"
#include "common/storage/store.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria {

// The hub that speaks.
struct HubIdentity {
  std::string trust_domain;   // rogatoria.example
  std::string governing_law;  // ES (Treaty of Medellin article 6.8)
};

// What was established about an act when it came in.
struct ActFacts {
  std::string header_sha256;  // hexadecimal, of the exact header bytes
  std::string signer_sha256;  // hexadecimal, certificate that signed them
  bool signed_by_user = false;
  StatedEffect effect = StatedEffect::kNone;
};

// What every evidence of this act says.
Evidence DescribeAct(const HubIdentity& hub, const v1::ActHeader& header, const ActFacts& facts);

// A.1: in the case at a position.
Evidence AcceptanceOf(Evidence described,
                      v1::ActDisposition disposition,
                      uint64_t case_position,
                      Instant now);
// A.2: refused in law.
Evidence RejectionOf(Evidence described, Reason reason, Instant now);
// D.1, in the batch of the A.1.
Evidence ConsignmentOf(const Evidence& acceptance,
                       const std::string& recipient,
                       const LegalDate& date);
// E.1. `statement`: the exact bytes that the recipient signed; empty when it did not sign.
Evidence HandoverOf(const Evidence& acceptance,
                    const std::string& recipient,
                    absl::string_view statement,
                    Instant now);
// E.2. `reason`: DeadReason... below.
Evidence HandoverFailureOf(const Evidence& acceptance,
                           const std::string& recipient,
                           absl::string_view reason,
                           Instant now);

// X.1: until `missed.due` the hub recorded no act that stops the clock which this act started.
Evidence DeadlineMissedOf(const Evidence& acceptance, MissedDeadline missed, Instant now);

// Why a delivery was given up, as it stands in E.2 and in the dead letter.
inline constexpr absl::string_view kTooManyAttempts = "TOO_MANY_ATTEMPTS";
// REJECTED_CANNOT_OPEN ...; empty for an unknown reason.
std::string RejectionReasonName(v1::RejectReason reason);

// The A.1 of a recorded act, read back from the log. NOT_FOUND when it was refused or erased.
absl::StatusOr<Evidence> LoadAcceptance(Snapshot& snapshot, const ActRecord& act);

}  // namespace rogatoria
