// The status files of a spool, beside the office's files: each is known again by what the agent
// wrote, so that a file of the office's with such a name is not taken for one: it is neither
// overwritten nor removed. Not thread-safe.
//
// `.rogatoria/told/` has a record for each: the name, and the digests of what was there and of what
// is written, before it is written. So a kill in between leaves none that is a stranger's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/agent/spool_files.h"

namespace rogatoria::agent {

class StatusFiles {
 public:
  // Must outlive it.
  explicit StatusFiles(const SpoolFolders& folders) : folders_(folders) {}
  // Adopts, and forgets what is gone.
  void Resume();
  // The files of a spool that has no records, as earlier agents left it, are taken for ours, once.
  // Where that cannot be done now it is to be tried again: until then nothing is written.
  void Adopt();

  // All that are there.
  std::vector<std::string> Ours() const;
  // Whether what lies there is what was written here.
  bool IsOurs(const std::string& path) const;
  // Durable; `path` is a StatusName in `out` or a folder in it. FIELD_INVALID (CheckNewFile) where
  // something of the office's lies there, which stays.
  absl::Status Write(const std::string& path, absl::string_view content);
  // What is not ours stays.
  void Remove(const std::string& path);

 private:
  // Each path that has a record.
  std::vector<std::string> Recorded() const;
  std::string RecordOf(const std::string& path, const std::string& folder) const;
  std::vector<std::string> Known(const std::string& path) const;
  absl::Status Note(const std::string& path,
                    const std::vector<std::string>& digests,
                    const std::string& folder) const;
  bool AdoptFolder(const std::string& folder, const std::string& records) const;

  const SpoolFolders& folders_;
};

}  // namespace rogatoria::agent
