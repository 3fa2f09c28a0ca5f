#include <iostream>

#include <gtest/gtest.h>

#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"
#include "tests/simulation/options.h"

namespace rogatoria::simulation {

Options& CommandLine() {
  static Options options;
  return options;
}

// False when the argument is none of ours.
bool Take(absl::string_view argument) {
  uint64_t number = 0;
  if (absl::ConsumePrefix(&argument, "--seeds=") && absl::SimpleAtoi(argument, &number)) {
    CommandLine().seeds = number;
    return true;
  }
  if (absl::ConsumePrefix(&argument, "--from=") && absl::SimpleAtoi(argument, &number)) {
    CommandLine().from = number;
    return true;
  }
  if (absl::ConsumePrefix(&argument, "--seed=") && absl::SimpleAtoi(argument, &number)) {
    CommandLine().seed = number;
    return true;
  }
  return false;
}

}  // namespace rogatoria::simulation

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    if (rogatoria::simulation::Take(argv[i])) continue;
    std::cerr << "usage: " << argv[0] << " [--seeds=N] [--from=N] | --seed=N\n";
    return 2;
  }
  return RUN_ALL_TESTS();
}
