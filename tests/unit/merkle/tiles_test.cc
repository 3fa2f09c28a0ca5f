#include "common/merkle/tiles.h"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "tests/support/test_log.h"
#include "tests/unit/merkle/reference_tree.h"

namespace rogatoria::merkle {
namespace {

std::vector<std::string> Paths(uint64_t old_size, uint64_t new_size) {
  std::vector<std::string> paths;
  for (const Tile& tile : TilesForGrowth(old_size, new_size)) paths.push_back(TilePath(tile));
  return paths;
}

TEST(TilesTest, PathsOfThePage) {
  EXPECT_EQ(TilePath({0, 1234067, 256}), "tile/0/x001/x234/067");
  EXPECT_EQ(TilePath({0, 0, 256}), "tile/0/000");
  EXPECT_EQ(TilePath({3, 999, 255}), "tile/3/999.p/255");
  EXPECT_EQ(TilePath({1, 1000, 1}), "tile/1/x001/000.p/1");
  EXPECT_EQ(EntriesPath({0, 1234067, 17}), "tile/entries/x001/x234/067.p/17");
}

TEST(TilesTest, PathRoundTrip) {
  for (uint64_t index :
       {0ull, 1ull, 999ull, 1000ull, 1001ull, 999999ull, 1000000ull, 9223372036854775807ull}) {
    for (uint64_t width : {1u, 255u, 256u}) {
      const Tile tile{5, index, width};
      const auto parsed = ParseTilePath(TilePath(tile));
      ASSERT_TRUE(parsed.ok()) << TilePath(tile);
      EXPECT_EQ(*parsed, tile);
    }
  }
}

TEST(TilesTest, RefusesOtherPaths) {
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/00/000",
                           "tile/64/000",
                           "tile/-1/000",
                           "tile/0/x000/001",
                           "tile/0/001/001",
                           "tile/0/x001",
                           "tile/0/x001/",
                           "tile/0/000.p",
                           "tile/0/000.p/",
                           "tile/0/000.p/0",
                           "tile/0/000.p/256",
                           "tile/0/000.p/01",
                           "tile/0/000.p/1/",
                           "/tile/0/000",
                           "tile/0/000/",
                           "tile/entries/000",
                           "tile/0/00a",
                           "tile/0/../000",
                           "tile/0/x009/x223/x372/x036/x854/x775/808"}) {
    EXPECT_FALSE(ParseTilePath(path).ok()) << path;
  }
}

TEST(TilesTest, TilesOfThePagesExamples) {
  EXPECT_EQ(Paths(0, 256), (std::vector<std::string>{"tile/0/000", "tile/1/000.p/1"}));
  std::map<std::pair<int, uint64_t>, int> counted;  // level and width -> tiles
  for (const Tile& tile : TilesForGrowth(0, 70000)) ++counted[{tile.level, tile.width}];
  EXPECT_EQ(counted,
            (std::map<std::pair<int, uint64_t>, int>{
                {{0, 256}, 273}, {{0, 112}, 1}, {{1, 256}, 1}, {{1, 17}, 1}, {{2, 1}, 1}}));
}

TEST(TilesTest, GrowthWritesOnlyWhatIsNew) {
  EXPECT_TRUE(Paths(300, 300).empty());
  EXPECT_TRUE(Paths(0, 0).empty());
  EXPECT_EQ(Paths(0, 1), (std::vector<std::string>{"tile/0/000.p/1"}));
  EXPECT_EQ(Paths(1, 3), (std::vector<std::string>{"tile/0/000.p/3"}));
  EXPECT_EQ(Paths(255, 256), (std::vector<std::string>{"tile/0/000", "tile/1/000.p/1"}));
  EXPECT_EQ(Paths(256, 257), (std::vector<std::string>{"tile/0/001.p/1"}));
  EXPECT_EQ(
      Paths(250, 600),
      (std::vector<std::string>{"tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"}));
}

TEST(TilesTest, GrowthInAnyStepsWritesEveryTileOfTheEnd) {
  for (const uint64_t step : {1u, 7u, 255u, 256u, 257u, 1000u}) {
    std::set<std::string> written;
    uint64_t size = 0;
    while (size < 3000) {
      for (const std::string& path : Paths(size, size + step)) written.insert(path);
      size += step;
    }
    for (const std::string& path : Paths(0, size)) EXPECT_TRUE(written.contains(path)) << path;
  }
}

TEST(TilesTest, BytesAreTheHashesOfTheTree) {
  constexpr uint64_t kSize = 600;
  ReferenceTree reference(kSize);
  const TestLog log(kSize);
  const Bytes level0 = *TileBytes({0, 1, 256}, log.Reader());
  ASSERT_EQ(level0.size(), 8192u);
  for (size_t i = 0; i < 256; ++i) {
    EXPECT_EQ(level0.substr(i * 32, 32), LeafHash(reference.leaf(256 + i)).view());
  }
  const Bytes level1 = *TileBytes({1, 0, 2}, log.Reader());
  ASSERT_EQ(level1.size(), 64u);
  EXPECT_EQ(level1.substr(0, 32), reference.Root(256).view());
}

TEST(TilesTest, GivesTheReadersError) {
  const TestLog log(10);
  EXPECT_TRUE(TileBytes({0, 0, 10}, log.Reader()).ok());
  EXPECT_EQ(TileBytes({0, 0, 11}, log.Reader()).status().code(), absl::StatusCode::kNotFound);
}

TEST(TilesTest, EntryBundles) {
  EXPECT_EQ(*EntryBundle({Bytes(), Bytes("a"), Bytes(300, 'b')}),
            *FromHex("0000"
                     "000161"
                     "012c") +
                Bytes(300, 'b'));
  EXPECT_TRUE(EntryBundle({Bytes(65535, 'x')}).ok());
  EXPECT_FALSE(EntryBundle({Bytes(65536, 'x')}).ok());
  EXPECT_FALSE(EntryBundle({}).ok());
  EXPECT_FALSE(EntryBundle(std::vector<Bytes>(257, "x")).ok());
}

}  // namespace
}  // namespace rogatoria::merkle
