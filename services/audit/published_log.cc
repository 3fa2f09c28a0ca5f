#include "services/audit/published_log.h"

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/note.h"

namespace rogatoria::audit {
namespace {

// The largest file: 256 entries of the largest size.
constexpr size_t kMaxTileFile = merkle::kTileWidth * (limits::kMaxLeafBytes + 2);
constexpr char kCheckpoint[] = "checkpoint";

std::string ParentOf(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

}  // namespace

absl::StatusOr<uint64_t> PublishedLog::Size() const {
  const std::string path = absl::StrCat(folder_, "/", kCheckpoint);
  std::error_code failure;
  if (!std::filesystem::exists(path, failure)) return 0;
  ROG_ASSIGN_OR_RETURN(const Bytes file, ReadFile(path, limits::kMaxNoteBytes));
  const auto note = merkle::ParseNote(file);
  const auto checkpoint = note.ok() ? merkle::ParseCheckpoint(note->text) : note.status();
  if (!checkpoint.ok()) return absl::DataLossError("a published checkpoint cannot be read");
  return checkpoint->size;
}

absl::Status PublishedLog::Publish(Store& store,
                                   const BatchRecord& head,
                                   bool repair,
                                   const std::function<bool()>& give_up) const {
  const absl::StatusOr<uint64_t> published = Size();
  // A checkpoint that cannot be read is written anew, and everything below it is compared.
  const uint64_t known = repair || !published.ok() ? 0 : *published;
  // What was published of a log before a restore is history too; it stays.
  if (published.ok() && *published > head.size) return absl::OkStatus();
  if (known == head.size) return absl::OkStatus();
  for (const merkle::Tile& tile : merkle::TilesForGrowth(known, head.size)) {
    if (give_up()) return absl::CancelledError("the hub is stopping");
    // A snapshot a tile: a long one would keep the database's log from being folded in.
    ROG_ASSIGN_OR_RETURN(const auto snapshot, store.OpenSnapshot());
    ROG_RETURN_IF_ERROR(tile.level == 0 ? WriteLeaves(*snapshot, tile)
                                        : WriteTile(*snapshot, tile));
  }
  ROG_RETURN_IF_ERROR(Put(kCheckpoint, head.note));
  return RemovePartialTiles(known, head.size);
}

absl::Status PublishedLog::WriteTile(Snapshot& snapshot, const merkle::Tile& tile) const {
  const auto read = [&](merkle::NodeId id) -> absl::StatusOr<merkle::Hash> {
    ROG_ASSIGN_OR_RETURN(const auto row, snapshot.GetHashes(log_, merkle::RowOf(id)));
    const auto level = static_cast<size_t>(id.level);
    if (level >= row.size()) return absl::DataLossError("a row of the log is too short");
    return row[level];
  };
  ROG_ASSIGN_OR_RETURN(const Bytes content, merkle::TileBytes(tile, read));
  return Put(merkle::TilePath(tile), content);
}

// The lowest tile and the bundle beside it: both come from the same leaves, read once.
absl::Status PublishedLog::WriteLeaves(Snapshot& snapshot, const merkle::Tile& tile) const {
  const uint64_t first = tile.index * merkle::kTileWidth;
  ROG_ASSIGN_OR_RETURN(const auto leaves, snapshot.ListLeaves(log_, first, tile.width));
  if (leaves.size() != tile.width) {
    return absl::DataLossError("the database lacks entries of the log");
  }
  const auto hash = [&](merkle::NodeId id) { return merkle::LeafHash(leaves[id.index - first]); };
  ROG_ASSIGN_OR_RETURN(const Bytes hashes, merkle::TileBytes(tile, hash));
  ROG_RETURN_IF_ERROR(Put(merkle::TilePath(tile), hashes));
  ROG_ASSIGN_OR_RETURN(const Bytes bundle, merkle::EntryBundle(leaves));
  return Put(merkle::EntriesPath(tile), bundle);
}

absl::Status PublishedLog::Put(const std::string& name, absl::string_view content) const {
  const std::string path = absl::StrCat(folder_, "/", name);
  const absl::StatusOr<Bytes> there = ReadFile(path, kMaxTileFile);
  if (there.ok() && *there == content) return absl::OkStatus();
  ROG_RETURN_IF_ERROR(CreateFolders(ParentOf(path)));
  return WriteFileDurably(path, content);
}

// The partial tiles of a tile that is full by now serve nobody any more.
absl::Status PublishedLog::RemovePartialTiles(uint64_t old_size, uint64_t new_size) const {
  for (const merkle::Tile& tile : merkle::TilesForGrowth(old_size, new_size)) {
    if (!tile.full()) continue;
    std::error_code failure;
    std::filesystem::remove_all(absl::StrCat(folder_, "/", merkle::TilePath(tile), ".p"), failure);
    if (tile.level == 0) {
      std::filesystem::remove_all(absl::StrCat(folder_, "/", merkle::EntriesPath(tile), ".p"),
                                  failure);
    }
    if (failure) return absl::InternalError("a partial tile cannot be removed");
  }
  return absl::OkStatus();
}

}  // namespace rogatoria::audit
