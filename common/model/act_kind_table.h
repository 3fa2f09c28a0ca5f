// The table behind act_kind.h, where it is asked while compiling: what is not admitted for a kind
// then does not compile (common/client/act_builder.h).
#pragma once

#include "absl/types/span.h"
#include "common/base/limits.h"
#include "common/model/act_kind.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria::act_kinds {

using limits::kMaxRecipients;

inline constexpr v1::CaseType kNoType = v1::CASE_TYPE_UNSPECIFIED;

// clang-format off
inline constexpr ActKindTraits kKinds[] = {
  // kind, name, opens a case, its type, recipients at least and at most,
  // needs measures, outcomes, legal basis; may name measures; any state; adds parties; adds measures
  {v1::ACT_KIND_REQUEST, "REQUEST",
   true, v1::CASE_TYPE_MLA, 1, 1, true, false, true, true, false, false, false},
  {v1::ACT_KIND_ACKNOWLEDGEMENT, "ACKNOWLEDGEMENT",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_CLARIFICATION_REQUEST, "CLARIFICATION_REQUEST",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_CLARIFICATION_REPLY, "CLARIFICATION_REPLY",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_DECISION, "DECISION",
   false, kNoType, 1, 1, true, true, false, true, false, false, false},
  {v1::ACT_KIND_PROGRESS, "PROGRESS",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_EXECUTION_RESULT, "EXECUTION_RESULT",
   false, kNoType, 1, 1, true, true, false, true, false, false, false},
  {v1::ACT_KIND_WITHDRAWAL, "WITHDRAWAL",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_CLOSURE, "CLOSURE",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_SPONTANEOUS_INFORMATION, "SPONTANEOUS_INFORMATION",
   true, v1::CASE_TYPE_SPONTANEOUS, 1, kMaxRecipients, false, false, false, false, false, false, false},
  {v1::ACT_KIND_FREE_FORM, "FREE_FORM",
   false, kNoType, 1, kMaxRecipients, false, false, false, true, true, false, false},
  {v1::ACT_KIND_SUPPLEMENT, "SUPPLEMENT",
   false, kNoType, 1, 1, false, false, false, true, true, false, true},
  {v1::ACT_KIND_FORWARDING_NOTICE, "FORWARDING_NOTICE",
   false, kNoType, 2, 2, false, false, false, true, false, true, false},
  {v1::ACT_KIND_RETURN, "RETURN",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_CONSULTATION, "CONSULTATION",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_CONDITIONS, "CONDITIONS",
   false, kNoType, 1, 1, true, false, false, true, false, false, false},
  {v1::ACT_KIND_CONDITIONS_REPLY, "CONDITIONS_REPLY",
   false, kNoType, 1, 1, true, true, false, true, false, false, false},
  {v1::ACT_KIND_PROGRESS_QUERY, "PROGRESS_QUERY",
   false, kNoType, 1, 1, false, false, false, true, true, false, false},
  {v1::ACT_KIND_EVIDENCE_TRANSFER, "EVIDENCE_TRANSFER",
   false, kNoType, 1, 1, true, true, false, true, false, false, false},
  {v1::ACT_KIND_RETURN_OF_ITEMS, "RETURN_OF_ITEMS",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_USE_CONSENT_REQUEST, "USE_CONSENT_REQUEST",
   false, kNoType, 1, 1, false, false, false, true, true, false, false},
  {v1::ACT_KIND_USE_CONSENT_REPLY, "USE_CONSENT_REPLY",
   false, kNoType, 1, 1, false, false, false, true, true, false, false},
  {v1::ACT_KIND_EXCULPATORY_DISCLOSURE_NOTICE, "EXCULPATORY_DISCLOSURE_NOTICE",
   false, kNoType, 1, kMaxRecipients, false, false, false, true, true, false, false},
  {v1::ACT_KIND_CONFIDENTIALITY_IMPOSSIBLE, "CONFIDENTIALITY_IMPOSSIBLE",
   false, kNoType, 1, 1, false, false, false, true, true, false, false},
  {v1::ACT_KIND_CHANNEL_CHANGE_NOTICE, "CHANNEL_CHANGE_NOTICE",
   false, kNoType, 1, kMaxRecipients, false, false, false, true, true, false, false},
  {v1::ACT_KIND_SUSPENSION, "SUSPENSION",
   false, kNoType, 1, 1, false, false, false, true, true, false, false},
  {v1::ACT_KIND_RISK_ALERT, "RISK_ALERT",
   true, v1::CASE_TYPE_SPONTANEOUS, 1, kMaxRecipients, false, false, false, false, true, false, false},
  {v1::ACT_KIND_INFORMAL_CONSULTATION, "INFORMAL_CONSULTATION",
   true, v1::CASE_TYPE_CONSULTATION, 1, 1, false, false, false, false, false, false, false},
  {v1::ACT_KIND_DRAFT_REQUEST_REVIEW, "DRAFT_REQUEST_REVIEW",
   true, v1::CASE_TYPE_CONSULTATION, 1, 1, false, false, false, false, false, false, false},
  {v1::ACT_KIND_DATA_PRESERVATION, "DATA_PRESERVATION",
   true, v1::CASE_TYPE_PRESERVATION, 1, 1, true, false, true, true, false, false, false},
  {v1::ACT_KIND_PRESERVATION_CONFIRMATION, "PRESERVATION_CONFIRMATION",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_PRESERVATION_EXTENSION, "PRESERVATION_EXTENSION",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_PRESERVATION_EXPIRY, "PRESERVATION_EXPIRY",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_PRESERVATION_FOLLOW_UP, "PRESERVATION_FOLLOW_UP",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_JIT_PROPOSAL, "JIT_PROPOSAL",
   true, v1::CASE_TYPE_JIT, 1, kMaxRecipients, false, false, true, false, false, true, false},
  {v1::ACT_KIND_JIT_AGREEMENT, "JIT_AGREEMENT",
   false, kNoType, 1, kMaxRecipients, false, false, false, true, false, false, false},
  {v1::ACT_KIND_JIT_EXTENSION, "JIT_EXTENSION",
   false, kNoType, 1, kMaxRecipients, false, false, false, true, false, false, false},
  {v1::ACT_KIND_COORDINATION_MEETING, "COORDINATION_MEETING",
   false, kNoType, 1, kMaxRecipients, false, false, false, true, true, false, false},
  {v1::ACT_KIND_OPENING, "OPENING",
   false, kNoType, 1, 1, false, false, false, false, true, false, false},
  {v1::ACT_KIND_CONSULTATION_REPLY, "CONSULTATION_REPLY",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_DISCREPANCY_NOTICE, "DISCREPANCY_NOTICE",
   false, kNoType, 1, 1, false, false, false, true, true, false, false},
  {v1::ACT_KIND_DETECTION_REPORT, "DETECTION_REPORT",
   true, v1::CASE_TYPE_REFERRAL, 1, 1, false, false, false, false, false, false, false},
  {v1::ACT_KIND_VICTIM_IDENTIFICATION_NOTICE, "VICTIM_IDENTIFICATION_NOTICE",
   true, v1::CASE_TYPE_REFERRAL, 1, 1, false, false, false, false, true, false, false},
  {v1::ACT_KIND_VICTIM_REFERRAL, "VICTIM_REFERRAL",
   true, v1::CASE_TYPE_REFERRAL, 1, 1, false, false, false, false, false, false, false},
  {v1::ACT_KIND_PROTECTION_REQUEST, "PROTECTION_REQUEST",
   true, v1::CASE_TYPE_REFERRAL, 1, 1, false, false, false, false, false, false, false},
  {v1::ACT_KIND_SHELTER_PLACEMENT, "SHELTER_PLACEMENT",
   true, v1::CASE_TYPE_REFERRAL, 1, 1, false, false, false, false, false, false, false},
  {v1::ACT_KIND_RETURN_COORDINATION, "RETURN_COORDINATION",
   true, v1::CASE_TYPE_REFERRAL, 1, 1, false, false, false, false, true, false, false},
  {v1::ACT_KIND_REPARATION_STATUS, "REPARATION_STATUS",
   false, kNoType, 1, 1, false, false, false, true, true, false, false},
  {v1::ACT_KIND_INTERSECTORAL_REFERRAL, "INTERSECTORAL_REFERRAL",
   true, v1::CASE_TYPE_REFERRAL, 1, 1, false, false, false, false, false, false, false},
  {v1::ACT_KIND_REFERRAL_ANSWER, "REFERRAL_ANSWER",
   false, kNoType, 1, 1, true, true, false, true, false, false, false},
  {v1::ACT_KIND_REFERRAL_FEEDBACK, "REFERRAL_FEEDBACK",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_FOLLOW_UP, "FOLLOW_UP",
   false, kNoType, 1, 1, false, false, false, true, false, false, false},
  {v1::ACT_KIND_SMUGGLING_REPORT, "SMUGGLING_REPORT",
   true, v1::CASE_TYPE_SPONTANEOUS, 1, 1, false, false, false, false, false, false, false},
};
// clang-format on

