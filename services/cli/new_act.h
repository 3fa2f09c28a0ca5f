// `act new`: a file for an act, by questions on a terminal or as a commented template.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "services/cli/command_line.h"

namespace rogatoria::cli {

struct NewActOptions {
  std::string kind;
  std::string out_file;  // the template goes here
  bool only_template = false;
  std::string half_made;  // the questions go on with this file
};

// Asks when a person sits at the terminal and no file is asked for; each answer is on disk before
// the next question.
absl::Status NewAct(Session& session, const NewActOptions& options);

}  // namespace rogatoria::cli
