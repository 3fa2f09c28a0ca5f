// The hashes and roots that the Certificate Transparency project publishes for RFC 6962.
#include "common/merkle/hash.h"

#include <vector>

#include <gtest/gtest.h>

#include "common/merkle/frontier.h"
#include "common/merkle/proof.h"
#include "tests/unit/merkle/reference_tree.h"

namespace rogatoria::merkle {
namespace {

const std::vector<Bytes>& KnownLeaves() {
  static const auto* leaves = new std::vector<Bytes>{
      "",
      *FromHex("00"),
      *FromHex("10"),
      *FromHex("2021"),
      *FromHex("3031"),
      *FromHex("40414243"),
      *FromHex("5051525354555657"),
      *FromHex("606162636465666768696a6b6c6d6e6f"),
  };
  return *leaves;
}

constexpr const char* kKnownRoots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

TEST(HashTest, EmptyTree) {
  EXPECT_EQ(EmptyRoot().ToHex(), kKnownRoots[0]);
}

TEST(HashTest, EmptyLeafIsNotTheEmptyTree) {
  EXPECT_EQ(LeafHash("").ToHex(), kKnownRoots[1]);
}

TEST(HashTest, KnownRootsOfTheFrontier) {
  Frontier frontier;
  EXPECT_EQ(frontier.Root().ToHex(), kKnownRoots[0]);
  for (size_t i = 0; i < KnownLeaves().size(); ++i) {
    frontier.Append(LeafHash(KnownLeaves()[i]));
    EXPECT_EQ(frontier.Root().ToHex(), kKnownRoots[i + 1]) << "size " << i + 1;
  }
}

TEST(HashTest, KnownRootsOfTheReference) {
  ReferenceTree reference(KnownLeaves());
  for (size_t size = 0; size <= KnownLeaves().size(); ++size) {
    EXPECT_EQ(reference.Root(size).ToHex(), kKnownRoots[size]) << "size " << size;
  }
}

std::vector<std::string> Hex(const Proof& proof) {
  std::vector<std::string> hex;
  for (const Hash& hash : proof) hex.push_back(hash.ToHex());
  return hex;
}

class KnownProofsTest : public ::testing::Test {
 protected:
  KnownProofsTest() {
    for (const Bytes& leaf : KnownLeaves()) {
      const uint64_t index = frontier_.size();
      const std::vector<Hash> row = frontier_.Append(LeafHash(leaf));
      for (int level = 0; level < HashesInRow(index); ++level) {
        nodes_[{level, index >> level}] = row[static_cast<size_t>(level)];
      }
    }
  }

  std::vector<std::string> Inclusion(uint64_t index, uint64_t size) {
    return Hex(*InclusionProof(index, size, ReaderOf(nodes_)));
  }
  std::vector<std::string> Consistency(uint64_t old_size, uint64_t new_size) {
    return Hex(*ConsistencyProof(old_size, new_size, ReaderOf(nodes_)));
  }

  Frontier frontier_;
  NodeMap nodes_;
};

using Hashes = std::vector<std::string>;

TEST_F(KnownProofsTest, Inclusion) {
  EXPECT_EQ(Inclusion(0, 1), Hashes{});
  EXPECT_EQ(Inclusion(0, 8),
            (Hashes{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
  EXPECT_EQ(Inclusion(5, 8),
            (Hashes{"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
  EXPECT_EQ(Inclusion(2, 3),
            (Hashes{"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}));
  EXPECT_EQ(Inclusion(1, 5),
            (Hashes{"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}));
}

TEST_F(KnownProofsTest, Consistency) {
  EXPECT_EQ(Consistency(1, 1), Hashes{});
  EXPECT_EQ(Consistency(1, 8),
            (Hashes{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
  EXPECT_EQ(Consistency(6, 8),
            (Hashes{"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
  EXPECT_EQ(Consistency(2, 5),
            (Hashes{"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}));
}

TEST(HashTest, ThirtyTwoBytesOnly) {
  EXPECT_FALSE(Hash::FromBytes("").ok());
  EXPECT_FALSE(Hash::FromBytes(Bytes(31, 'a')).ok());
  EXPECT_FALSE(Hash::FromBytes(Bytes(33, 'a')).ok());
  EXPECT_EQ(Hash::FromBytes(Bytes(32, 'a'))->view(), Bytes(32, 'a'));
}

TEST(HashTest, OneBase64Text) {
  const Hash hash = LeafHash("x");
  EXPECT_EQ(*Hash::FromBase64(hash.ToBase64()), hash);
  EXPECT_FALSE(Hash::FromBase64("").ok());
  EXPECT_FALSE(Hash::FromBase64(hash.ToBase64() + "\n").ok());
  EXPECT_FALSE(Hash::FromBase64(hash.ToBase64().substr(0, 43)).ok());
  EXPECT_FALSE(Hash::FromBase64("AAAA").ok());
}

TEST(HashTest, LeafCannotPassAsNode) {
  const Hash left = LeafHash("a");
  const Hash right = LeafHash("b");
  const Bytes both = Bytes(left.view()) + Bytes(right.view());
  EXPECT_NE(LeafHash(both), NodeHash(left, right));
  EXPECT_NE(NodeHash(left, right), NodeHash(right, left));
}

}  // namespace
}  // namespace rogatoria::merkle
