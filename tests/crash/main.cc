// crash_driver: kill -9 under load, again and again, and hold the hub to what it said.
//
//   crash_driver --daemon BIN --pki FOLDER --scratch FOLDER --port N --cycles N [--writers N]
//   [--seed N]
//                [--point SYSCALL]...
//
// Each cycle runs the load for a random while and kills the hub: at a random instant or, with
// --point, when it enters the k-th call of that system call (strace sends the signal), k at random;
// with --point power the file system under it loses everything that was not fsynced. The last line
// is "N passed, M failed": a cycle passes when the hub came back; the final check counts as one
// more.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <random>

#include <CLI/CLI.hpp>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/crypto/tls_policy.h"
#include "tests/crash/checker.h"
#include "tests/crash/clients.h"
#include "tests/crash/hub_process.h"
#include "tests/crash/power_cut.h"

namespace rogatoria::crash {
namespace {

constexpr absl::Duration kProgressTimeout = absl::Seconds(4);
constexpr char kRandomInstant[] = "random";
constexpr char kPowerCut[] = "power";

struct Options {
  std::string daemon, pki, scratch, image, mount;
  std::vector<std::string> wrapper;  // what runs the daemon, for a negative control
  int port = 0;
  int cycles = 10;
  int writers = 4;
  int consumers = 2;
  int longest_ms = 500;
  uint64_t seed = 0;
  std::vector<std::string> points = {kRandomInstant};
};

// strace counts the calls of each thread by itself; the writer's and gRPC's make most of them.
constexpr int kMaxCallsBeforeKill = 40;

// strace that kills the daemon at the k-th entry into a system call, any thread.
std::vector<std::string> KillAt(const std::string& call, int k) {
  return {"strace",
          "-f",
          "-qq",
          "-o",
          "/dev/null",
          "-e",
          absl::StrCat("trace=", call),
          "-e",
          absl::StrCat("inject=", call, ":signal=SIGKILL:when=", k)};
}

class Run {
 public:
  explicit Run(const Options& options)
      : options_(options),
        random_(options.seed),
        hub_(options.daemon,
             options.pki + "/rogatoriad.toml",
             options.port,
             options.scratch + "/crash.log") {}

  int Go() {
    if (!LoadProfiles()) return 2;
    if (absl::Status up = hub_.Start(options_.wrapper); !up.ok()) return Fail(up.ToString());
    StartClients();
    AwaitWriters();
    for (int cycle = 0; cycle < options_.cycles; ++cycle) {
      if (absl::Status back = Cycle(cycle); !back.ok()) return Fail(back.ToString());
    }
    StopClients();
    return Report(CheckAll(ledger_, parties_));
  }

 private:
  bool LoadProfiles() {
    client::OfficeProfile* const wanted[] = {&parties_.a, &parties_.b, &parties_.stranger};
    const char* const names[] = {"pt-pgr", "co-fgn", "br-pgr"};
    for (size_t i = 0; i < 3; ++i) {
      auto profile = client::LoadProfile(
          absl::StrCat(options_.pki, "/authorities/", names[i], "/office.toml"));
      if (!profile.ok()) {
        std::cerr << profile.status() << "\n";
        return false;
      }
      *wanted[i] = *profile;
    }
    return true;
  }

  void StartClients() {
    for (int i = 0; i < options_.writers; ++i) {
      const bool from_a = i % 2 == 0;
      writers_.push_back(
          std::make_unique<Writer>(from_a ? parties_.a : parties_.b,
                                   from_a ? parties_.b.authority : parties_.a.authority,
                                   absl::StrCat(options_.scratch, "/writer-", i),
                                   ledger_));
    }
    for (int i = 0; i < options_.consumers; ++i) {
      consumers_.push_back(
          std::make_unique<Consumer>(i % 2 == 0 ? parties_.b : parties_.a, ledger_));
    }
  }

  // Kills begin once every writer sends.
  void AwaitWriters() {
    for (auto& writer : writers_) {
      while (!writer->ready() && ledger_.faults().empty()) absl::SleepFor(absl::Milliseconds(10));
    }
  }

  void StopClients() {
    for (auto& writer : writers_) writer->Stop();
    absl::SleepFor(absl::Seconds(1));  // what is left in the mailboxes may still be taken
    for (auto& consumer : consumers_) consumer->Stop();
  }

  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  // A kill is worth something only under load: until something was acknowledged since the last one.
  void AwaitProgress() {
    const size_t before = ledger_.answered();
    const absl::Time end = absl::Now() + kProgressTimeout;
    while (ledger_.answered() == before && absl::Now() < end) absl::SleepFor(absl::Milliseconds(2));
  }

