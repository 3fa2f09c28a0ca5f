// The leaves [begin, end) as a proof speaks of them, and the complete subtrees they are made of.
// Internal to common/merkle.
//
// Every hash of an RFC 6962 proof is MTH(D[begin:end]) of such a range: a complete subtree, or what
// is left at the right edge of the tree.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "common/merkle/hash.h"
#include "common/merkle/node.h"

namespace rogatoria::merkle {

struct Range {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// The largest power of two smaller than `leaves`: where the RFC splits a tree. REQUIRES: leaves
// >= 2.
uint64_t SplitPoint(uint64_t leaves);

// The complete subtrees of the range, the leftmost and largest first. REQUIRES: begin is a multiple
// of a power of two that is at least end - begin, as in every range that comes of splitting.
void AppendNodes(Range range, std::vector<NodeId>& nodes);

// MTH(D[begin:end]), reading AppendNodes(range). REQUIRES: as there, and not empty.
absl::StatusOr<Hash> HashOfRange(Range range, const NodeReader& read);

}  // namespace rogatoria::merkle
