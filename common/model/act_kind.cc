#include "common/model/act_kind.h"

#include <algorithm>
#include <iterator>

#include "common/base/limits.h"

namespace rogatoria {
namespace {

using limits::kMaxRecipients;

constexpr v1::CaseType kNoType = v1::CASE_TYPE_UNSPECIFIED;

// clang-format off
constexpr ActKindTraits kKinds[] = {
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
};
// clang-format on

constexpr v1::MeasureOutcome kDecisionOutcomes[] = {
    v1::MEASURE_OUTCOME_ADMITTED, v1::MEASURE_OUTCOME_REFUSED, v1::MEASURE_OUTCOME_POSTPONED};
constexpr v1::MeasureOutcome kResultOutcomes[] = {v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED,
                                                  v1::MEASURE_OUTCOME_EXECUTED,
                                                  v1::MEASURE_OUTCOME_NOT_EXECUTABLE};
constexpr v1::MeasureOutcome kConditionsOutcomes[] = {v1::MEASURE_OUTCOME_ACCEPTED,
                                                      v1::MEASURE_OUTCOME_DECLINED};
constexpr v1::MeasureOutcome kTransferOutcomes[] = {v1::MEASURE_OUTCOME_TRANSMITTED,
                                                    v1::MEASURE_OUTCOME_ITEMS_TO_RETURN};

}  // namespace

const ActKindTraits* FindActKind(v1::ActKind kind) {
  for (const ActKindTraits& traits : kKinds) {
    if (traits.kind == kind) return &traits;
  }
  return nullptr;
}

const ActKindTraits* FindActKind(absl::string_view name) {
  for (const ActKindTraits& traits : kKinds) {
    if (traits.name == name) return &traits;
  }
  return nullptr;
}

absl::Span<const ActKindTraits> AllActKinds() {
  return kKinds;
}

size_t MostRecipients(const ActKindTraits& kind, v1::CaseType case_type) {
  return case_type == v1::CASE_TYPE_JIT ? kMaxRecipients : kind.max_recipients;
}

bool Binds(v1::ActKind kind) {
  constexpr v1::ActKind kBinding[] = {v1::ACT_KIND_DECISION,
                                      v1::ACT_KIND_RETURN,
                                      v1::ACT_KIND_CONDITIONS,
                                      v1::ACT_KIND_CONDITIONS_REPLY,
                                      v1::ACT_KIND_EXECUTION_RESULT,
                                      v1::ACT_KIND_EVIDENCE_TRANSFER,
                                      v1::ACT_KIND_RETURN_OF_ITEMS,
                                      v1::ACT_KIND_WITHDRAWAL,
                                      v1::ACT_KIND_CLOSURE,
                                      v1::ACT_KIND_PRESERVATION_CONFIRMATION,
                                      v1::ACT_KIND_PRESERVATION_EXTENSION,
                                      v1::ACT_KIND_JIT_AGREEMENT,
                                      v1::ACT_KIND_JIT_EXTENSION};
  return std::find(std::begin(kBinding), std::end(kBinding), kind) != std::end(kBinding);
}

absl::Span<const v1::MeasureOutcome> OutcomesOf(v1::ActKind kind) {
  switch (kind) {
    case v1::ACT_KIND_DECISION:
      return kDecisionOutcomes;
    case v1::ACT_KIND_EXECUTION_RESULT:
      return kResultOutcomes;
    case v1::ACT_KIND_CONDITIONS_REPLY:
      return kConditionsOutcomes;
    case v1::ACT_KIND_EVIDENCE_TRANSFER:
      return kTransferOutcomes;
    default:
      return {};
  }
}

}  // namespace rogatoria
