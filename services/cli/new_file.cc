#include "services/cli/new_file.h"

#include <filesystem>

#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"

namespace rogatoria::cli {

absl::Status CheckNewFile(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
    return absl::OkStatus();
  }
  return Explained(Error(Reason::FIELD_INVALID).Field(path), Sentence::NEW_FILE);
}

absl::Status WriteNewFile(const std::string& path, absl::string_view content, int mode) {
  ROG_RETURN_IF_ERROR(CheckNewFile(path));
  return WriteFileDurably(path, content, mode);
}

}  // namespace rogatoria::cli
