// Every way of being wrong is refused. Well-formed proofs are in proof_test.cc.
#include "common/merkle/verify.h"

#include <functional>

#include <gtest/gtest.h>

#include "common/merkle/node.h"
#include "tests/unit/merkle/reference_tree.h"

namespace rogatoria::merkle {
namespace {

constexpr uint64_t kLeaves = 33;

using Hashes = std::vector<Hash>;

// Every proof that differs from `proof` by one flipped bit, one hash lost, added, doubled or two
// neighbours swapped.
std::vector<Hashes> Mutations(const Hashes& proof) {
  std::vector<Hashes> mutations;
  for (size_t i = 0; i <= proof.size(); ++i) {
    const auto at = static_cast<std::ptrdiff_t>(i);
    Hashes added = proof;
    added.insert(added.begin() + at, i < proof.size() ? proof[i] : EmptyRoot());
    mutations.push_back(added);
    if (i == proof.size()) break;
    Hashes flipped = proof;
    flipped[i].bytes[i % Hash::kSize] ^= 1;
    mutations.push_back(flipped);
    Hashes lost = proof;
    lost.erase(lost.begin() + at);
    mutations.push_back(lost);
    Hashes swapped = proof;
    if (i + 1 < proof.size()) std::swap(swapped[i], swapped[i + 1]);
    if (swapped != proof) mutations.push_back(swapped);
  }
  return mutations;
}

Hash Other(Hash hash) {
  hash.bytes[31] ^= 0x80;
  return hash;
}

void ExpectRefused(const absl::Status& status) {
  EXPECT_TRUE(status.code() == absl::StatusCode::kInvalidArgument ||
              status.code() == absl::StatusCode::kDataLoss)
      << status;
}

void ForEveryInclusion(
    const std::function<void(
        uint64_t index, uint64_t size, const Hash& leaf, const Hashes& proof, const Hash& root)>&
        check) {
  ReferenceTree reference(kLeaves);
  for (uint64_t size = 1; size <= kLeaves; ++size) {
    for (uint64_t index = 0; index < size; ++index) {
      check(index,
            size,
            LeafHash(reference.leaf(index)),
            reference.Inclusion(index, size),
            reference.Root(size));
    }
  }
}

void ForEveryConsistency(const std::function<void(uint64_t old_size,
                                                  uint64_t new_size,
                                                  const Hash& old_root,
                                                  const Hash& new_root,
                                                  const Hashes& proof)>& check) {
  ReferenceTree reference(kLeaves);
  for (uint64_t now = 1; now <= kLeaves; ++now) {
    for (uint64_t old = 1; old <= now; ++old) {
      check(old, now, reference.Root(old), reference.Root(now), reference.Consistency(old, now));
    }
  }
}

TEST(VerifyInclusionTest, RefusesEveryMutatedProof) {
  ForEveryInclusion(
      [](uint64_t index, uint64_t size, const Hash& leaf, const Hashes& proof, const Hash& root) {
        ASSERT_TRUE(VerifyInclusion(leaf, index, size, proof, root).ok());
        for (const Hashes& bad : Mutations(proof)) {
          ExpectRefused(VerifyInclusion(leaf, index, size, bad, root));
        }
      });
}

TEST(VerifyInclusionTest, RefusesEveryOtherIndex) {
  ForEveryInclusion(
      [](uint64_t index, uint64_t size, const Hash& leaf, const Hashes& proof, const Hash& root) {
        for (uint64_t other = 0; other < size + 3; ++other) {
          if (other != index) ExpectRefused(VerifyInclusion(leaf, other, size, proof, root));
        }
      });
}

TEST(VerifyInclusionTest, RefusesOtherLeafAndOtherRoot) {
  ForEveryInclusion(
      [](uint64_t index, uint64_t size, const Hash& leaf, const Hashes& proof, const Hash& root) {
        EXPECT_EQ(VerifyInclusion(Other(leaf), index, size, proof, root).code(),
                  absl::StatusCode::kDataLoss);
        EXPECT_EQ(VerifyInclusion(leaf, index, size, proof, Other(root)).code(),
                  absl::StatusCode::kDataLoss);
      });
}

TEST(VerifyInclusionTest, RefusesIndexBeyondSize) {
  const Hash leaf = LeafHash("0");
  EXPECT_EQ(VerifyInclusion(leaf, 0, 0, {}, EmptyRoot()).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(VerifyInclusion(leaf, 1, 1, {}, leaf).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(VerifyInclusion(leaf, ~uint64_t{0}, ~uint64_t{0}, {}, leaf).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(VerifyInclusionTest, RefusesTreeBeyondTheLimit) {
  const Hash leaf = LeafHash("0");
  EXPECT_EQ(VerifyInclusion(leaf, 0, kMaxTreeSize + 1, Hashes(63, leaf), leaf).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(VerifyInclusion(leaf, kMaxTreeSize - 1, kMaxTreeSize, Hashes(63, leaf), leaf).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(VerifyInclusionTest, RefusesInnerNodeAsLeaf) {
  // The proof of node (1,0) of a tree of 4 leaves, offered as a proof of "leaf 0 of 2".
  ReferenceTree reference(4);
  const Hash inner = reference.Root(2);
  const Hash sibling = NodeHash(LeafHash("2"), LeafHash("3"));
  // The hashes do lead to the root; only the signed size tells that it is no leaf.
  ExpectRefused(VerifyInclusion(inner, 0, 4, Hashes{sibling}, reference.Root(4)));
}

TEST(VerifyConsistencyTest, RefusesEveryMutatedProof) {
  ForEveryConsistency([](uint64_t old_size,
                         uint64_t new_size,
                         const Hash& old_root,
                         const Hash& new_root,
                         const Hashes& proof) {
    ASSERT_TRUE(VerifyConsistency(old_size, new_size, old_root, new_root, proof).ok());
    for (const Hashes& bad : Mutations(proof)) {
      ExpectRefused(VerifyConsistency(old_size, new_size, old_root, new_root, bad));
    }
  });
}

TEST(VerifyConsistencyTest, RefusesOtherRoots) {
  ForEveryConsistency([](uint64_t old_size,
                         uint64_t new_size,
                         const Hash& old_root,
                         const Hash& new_root,
                         const Hashes& proof) {
    EXPECT_EQ(VerifyConsistency(old_size, new_size, Other(old_root), new_root, proof).code(),
              absl::StatusCode::kDataLoss);
    EXPECT_EQ(VerifyConsistency(old_size, new_size, old_root, Other(new_root), proof).code(),
              absl::StatusCode::kDataLoss);
  });
}

TEST(VerifyConsistencyTest, RefusesForkAtOneSize) {
  EXPECT_EQ(VerifyConsistency(3, 3, LeafHash("a"), LeafHash("b"), {}).code(),
            absl::StatusCode::kDataLoss);
}

TEST(VerifyConsistencyTest, RefusesShrinkingLog) {
  EXPECT_EQ(VerifyConsistency(4, 3, LeafHash("a"), LeafHash("b"), {}).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(VerifyConsistencyTest, RefusesProofWhereNoneIsNeeded) {
  const Hash root = LeafHash("0");
  EXPECT_EQ(VerifyConsistency(1, 1, root, root, Hashes{root}).code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(VerifyConsistency(0, 1, EmptyRoot(), root, Hashes{root}).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(VerifyConsistencyTest, EmptyTreeIsAPrefixOfEveryTreeWithItsOwnRootOnly) {
  const Hash root = LeafHash("0");
  EXPECT_TRUE(VerifyConsistency(0, 1, EmptyRoot(), root, {}).ok());
  EXPECT_TRUE(VerifyConsistency(0, 0, EmptyRoot(), EmptyRoot(), {}).ok());
  EXPECT_FALSE(VerifyConsistency(0, 1, root, root, {}).ok());
  EXPECT_FALSE(VerifyConsistency(0, 0, EmptyRoot(), root, {}).ok());
}

TEST(VerifyConsistencyTest, RefusesMissingProof) {
  ReferenceTree reference(3);
  EXPECT_EQ(VerifyConsistency(2, 3, reference.Root(2), reference.Root(3), {}).code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace rogatoria::merkle
