// A store that breaks one promise, so that the tests can show that the checker notices (trust.md 4:
// a checker that was never seen to fail proves nothing).
#pragma once

#include <memory>

#include "common/storage/store.h"

namespace rogatoria::simulation {

enum class Lie {
  kNone,
  kAnsweredBeforeCommit,  // COMMIT says yes and nothing is on disk: receipts of acts that are lost
  kDeliveryLost,          // a mailbox row is not written
  kDeliveryDoubled,       // and this one is written twice
  kDeliveryReordered,     // the latest open row of a case is given out first
  kSettlementForgotten,   // an acknowledged row stays open
  kBrokenChain,           // a leaf is stored otherwise than it was hashed
  kRewrittenRecord,       // a record is stored otherwise than the leaf commits to
  kStateMoved,            // a case is stored in a state that no act led to
  kStrangersLetIn,        // every authority is a party to every case
};

// Wraps `inner`.
std::unique_ptr<Store> MakeLyingStore(std::unique_ptr<Store> inner, Lie lie);

}  // namespace rogatoria::simulation