inline constexpr v1::MeasureOutcome kDecisionOutcomes[] = {
    v1::MEASURE_OUTCOME_ADMITTED, v1::MEASURE_OUTCOME_REFUSED, v1::MEASURE_OUTCOME_POSTPONED};
inline constexpr v1::MeasureOutcome kResultOutcomes[] = {v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED,
                                                         v1::MEASURE_OUTCOME_EXECUTED,
                                                         v1::MEASURE_OUTCOME_NOT_EXECUTABLE};
inline constexpr v1::MeasureOutcome kConditionsOutcomes[] = {v1::MEASURE_OUTCOME_ACCEPTED,
                                                             v1::MEASURE_OUTCOME_DECLINED};
inline constexpr v1::MeasureOutcome kTransferOutcomes[] = {v1::MEASURE_OUTCOME_TRANSMITTED,
                                                           v1::MEASURE_OUTCOME_ITEMS_TO_RETURN};

// nullptr for a kind that this version does not know.
constexpr const ActKindTraits* Find(v1::ActKind kind) {
  for (const ActKindTraits& traits : kKinds) {
    if (traits.kind == kind) return &traits;
  }
  return nullptr;
}

constexpr absl::Span<const v1::MeasureOutcome> Outcomes(v1::ActKind kind) {
  switch (kind) {
    case v1::ACT_KIND_DECISION:
      return kDecisionOutcomes;
    case v1::ACT_KIND_EXECUTION_RESULT:
      return kResultOutcomes;
    case v1::ACT_KIND_CONDITIONS_REPLY:
    case v1::ACT_KIND_REFERRAL_ANSWER:
      return kConditionsOutcomes;
    case v1::ACT_KIND_EVIDENCE_TRANSFER:
      return kTransferOutcomes;
    default:
      return {};
  }
}

constexpr bool MayGive(v1::ActKind kind, v1::MeasureOutcome wanted) {
  for (const v1::MeasureOutcome outcome : Outcomes(kind)) {
    if (outcome == wanted) return true;
  }
  return false;
}

}  // namespace rogatoria::act_kinds
