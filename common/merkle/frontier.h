// The growing edge of the log: the maximal complete subtrees of [0, size), at most 63 hashes. It is
// all that appending a leaf and computing the root need.
//
//   size 7 = 4 + 2 + 1:     (2,0)   (1,2)   (0,6)
//
// A value type; not thread-safe. It is not stored: Load makes it again from the rows.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "common/merkle/hash.h"
#include "common/merkle/node.h"

namespace rogatoria::merkle {

// The nodes of the frontier of a tree of `size` leaves, the leftmost and largest first.
std::vector<NodeId> NodesForFrontier(uint64_t size);

class Frontier {
 public:
  Frontier() = default;  // of the empty log

  // Reads NodesForFrontier(size). OUT_OF_RANGE above kMaxTreeSize, else the reader's error.
  static absl::StatusOr<Frontier> Load(uint64_t size, const NodeReader& read);

  // Appends leaf number size(). Returns its row: the hashes of the complete subtrees that end at
  // it, the leaf's own first (node.h). REQUIRES: size() < kMaxTreeSize.
  std::vector<Hash> Append(const Hash& leaf_hash);

  Hash Root() const;  // EmptyRoot() for the empty log
  uint64_t size() const { return size_; }

  // NOT_FOUND for a node that is not of this frontier.
  absl::StatusOr<Hash> Read(NodeId id) const;

 private:
  uint64_t size_ = 0;
  std::vector<Hash> hashes_;  // as NodesForFrontier(size_)
};

}  // namespace rogatoria::merkle
