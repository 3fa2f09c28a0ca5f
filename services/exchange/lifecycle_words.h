// How the rules of lifecycle.h speak. Internal to services/exchange.
#pragma once

#include <string>

#include "common/model/case_record.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria {

// REQUEST, INFO_REQUESTED, ADMITTED: the names without their prefix.
std::string KindName(v1::ActKind kind);
std::string StateName(v1::MeasureState state);
std::string OutcomeName(v1::MeasureOutcome outcome);
// MLA, SPONTANEOUS.
std::string CaseTypeName(v1::CaseType type);
// "the requesting side".
std::string SideOf(v1::CaseRole role);

// Why an act of this kind and outcome does not fit a measure: its state, when the act fits, and
// what fits now and from whom.
std::string ExplainState(const CaseRecord& current,
                         const MeasureRecord& measure,
                         v1::ActKind kind,
                         v1::MeasureOutcome outcome);
// The same for an act that names no measure and fits none.
std::string ExplainCase(const CaseRecord& current, v1::ActKind kind);
// Why this measure is for another authority of the requested side to move: its part of a joint
// team, or handed on to it, or kept.
std::string ExplainPart(const CaseRecord& current, const MeasureRecord& measure);
// Whom of the other side an act that moves this measure has to be addressed to.
std::string ExplainAddressee(const CaseRecord& current,
                             const MeasureRecord& measure,
                             v1::CaseRole side);
std::string ExplainSide(const CaseRecord& current, v1::ActKind kind, v1::CaseRole role);

}  // namespace rogatoria
