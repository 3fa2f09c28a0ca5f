// The metrics page: AppStats in Prometheus' text format on a loopback address. Names and meanings
// are in docs/operations.md. No label holds an authority, an identity or an address.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/daemon/app.h"

namespace prometheus {
class Exposer;
struct MetricFamily;
}  // namespace prometheus

namespace rogatoria::daemon {

class MetricsPage {
 public:
  // `read` is called at each look, on the page's own thread. UNAVAILABLE when the address cannot be
  // bound.
  static absl::StatusOr<std::unique_ptr<MetricsPage>> Serve(const std::string& address,
                                                            std::function<AppStats()> read);
  ~MetricsPage();
  int port() const;

 private:
  class Source;
  MetricsPage();
  std::shared_ptr<Source> source_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

// One family a metric; for tests.
std::vector<prometheus::MetricFamily> ToMetrics(const AppStats& stats);

}  // namespace rogatoria::daemon
