// The tree as RFC 6962 section 2.1 defines it, word for word: recursive, over all leaves, slow.
// What the fast code must agree with. Uses nothing of it but the hash of two strings.
#pragma once

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

#include "common/base/bytes.h"
#include "common/merkle/hash.h"

namespace rogatoria::merkle {

class ReferenceTree {
 public:
  // Leaf i is the decimal text of i, to have as many different ones as are wanted.
  explicit ReferenceTree(size_t leaves);
  explicit ReferenceTree(std::vector<Bytes> leaves) : leaves_(std::move(leaves)) {}

  const Bytes& leaf(size_t index) const { return leaves_[index]; }
  size_t size() const { return leaves_.size(); }

  Hash Root(size_t size) { return Mth(0, size); }
  std::vector<Hash> Inclusion(size_t index, size_t size) { return Path(index, 0, size); }
  std::vector<Hash> Consistency(size_t old_size, size_t new_size) {
    return Subproof(old_size, 0, new_size, true);
  }

 private:
  // D[begin:end] stands for the list of leaves; m counts from its begin, as in the RFC.
  Hash Mth(size_t begin, size_t end);
  std::vector<Hash> Path(size_t m, size_t begin, size_t end);
  std::vector<Hash> Subproof(size_t m, size_t begin, size_t end, bool whole);

  std::vector<Bytes> leaves_;
  std::map<std::pair<size_t, size_t>, Hash> known_;  // only so that the tests take seconds
};

}  // namespace rogatoria::merkle
