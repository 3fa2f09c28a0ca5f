// An agent as a process: opened, served and stopped by the profile, until a signal comes.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/client/profile.h"
#include "services/agent/words.h"

namespace rogatoria::agent {

// One line of the log: what happened, and facts without personal data: reasons, addresses of the
// loopback, numbers.
using LogFields = std::vector<std::pair<std::string, std::string>>;
using Log = std::function<void(absl::string_view event, const LogFields& fields)>;

// Serves until SIGTERM or SIGINT, then stops within seconds. Tells systemd. To be called before the
// process has threads: signals are blocked for all of them. `log` is called on any thread.
absl::Status RunAgent(client::OfficeProfile profile, const Words& words, const Log& log);

}  // namespace rogatoria::agent
