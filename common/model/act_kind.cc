#include "common/model/act_kind.h"

#include <algorithm>
#include <iterator>

#include "common/base/limits.h"
#include "common/model/act_kind_table.h"

namespace rogatoria {

const ActKindTraits* FindActKind(v1::ActKind kind) {
  return act_kinds::Find(kind);
}

const ActKindTraits* FindActKind(absl::string_view name) {
  for (const ActKindTraits& traits : act_kinds::kKinds) {
    if (traits.name == name) return &traits;
  }
  return nullptr;
}

absl::Span<const ActKindTraits> AllActKinds() {
  return act_kinds::kKinds;
}

size_t MostRecipients(const ActKindTraits& kind, v1::CaseType case_type) {
  return case_type == v1::CASE_TYPE_JIT ? limits::kMaxRecipients : kind.max_recipients;
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
  return act_kinds::Outcomes(kind);
}

}  // namespace rogatoria
