#include "services/exchange/lifecycle_words.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/model/act_kind.h"
#include "services/exchange/lifecycle.h"

namespace rogatoria {
namespace {

std::string WithoutPrefix(const std::string& name, absl::string_view prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

// What fits now: "Now fit: CLOSURE (the requesting side). In any state: FREE_FORM, SUPPLEMENT ...".
std::string FitsNow(const CaseRecord& current) {
  std::vector<v1::ActKind> order;
  std::set<std::pair<v1::ActKind, v1::CaseRole>> seen;
  for (const v1::AllowedAct& act : AllowedActs(current)) {
    if (FindActKind(act.kind())->any_state) continue;
    if (order.empty() || order.back() != act.kind()) order.push_back(act.kind());
    seen.insert({act.kind(), act.role()});
  }
  std::vector<std::string> words;
  for (v1::ActKind kind : order) {
    const bool requesting = seen.count({kind, v1::CASE_ROLE_REQUESTING}) > 0;
    const bool requested = seen.count({kind, v1::CASE_ROLE_REQUESTED}) > 0;
    const std::string side = requesting && requested ? "either side"
                                                     : SideOf(requesting ? v1::CASE_ROLE_REQUESTING
                                                                         : v1::CASE_ROLE_REQUESTED);
    words.push_back(absl::StrCat(KindName(kind), " (", side, ")"));
  }
  constexpr absl::string_view kAlways =
      "In any state: FREE_FORM, SUPPLEMENT, RISK_ALERT, notices, an ACKNOWLEDGEMENT in reply.";
  return words.empty() ? std::string(kAlways)
                       : absl::StrCat("Now fit: ", absl::StrJoin(words, ", "), ". ", kAlways);
}

// When an act fits: "DECISION with the outcome ADMITTED fits a measure that is RECEIVED or ...".
std::string FitsWhen(v1::CaseType type, v1::ActKind kind, v1::MeasureOutcome outcome) {
  std::vector<std::string> states;
  std::set<v1::MeasureState> seen;
  for (const Transition& row : LifecycleTable()) {
    if (row.case_type != type || row.kind != kind || row.outcome != outcome) continue;
    if (row.from == v1::MEASURE_STATE_UNSPECIFIED || !seen.insert(row.from).second) continue;
    states.push_back(StateName(row.from));
  }
  const std::string act = outcome == v1::MEASURE_OUTCOME_UNSPECIFIED
                              ? KindName(kind)
                              : absl::StrCat(KindName(kind), " ", OutcomeName(outcome));
  if (states.empty()) {
    return absl::StrCat(
        act, " does not fit into an existing case of type ", CaseTypeName(type), ".");
  }
  return absl::StrCat(act, " fits a measure that is ", absl::StrJoin(states, ", "), ".");
}

}  // namespace

std::string KindName(v1::ActKind kind) {
  return WithoutPrefix(v1::ActKind_Name(kind), "ACT_KIND_");
}
std::string StateName(v1::MeasureState state) {
  return WithoutPrefix(v1::MeasureState_Name(state), "MEASURE_STATE_");
}
std::string OutcomeName(v1::MeasureOutcome outcome) {
  return WithoutPrefix(v1::MeasureOutcome_Name(outcome), "MEASURE_OUTCOME_");
}
std::string CaseTypeName(v1::CaseType type) {
  return WithoutPrefix(v1::CaseType_Name(type), "CASE_TYPE_");
}
std::string SideOf(v1::CaseRole role) {
  return role == v1::CASE_ROLE_REQUESTING ? "the requesting side" : "the requested side";
}

std::string ExplainState(const CaseRecord& current,
                         const MeasureRecord& measure,
                         v1::ActKind kind,
                         v1::MeasureOutcome outcome) {
  return absl::StrCat("Measure ",
                      measure.ordinal,
                      " (",
                      measure.code,
                      ") is ",
                      StateName(measure.state),
                      ". ",
                      FitsWhen(current.case_type, kind, outcome),
                      " ",
                      FitsNow(current));
}

std::string ExplainCase(const CaseRecord& current, v1::ActKind kind) {
  std::vector<std::string> measures;
  for (const MeasureRecord& measure : current.measures) {
    measures.push_back(
        absl::StrCat(measure.ordinal, " (", measure.code, ") is ", StateName(measure.state)));
  }
  return absl::StrCat("It fits no measure of the case: ",
                      absl::StrJoin(measures, ", "),
                      ". ",
                      FitsWhen(current.case_type, kind, v1::MEASURE_OUTCOME_UNSPECIFIED),
                      " ",
                      FitsNow(current));
}

std::string ExplainPart(const CaseRecord& current, const MeasureRecord& measure) {
  const std::string name = absl::StrCat("Measure ", measure.ordinal);
  if (current.case_type == v1::CASE_TYPE_JIT) {
    return absl::StrCat(name, " is the part of another authority of the team.");
  }
  const std::string responsible = current.ResponsibleFor(measure);
  return absl::StrCat(
      name,
      " (",
      measure.code,
      measure.responsible.empty() ? ") was not handed on to you: " : ") was handed on: ",
      responsible.empty() ? "who was asked" : responsible,
      " alone speaks for it on the requested side.");
}

std::string ExplainAddressee(const CaseRecord& current,
                             const MeasureRecord& measure,
                             v1::CaseRole side) {
  const std::string about = absl::StrCat("measure ", measure.ordinal, " (", measure.code, ")");
  if (side == v1::CASE_ROLE_REQUESTING) {
    return absl::StrCat("the authority that asked for ", about, ", among others");
  }
  const std::string responsible = current.ResponsibleFor(measure);
  return absl::StrCat(
      responsible.empty() ? "who was asked" : responsible, ", which is responsible for ", about);
}

std::string ExplainSide(const CaseRecord& current, v1::ActKind kind, v1::CaseRole role) {
  const v1::CaseRole other =
      role == v1::CASE_ROLE_REQUESTING ? v1::CASE_ROLE_REQUESTED : v1::CASE_ROLE_REQUESTING;
  return absl::StrCat(KindName(kind),
                      " is sent by ",
                      SideOf(other),
                      ", and you are ",
                      SideOf(role),
                      ". ",
                      FitsNow(current));
}

}  // namespace rogatoria
