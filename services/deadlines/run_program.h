// Runs a program that an operator configured: arguments as they are, no shell; an environment of
// its own, none of the hub's; none of the hub's files; bounded in time.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace rogatoria::deadlines {

// How long to wait, and whether to stop waiting before: the hub ends.
struct Patience {
  absl::Duration timeout;
  std::function<bool()> ends = [] { return false; };
};

// `input` is at its standard input; at most 4096 bytes. `environment`: NAME=value, beside PATH.
// OK when it ends with 0; otherwise an error that says how it ended. A program that takes longer
// than the patience lasts is killed, with all that it started in its process group. Waits.
absl::Status RunProgram(const std::vector<std::string>& arguments,
                        const std::string& input,
                        const std::vector<std::string>& environment,
                        const Patience& patience);

}  // namespace rogatoria::deadlines
