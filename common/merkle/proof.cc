#include "common/merkle/proof.h"

#include <algorithm>

#include "absl/status/status.h"
#include "common/base/status_macros.h"
#include "common/merkle/frontier.h"
#include "common/merkle/range.h"

namespace rogatoria::merkle {
namespace {

absl::Status CheckIndex(uint64_t index, uint64_t size) {
  if (index < size && size <= kMaxTreeSize) return absl::OkStatus();
  return absl::OutOfRangeError("an inclusion proof needs a leaf of the tree");
}

absl::Status CheckSizes(uint64_t old_size, uint64_t new_size) {
  if (old_size <= new_size && new_size <= kMaxTreeSize) return absl::OkStatus();
  return absl::OutOfRangeError("a consistency proof goes from a size to one not below it");
}

// PATH(m, D[n]) of RFC 6962 section 2.1.1, unrolled: on the way down to the leaf the half that is
// left aside is a hash of the proof, the last one met being the first of the proof.
std::vector<Range> InclusionRanges(uint64_t index, uint64_t size) {
  std::vector<Range> ranges;
  for (Range tree{0, size}; tree.end - tree.begin > 1;) {
    const uint64_t middle = tree.begin + SplitPoint(tree.end - tree.begin);
    const bool left = index < middle;
    ranges.push_back(left ? Range{middle, tree.end} : Range{tree.begin, middle});
    tree = left ? Range{tree.begin, middle} : Range{middle, tree.end};
  }
  std::reverse(ranges.begin(), ranges.end());
  return ranges;
}

// SUBPROOF(m, D[n], b) of RFC 6962 section 2.1.2, unrolled in the same way. It goes down along the
// old tree's right edge until a subtree ends there; that subtree is part of the proof unless it is
// the whole old tree, whose root the verifier has.
std::vector<Range> ConsistencyRanges(uint64_t old_size, uint64_t new_size) {
  std::vector<Range> ranges;
  if (old_size == 0 || old_size == new_size) return ranges;
  Range tree{0, new_size};
  while (tree.end != old_size) {
    const uint64_t middle = tree.begin + SplitPoint(tree.end - tree.begin);
    const bool left = old_size <= middle;
    ranges.push_back(left ? Range{middle, tree.end} : Range{tree.begin, middle});
    tree = left ? Range{tree.begin, middle} : Range{middle, tree.end};
  }
  if (tree.begin != 0) ranges.push_back(tree);
  std::reverse(ranges.begin(), ranges.end());
  return ranges;
}

std::vector<NodeId> NodesOf(const std::vector<Range>& ranges) {
  std::vector<NodeId> nodes;
  for (const Range& range : ranges) AppendNodes(range, nodes);
  return nodes;
}

absl::StatusOr<Proof> HashesOf(const std::vector<Range>& ranges, const NodeReader& read) {
  Proof proof;
  for (const Range& range : ranges) {
    ROG_ASSIGN_OR_RETURN(proof.emplace_back(), HashOfRange(range, read));
  }
  return proof;
}

}  // namespace

absl::StatusOr<std::vector<NodeId>> NodesForInclusion(uint64_t index, uint64_t size) {
  ROG_RETURN_IF_ERROR(CheckIndex(index, size));
  return NodesOf(InclusionRanges(index, size));
}

absl::StatusOr<std::vector<NodeId>> NodesForConsistency(uint64_t old_size, uint64_t new_size) {
  ROG_RETURN_IF_ERROR(CheckSizes(old_size, new_size));
  return NodesOf(ConsistencyRanges(old_size, new_size));
}

absl::StatusOr<Hash> RootAt(uint64_t size, const NodeReader& read) {
  ROG_ASSIGN_OR_RETURN(const Frontier frontier, Frontier::Load(size, read));
  return frontier.Root();
}

absl::StatusOr<Proof> InclusionProof(uint64_t index, uint64_t size, const NodeReader& read) {
  ROG_RETURN_IF_ERROR(CheckIndex(index, size));
  return HashesOf(InclusionRanges(index, size), read);
}

absl::StatusOr<Proof> ConsistencyProof(uint64_t old_size,
                                       uint64_t new_size,
                                       const NodeReader& read) {
  ROG_RETURN_IF_ERROR(CheckSizes(old_size, new_size));
  return HashesOf(ConsistencyRanges(old_size, new_size), read);
}

}  // namespace rogatoria::merkle
