#include "services/cli/directory_files.h"

#include <algorithm>
#include <filesystem>

#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"

namespace rogatoria::cli {
namespace {

namespace fs = std::filesystem;

bool IsDirectoryFile(const fs::path& path) {
  return path.extension() == ".toml" || path.extension() == ".pem";
}

std::vector<fs::path> FilesBelow(const fs::path& folder) {
  std::vector<fs::path> paths;
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    if (file.is_regular_file() && IsDirectoryFile(file.path())) paths.push_back(file.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

absl::StatusOr<std::vector<DirectoryFile>> ReadDirectoryFiles(const std::string& path) {
  std::error_code error;
  const bool is_folder = fs::is_directory(path, error);
  if (!is_folder && !fs::is_regular_file(path, error)) {
    return Error(Reason::FILE_UNREADABLE).Field(path);
  }
  std::vector<DirectoryFile> files;
  const std::vector<fs::path> paths = is_folder ? FilesBelow(path) : std::vector<fs::path>{path};
  for (const fs::path& one : paths) {
    ROG_ASSIGN_OR_RETURN(std::string content,
                         ReadFile(one.string(), limits::kMaxDirectoryFileBytes));
    files.push_back(
        {is_folder ? fs::relative(one, path).generic_string() : one.string(), std::move(content)});
  }
  ROG_RETURN_IF_ERROR(CheckTexts(files));
  return files;
}

}  // namespace rogatoria::cli
