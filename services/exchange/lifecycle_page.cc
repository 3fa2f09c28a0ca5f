// DescribeLifecycle of lifecycle.h: the page for people, from the table for the machine.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/model/act_kind.h"
#include "services/exchange/lifecycle.h"
#include "services/exchange/lifecycle_words.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kIntroduction =
    "# The life of a case\n"
    "\n"
    "Generated from `services/exchange/lifecycle_table.cc` by `describe_lifecycle`; a test "
    "compares.\n"
    "\n"
    "A case has measures, and each measure has a state of its own, so that one can be admitted "
    "while\n"
    "another is refused. The requesting side opened the case, the requested side was asked or "
    "told.\n"
    "A row says: this act, from this side, on a measure in one of these states, leads there.\n"
    "\n"
    "- An act that names no measures means all that it fits; it must fit at least one.\n"
    "- An act that names measures must fit each of them.\n"
    "- What does not fit is refused with an explanation. Whoever insists with a coded reason gets "
    "it\n"
    "  delivered OUT_OF_SEQUENCE: recorded, receipted, marked at both ends, no state changed.\n"
    "- An act that would have fitted what its sender had seen, had not acts of somebody else come\n"
    "  first, is CROSSED: those count, all are recorded and delivered, no state changed.\n"
    "- An ACKNOWLEDGEMENT that answers an act fits in any state. It moves the measures whose "
    "state\n"
    "  rests on that act (it opened the case, handed them on, added them, transmitted the "
    "result);\n"
    "  of an alert or a part of the evidence it moves none. One that answers no act means all "
    "that\n"
    "  it fits.\n"
    "- A measure that was handed on by a FORWARDING_NOTICE is the competent authority's alone: "
    "only\n"
    "  it moves it from the requested side. Others can be kept, or handed on to somebody else.\n"
    "- A case has ended when every measure has. Its channel stays open: what fits in any state "
    "goes\n"
    "  through for ever, and a result can still be transmitted.\n"
    "- Spontaneous information and a consultation have one measure, number 1 with the code\n"
    "  INFORMATION or CONSULTATION. A joint team has one for the part of each invited authority, "
    "in\n"
    "  the order of the parties, with the code JIT; an invited authority speaks for its own only.\n"
    "- A SUPPLEMENT may name further measures, whose numbers follow those of the case. A "
    "JIT_PROPOSAL\n"
    "  in a running team may invite further authorities, or those again that refused or left; it\n"
    "  concerns those whom it addresses. A FORWARDING_NOTICE makes the competent authority, which "
    "is\n"
    "  of the forwarder's country, a party.\n"
    "\n"
    "In any state, changing none: ";

std::string AlwaysKinds() {
  std::vector<std::string> names;
  for (const ActKindTraits& kind : AllActKinds()) {
    if (kind.any_state) names.emplace_back(kind.name);
  }
  return absl::StrCat(absl::StrJoin(names, ", "), ". The tables below leave them out.\n");
}

std::string EndedStates() {
  std::vector<std::string> names;
  for (int number = 1; number < v1::MeasureState_ARRAYSIZE; ++number) {
    const auto state = static_cast<v1::MeasureState>(number);
    if (IsEnded(state)) names.push_back(StateName(state));
  }
  return absl::StrCat("\nA measure has ended when it is ", absl::StrJoin(names, ", "), ".\n");
}

// Whether a row is one that every type of case has in every state.
bool IsAlways(const Transition& row) {
  return row.from == row.to && FindActKind(row.kind)->any_state;
}

// Rows that differ only in where they come from are one line.
struct Line {
  Transition row;
  bool stays = false;
  std::vector<std::string> from;
};

bool Continues(const Line& line, const Transition& row) {
  const bool stays = row.from == row.to;
  return line.row.kind == row.kind && line.row.role == row.role &&
         line.row.outcome == row.outcome && line.stays == stays && (stays || line.row.to == row.to);
}

std::string FromName(const Transition& row) {
  if (row.from != v1::MEASURE_STATE_UNSPECIFIED) return StateName(row.from);
  return FindActKind(row.kind)->opens_case ? "(opens the case)" : "(a further one)";
}

std::vector<Line> LinesOf(v1::CaseType type) {
  std::vector<Line> lines;
  for (const Transition& row : LifecycleTable()) {
    if (row.case_type != type || IsAlways(row)) continue;
    auto line = std::find_if(
        lines.begin(), lines.end(), [&row](const Line& other) { return Continues(other, row); });
    if (line == lines.end()) line = lines.insert(line, {row, row.from == row.to, {}});
    line->from.push_back(FromName(row));
  }
  return lines;
}

void AppendTable(v1::CaseType type, std::string& page) {
  absl::StrAppend(
      &page,
      "\n## ",
      CaseTypeName(type),
      "\n\n| act | outcome | from | a measure that is | becomes |\n|---|---|---|---|---|\n");
  for (const Line& line : LinesOf(type)) {
    const bool outcome = line.row.outcome != v1::MEASURE_OUTCOME_UNSPECIFIED;
    absl::StrAppend(&page,
                    "| ",
                    KindName(line.row.kind),
                    " | ",
                    outcome ? OutcomeName(line.row.outcome) : "",
                    " | ",
                    SideOf(line.row.role),
                    " | ",
                    absl::StrJoin(line.from, ", "),
                    " | ",
                    line.stays ? "(unchanged)" : StateName(line.row.to),
                    " |\n");
  }
}

// One arrow for all acts that lead the same way.
void AppendDiagram(v1::CaseType type, std::string& page) {
  std::map<std::pair<v1::MeasureState, v1::MeasureState>, std::vector<std::string>> arrows;
  for (const Transition& row : LifecycleTable()) {
    if (row.case_type != type || row.from == row.to) continue;
    std::vector<std::string>& kinds = arrows[{row.from, row.to}];
    const std::string kind = KindName(row.kind);
    if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end()) kinds.push_back(kind);
  }
  absl::StrAppend(&page, "\n```mermaid\nstateDiagram-v2\n");
  for (const auto& [way, kinds] : arrows) {
    const std::string from =
        way.first == v1::MEASURE_STATE_UNSPECIFIED ? "[*]" : StateName(way.first);
    absl::StrAppend(
        &page, "  ", from, " --> ", StateName(way.second), ": ", absl::StrJoin(kinds, ", "), "\n");
  }
  absl::StrAppend(&page, "```\n");
}

}  // namespace

std::string DescribeLifecycle() {
  std::string page = absl::StrCat(kIntroduction, AlwaysKinds(), EndedStates());
  for (int number = 1; number < v1::CaseType_ARRAYSIZE; ++number) {
    const auto type = static_cast<v1::CaseType>(number);
    AppendTable(type, page);
    AppendDiagram(type, page);
  }
  return page;
}

}  // namespace rogatoria
