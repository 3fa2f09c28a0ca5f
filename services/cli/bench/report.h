// What a bench run found: a table for people, one JSON object for programs.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "services/cli/bench/closed_loop.h"

namespace rogatoria::bench {

// One load at one level, over all rounds.
struct Measured {
  std::string load;  // echo, submit, exchange
  size_t in_flight = 0;
  std::vector<double> per_second;  // a figure a round
  std::vector<double> p50_us;
  std::vector<double> p99_us;
  std::vector<double> server_cpu_us;  // an operation; empty when the server's process is unknown
  std::vector<double> client_cpu_us;  // of the bench itself, an operation
  std::vector<double> batch_size;     // commands a commit; empty for echo, or without metrics
  std::vector<double> syncs;          // fsyncs of the store an operation; likewise
  size_t failed = 0;
};

double Median(std::vector<double> values);

nlohmann::ordered_json ReportOf(const std::vector<Measured>& all, double fsyncs_per_second);
std::string TableOf(const std::vector<Measured>& all, double fsyncs_per_second);

}  // namespace rogatoria::bench
