#include "services/cli/contexts.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"

namespace rogatoria::cli {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxNameBytes = 64;

fs::path ConfigFolder() {
  if (const char* xdg = std::getenv("XDG_CONFIG_HOME"); xdg != nullptr && *xdg != '\0') {
    return fs::path(xdg) / "rogatoria";
  }
  const char* home = std::getenv("HOME");
  return fs::path(home == nullptr ? "." : home) / ".config" / "rogatoria";
}

fs::path LinkOf(const std::string& name) {
  return ConfigFolder() / "contexts" / (name + ".toml");
}

absl::Status CheckName(const std::string& name) {
  const bool good =
      !name.empty() && name.size() <= kMaxNameBytes &&
      std::all_of(name.begin(), name.end(), [](char c) {
        return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_';
      });
  if (good) return absl::OkStatus();
  return Explained(Error(Reason::FIELD_INVALID).Field("name"), Sentence::CONTEXT_NAME);
}

absl::Status CheckExists(const std::string& name) {
  if (fs::is_symlink(LinkOf(name))) return absl::OkStatus();
  return Explained(Error(Reason::NOT_FOUND).Field(name), Sentence::KNOWN_CONTEXT);
}

std::string CurrentName() {
  const auto name = ReadFile((ConfigFolder() / "current").string(), 2 * kMaxNameBytes);
  return name.ok() ? std::string(absl::StripAsciiWhitespace(*name)) : "";
}

}  // namespace

absl::Status AddContext(const std::string& name, const std::string& profile) {
  ROG_RETURN_IF_ERROR(CheckName(name));
  if (!fs::is_regular_file(profile)) return Error(Reason::FILE_UNREADABLE).Field(profile);
  ROG_RETURN_IF_ERROR(CreateFolders((ConfigFolder() / "contexts").string()));
  std::error_code error;
  fs::remove(LinkOf(name), error);
  fs::create_symlink(fs::absolute(profile), LinkOf(name), error);
  if (error) {
    return Failure(absl::StatusCode::kInternal,
                   Sentence::CANNOT_WRITE,
                   LinkOf(name).string(),
                   error.message());
  }
  return CurrentName().empty() ? UseContext(name) : absl::OkStatus();
}

absl::Status UseContext(const std::string& name) {
  ROG_RETURN_IF_ERROR(CheckName(name));
  ROG_RETURN_IF_ERROR(CheckExists(name));
  return WriteFileDurably((ConfigFolder() / "current").string(), name + "\n");
}

absl::Status RemoveContext(const std::string& name) {
  ROG_RETURN_IF_ERROR(CheckName(name));
  ROG_RETURN_IF_ERROR(CheckExists(name));
  std::error_code error;
  fs::remove(LinkOf(name), error);
  if (CurrentName() == name) fs::remove(ConfigFolder() / "current", error);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<ContextEntry>> ListContexts() {
  std::vector<ContextEntry> entries;
  std::error_code error;
  const std::string current = CurrentName();
  for (const auto& file : fs::directory_iterator(ConfigFolder() / "contexts", error)) {
    if (!file.is_symlink()) continue;
    const std::string name = file.path().stem().string();
    entries.push_back({name, fs::read_symlink(file.path(), error).string(), name == current});
  }
  std::sort(entries.begin(), entries.end(), [](const ContextEntry& a, const ContextEntry& b) {
    return a.name < b.name;
  });
  return entries;
}

absl::StatusOr<std::string> CurrentProfile() {
  const std::string name = CurrentName();
  if (name.empty()) {
    return Explained(Error(Reason::NOT_FOUND).Field("context"), Sentence::PROFILE_OR_CONTEXT);
  }
  ROG_RETURN_IF_ERROR(CheckExists(name));
  std::error_code error;
  return fs::read_symlink(LinkOf(name), error).string();
}

}  // namespace rogatoria::cli
