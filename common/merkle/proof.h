// Making proofs: which stored nodes a proof needs, and the proof from those nodes.
//
// Proofs are those of RFC 6962 sections 2.1.1 and 2.1.2 (RFC 9162 sections 2.1.3 and 2.1.4), in
// their order. A proof may hold hashes of incomplete subtrees at the right edge, which are not
// stored: they are computed here from complete ones. Pure; thread-safe if the reader is.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "common/merkle/hash.h"
#include "common/merkle/node.h"

namespace rogatoria::merkle {

// From the leaf's sibling up to the root's child; for consistency as in RFC 6962.
using Proof = std::vector<Hash>;

// The stored nodes needed, without repetition, in the order in which they will be read.
// OUT_OF_RANGE unless index < size <= kMaxTreeSize, or old_size <= new_size <= kMaxTreeSize.
absl::StatusOr<std::vector<NodeId>> NodesForInclusion(uint64_t index, uint64_t size);
absl::StatusOr<std::vector<NodeId>> NodesForConsistency(uint64_t old_size, uint64_t new_size);

// The root of the first `size` leaves of a log; needs NodesForFrontier(size).
absl::StatusOr<Hash> RootAt(uint64_t size, const NodeReader& read);

// That leaf `index` is in the tree of `size` leaves.
absl::StatusOr<Proof> InclusionProof(uint64_t index, uint64_t size, const NodeReader& read);

// That the tree of `old_size` leaves is a prefix of that of `new_size`. Empty when old_size is 0 or
// new_size: there is nothing to prove then.
absl::StatusOr<Proof> ConsistencyProof(uint64_t old_size,
                                       uint64_t new_size,
                                       const NodeReader& read);

}  // namespace rogatoria::merkle
