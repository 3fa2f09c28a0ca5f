// rogatoriad: the hub's daemon.
//
//   rogatoriad --config FILE         runs until SIGTERM or SIGINT
//   rogatoriad --check-config FILE   says what is wrong with a configuration, and runs nothing
//   rogatoriad --restore BACKUP FILE puts a backup in the place of a lost store, and runs nothing
//
// Exit codes: 0 ended as asked; 64 wrong arguments; 78 wrong configuration or files; 69 something
// that it needs is not there (an address in use, the store locked); 70 ended itself because the
// truth is on disk only (app.h). A restart helps with 69 and 70.
#include <algorithm>
#include <cstdio>
#include <string>

#include <google/protobuf/stubs/logging.h>
#include <grpc/support/log.h>
#include <signal.h>
#include <sys/resource.h>

#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/base/turns.h"
#include "common/rpc/status_mapping.h"
#include "services/daemon/app.h"
#include "services/daemon/config.h"
#include "services/daemon/event_log.h"
#include "services/daemon/restore.h"
#include "services/daemon/service_manager.h"

namespace rogatoria::daemon {
namespace {

constexpr int kExitUsage = 64;
constexpr int kExitUnavailable = 69;
constexpr int kExitConfiguration = 78;
// How long the main thread waits for a signal before it looks around.
constexpr absl::Duration kLook = absl::Seconds(10);

constexpr char kUsage[] =
    "rogatoriad runs a hub of Rogatoria.\n\n"
    "  rogatoriad --config FILE         run until SIGTERM\n"
    "  rogatoriad --check-config FILE   check the file and everything it names; run nothing\n"
    "  rogatoriad --restore BACKUP FILE put the backup in that folder in the place of a lost "
    "store;\n"
    "                                   FILE is the configuration\n"
    "  rogatoriad --version\n\n"
    "deploy/rogatoriad.toml documents every key.\n";

// One line a problem, as they are in the error.
int ReportProblems(const absl::Status& status) {
  const auto details = GetErrorDetails(status);
  const std::string text = details.has_value() && !details->accepted.empty()
                               ? details->accepted
                               : std::string(status.message());
  std::fprintf(stderr, "%s\n", text.c_str());
  return kExitConfiguration;
}

int CheckConfig(const std::string& path) {
  const auto config = LoadConfig(path);
  if (!config.ok()) return ReportProblems(config.status());
  const absl::Status files = CheckFiles(*config);
  if (!files.ok()) return ReportProblems(files);
  std::printf("%s: the configuration is good.\n", path.c_str());
  return 0;
}

// No core file: it would hold keys.
void ForbidCoreFiles() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

// Waiting helps with what is elsewhere (an address, a lock, room, a file system); nothing but a
// person helps with files and keys that are wrong or damaged.
int ExitCodeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kInternal:
      return kExitUnavailable;
    default:
      return kExitConfiguration;
  }
}

int PrintRestored(const Restored& restored) {
  std::printf(
      "Restored: %llu cases, %llu acts. The log %s ended at %llu entries; a new one commits to "
      "it:\n"
      "%s\n"
      "Start rogatoriad, make a backup at once, and tell the authorities: acts recorded after the "
      "backup are lost here, their receipts still hold, and their senders can send them again.\n",
      static_cast<unsigned long long>(restored.counts.cases),
      static_cast<unsigned long long>(restored.counts.acts),
      restored.old_origin.c_str(),
      static_cast<unsigned long long>(restored.old_size),
      restored.verifier_key.c_str());
  return 0;
}

int Restore(const std::string& backup, const std::string& path) {
  const auto config = LoadConfig(path);
  if (!config.ok()) return ReportProblems(config.status());
  ForbidCoreFiles();
  SystemClock clock;
  const auto restored = RestoreBackup(*config, backup, clock);
  if (restored.ok()) return PrintRestored(*restored);
  ReportProblems(restored.status());
  return ExitCodeOf(restored.status());
}

// gRPC's own lines hold addresses of clients; what matters of them is counted in the metrics.
void DropGrpcLog(gpr_log_func_args*) {}

// Signals are taken by the main thread alone, with sigtimedwait.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// Until a signal comes. Keeps the watchdog content as long as the writer moves.
void WaitForSignal(const sigset_t& signals, App& app) {
  const absl::Duration watchdog = WatchdogInterval();
  const absl::Duration look =
      watchdog == absl::ZeroDuration() ? kLook : std::min(kLook, watchdog / 3);
  const timespec pause = absl::ToTimespec(look);
  while (sigtimedwait(&signals, nullptr, &pause) < 0) {
    if (app.IsAlive()) NotifyAlive();
  }
}

int Run(const std::string& path) {
  const sigset_t signals = BlockSignals();
  const auto config = LoadConfig(path);
  if (!config.ok()) return ReportProblems(config.status());
  RaiseDescriptorLimit();
  ForbidCoreFiles();
  gpr_set_log_function(&DropGrpcLog);
  google::protobuf::SetLogHandler(nullptr);  // it would quote field names into our log
  SystemClock clock;
  EventLog log(config->logging.level, clock);
  rpc::SetInternalFaultSink([&log](const std::string& reference, const absl::Status& status) {
    log.Write(Level::kError,
              "internal_fault",
              {{"reference", reference},
               {"code", absl::StatusCodeToString(status.code())},
               {"text", status.message()}});
  });
  auto app = App::Start(*config, {.log = &log, .clock = &clock});
  if (!app.ok()) {
    log.Failure(Level::kError, "cannot_start", app.status());
    return ExitCodeOf(app.status());
  }
  NotifyReady();
  WaitForSignal(signals, **app);
  NotifyStopping();
  log.Write(Level::kInfo, "draining");
  (*app)->Drain();
  app->reset();
  rpc::SetInternalFaultSink(nullptr);
  log.Write(Level::kInfo, "stopped");
  return 0;
}

int Print(const char* text) {
  std::fputs(text, stdout);
  return 0;
}

int Main(int count, char** words) {
  const std::string verb = count > 1 ? words[1] : "";
  if (count == 2 && verb == "--version") return Print("rogatoriad " ROGATORIA_VERSION "\n");
  if (count == 2 && (verb == "--help" || verb == "-h")) return Print(kUsage);
  if (count == 3 && verb == "--check-config") return CheckConfig(words[2]);
  if (count == 3 && verb == "--config") return Run(words[2]);
  if (count == 4 && verb == "--restore") return Restore(words[2], words[3]);
  std::fputs(kUsage, stderr);
  return kExitUsage;
}

}  // namespace
}  // namespace rogatoria::daemon

int main(int count, char** words) {
  // Debian's Abseil looks for cycles of locks at every lock; that is for the tests.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  rogatoria::AskForShortTurns();  // before any other thread is there
  return rogatoria::daemon::Main(count, words);
}
