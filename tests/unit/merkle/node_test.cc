#include "common/merkle/node.h"

#include <gtest/gtest.h>

#include "tests/support/test_log.h"

namespace rogatoria::merkle {
namespace {

TEST(NodeTest, RowsOfThePicture) {
  EXPECT_EQ(RowOf({0, 0}), 0u);
  EXPECT_EQ(RowOf({1, 0}), 1u);
  EXPECT_EQ(RowOf({2, 0}), 3u);
  EXPECT_EQ(RowOf({1, 2}), 5u);
  EXPECT_EQ(RowOf({0, 6}), 6u);
  EXPECT_EQ(OffsetInRow({2, 0}), 64u);
}

TEST(NodeTest, EveryRowHoldsTheSubtreesThatEndThere) {
  for (uint64_t leaf = 0; leaf < 1024; ++leaf) {
    for (int level = 0; level < 12; ++level) {
      const bool ends_here = (leaf + 1) % (uint64_t{1} << level) == 0;
      EXPECT_EQ(level < HashesInRow(leaf), ends_here) << leaf << " " << level;
      if (ends_here) {
        EXPECT_EQ(RowOf({level, leaf >> level}), leaf);
      }
    }
  }
}

TEST(NodeTest, LargestLog) {
  EXPECT_EQ(RowOf({62, 0}), (uint64_t{1} << 62) - 1);
  EXPECT_EQ(RowOf({0, kMaxTreeSize - 1}), kMaxTreeSize - 1);
  EXPECT_EQ(HashesInRow((uint64_t{1} << 62) - 1), 63);
}

TEST(NodeTest, RowRoundTrip) {
  const std::vector<Hash> row = {LeafHash("a"), LeafHash("b")};
  const Bytes bytes = EncodeRow(row);
  ASSERT_EQ(bytes.size(), 64u);
  EXPECT_EQ(*HashInRow(bytes, {0, 1}), row[0]);
  EXPECT_EQ(*HashInRow(bytes, {1, 0}), row[1]);
}

TEST(NodeTest, RefusesRowOfAnotherLength) {
  const Bytes row = EncodeRow({LeafHash("a"), LeafHash("b")});
  for (const Bytes& bad : {Bytes(), row.substr(1), row.substr(32), row + "x", row + row}) {
    EXPECT_EQ(HashInRow(bad, {1, 0}).status().code(), absl::StatusCode::kDataLoss);
  }
}

TEST(NodeTest, MapReader) {
  const NodeMap nodes = {{{1, 3}, LeafHash("x")}};
  const NodeReader read = ReaderOf(nodes);
  EXPECT_EQ(*read({1, 3}), LeafHash("x"));
  EXPECT_EQ(read({3, 1}).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace rogatoria::merkle
