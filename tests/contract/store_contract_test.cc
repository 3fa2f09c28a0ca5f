// The contract suite on every engine.
#include "tests/contract/store_contract.h"

#include "tests/contract/store_harnesses.h"

namespace rogatoria {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, StoreContract, testing::Values(&MakeMemoryHarness));
INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, testing::Values(&MakeSqliteHarness));

}  // namespace
}  // namespace rogatoria
