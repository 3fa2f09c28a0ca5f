// Contexts: named profiles, under $XDG_CONFIG_HOME/rogatoria (else ~/.config/rogatoria). A context
// is a symbolic link contexts/<name>.toml to a profile; the file `current` names the one in use.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace rogatoria::cli {

struct ContextEntry {
  std::string name;
  std::string profile;  // path of the profile file
  bool current = false;
};

absl::Status AddContext(const std::string& name, const std::string& profile);
absl::Status UseContext(const std::string& name);
absl::Status RemoveContext(const std::string& name);
absl::StatusOr<std::vector<ContextEntry>> ListContexts();
// The profile of the current context; NOT_FOUND with what to do when there is none.
absl::StatusOr<std::string> CurrentProfile();

}  // namespace rogatoria::cli
