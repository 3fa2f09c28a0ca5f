// The chain of custody of a document: each step is an audit record in the log, and a row that finds
// it again.
#pragma once

#include <string>

#include "common/ledger/draft.h"
#include "common/model/caller.h"
#include "common/storage/documents.h"

namespace rogatoria {

struct CustodyStep {
  v1::CustodyEvent event = v1::CUSTODY_EVENT_UNSPECIFIED;
  std::string principal;  // identity that called; empty: the hub by itself
  std::string method;     // full name of the call
  std::string authority;  // that it concerns; empty: the hub alone
};

// Appends the step to the log, in the register of `authority` or else of the document's owner.
void RecordCustody(Draft& draft, const DocumentRecord& document, CustodyStep step);

}  // namespace rogatoria
