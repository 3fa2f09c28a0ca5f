// The leaves of one batch, appended in memory before anything is stored, with every node that the
// receipts of the batch need.
//
// Why this suffices: let the log grow from s to n. A node in the inclusion proof at size n of a
// leaf i >= s either ends at a leaf of the batch, and then is in a row made here; or it lies wholly
// below s and is the left sibling of a subtree that holds i, and then it is in the frontier of s.
// So a batch proves its own leaves without one read of older rows
// (tests/unit/merkle/batch_nodes_test.cc).
//
// A value type; not thread-safe.
#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/merkle/frontier.h"
#include "common/merkle/hash.h"
#include "common/merkle/node.h"

namespace rogatoria::merkle {

class BatchNodes {
 public:
  // `before` is the log as it is stored.
  explicit BatchNodes(Frontier before);

  // Appends leaf number size() and returns its index.
  uint64_t Append(const Hash& leaf_hash);

  uint64_t old_size() const { return before_.size(); }
  uint64_t size() const { return after_.size(); }
  Hash Root() const { return after_.Root(); }
  // What the next batch starts from, once this one is committed.
  const Frontier& frontier() const { return after_; }

  // The row of a leaf of this batch, valid until the next Append. REQUIRES: old_size() <= leaf <
  // size().
  absl::Span<const Hash> Row(uint64_t leaf) const;

  // Of the batch's rows or of the frontier before it; NOT_FOUND for older nodes.
  absl::StatusOr<Hash> Read(NodeId id) const;
  // The same as a NodeReader; this object must outlive it.
  NodeReader Reader() const;

 private:
  Frontier before_;
  Frontier after_;
  std::vector<Hash> rows_;  // of leaves old_size() ... size() - 1, one after the other
};

}  // namespace rogatoria::merkle
