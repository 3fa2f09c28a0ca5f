// An act on a page, as it was opened: how it may be used and whom not to contact, then the rest. A
// case-file checklist is a page of its own. The identity part of an act is on neither.
#pragma once

#include <string>
#include <vector>

#include "common/client/opener.h"
#include "services/cli/case_timeline.h"
#include "services/cli/printing.h"

namespace rogatoria::cli {

struct ActPageFacts {
  client::OpenedAct opened;
  std::string effect;               // as its receipts state it: FORMAL_UNSETTLED
  std::vector<CaseEvent> receipts;  // those of it that are on this machine
};

std::string ActPage(const ActPageFacts& facts, const Imprint& imprint, Language language);

// REQUIRES: a request with a checklist. `guidance`: where the text that it follows is from, by
// whom; without any, what is wrong with it.
std::string ChecklistPage(const client::OpenedAct& opened,
                          const std::vector<PageFact>& guidance,
                          const Imprint& imprint,
                          Language language);

// What both begin with: limits of use, handling, "do not contact"; also contradictions.
void AddReadFirst(const client::OpenedAct& opened, Language language, Page& page);

}  // namespace rogatoria::cli
