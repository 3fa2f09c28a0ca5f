#include "common/merkle/range.h"

#include <bit>
#include <cstddef>

#include "common/base/status_macros.h"

namespace rogatoria::merkle {

uint64_t SplitPoint(uint64_t leaves) {
  return std::bit_floor(leaves - 1);
}

void AppendNodes(Range range, std::vector<NodeId>& nodes) {
  while (range.begin < range.end) {
    const uint64_t leaves = std::bit_floor(range.end - range.begin);
    const int level = std::countr_zero(leaves);
    nodes.push_back({level, range.begin >> level});
    range.begin += leaves;
  }
}

absl::StatusOr<Hash> HashOfRange(Range range, const NodeReader& read) {
  std::vector<NodeId> nodes;
  AppendNodes(range, nodes);
  std::vector<Hash> hashes;
  for (const NodeId& id : nodes) {
    ROG_ASSIGN_OR_RETURN(hashes.emplace_back(), read(id));
  }
  // The smallest subtrees hang deepest, so they are joined first, from the right.
  Hash hash = hashes.back();
  for (size_t i = hashes.size() - 1; i-- > 0;) hash = NodeHash(hashes[i], hash);
  return hash;
}

}  // namespace rogatoria::merkle
