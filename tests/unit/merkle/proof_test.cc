// The fast proofs against the RFC's own recursion, for every pair up to 256 leaves.
#include "common/merkle/proof.h"

#include <set>

#include <gtest/gtest.h>

#include "common/merkle/verify.h"
#include "tests/support/test_log.h"
#include "tests/unit/merkle/reference_tree.h"

namespace rogatoria::merkle {
namespace {

constexpr uint64_t kLeaves = 256;

// Reads through to the log, and keeps which nodes were read.
NodeReader Recording(const TestLog& log, std::vector<NodeId>& read) {
  return [&log, &read](NodeId id) {
    read.push_back(id);
    return log.Read(id);
  };
}

TEST(ProofTest, EveryInclusionUpTo256) {
  ReferenceTree reference(kLeaves);
  const TestLog log(kLeaves);
  for (uint64_t size = 1; size <= kLeaves; ++size) {
    const Hash root = reference.Root(size);
    for (uint64_t index = 0; index < size; ++index) {
      const absl::StatusOr<Proof> proof = InclusionProof(index, size, log.Reader());
      ASSERT_TRUE(proof.ok()) << proof.status();
      ASSERT_EQ(*proof, reference.Inclusion(index, size)) << index << " of " << size;
      const Hash leaf = LeafHash(reference.leaf(index));
      ASSERT_TRUE(VerifyInclusion(leaf, index, size, *proof, root).ok()) << index << " of " << size;
    }
  }
}

TEST(ProofTest, EveryConsistencyUpTo256) {
  ReferenceTree reference(kLeaves);
  const TestLog log(kLeaves);
  for (uint64_t now = 1; now <= kLeaves; ++now) {
    for (uint64_t old = 1; old <= now; ++old) {
      const absl::StatusOr<Proof> proof = ConsistencyProof(old, now, log.Reader());
      ASSERT_TRUE(proof.ok()) << proof.status();
      ASSERT_EQ(*proof, reference.Consistency(old, now)) << old << " to " << now;
      const absl::Status verified =
          VerifyConsistency(old, now, reference.Root(old), reference.Root(now), *proof);
      ASSERT_TRUE(verified.ok()) << old << " to " << now << ": " << verified;
    }
  }
}

TEST(ProofTest, EveryRootUpTo256FromTheFullLog) {
  ReferenceTree reference(kLeaves);
  const TestLog log(kLeaves);
  for (uint64_t size = 0; size <= kLeaves; ++size) {
    EXPECT_EQ(*RootAt(size, log.Reader()), reference.Root(size)) << size;
  }
}

TEST(ProofTest, AsksForExactlyTheNodesThatItReads) {
  const TestLog log(70);
  for (uint64_t size = 1; size <= 70; ++size) {
    for (uint64_t other = 0; other < size; ++other) {
      std::vector<NodeId> read;
      ASSERT_TRUE(InclusionProof(other, size, Recording(log, read)).ok());
      EXPECT_EQ(*NodesForInclusion(other, size), read);
      EXPECT_EQ(std::set<NodeId>(read.begin(), read.end()).size(), read.size());
      read.clear();
      ASSERT_TRUE(ConsistencyProof(other, size, Recording(log, read)).ok());
      EXPECT_EQ(*NodesForConsistency(other, size), read);
      EXPECT_EQ(std::set<NodeId>(read.begin(), read.end()).size(), read.size());
    }
  }
}

TEST(ProofTest, FromAMapOfTheNodesAskedFor) {
  const TestLog log(100);
  NodeMap nodes;
  const std::vector<NodeId> needed = *NodesForInclusion(41, 100);
  for (const NodeId& id : needed) nodes[id] = *log.Read(id);
  EXPECT_EQ(*InclusionProof(41, 100, ReaderOf(nodes)), *InclusionProof(41, 100, log.Reader()));
}

TEST(ProofTest, NothingToProveFromTheEmptyTreeOrToTheSame) {
  const TestLog log(5);
  EXPECT_TRUE(ConsistencyProof(0, 5, log.Reader())->empty());
  EXPECT_TRUE(ConsistencyProof(5, 5, log.Reader())->empty());
  EXPECT_TRUE(ConsistencyProof(0, 0, log.Reader())->empty());
}

TEST(ProofTest, LongestPathFitsTheLimit) {
  const auto nodes = NodesForInclusion(0, kMaxTreeSize);
  ASSERT_TRUE(nodes.ok());
  // Right-edge hashes are made of several nodes; the path itself has one hash a level.
  const NodeReader constant = [](NodeId) -> absl::StatusOr<Hash> { return EmptyRoot(); };
  EXPECT_EQ(InclusionProof(0, kMaxTreeSize, constant)->size(), 63u);
}

TEST(ProofTest, RefusesIndexBeyondSize) {
  const TestLog log(4);
  EXPECT_EQ(InclusionProof(4, 4, log.Reader()).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(InclusionProof(0, 0, log.Reader()).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(NodesForInclusion(0, kMaxTreeSize + 1).status().code(), absl::StatusCode::kOutOfRange);
}

TEST(ProofTest, RefusesShrinkingLog) {
  const TestLog log(4);
  EXPECT_EQ(ConsistencyProof(4, 3, log.Reader()).status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(NodesForConsistency(1, kMaxTreeSize + 1).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(ProofTest, GivesTheReadersError) {
  const TestLog log(4);
  EXPECT_EQ(InclusionProof(0, 8, log.Reader()).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(ConsistencyProof(3, 8, log.Reader()).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace rogatoria::merkle
