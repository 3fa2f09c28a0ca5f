// One POST over https with JSON, whose certificate is checked; nothing is followed or retried.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "services/deadlines/run_program.h"

namespace rogatoria::deadlines {

// OK for an answer of 200 to 299. `ca_file`: PEM of the authorities trusted; empty for the
// machine's own. TLS 1.2 is enough here: the hub's own rule (decisions.md 24) is for its callers.
// Waits, as long as the patience lasts.
absl::Status PostJson(const std::string& url,
                      const std::string& json,
                      const std::string& ca_file,
                      const Patience& patience);

}  // namespace rogatoria::deadlines
