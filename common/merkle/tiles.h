// The log as static files: C2SP tlog-tiles. Names and bytes only; writing them is services/audit's.
//
//   checkpoint                     the signed head, replaced last
//   tile/<L>/<N>                   256 hashes of level 8 * L: a full tile, never changes
//   tile/<L>/<N>.p/<W>             the W (1 ... 255) hashes there are so far
//   tile/entries/<N>[.p/<W>]       the entries under the tile of level 0
//
// <N> is written in groups of three digits, all but the last with an x: 1234067 is x001/x234/067.
// Pure and thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/bytes.h"
#include "common/merkle/node.h"

namespace rogatoria::merkle {

inline constexpr int kTileHeight = 8;
inline constexpr uint64_t kTileWidth = uint64_t{1} << kTileHeight;

struct Tile {
  int level = 0;       // 0 ... 63, in steps of kTileHeight levels of the tree
  uint64_t index = 0;  // along the level
  uint64_t width = kTileWidth;

  bool full() const { return width == kTileWidth; }
  friend bool operator==(const Tile&, const Tile&) = default;
};

std::string TilePath(const Tile& tile);
// Of the entry bundle under a tile of level 0.
std::string EntriesPath(const Tile& tile);
// INVALID_ARGUMENT for anything that TilePath does not write.
absl::StatusOr<Tile> ParseTilePath(absl::string_view path);

// The tiles that a log of `new_size` has and one of `old_size` has not: what to write when the log
// grows. From 0: all of them. Lowest level first, then by index. REQUIRES: old_size <= new_size.
std::vector<Tile> TilesForGrowth(uint64_t old_size, uint64_t new_size);

// The hashes in a tile, and its bytes. The reader's error if it lacks one.
std::vector<NodeId> NodesOfTile(const Tile& tile);
absl::StatusOr<Bytes> TileBytes(const Tile& tile, const NodeReader& read);

// The entries of a bundle, each behind its length as two bytes, big-endian. INVALID_ARGUMENT for
// none, more than 256, or one longer than limits::kMaxLeafBytes.
absl::StatusOr<Bytes> EntryBundle(absl::Span<const Bytes> entries);

}  // namespace rogatoria::merkle
