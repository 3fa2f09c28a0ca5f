#include "common/merkle/tiles.h"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/merkle/text.h"

namespace rogatoria::merkle {
namespace {

constexpr absl::string_view kPrefix = "tile/";
constexpr absl::string_view kPartial = ".p/";
constexpr int kMaxTileLevel = 63;
constexpr uint64_t kGroup = 1000;  // three digits a path element

std::string ThreeDigits(uint64_t value) {
  return absl::StrCat(absl::Dec(value, absl::kZeroPad3));
}

// 1234067 -> x001/x234/067
std::string IndexPath(uint64_t index) {
  std::string path = ThreeDigits(index % kGroup);
  while ((index /= kGroup) != 0) path = absl::StrCat("x", ThreeDigits(index % kGroup), "/", path);
  return path;
}

std::string Suffix(const Tile& tile) {
  return tile.full() ? "" : absl::StrCat(kPartial, tile.width);
}

// The three digits at the front of `path`, taken off; nullopt if they are not there.
std::optional<uint64_t> TakeThreeDigits(absl::string_view& path) {
  if (path.size() < 3) return std::nullopt;
  uint64_t value = 0;
  for (const char digit : path.substr(0, 3)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(digit - '0');
  }
  path.remove_prefix(3);
  return value;
}

std::optional<uint64_t> TakeIndexPath(absl::string_view& path) {
  uint64_t index = 0;
  bool more = true;
  while (more) {
    more = absl::ConsumePrefix(&path, "x");
    const std::optional<uint64_t> digits = TakeThreeDigits(path);
    if (!digits.has_value() || index > (kMaxTreeSize - *digits) / kGroup) return std::nullopt;
    index = index * kGroup + *digits;
    if (more && !absl::ConsumePrefix(&path, "/")) return std::nullopt;
  }
  return index;
}

// What follows the index: nothing for a full tile.
std::optional<uint64_t> ParseWidth(absl::string_view suffix) {
  if (suffix.empty()) return kTileWidth;
  if (!absl::ConsumePrefix(&suffix, kPartial)) return std::nullopt;
  const std::optional<uint64_t> width = ParseDecimal(suffix);
  return width.value_or(0) >= 1 && width.value_or(0) < kTileWidth ? width : std::nullopt;
}

// How many complete subtrees of a level of tiles a log has.
uint64_t HashesAt(uint64_t size, int tile_level) {
  return size >> (kTileHeight * tile_level);
}

}  // namespace

std::string TilePath(const Tile& tile) {
  return absl::StrCat(kPrefix, tile.level, "/", IndexPath(tile.index), Suffix(tile));
}

std::string EntriesPath(const Tile& tile) {
  return absl::StrCat(kPrefix, "entries/", IndexPath(tile.index), Suffix(tile));
}

absl::StatusOr<Tile> ParseTilePath(absl::string_view path) {
  const std::string whole(path);
  const absl::Status malformed = absl::InvalidArgumentError("not the path of a tile");
  if (!absl::ConsumePrefix(&path, kPrefix)) return malformed;
  const size_t slash = path.find('/');
  if (slash == absl::string_view::npos) return malformed;
  const std::optional<uint64_t> level = ParseDecimal(path.substr(0, slash));
  path.remove_prefix(slash + 1);
  const std::optional<uint64_t> index = TakeIndexPath(path);
  const std::optional<uint64_t> width = ParseWidth(path);
  if (!level.has_value() || *level > kMaxTileLevel || !index || !width) return malformed;
  const Tile tile{static_cast<int>(*level), *index, *width};
  if (TilePath(tile) != whole) return malformed;  // leading groups of zeros
  return tile;
}

std::vector<Tile> TilesForGrowth(uint64_t old_size, uint64_t new_size) {
  std::vector<Tile> tiles;
  for (int level = 0; level * kTileHeight < 64 && HashesAt(new_size, level) > 0; ++level) {
    const uint64_t old_hashes = HashesAt(old_size, level);
    const uint64_t new_hashes = HashesAt(new_size, level);
    if (old_hashes == new_hashes) continue;
    for (uint64_t index = old_hashes / kTileWidth; index * kTileWidth < new_hashes; ++index) {
      tiles.push_back({level, index, std::min(kTileWidth, new_hashes - index * kTileWidth)});
    }
  }
  return tiles;
}

std::vector<NodeId> NodesOfTile(const Tile& tile) {
  std::vector<NodeId> nodes;
  for (uint64_t i = 0; i < tile.width; ++i) {
    nodes.push_back({tile.level * kTileHeight, tile.index * kTileWidth + i});
  }
  return nodes;
}

absl::StatusOr<Bytes> TileBytes(const Tile& tile, const NodeReader& read) {
  Bytes bytes;
  for (const NodeId& id : NodesOfTile(tile)) {
    ROG_ASSIGN_OR_RETURN(const Hash hash, read(id));
    bytes.append(hash.view().data(), Hash::kSize);
  }
  return bytes;
}

absl::StatusOr<Bytes> EntryBundle(absl::Span<const Bytes> entries) {
  if (entries.empty() || entries.size() > kTileWidth) {
    return absl::InvalidArgumentError("an entry bundle has 1 to 256 entries");
  }
  Bytes bundle;
  for (const Bytes& entry : entries) {
    if (entry.size() > limits::kMaxLeafBytes) {
      return absl::InvalidArgumentError("an entry of a log has at most 65535 bytes");
    }
    bundle.push_back(static_cast<char>(entry.size() >> 8));
    bundle.push_back(static_cast<char>(entry.size() & 0xFF));
    bundle += entry;
  }
  return bundle;
}

}  // namespace rogatoria::merkle
