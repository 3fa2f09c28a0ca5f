// `training start`: makes the trust domain, runs its hub and the counterpart until it is stopped.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "services/cli/command_line.h"

namespace rogatoria::cli {

struct TrainingOptions {
  std::string folder = "rogatoria-training";
  uint32_t trainees = 0;
  std::string hub_program;  // empty: rogatoriad beside this program
};

absl::Status StartTraining(Session& session, const TrainingOptions& options);

}  // namespace rogatoria::cli
