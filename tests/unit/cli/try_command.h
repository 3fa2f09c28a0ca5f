// The program run as a person runs it, in this process: its words in, exit code and texts out.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "services/cli/command_line.h"

namespace rogatoria::cli {

struct Outcome {
  int code = 0;
  std::string out, err;
};

inline Outcome Try(const std::vector<std::string>& words) {
  std::vector<const char*> argv = {"rogatoria"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.code = Run(static_cast<int>(argv.size()), argv.data());
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

}  // namespace rogatoria::cli
