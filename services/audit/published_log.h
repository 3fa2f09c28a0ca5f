// The files of one published log (C2SP tlog-tiles), below its folder. Knows which files a size
// needs, what is in them, and the order of writing that a crash at any point leaves readable:
// tiles, folders, checkpoint last (decisions.md 9).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/merkle/tiles.h"
#include "common/storage/store.h"

namespace rogatoria::audit {

class PublishedLog {
 public:
  // `folder` is this log's own: <tiles>/<log>.
  PublishedLog(std::string folder, uint64_t log) : folder_(std::move(folder)), log_(log) {}

  // The size in the checkpoint file; 0 when there is none. DATA_LOSS for one that cannot be read.
  absl::StatusOr<uint64_t> Size() const;
  // Brings the files from what is published to `head`. `repair`: compares every file with the
  // database first, instead of trusting those up to the published size. CANCELLED when `give_up`
  // says so, which is asked before each tile; then the checkpoint is still the old one.
  absl::Status Publish(Store& store,
                       const BatchRecord& head,
                       bool repair,
                       const std::function<bool()>& give_up) const;

 private:
  absl::Status WriteTile(Snapshot& snapshot, const merkle::Tile& tile) const;
  absl::Status WriteLeaves(Snapshot& snapshot, const merkle::Tile& tile) const;
  // Writes unless the file is there with exactly this content.
  absl::Status Put(const std::string& name, absl::string_view content) const;
  absl::Status RemovePartialTiles(uint64_t old_size, uint64_t new_size) const;

  const std::string folder_;
  const uint64_t log_;
};

}  // namespace rogatoria::audit
