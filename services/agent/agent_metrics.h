// The agent's metrics page: counts in Prometheus' text format, on a loopback address. No label
// holds an id, an authority or a name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/agent/agent.h"
#include "services/agent/agent_service.h"

namespace prometheus {
class Exposer;
struct MetricFamily;
}  // namespace prometheus

namespace rogatoria::agent {

class AgentMetrics {
 public:
  // Both must outlive it. FIELD_INVALID for an address that is not of the loopback; UNAVAILABLE
  // when it is taken.
  static absl::StatusOr<std::unique_ptr<AgentMetrics>> Serve(const std::string& address,
                                                             Agent& agent,
                                                             const AgentService& service);
  ~AgentMetrics();
  int port() const;

 private:
  class Source;
  AgentMetrics();
  std::shared_ptr<Source> source_;
  std::unique_ptr<prometheus::Exposer> exposer_;
};

// One family a metric; for tests.
std::vector<prometheus::MetricFamily> ToMetrics(const v1::GetStatusResponse& status,
                                                uint64_t acts_taken,
                                                int calls,
                                                int watches);

}  // namespace rogatoria::agent
