#include "services/agent/agent_process.h"

#include <csignal>
#include <memory>

#include <sys/resource.h>
#include <systemd/sd-daemon.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "services/agent/agent.h"
#include "services/agent/agent_for_spool.h"
#include "services/agent/agent_metrics.h"
#include "services/agent/agent_server.h"
#include "services/agent/spool.h"

namespace rogatoria::agent {
namespace {

// Taken by the main thread alone.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

// What is in memory is in clear.
void ForbidCoreFiles() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

Language LanguageOf(const Words& words) {
  if (words.language() == "es") return Language::kSpanish;
  return words.language() == "pt" ? Language::kPortuguese : Language::kEnglish;
}

// A reason of the catalogue with its own words, last on the line; never the field, which may be the
// name of a letter.
LogFields FaultFields(const absl::Status& status, const std::string& part, const Words& words) {
  const auto details = GetErrorDetails(status);
  LogFields fields = {{"reason",
                       details.has_value() ? std::string(ReasonName(details->reason))
                                           : absl::StatusCodeToString(status.code())}};
  if (!part.empty()) fields.emplace_back("part", part);
  if (details.has_value()) {
    fields.emplace_back("text", std::string(ReasonText(details->reason, LanguageOf(words))));
  }
  return fields;
}

// The spool of the profile, with what it asks.
struct OpenedSpool {
  std::unique_ptr<AgentForSpool> agent;
  std::unique_ptr<Spool> spool;
};

// nullptr when the profile has none.
absl::StatusOr<std::unique_ptr<OpenedSpool>> OpenSpool(Agent& agent,
                                                       const Words& words,
                                                       const Log& log) {
  const std::string& folder = agent.profile().agent.spool;
  if (folder.empty()) return nullptr;
  auto opened = std::make_unique<OpenedSpool>();
  ROG_ASSIGN_OR_RETURN(opened->agent, AgentForSpool::Create(agent));
  ROG_ASSIGN_OR_RETURN(opened->spool,
                       Spool::Open(folder, *opened->agent, {}, [&](const absl::Status& fault) {
                         log("fault", FaultFields(fault, "spool", words));
                       }));
  return opened;
}

void WaitForSignal(const sigset_t& signals) {
  int signal = 0;
  while (sigwait(&signals, &signal) != 0) {
  }
}

}  // namespace

absl::Status RunAgent(client::OfficeProfile profile, const Words& words, const Log& log) {
  const sigset_t signals = BlockSignals();
  ForbidCoreFiles();
  // Debian's Abseil looks for cycles of locks at every lock; that is for the tests.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  ROG_ASSIGN_OR_RETURN(const auto agent,
                       Agent::Open(std::move(profile), words, [&](const absl::Status& fault) {
                         log("fault", FaultFields(fault, "", words));
                       }));
  ROG_ASSIGN_OR_RETURN(const auto spool, OpenSpool(*agent, words, log));
  ROG_ASSIGN_OR_RETURN(const auto server, AgentServer::Start(*agent));
  std::unique_ptr<AgentMetrics> metrics;
  if (const std::string& address = agent->profile().agent.metrics; !address.empty()) {
    ROG_ASSIGN_OR_RETURN(metrics, AgentMetrics::Serve(address, *agent, server->service()));
  }
  agent->Start();
  if (spool != nullptr) spool->spool->Start();
  LogFields where = {{"socket", agent->profile().agent.socket}};
  if (server->port() != 0) where.emplace_back("port", absl::StrCat(server->port()));
  if (metrics != nullptr) where.emplace_back("metrics_port", absl::StrCat(metrics->port()));
  log("serving", where);
  sd_notify(0, "READY=1\nSTATUS=Serving");
  WaitForSignal(signals);
  sd_notify(0, "STOPPING=1\nSTATUS=Stopping");
  log("stopping", {});
  metrics.reset();
  agent->Stop();
  if (spool != nullptr) spool->spool->Stop();
  server->Stop();
  log("stopped", {});
  return absl::OkStatus();
}

}  // namespace rogatoria::agent
