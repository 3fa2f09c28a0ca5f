#include "services/daemon/metrics.h"

#include <exception>
#include <utility>

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>
#include <prometheus/metric_family.h>

#include "absl/strings/str_cat.h"

namespace rogatoria::daemon {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

struct Row {
  const char* name;
  const char* help;
  MetricType type;
  // One value, or one a label.
  struct Value {
    const char* label;  // empty for none
    std::string label_value;
    double value;
  };
  std::vector<Value> values;
};

template <typename T>
double Number(T value) {
  return static_cast<double>(value);
}

// Connections and calls.
std::vector<Row> EdgeRows(const AppStats& s) {
  const auto& pub = s.public_connections;
  const auto& adm = s.admin_connections;
  const MetricType counter = MetricType::Counter, gauge = MetricType::Gauge;
  return {
      {"rogatoria_connections_open",
       "Connections open now.",
       gauge,
       {{"listener", "public", Number(pub.open)}, {"listener", "admin", Number(adm.open)}}},
      {"rogatoria_connections_accepted_total",
       "Connections accepted.",
       counter,
       {{"listener", "public", Number(pub.accepted)}, {"listener", "admin", Number(adm.accepted)}}},
      {"rogatoria_connections_shed_total",
       "Connections closed at once on the public listener, by why.",
       counter,
       {{"reason", "total", Number(pub.shed_total)},
        {"reason", "address", Number(pub.shed_address)},
        {"reason", "descriptors", Number(pub.shed_descriptors)}}},
      {"rogatoria_connections_throttled_total",
       "Times that the public accept loop waited for its rate.",
       counter,
       {{"", "", Number(pub.throttled)}}},
      {"rogatoria_calls_total",
       "Calls at the gate, by how it decided.",
       counter,
       {{"decision", "admitted", Number(s.gate.admitted)},
        {"decision", "identity", Number(s.gate.refused_identity)},
        {"decision", "permission", Number(s.gate.refused_permission)},
        {"decision", "rate", Number(s.gate.refused_rate)}}},
  };
}

// The pipeline and the state of the hub.
std::vector<Row> CoreRows(const AppStats& s) {
  const MetricType counter = MetricType::Counter, gauge = MetricType::Gauge;
  return {
      {"rogatoria_commit_batches_total",
       "Transactions committed.",
       counter,
       {{"", "", Number(s.queue.batches)}}},
      {"rogatoria_commit_commands_total",
       "Commands committed.",
       counter,
       {{"", "", Number(s.queue.commands)}}},
      {"rogatoria_commit_refused_total",
       "Commands refused because the queue was full.",
       counter,
       {{"", "", Number(s.queue.refused_full)}}},
      {"rogatoria_commit_waiting",
       "Commands waiting for a commit.",
       gauge,
       {{"", "", Number(s.queue.waiting)}}},
      {"rogatoria_store_syncs_total",
       "fsyncs of the store; divided by batches, about one.",
       counter,
       {{"", "", Number(s.store_syncs)}}},
      {"rogatoria_log_entries",
       "Entries of the current log after the last commit of this process.",
       gauge,
       {{"", "", Number(s.log_size)}}},
      {"rogatoria_directory_version",
       "Version of the directory; 0 before the first load.",
       gauge,
       {{"", "", Number(s.directory_version)}}},
      {"rogatoria_clock_steps_total",
       "Times that the machine's clock stepped back by more than the bound.",
       counter,
       {{"", "", Number(s.clock_steps)}}},
      {"rogatoria_mailbox_streams_open",
       "Mailbox streams open now.",
       gauge,
       {{"", "", Number(s.open_streams)}}},
      {"rogatoria_blocking_calls",
       "Calls waiting on the store now.",
       gauge,
       {{"", "", Number(s.blocking_calls)}}},
      {"rogatoria_unsent_bytes",
       "Bytes of responses that their callers have not taken yet.",
       gauge,
       {{"", "", Number(s.unsent_bytes)}}},
      {"rogatoria_warnings",
       "Things an operator should look at: see `rogatoria status`.",
       gauge,
       {{"", "", Number(s.warnings)}}},
  };
}

// One value a rule that warned.
Row WarnedRow(const AppStats& s) {
  Row row{"rogatoria_route_warnings_total",
          "Acts that passed although a rule was not met, because its instrument only warns.",
          MetricType::Counter,
          {}};
  for (const auto& [rule, count] : s.warned_rules) {
    row.values.push_back({"rule", rule.c_str(), Number(count)});
  }
  return row;
}

// One value a clock that was told of; 0 for none where none was.
std::vector<Row::Value> ByClock(const std::map<std::string, uint64_t>& counts) {
  std::vector<Row::Value> values;
  for (const auto& [clock, count] : counts) values.push_back({"clock", clock, Number(count)});
  return values;
}

// Deadlines and alerts.
std::vector<Row> DeadlineRows(const AppStats& s) {
  const MetricType counter = MetricType::Counter;
  return {
      {"rogatoria_clocks_warned_total",
       "Deadlines that both sides were warned of, by clock.",
       counter,
       ByClock(s.clocks.warned)},
      {"rogatoria_clocks_overdue_total",
       "Deadlines that passed and were told, by clock.",
       counter,
       ByClock(s.clocks.overdue)},
      {"rogatoria_clocks_undated_total",
       "Daily looks at clocks whose calendar does not know the year.",
       counter,
       {{"", "", Number(s.clocks.undated)}}},
      {"rogatoria_clock_looks_failed_total",
       "Looks at what is due, and commands for it, that failed; they are done again.",
       counter,
       {{"", "", Number(s.clocks.failures)}}},
      {"rogatoria_alerts_total",
       "Alerts to duty desks, by what became of them.",
       counter,
       {{"outcome", "sent", Number(s.alerts.sent)},
        {"outcome", "failed", Number(s.alerts.failed)},
        {"outcome", "dropped", Number(s.alerts.dropped)}}},
  };
}

ClientMetric ToMetric(const Row::Value& value, MetricType type) {
  ClientMetric metric;
  if (*value.label != '\0') metric.label.push_back({value.label, value.label_value});
  if (type == MetricType::Counter) {
    metric.counter.value = value.value;
  } else {
    metric.gauge.value = value.value;
  }
  return metric;
}

}  // namespace

