// What was put into `out` together and becomes one act. Its journal is durable before the first of
// its files is moved: after a kill the rest is moved, and sent under the same request id.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/agent/spool_files.h"

namespace rogatoria::agent {

inline constexpr size_t kNoFile = static_cast<size_t>(-1);

struct SpoolItem {
  std::string request_id;
  int64_t taken_unix_ms = 0;
  std::string contact;             // the folder below `out`; empty: `out` itself
  std::string name;                // the slip's or the letter's: its status is named after it
  std::vector<std::string> files;  // as they were named there
  std::vector<FileMark> marks;     // of `files`, as they were seen; none: the journal is older
  size_t slip = kNoFile;           // of `files`
  size_t letter = kNoFile;         // known by its place or by the slip's name

  // Where it lay, and where its status is told.
  std::string Source(const SpoolFolders& folders) const;
  std::string StatusPath(const SpoolFolders& folders) const;
  // `2026-11-27-letter-<request id>`, for its folder in receipts.
  std::string FolderName() const;
  // `2026-11-27-154501.250-letter-<request id>`: each time it is refused has a folder of its own.
  std::string RefusedName() const;
  // Of a file, in the item's own folder: a number, and a slip's ending.
  std::string PartName(size_t index) const;
};

// Writes the journal into `taking/<request id>`. Durable.
absl::Status BeginItem(const SpoolFolders& folders, const SpoolItem& item);
// The item of such a folder. FILE_UNREADABLE, KEPT_FILE_DAMAGED.
absl::StatusOr<SpoolItem> ReadItem(const std::string& folder);
// Moves what still lies in `out`, and takes `.ready` away. NOT_FOUND with the name of a file that
// is in neither place. UPLOAD_SOURCE_CHANGED with the name of one that is not what was seen any
// more, before it is moved or after: another file, a link, longer, written since.
absl::Status MoveFilesIn(const SpoolFolders& folders, const SpoolItem& item);
// Whether all are in the item's folder and still what was seen; errors as of MoveFilesIn.
absl::Status CheckFilesIn(const SpoolFolders& folders, const SpoolItem& item);
bool HasChanged(const absl::Status& status);
// Undoes it: moves what was moved back, where all their places are free. What belongs together is
// never parted: a slip without its letter, or a letter without its slip, would go as another act.
void MoveFilesBack(const SpoolFolders& folders, const SpoolItem& item);
// Moves the files into a folder for people, under safe names of their own. What is there stays.
absl::Status MoveFilesTo(const std::string& item_folder,
                         const SpoolItem& item,
                         const std::string& target);
// The name of a file for the agent and for people; unlike that of any other of the item.
std::string SafeNameOf(const SpoolItem& item, size_t index);

}  // namespace rogatoria::agent
