// DescribeLifecycle of lifecycle.h: the page for people, from the table for the machine.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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
    "- A case has ended when every measure has: REFUSED, EXECUTED, NOT_EXECUTABLE, WITHDRAWN or\n"
    "  CLOSED. Its channel stays open: FREE_FORM fits always.\n"
    "- Spontaneous information has one measure, number 1 with the code INFORMATION.\n";

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

std::vector<Line> LinesOf(v1::CaseType type) {
  std::vector<Line> lines;
  for (const Transition& row : LifecycleTable()) {
    if (row.case_type != type) continue;
    auto line = std::find_if(
        lines.begin(), lines.end(), [&row](const Line& other) { return Continues(other, row); });
    if (line == lines.end()) line = lines.insert(line, {row, row.from == row.to, {}});
    line->from.push_back(row.from == v1::MEASURE_STATE_UNSPECIFIED ? "(opens the case)"
                                                                   : StateName(row.from));
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

void AppendDiagram(v1::CaseType type, std::string& page) {
  absl::StrAppend(&page, "\n```mermaid\nstateDiagram-v2\n");
  for (const Transition& row : LifecycleTable()) {
    if (row.case_type != type || row.from == row.to) continue;
    const std::string from =
        row.from == v1::MEASURE_STATE_UNSPECIFIED ? "[*]" : StateName(row.from);
    absl::StrAppend(&page, "  ", from, " --> ", StateName(row.to), ": ", KindName(row.kind), "\n");
  }
  absl::StrAppend(&page, "```\n");
}

}  // namespace

std::string DescribeLifecycle() {
  std::string page(kIntroduction);
  for (v1::CaseType type : {v1::CASE_TYPE_MLA, v1::CASE_TYPE_SPONTANEOUS}) {
    AppendTable(type, page);
    AppendDiagram(type, page);
  }
  return page;
}

}  // namespace rogatoria
