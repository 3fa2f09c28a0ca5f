// A case on a page: how it stands, and what happened in it by time. Headers only: nothing of what
// its acts say.
#pragma once

#include <string>
#include <vector>

#include "services/cli/case_timeline.h"
#include "services/cli/printing.h"

namespace rogatoria::cli {

struct CasePageFacts {
  Json view;    // CaseView, with `effect`
  Json clocks;  // ClocksView
  std::vector<CaseEvent> events;
};

std::string CasePage(const CasePageFacts& facts, const Imprint& imprint, Language language);

}  // namespace rogatoria::cli
