// What the hub counts of itself, read from its metrics page on loopback: commits, commands, fsyncs.
#pragma once

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"

namespace rogatoria::bench {

// Values of metrics without labels, by name. `address` is host:port of the page, the host a number.
// UNAVAILABLE when it does not answer; waits at most a few seconds.
absl::StatusOr<absl::flat_hash_map<std::string, double>> ReadMetrics(const std::string& address);

}  // namespace rogatoria::bench
