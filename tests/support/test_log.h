// A log kept as the store keeps it: one row of bytes a leaf, and nothing else.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/merkle/frontier.h"
#include "common/merkle/node.h"

namespace rogatoria::merkle {

class TestLog {
 public:
  // Leaf i is the decimal text of i, as in ReferenceTree.
  explicit TestLog(uint64_t leaves) {
    for (uint64_t i = 0; i < leaves; ++i) {
      rows_.push_back(EncodeRow(frontier_.Append(LeafHash(std::to_string(i)))));
    }
  }

  const Frontier& frontier() const { return frontier_; }
  const Bytes& row(uint64_t leaf) const { return rows_[leaf]; }

  absl::StatusOr<Hash> Read(NodeId id) const {
    if (RowOf(id) >= rows_.size()) return absl::NotFoundError("no such row");
    return HashInRow(rows_[RowOf(id)], id);
  }
  NodeReader Reader() const {
    return [this](NodeId id) { return Read(id); };
  }

 private:
  Frontier frontier_;
  std::vector<Bytes> rows_;
};

}  // namespace rogatoria::merkle
