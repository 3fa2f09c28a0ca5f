// Trees up to the largest size. A log whose leaves are all the same has one hash a level, so its
// nodes are known at every size without making them.
#include <array>
#include <random>

#include <gtest/gtest.h>

#include "common/merkle/proof.h"
#include "common/merkle/verify.h"

namespace rogatoria::merkle {
namespace {

class LargeTreeTest : public ::testing::Test {
 protected:
  LargeTreeTest() {
    levels_[0] = LeafHash("the same");
    for (size_t i = 1; i < levels_.size(); ++i) {
      levels_[i] = NodeHash(levels_[i - 1], levels_[i - 1]);
    }
  }

  NodeReader Reader() const {
    return [this](NodeId id) -> absl::StatusOr<Hash> {
      return levels_[static_cast<size_t>(id.level)];
    };
  }
  Hash Root(uint64_t size) const { return *RootAt(size, Reader()); }

  // Sizes of every magnitude, the largest and the powers of two with their neighbours.
  std::vector<uint64_t> Sizes() {
    std::vector<uint64_t> sizes = {kMaxTreeSize, kMaxTreeSize - 1};
    std::mt19937_64 random(20260101);
    for (int bits = 1; bits < 63; ++bits) {
      const uint64_t power = uint64_t{1} << bits;
      sizes.insert(sizes.end(), {power - 1, power, power + 1, power + random() % power});
    }
    return sizes;
  }

  std::array<Hash, 63> levels_;
};

TEST_F(LargeTreeTest, InclusionAtEveryMagnitude) {
  std::mt19937_64 random(1);
  for (const uint64_t size : Sizes()) {
    for (const uint64_t index : {uint64_t{0}, size / 2, size - 1, random() % size}) {
      const auto proof = InclusionProof(index, size, Reader());
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_TRUE(VerifyInclusion(levels_[0], index, size, *proof, Root(size)).ok())
          << index << " of " << size;
    }
  }
}

TEST_F(LargeTreeTest, ConsistencyAtEveryMagnitude) {
  const std::vector<uint64_t> sizes = Sizes();
  for (const uint64_t old_size : sizes) {
    for (const uint64_t new_size : sizes) {
      if (old_size > new_size) continue;
      const auto proof = ConsistencyProof(old_size, new_size, Reader());
      ASSERT_TRUE(proof.ok()) << proof.status();
      EXPECT_TRUE(
          VerifyConsistency(old_size, new_size, Root(old_size), Root(new_size), *proof).ok())
          << old_size << " to " << new_size;
    }
  }
}

}  // namespace
}  // namespace rogatoria::merkle
