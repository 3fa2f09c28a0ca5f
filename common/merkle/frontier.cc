#include "common/merkle/frontier.h"

#include <bit>
#include <cstddef>

#include "absl/status/status.h"
#include "common/base/status_macros.h"
#include "common/merkle/range.h"

namespace rogatoria::merkle {

std::vector<NodeId> NodesForFrontier(uint64_t size) {
  std::vector<NodeId> nodes;
  AppendNodes({0, size}, nodes);
  return nodes;
}

absl::StatusOr<Frontier> Frontier::Load(uint64_t size, const NodeReader& read) {
  if (size > kMaxTreeSize) return absl::OutOfRangeError("a log has fewer than 2^63 leaves");
  Frontier frontier;
  frontier.size_ = size;
  for (const NodeId& id : NodesForFrontier(size)) {
    ROG_ASSIGN_OR_RETURN(frontier.hashes_.emplace_back(), read(id));
  }
  return frontier;
}

std::vector<Hash> Frontier::Append(const Hash& leaf_hash) {
  std::vector<Hash> row;
  row.reserve(static_cast<size_t>(HashesInRow(size_)));
  row.push_back(leaf_hash);
  // Like a carry in binary addition: each low bit of the size is a subtree that is now complete.
  for (uint64_t bits = size_; (bits & 1) != 0; bits >>= 1) {
    row.push_back(NodeHash(hashes_.back(), row.back()));
    hashes_.pop_back();
  }
  hashes_.push_back(row.back());
  ++size_;
  return row;
}

Hash Frontier::Root() const {
  if (hashes_.empty()) return EmptyRoot();
  Hash root = hashes_.back();
  for (size_t i = hashes_.size() - 1; i-- > 0;) root = NodeHash(hashes_[i], root);
  return root;
}

absl::StatusOr<Hash> Frontier::Read(NodeId id) const {
  const bool of_this_size = id.level >= 0 && id.level < 64 && ((size_ >> id.level) & 1) != 0 &&
                            id.index == (size_ >> id.level) - 1;
  if (!of_this_size) return absl::NotFoundError("no such node in the log's frontier");
  // The bits above this one are the larger subtrees before it.
  const uint64_t larger = size_ >> id.level >> 1;
  return hashes_[static_cast<size_t>(std::popcount(larger))];
}

}  // namespace rogatoria::merkle
