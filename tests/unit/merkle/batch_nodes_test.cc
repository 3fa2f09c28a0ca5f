// The property that lets receipts of a batch be made without reading older rows.
#include "common/merkle/batch_nodes.h"

#include <string>

#include <gtest/gtest.h>

#include "common/merkle/proof.h"
#include "tests/support/test_log.h"
#include "tests/unit/merkle/reference_tree.h"

namespace rogatoria::merkle {
namespace {

constexpr uint64_t kLeaves = 80;

BatchNodes Batch(const TestLog& log, uint64_t from, uint64_t to) {
  BatchNodes batch(*Frontier::Load(from, log.Reader()));
  for (uint64_t leaf = from; leaf < to; ++leaf) batch.Append(LeafHash(std::to_string(leaf)));
  return batch;
}

TEST(BatchNodesTest, ProvesEveryLeafOfEveryBatch) {
  ReferenceTree reference(kLeaves);
  const TestLog log(kLeaves);
  for (uint64_t from = 0; from < kLeaves; ++from) {
    for (uint64_t to = from + 1; to <= kLeaves; ++to) {
      const BatchNodes batch = Batch(log, from, to);
      for (uint64_t leaf = from; leaf < to; ++leaf) {
        const absl::StatusOr<Proof> proof = InclusionProof(leaf, to, batch.Reader());
        ASSERT_TRUE(proof.ok()) << leaf << " in [" << from << "," << to << "): " << proof.status();
        ASSERT_EQ(*proof, reference.Inclusion(leaf, to));
      }
    }
  }
}

TEST(BatchNodesTest, RowsAreThoseOfTheLog) {
  const TestLog log(kLeaves);
  for (uint64_t from = 0; from < kLeaves; ++from) {
    const BatchNodes batch = Batch(log, from, kLeaves);
    for (uint64_t leaf = from; leaf < kLeaves; ++leaf) {
      ASSERT_EQ(EncodeRow(batch.Row(leaf)), log.row(leaf)) << from << " " << leaf;
    }
  }
}

TEST(BatchNodesTest, NextBatchStartsFromItsFrontier) {
  ReferenceTree reference(kLeaves);
  BatchNodes batch{Frontier()};
  for (uint64_t leaf = 0; leaf < kLeaves; ++leaf) {
    if (leaf % 7 == 0) batch = BatchNodes(batch.frontier());
    EXPECT_EQ(batch.Append(LeafHash(std::to_string(leaf))), leaf);
    EXPECT_EQ(batch.Root(), reference.Root(leaf + 1));
    EXPECT_EQ(batch.old_size(), leaf - leaf % 7);
    EXPECT_EQ(batch.size(), leaf + 1);
  }
}

TEST(BatchNodesTest, HasNoOlderRows) {
  const TestLog log(8);
  const BatchNodes batch = Batch(log, 6, 8);
  EXPECT_EQ(batch.Read({0, 0}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(batch.Read({1, 1}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(batch.Read({0, 8}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(batch.Read({4, 0}).status().code(), absl::StatusCode::kNotFound);
  EXPECT_TRUE(batch.Read({2, 0}).ok());
  EXPECT_TRUE(batch.Read({3, 0}).ok());
}

TEST(BatchNodesTest, EmptyBatchHasTheOldRoot) {
  const TestLog log(8);
  EXPECT_EQ(Batch(log, 5, 5).Root(), *RootAt(5, log.Reader()));
}

}  // namespace
}  // namespace rogatoria::merkle
