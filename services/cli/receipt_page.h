// A receipt on a page: what it says in words, what that proves and what it does not, and the
// receipt itself, letter by letter.
#pragma once

#include <string>

#include "common/base/bytes.h"
#include "common/model/evidence.h"
#include "services/cli/printing.h"

namespace rogatoria::cli {

// A line of what the receipt says: a title and the words for it.
struct ReceiptPageFacts {
  Evidence evidence;
  std::vector<PageFact> lines;
  Bytes file;  // as it was verified
};

std::string ReceiptPage(const ReceiptPageFacts& facts, const Imprint& imprint, Language language);

}  // namespace rogatoria::cli
