// The engines that the contract suite runs on.
#pragma once

#include <memory>

#include "tests/contract/store_contract.h"

namespace rogatoria {

std::unique_ptr<StoreHarness> MakeMemoryHarness();
// On a temporary folder, over the fault VFS (tests/support/fault_vfs.h).
std::unique_ptr<StoreHarness> MakeSqliteHarness();

}  // namespace rogatoria
