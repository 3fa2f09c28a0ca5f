#include "services/agent/agent_metrics.h"

#include <exception>
#include <map>
#include <utility>

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>

#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "services/agent/agent_server.h"
#include "services/agent/code_of.h"

namespace rogatoria::agent {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Family(const char* name, const char* help, MetricType type) {
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

void AddValue(MetricFamily& family, double value) {
  ClientMetric metric;
  (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  family.metric.push_back(std::move(metric));
}

MetricFamily One(const char* name, const char* help, double value) {
  MetricFamily family = Family(name, help, MetricType::Gauge);
  AddValue(family, value);
  return family;
}

// Every state that is no end, so that a line that is 0 is there as well.
MetricFamily ActsByState(const v1::GetStatusResponse& status) {
  std::map<std::string, double> counts;
  for (int state = v1::ACT_STATE_QUEUED; state <= v1::ACT_STATE_IN_THEIR_MAILBOX; ++state) {
    counts[CodeOf(static_cast<v1::ActState>(state))] = 0;
  }
  for (const v1::ActStatus& act : status.acts()) ++counts[CodeOf(act.state())];
  MetricFamily family = Family("rogatoria_agent_acts",
                               "Acts of ours that are not at their end, by state.",
                               MetricType::Gauge);
  for (const auto& [state, count] : counts) {
    AddValue(family, count);
    family.metric.back().label.push_back({"state", state});
  }
  return family;
}

}  // namespace

std::vector<MetricFamily> ToMetrics(const v1::GetStatusResponse& status,
                                    uint64_t acts_taken,
                                    int calls,
                                    int watches) {
  MetricFamily taken = Family("rogatoria_agent_acts_taken_over_total",
                              "Acts received and kept since the start.",
                              MetricType::Counter);
  AddValue(taken, static_cast<double>(acts_taken));
  return {ActsByState(status),
          std::move(taken),
          One("rogatoria_agent_hub_reached",
              "Whether the hub answered last: 1 or 0.",
              status.hub_reached() ? 1 : 0),
          One("rogatoria_agent_hub_reached_seconds",
              "When the hub answered last, seconds since 1970.",
              static_cast<double>(status.hub_reached_unix_ms()) / 1000),
          One("rogatoria_agent_takes",
              "Whether what came last could be taken over: 1 or 0.",
              status.not_taken_reason().empty() ? 1 : 0),
          One("rogatoria_agent_events_waiting",
              "Events that the API's callers have not acknowledged.",
              static_cast<double>(status.events_waiting())),
          One("rogatoria_agent_held",
              "Letters and slips that were taken out of the spool and cannot be sent now.",
              static_cast<double>(status.all_held())),
          One("rogatoria_agent_kept_back",
              "What came and cannot be laid into the spool now.",
              static_cast<double>(status.all_kept_back())),
          One("rogatoria_agent_events_set_aside",
              "Damaged events in the folder failed, for a person to look at.",
              static_cast<double>(status.events_set_aside())),
          One("rogatoria_agent_calls", "Calls under way.", calls),
          One("rogatoria_agent_watches", "Streams of Watch under way.", watches)};
}

class AgentMetrics::Source final : public prometheus::Collectable {
 public:
  Source(Agent& agent, const AgentService& service) : agent_(agent), service_(service) {}
  std::vector<MetricFamily> Collect() const override {
    return ToMetrics(
        agent_.GetStatus({}), agent_.acts_taken(), service_.calls(), service_.watches());
  }

 private:
  Agent& agent_;
  const AgentService& service_;
};

absl::StatusOr<std::unique_ptr<AgentMetrics>> AgentMetrics::Serve(const std::string& address,
                                                                  Agent& agent,
                                                                  const AgentService& service) {
  ROG_RETURN_IF_ERROR(CheckLoopback(address, "agent.metrics"));
  std::unique_ptr<AgentMetrics> page(new AgentMetrics());
  try {
    page->exposer_ = std::make_unique<prometheus::Exposer>(address, 1);
  } catch (const std::exception&) {
    return Error(Reason::ADDRESS_TAKEN).Field(address);
  }
  page->source_ = std::make_shared<Source>(agent, service);
  page->exposer_->RegisterCollectable(page->source_);
  return page;
}

AgentMetrics::AgentMetrics() = default;
AgentMetrics::~AgentMetrics() = default;

int AgentMetrics::port() const {
  const std::vector<int> ports = exposer_->GetListeningPorts();
  return ports.empty() ? 0 : ports.front();
}

}  // namespace rogatoria::agent
