#include "common/merkle/frontier.h"

#include <gtest/gtest.h>

#include "tests/support/test_log.h"
#include "tests/unit/merkle/reference_tree.h"

namespace rogatoria::merkle {
namespace {

constexpr uint64_t kLeaves = 256;

TEST(FrontierTest, RootIsTheReferencesAtEverySize) {
  ReferenceTree reference(kLeaves);
  Frontier frontier;
  for (uint64_t size = 0; size <= kLeaves; ++size) {
    EXPECT_EQ(frontier.size(), size);
    EXPECT_EQ(frontier.Root(), reference.Root(size)) << "size " << size;
    if (size < kLeaves) frontier.Append(LeafHash(reference.leaf(size)));
  }
}

TEST(FrontierTest, LoadedFromRowsGoesOnAsIfNeverStopped) {
  ReferenceTree reference(kLeaves);
  const TestLog log(kLeaves);
  for (uint64_t size = 0; size < kLeaves; ++size) {
    Frontier frontier = *Frontier::Load(size, log.Reader());
    EXPECT_EQ(frontier.Root(), reference.Root(size)) << "size " << size;
    EXPECT_EQ(EncodeRow(frontier.Append(LeafHash(reference.leaf(size)))), log.row(size));
    EXPECT_EQ(frontier.Root(), reference.Root(size + 1));
  }
}

TEST(FrontierTest, ReadsItsOwnNodesAndNoOthers) {
  const TestLog log(64);
  for (uint64_t size = 0; size <= 64; ++size) {
    const Frontier frontier = *Frontier::Load(size, log.Reader());
    const std::vector<NodeId> own = NodesForFrontier(size);
    for (int level = 0; level < 8; ++level) {
      for (uint64_t index = 0; index <= 64; ++index) {
        const NodeId id{level, index};
        const bool is_own = std::find(own.begin(), own.end(), id) != own.end();
        ASSERT_EQ(frontier.Read(id).ok(), is_own) << size << ": " << level << "," << index;
        if (is_own) {
          EXPECT_EQ(*frontier.Read(id), *log.Read(id));
        }
      }
    }
  }
}

TEST(FrontierTest, NodesOfSeven) {
  EXPECT_EQ(NodesForFrontier(7), (std::vector<NodeId>{{2, 0}, {1, 2}, {0, 6}}));
  EXPECT_TRUE(NodesForFrontier(0).empty());
  EXPECT_EQ(NodesForFrontier(kMaxTreeSize).size(), 63u);
}

TEST(FrontierTest, ReadRefusesImpossibleLevels) {
  const TestLog log(3);
  EXPECT_FALSE(log.frontier().Read({-1, 0}).ok());
  EXPECT_FALSE(log.frontier().Read({64, 0}).ok());
}

TEST(FrontierTest, LoadRefusesTooLarge) {
  const TestLog log(1);
  EXPECT_EQ(Frontier::Load(kMaxTreeSize + 1, log.Reader()).status().code(),
            absl::StatusCode::kOutOfRange);
}

TEST(FrontierTest, LoadGivesTheReadersError) {
  const TestLog log(4);
  EXPECT_EQ(Frontier::Load(5, log.Reader()).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace rogatoria::merkle
