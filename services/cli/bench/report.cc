#include "services/cli/bench/report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace rogatoria::bench {
namespace {

const Measured* Find(const std::vector<Measured>& all, const std::string& load, size_t in_flight) {
  for (const Measured& one : all) {
    if (one.load == load && one.in_flight == in_flight) return &one;
  }
  return nullptr;
}

// Throughput of a load over that of echo at the same level; 0 when one is missing.
double RatioToEcho(const std::vector<Measured>& all, const Measured& one) {
  const Measured* echo = Find(all, "echo", one.in_flight);
  const double base = echo == nullptr ? 0 : Median(echo->per_second);
  return base > 0 ? Median(one.per_second) / base : 0;
}

}  // namespace

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

nlohmann::ordered_json ReportOf(const std::vector<Measured>& all, double fsyncs_per_second) {
  nlohmann::ordered_json report = {{"bare_fsync_per_second", fsyncs_per_second}};
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Measured& one : all) {
    rows.push_back({{"load", one.load},
                    {"in_flight", one.in_flight},
                    {"per_second", Median(one.per_second)},
                    {"p50_us", Median(one.p50_us)},
                    {"p99_us", Median(one.p99_us)},
                    {"server_cpu_us", Median(one.server_cpu_us)},
                    {"client_cpu_us", Median(one.client_cpu_us)},
                    {"batch_size", Median(one.batch_size)},
                    {"store_syncs", Median(one.syncs)},
                    {"ratio_to_echo", RatioToEcho(all, one)},
                    {"failed", one.failed}});
    if (one.load != "echo") {
      const std::string name =
          one.load == "exchange" ? "ratio_to_echo_" : absl::StrCat(one.load, "_ratio_to_echo_");
      report[absl::StrCat(name, one.in_flight)] = RatioToEcho(all, one);
    }
  }
  report["rows"] = rows;
  return report;
}

std::string TableOf(const std::vector<Measured>& all, double fsyncs_per_second) {
  std::string table = absl::StrFormat(
      "bare fsync of 4 KiB: %.0f/s\n%-10s %9s %10s %10s %10s %12s %12s %8s %8s %9s %7s\n",
      fsyncs_per_second,
      "load",
      "in flight",
      "per s",
      "p50 us",
      "p99 us",
      "srv CPU us",
      "cli CPU us",
      "batch",
      "syncs",
      "to echo",
      "failed");
  for (const Measured& one : all) {
    absl::StrAppendFormat(&table,
                          "%-10s %9d %10.0f %10.0f %10.0f %12.0f %12.0f %8.1f %8.3f %9.3f %7d\n",
                          one.load,
                          one.in_flight,
                          Median(one.per_second),
                          Median(one.p50_us),
                          Median(one.p99_us),
                          Median(one.server_cpu_us),
                          Median(one.client_cpu_us),
                          Median(one.batch_size),
                          Median(one.syncs),
                          RatioToEcho(all, one),
                          one.failed);
  }
  return table;
}

}  // namespace rogatoria::bench
