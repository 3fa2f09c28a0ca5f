#include "common/model/act_kind.h"

#include "common/base/limits.h"

namespace rogatoria {
namespace {

using limits::kMaxRecipients;

constexpr v1::CaseType kNoType = v1::CASE_TYPE_UNSPECIFIED;

// clang-format off
constexpr ActKindTraits kKinds[] = {
  // kind, name,                              opens  the case type          recip. needs  outc.  basis  may name
  //                                          a case it opens               at most  measures    needed measures
  {v1::ACT_KIND_REQUEST, "REQUEST",
                                              true,  v1::CASE_TYPE_MLA,     1, true,  false, true,  true},
  {v1::ACT_KIND_ACKNOWLEDGEMENT, "ACKNOWLEDGEMENT",
                                              false, kNoType,               1, false, false, false, true},
  {v1::ACT_KIND_CLARIFICATION_REQUEST, "CLARIFICATION_REQUEST",
                                              false, kNoType,               1, false, false, false, true},
  {v1::ACT_KIND_CLARIFICATION_REPLY, "CLARIFICATION_REPLY",
                                              false, kNoType,               1, false, false, false, true},
  {v1::ACT_KIND_DECISION, "DECISION",
                                              false, kNoType,               1, true,  true,  false, true},
  {v1::ACT_KIND_PROGRESS, "PROGRESS",
                                              false, kNoType,               1, false, false, false, true},
  {v1::ACT_KIND_EXECUTION_RESULT, "EXECUTION_RESULT",
                                              false, kNoType,               1, true,  true,  false, true},
  {v1::ACT_KIND_WITHDRAWAL, "WITHDRAWAL",
                                              false, kNoType,               1, false, false, false, true},
  {v1::ACT_KIND_CLOSURE, "CLOSURE",
                                              false, kNoType,               1, false, false, false, true},
  {v1::ACT_KIND_SPONTANEOUS_INFORMATION, "SPONTANEOUS_INFORMATION",
                                              true,  v1::CASE_TYPE_SPONTANEOUS,
                                                           kMaxRecipients, false, false, false, false},
  {v1::ACT_KIND_FREE_FORM, "FREE_FORM",
                                              false, kNoType, kMaxRecipients, false, false, false, true},
};
// clang-format on

constexpr v1::MeasureOutcome kDecisionOutcomes[] = {
    v1::MEASURE_OUTCOME_ADMITTED, v1::MEASURE_OUTCOME_REFUSED, v1::MEASURE_OUTCOME_POSTPONED};
constexpr v1::MeasureOutcome kResultOutcomes[] = {v1::MEASURE_OUTCOME_PARTIALLY_EXECUTED,
                                                  v1::MEASURE_OUTCOME_EXECUTED,
                                                  v1::MEASURE_OUTCOME_NOT_EXECUTABLE};

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

absl::Span<const v1::MeasureOutcome> OutcomesOf(v1::ActKind kind) {
  switch (kind) {
    case v1::ACT_KIND_DECISION:
      return kDecisionOutcomes;
    case v1::ACT_KIND_EXECUTION_RESULT:
      return kResultOutcomes;
    default:
      return {};
  }
}

}  // namespace rogatoria
