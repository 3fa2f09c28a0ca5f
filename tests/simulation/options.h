// Which seeds to run: `--seeds=N` of them, beginning with `--from=N`, or one, `--seed=N`, to replay
// a failure.
#pragma once

#include <cstdint>
#include <optional>

namespace rogatoria::simulation {

struct Options {
  uint64_t seeds = 1000;
  uint64_t from = 1;
  std::optional<uint64_t> seed;
};

Options& CommandLine();

}  // namespace rogatoria::simulation
