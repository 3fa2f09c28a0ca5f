// The chain of custody of a document as people get it: rows of a table, and a page of its own to
// print and to sign, which has all that its proofs need.
#pragma once

#include <string>
#include <vector>

#include "common/client/custody.h"
#include "services/cli/output.h"
#include "services/cli/printing.h"

#include "rogatoria/v1/document_service.pb.h"

namespace rogatoria::cli {

// A step as commands show it.
Json StepView(const client::CustodyStep& step);

struct CustodyPageFacts {
  v1::DocumentInfo document;
  std::vector<client::CustodyStep> steps;
};

std::string CustodyPage(const CustodyPageFacts& facts, const Imprint& imprint, Language language);

}  // namespace rogatoria::cli