std::vector<MetricFamily> ToMetrics(const AppStats& stats) {
  std::vector<MetricFamily> families;
  for (const auto& rows :
       {EdgeRows(stats), CoreRows(stats), {WarnedRow(stats)}, DeadlineRows(stats)}) {
    for (const Row& row : rows) {
      MetricFamily family{row.name, row.help, row.type, {}};
      for (const Row::Value& value : row.values) {
        family.metric.push_back(ToMetric(value, row.type));
      }
      families.push_back(std::move(family));
    }
  }
  return families;
}

class MetricsPage::Source final : public prometheus::Collectable {
 public:
  explicit Source(std::function<AppStats()> read) : read_(std::move(read)) {}
  std::vector<MetricFamily> Collect() const override { return ToMetrics(read_()); }

 private:
  const std::function<AppStats()> read_;
};

absl::StatusOr<std::unique_ptr<MetricsPage>> MetricsPage::Serve(const std::string& address,
                                                                std::function<AppStats()> read) {
  std::unique_ptr<MetricsPage> page(new MetricsPage());
  try {
    page->exposer_ = std::make_unique<prometheus::Exposer>(address, 1);
  } catch (const std::exception&) {
    return absl::UnavailableError(absl::StrCat("cannot serve metrics on ", address));
  }
  page->source_ = std::make_shared<Source>(std::move(read));
  page->exposer_->RegisterCollectable(page->source_);
  return page;
}

MetricsPage::MetricsPage() = default;
MetricsPage::~MetricsPage() = default;

int MetricsPage::port() const {
  const std::vector<int> ports = exposer_->GetListeningPorts();
  return ports.empty() ? 0 : ports.front();
}

}  // namespace rogatoria::daemon
