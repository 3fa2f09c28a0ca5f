#include "common/merkle/verify.h"

#include <bit>
#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/merkle/node.h"

namespace rogatoria::merkle {
namespace {

absl::Status Expect(const Hash& computed, const Hash& root, absl::string_view what) {
  if (computed == root) return absl::OkStatus();
  return absl::DataLossError(what);
}

// How many hashes the inclusion proof of a leaf has: all levels up to the one where the paths of
// this leaf and of the last one part, and above it only those where the path turns left.
size_t InclusionLength(uint64_t index, uint64_t size) {
  const int inner = static_cast<int>(std::bit_width(index ^ (size - 1)));
  const int border = inner == 64 ? 0 : std::popcount(index >> inner);
  return static_cast<size_t>(inner + border);
}

// RFC 9162 section 2.1.4.2, steps 4 to 8: climbs from the last leaf of the old tree, in both trees
// at once. `fn` and `sn` are the RFC's names of the two positions.
absl::Status ClimbBoth(uint64_t fn,
                       uint64_t sn,
                       absl::Span<const Hash> path,
                       const Hash& old_root,
                       const Hash& new_root) {
  const int shared = std::countr_one(fn);
  fn >>= shared;
  sn >>= shared;
  Hash old_hash = path.front();
  Hash new_hash = path.front();
  for (const Hash& hash : path.subspan(1)) {
    if (sn == 0) return absl::InvalidArgumentError("the consistency proof is too long");
    if ((fn & 1) != 0 || fn == sn) {
      old_hash = NodeHash(hash, old_hash);
      new_hash = NodeHash(hash, new_hash);
      // The last node of its level has no sibling there: up to where it is a right child.
      const int up = fn == 0 ? 0 : std::countr_zero(fn);
      fn >>= up;
      sn >>= up;
    } else {
      new_hash = NodeHash(new_hash, hash);
    }
    fn >>= 1;
    sn >>= 1;
  }
  if (sn != 0) return absl::InvalidArgumentError("the consistency proof is too short");
  if (old_hash != old_root) return absl::DataLossError("the proof does not lead to the old root");
  return Expect(new_hash, new_root, "the proof does not lead to the new root");
}

// A tree compared with itself, or with the empty tree: nothing to climb.
absl::Status VerifyTrivial(uint64_t old_size,
                           const Hash& old_root,
                           const Hash& new_root,
                           bool same_size,
                           absl::Span<const Hash> proof) {
  if (!proof.empty()) return absl::InvalidArgumentError("this consistency proof must be empty");
  if (old_size == 0 && old_root != EmptyRoot()) {
    return absl::DataLossError("the root of the empty tree is not the right one");
  }
  if (!same_size) return absl::OkStatus();
  return Expect(old_root, new_root, "two roots for one size: the log is forked");
}

}  // namespace

absl::Status VerifyInclusion(const Hash& leaf_hash,
                             uint64_t index,
                             uint64_t size,
                             absl::Span<const Hash> proof,
                             const Hash& root) {
  if (index >= size || size > kMaxTreeSize) {
    return absl::InvalidArgumentError("the index is not in the tree");
  }
  if (proof.size() != InclusionLength(index, size)) {
    return absl::InvalidArgumentError("the inclusion proof has not the length that it must have");
  }
  Hash hash = leaf_hash;
  uint64_t last = size - 1;
  for (const Hash& sibling : proof) {
    if ((index & 1) == 0 && index == last) {
      // The last node of its level has no sibling there: up to where it is a right child.
      const int up = std::countr_zero(index);
      index >>= up;
      last >>= up;
    }
    hash = (index & 1) != 0 ? NodeHash(sibling, hash) : NodeHash(hash, sibling);
    index >>= 1;
    last >>= 1;
  }
  return Expect(hash, root, "the proof does not lead from the leaf to the root");
}

absl::Status VerifyConsistency(uint64_t old_size,
                               uint64_t new_size,
                               const Hash& old_root,
                               const Hash& new_root,
                               absl::Span<const Hash> proof) {
  if (old_size > new_size || new_size > kMaxTreeSize) {
    return absl::InvalidArgumentError("the old tree is larger than the new one");
  }
  if (old_size == 0 || old_size == new_size) {
    return VerifyTrivial(old_size, old_root, new_root, old_size == new_size, proof);
  }
  if (proof.empty()) return absl::InvalidArgumentError("the consistency proof is too short");
  if (!std::has_single_bit(old_size)) {
    return ClimbBoth(old_size - 1, new_size - 1, proof, old_root, new_root);
  }
  // A complete old tree is a node of the new one, so its root begins the path and is not sent.
  std::vector<Hash> path{old_root};
  path.insert(path.end(), proof.begin(), proof.end());
  return ClimbBoth(old_size - 1, new_size - 1, path, old_root, new_root);
}

}  // namespace rogatoria::merkle
