// The checker of the crash tests: reads only the public API and the external ledger (trust model:
// what was acknowledged is there, byte-identical, once; nothing else is half there; every proof
// holds).
#pragma once

#include <string>
#include <vector>

#include "common/client/office.h"
#include "tests/crash/external_ledger.h"

namespace rogatoria::crash {

struct Parties {
  client::OfficeProfile a, b;      // send to each other
  client::OfficeProfile stranger;  // party to nothing
};

// Everything that does not hold, a line each. The hub must be up and the clients stopped.
std::vector<std::string> CheckAll(const ExternalLedger& ledger, const Parties& parties);

}  // namespace rogatoria::crash
