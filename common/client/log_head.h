// Heads of the hub's log: as it serves them now, and as this machine kept them. All are signed
// under the log key of the profile, which stands for each of the hub's logs (merkle::KeyOfLogOf).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/client/connection.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/hash.h"
#include "common/merkle/verifier_key.h"

namespace rogatoria::client {

struct SignedHead {
  uint64_t log = 0;
  merkle::Checkpoint checkpoint;
  std::string note;
  std::string verifier_key;  // as the hub tells it
};

// Of one of the hub's logs; 0 for the current one.
absl::StatusOr<SignedHead> FetchHead(Connection& connection,
                                     const merkle::VerifierKey& key,
                                     uint64_t log);
// The same, signed under the key that the hub itself tells: whose log it is, that does not prove.
absl::StatusOr<SignedHead> FetchHeadAsTold(Connection& connection, uint64_t log);
// The proof that a leaf is in the tree of a head; not verified.
absl::StatusOr<std::vector<merkle::Hash>> FetchInclusion(Connection& connection,
                                                         const SignedHead& head,
                                                         uint64_t index);
// The head extends the earlier one of the same log. DATA_LOSS when it does not, whatever the hub
// gave as a proof; other codes when the hub gave none.
absl::Status CheckExtends(Connection& connection,
                          const merkle::Checkpoint& before,
                          const SignedHead& head);

// A head that the hub signed once, and the file that proves it.
struct KeptHead {
  merkle::Checkpoint checkpoint;
  std::string file;
};

struct KeptHeads {
  // By log, of each log the largest first; each head once.
  std::vector<KeptHead> heads;
  size_t left_out = 0;  // receipts that have none under this key
};

// Where the last head is kept that was seen to be good.
std::string CheckpointFile(const std::string& state);
// That one, and those in the receipts below the state folder. A receipt counts by its head alone:
// whatever else it says, the hub signed that. An error when the first is there and does not hold.
absl::StatusOr<KeptHeads> LoadKeptHeads(const std::string& state, const merkle::VerifierKey& key);

}  // namespace rogatoria::client
