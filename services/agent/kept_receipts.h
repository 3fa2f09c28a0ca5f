// The receipts of an act on this machine's disk, as evidence: how far the act has come. They were
// verified before they were kept (common/client/receipt_check.h).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "common/base/clock.h"
#include "common/model/evidence.h"

namespace rogatoria::agent {

struct KeptReceipt {
  std::string file_name;
  Bytes content;
  Evidence evidence;
};

// In the order of their instants. A file that is none is left out.
std::vector<KeptReceipt> ReceiptsOf(const std::string& state, const std::string& act_id);

// What they prove together, of an act that we sent.
struct Progress {
  bool refused = false;       // A.2
  bool accepted = false;      // A.1
  bool in_mailboxes = false;  // a D.1 for each recipient
  bool taken_over = false;    // an E.1 of each
  bool not_taken = false;     // an E.2 of one, with no E.1
  bool ended = false;         // nothing more will come: of each an E.1, or an E.2 that is final
  Instant since;              // of the latest step
  std::string reason;         // of A.2 or E.2
  Evidence first = {};        // A.1 or A.2
  std::vector<std::string> to = {};
};
Progress ProgressOf(const std::vector<KeptReceipt>& receipts);

}  // namespace rogatoria::agent
