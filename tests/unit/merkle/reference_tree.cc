#include "tests/unit/merkle/reference_tree.h"

#include <string>

#include "common/crypto/digest.h"

namespace rogatoria::merkle {
namespace {

Hash FromSha256(const Bytes& data) {
  return *Hash::FromBytes(Sha256(data));
}

// "k be the largest power of two smaller than n"
size_t K(size_t n) {
  size_t k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

}  // namespace

ReferenceTree::ReferenceTree(size_t leaves) {
  for (size_t i = 0; i < leaves; ++i) leaves_.push_back(std::to_string(i));
}

Hash ReferenceTree::Mth(size_t begin, size_t end) {
  const auto found = known_.find({begin, end});
  if (found != known_.end()) return found->second;
  const size_t n = end - begin;
  Hash hash;
  if (n == 0) {
    hash = FromSha256("");
  } else if (n == 1) {
    hash = FromSha256(Bytes(1, '\x00') + leaves_[begin]);
  } else {
    const Bytes left(Mth(begin, begin + K(n)).view());
    const Bytes right(Mth(begin + K(n), end).view());
    hash = FromSha256(Bytes(1, '\x01') + left + right);
  }
  known_[{begin, end}] = hash;
  return hash;
}

std::vector<Hash> ReferenceTree::Path(size_t m, size_t begin, size_t end) {
  const size_t n = end - begin;
  if (n == 1) return {};
  const size_t k = K(n);
  std::vector<Hash> path;
  if (m < k) {
    path = Path(m, begin, begin + k);
    path.push_back(Mth(begin + k, end));
  } else {
    path = Path(m - k, begin + k, end);
    path.push_back(Mth(begin, begin + k));
  }
  return path;
}

std::vector<Hash> ReferenceTree::Subproof(size_t m, size_t begin, size_t end, bool whole) {
  const size_t n = end - begin;
  if (m == n) return whole ? std::vector<Hash>{} : std::vector<Hash>{Mth(begin, end)};
  const size_t k = K(n);
  std::vector<Hash> proof;
  if (m <= k) {
    proof = Subproof(m, begin, begin + k, whole);
    proof.push_back(Mth(begin + k, end));
  } else {
    proof = Subproof(m - k, begin + k, end, false);
    proof.push_back(Mth(begin, begin + k));
  }
  return proof;
}

}  // namespace rogatoria::merkle
