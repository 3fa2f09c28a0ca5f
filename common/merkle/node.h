// Names of the tree's nodes, and where each lies in the stored log.
//
// Node (level, index) is the root of the complete subtree over the leaves
// [index << level, (index + 1) << level). Level 0 are the leaves; everything counts from 0. Only
// complete subtrees are stored: they never change once the log has grown past them.
//
// The row of leaf i keeps the hashes of every complete subtree that ENDS at leaf i: levels
// 0 ... countr_zero(i + 1), the lowest first, 32 bytes each. A row is written once, with its leaf.
//
//   level 2              (2,0)                          n n = a node's name
//                    ______|______
//   level 1       (1,0)         (1,1)         (1,2)
//                 __|__         __|__         __|__
//   level 0     (0,0)(0,1)    (0,2)(0,3)    (0,4)(0,5)   (0,6)
//
//   row of        0    1         2    3        4    5       6
//   holds       (0,0) (0,1)    (0,2) (0,3)   (0,4) (0,5)  (0,6)
//                     (1,0)          (1,1)         (1,2)
//                                    (2,0)
//
// So node (level, index) lies in the row of leaf ((index + 1) << level) - 1 at byte 32 * level: one
// read by primary key finds any node, and no node is stored twice.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/bytes.h"
#include "common/merkle/hash.h"

namespace rogatoria::merkle {

// The largest tree: sizes and indexes fit the signed 64-bit integers of SQL.
inline constexpr uint64_t kMaxTreeSize = (uint64_t{1} << 63) - 1;

struct NodeId {
  int level = 0;
  uint64_t index = 0;

  friend auto operator<=>(const NodeId&, const NodeId&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const NodeId& id) {
    return H::combine(std::move(state), id.level, id.index);
  }
};

// The leaf whose row holds the node.
uint64_t RowOf(NodeId id);
// Where in that row its 32 bytes begin.
size_t OffsetInRow(NodeId id);
// How many hashes the row of a leaf holds: 1 ... 63.
int HashesInRow(uint64_t leaf);

// A row as it is stored, and one node out of it. DATA_LOSS if the row is not as long as that of
// RowOf(id) must be.
Bytes EncodeRow(absl::Span<const Hash> row);
absl::StatusOr<Hash> HashInRow(absl::string_view row, NodeId id);

// Gives the hash of a node; an error when it does not have it, which ends the computation that
// asked. A caller that wants to read in one query asks first which nodes are needed (proof.h),
// fetches them into a NodeMap, and computes from that.
using NodeReader = std::function<absl::StatusOr<Hash>(NodeId)>;
using NodeMap = absl::flat_hash_map<NodeId, Hash>;

// Reads from `nodes`, which must outlive the reader; NOT_FOUND for what is not in it.
NodeReader ReaderOf(const NodeMap& nodes);

}  // namespace rogatoria::merkle