  absl::Status Cycle(int cycle) {
    AwaitProgress();
    const std::string& call = options_.points[static_cast<size_t>(cycle) % options_.points.size()];
    if (call == kPowerCut) {
      absl::SleepFor(absl::Milliseconds(20 + Below(options_.longest_ms)));
      // A real cut stops the program too. Without this, an fsync that the shutdown overtakes may
      // say yes to a program that still runs, which the kernel allows and no power cut can do.
      hub_.Freeze();
      absl::Status cut = CutPower(options_.mount);
      hub_.Kill();
      cut.Update(Reboot(options_.image, options_.mount));
      if (!cut.ok()) return cut;
    } else if (call == kRandomInstant) {
      absl::SleepFor(absl::Milliseconds(20 + Below(options_.longest_ms)));
      hub_.Kill();
    } else {
      hub_.Kill();
      absl::Status started = hub_.Start(KillAt(call, 1 + Below(kMaxCallsBeforeKill)));
      if (started.ok()) hub_.WaitForEnd(absl::Seconds(3));
      hub_.Kill();
    }
    const absl::Time begun = absl::Now();
    absl::Status back = hub_.Start(options_.wrapper);
    recoveries_.push_back(absl::ToDoubleMilliseconds(absl::Now() - begun));
    std::cerr << "kill " << cycle + 1 << " (" << call << "): " << ledger_.answered()
              << " acknowledgements so far\n";
    if (back.ok()) ++passed_;
    return back;
  }

  int Fail(const std::string& why) {
    std::cerr << "seed " << options_.seed << ": " << why << "\n";
    std::cout << passed_ << " passed, 1 failed\n";
    return 1;
  }

  int Report(const std::vector<std::string>& faults) {
    for (const std::string& fault : faults) std::cerr << "FAULT " << fault << "\n";
    std::sort(recoveries_.begin(), recoveries_.end());
    const size_t cycles = recoveries_.size();
    std::cout << "seed " << options_.seed << ": " << cycles << " kills, " << ledger_.sent().size()
              << " acts sent, " << ledger_.answered() << " acknowledgements, "
              << ledger_.redeliveries() << " redeliveries, " << faults.size() << " faults\n";
    if (cycles > 0 && faults.empty()) {
      std::cout << "recovery: median " << std::lround(recoveries_[cycles / 2]) << " ms, worst "
                << std::lround(recoveries_.back()) << " ms; 0 faults in " << cycles
                << " kills bounds the chance of a loss at " << 300.0 / static_cast<double>(cycles)
                << " % a kill (95 %)\n";
    }
    std::cout << passed_ + (faults.empty() ? 1 : 0) << " passed, " << (faults.empty() ? 0 : 1)
              << " failed\n";
    return faults.empty() ? 0 : 1;
  }

  const Options options_;
  std::mt19937_64 random_;
  ExternalLedger ledger_;
  Parties parties_;
  HubProcess hub_;
  std::vector<std::unique_ptr<Writer>> writers_;
  std::vector<std::unique_ptr<Consumer>> consumers_;
  std::vector<double> recoveries_;
  int passed_ = 0;
};

int Main(int argc, char** argv) {
  Options options;
  options.seed = std::random_device{}();
  CLI::App app("Kills a hub under load and checks what it said");
  app.add_option("--daemon", options.daemon)->required();
  app.add_option("--pki", options.pki)->required();
  app.add_option("--scratch", options.scratch)->required();
  app.add_option("--port", options.port)->required();
  app.add_option("--cycles", options.cycles);
  app.add_option("--writers", options.writers);
  app.add_option("--consumers", options.consumers);
  app.add_option("--longest-ms", options.longest_ms);
  app.add_option("--seed", options.seed);
  app.add_option("--point", options.points);
  app.add_option("--image", options.image);
  app.add_option("--mount", options.mount);
  app.add_option("--wrapper", options.wrapper);
  CLI11_PARSE(app, argc, argv);
  if (!RequireTls13().ok()) return 2;
  return Run(options).Go();
}

}  // namespace
}  // namespace rogatoria::crash

int main(int argc, char** argv) {
  return rogatoria::crash::Main(argc, argv);
}
