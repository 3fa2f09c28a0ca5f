// bench: what a hub of ours carries, beside a bare gRPC echo in the same minutes. Loopback only.
#include <cstdio>
#include <filesystem>

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "services/cli/bench/echo.h"
#include "services/cli/bench/metrics_page.h"
#include "services/cli/bench/report.h"
#include "services/cli/bench/workload.h"
#include "services/cli/commands.h"

namespace rogatoria::cli {
namespace {

constexpr absl::Duration kFsyncTime = absl::Milliseconds(500);
constexpr size_t kChannels = 2;
// An echo is so much quicker that as many would be over before anything settles.
constexpr size_t kEchoesAnAct = 8;

struct BenchOptions {
  std::string recipient;  // profile
  std::string pki;        // folder with the hub's server certificate, for the echo server
  std::vector<size_t> levels = {1, 16, 64, 256};
  size_t acts = 2000;  // an operation count a level, load and round; less at 1 in flight
  size_t rounds = 3;
  size_t bytes = 2048;
  int hub_pid = 0;
  std::string metrics;  // address of the hub's metrics page; empty: no batch sizes
  bool json = false;
};

// The echo server as a child process of ours: its standard input is our pipe, so it ends when we
// do.
class EchoProcess {
 public:
  static absl::StatusOr<std::unique_ptr<EchoProcess>> Start(const std::string& pki);
  ~EchoProcess() {
    close(to_child_);
    waitpid(pid_, nullptr, 0);
  }
  int pid() const { return pid_; }
  int port() const { return port_; }

 private:
  int pid_ = 0;
  int to_child_ = -1;
  int port_ = 0;
};

absl::StatusOr<int> ReadPort(int fd) {
  std::string line;
  char c = 0;
  while (read(fd, &c, 1) == 1 && c != '\n') line += c;
  int port = 0;
  if (!absl::SimpleAtoi(line, &port))
    return Failure(absl::StatusCode::kUnavailable, Sentence::ECHO_NOT_STARTED);
  return port;
}

absl::StatusOr<std::unique_ptr<EchoProcess>> EchoProcess::Start(const std::string& pki) {
  int in[2];
  int out[2];
  if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
    return Failure(absl::StatusCode::kInternal, Sentence::ECHO_NOT_STARTED);
  const std::string self = std::filesystem::read_symlink("/proc/self/exe").string();
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    execl(self.c_str(), self.c_str(), "bench", "echo-server", pki.c_str(), nullptr);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  auto process = std::make_unique<EchoProcess>();
  process->pid_ = pid;
  process->to_child_ = in[1];
  const auto port = ReadPort(out[0]);
  close(out[0]);
  if (!port.ok()) return port.status();
  process->port_ = *port;
  return process;
}

double BareFsyncs() {
  std::FILE* file = std::tmpfile();
  if (file == nullptr) return 0;
  const std::string block(4096, 'x');
  size_t done = 0;
  const absl::Time end = absl::Now() + kFsyncTime;
  while (absl::Now() < end) {
    if (write(fileno(file), block.data(), block.size()) < 0 || fdatasync(fileno(file)) != 0) break;
    ++done;
  }
  std::fclose(file);
  return static_cast<double>(done) / absl::ToDoubleSeconds(kFsyncTime);
}

class Bench {
 public:
  static absl::StatusOr<std::unique_ptr<Bench>> Prepare(Session& session,
                                                        const BenchOptions& options);
  absl::Status Run();
  std::vector<bench::Measured>& results() { return results_; }
  double fsyncs() const { return bench::Median(fsyncs_); }

 private:
  explicit Bench(const BenchOptions& options) : options_(options) {}
  size_t CountFor(size_t in_flight) const;
  // What a load is charged with: counted before and after it.
  struct Counters {
    absl::Duration server, client;
    double batches = 0, commands = 0, syncs = 0;
  };
  absl::StatusOr<Counters> Count(int pid) const;
  absl::Status Measure(const std::string& load,
                       size_t in_flight,
                       int pid,
                       const std::function<bench::LoadResult()>& run);
  bench::Measured& ResultOf(const std::string& load, size_t in_flight);

  const BenchOptions options_;
  std::vector<bench::ReadyAct> acts_;
  size_t next_act_ = 0;
  std::unique_ptr<EchoProcess> echo_process_;
  std::unique_ptr<bench::EchoClient> echo_;
  std::unique_ptr<bench::Submitter> submitter_;
  client::OfficeProfile recipient_;
  std::vector<bench::Measured> results_;
  std::vector<double> fsyncs_;
};

// One at a time takes long: a quarter is enough for a median.
size_t Bench::CountFor(size_t in_flight) const {
  return in_flight < 8 ? std::max<size_t>(options_.acts / 4, 10) : options_.acts;
}

absl::StatusOr<std::unique_ptr<Bench>> Bench::Prepare(Session& session,
                                                      const BenchOptions& options) {
  auto run = std::unique_ptr<Bench>(new Bench(options));
  ROG_ASSIGN_OR_RETURN(auto sender, session.Office());
  ROG_ASSIGN_OR_RETURN(run->recipient_, client::LoadProfile(options.recipient));
  size_t needed = 0;
  for (size_t level : options.levels) needed += 2 * options.rounds * run->CountFor(level);
  session.Note(Message::BENCH_PREPARING, needed);
  ROG_ASSIGN_OR_RETURN(run->acts_,
                       bench::MakeActs(*sender, run->recipient_, needed, options.bytes));
  ROG_ASSIGN_OR_RETURN(run->echo_process_, EchoProcess::Start(options.pki));
  ROG_ASSIGN_OR_RETURN(
      run->echo_,
      bench::EchoClient::Open(sender->profile(), run->echo_process_->port(), kChannels));
  ROG_ASSIGN_OR_RETURN(run->submitter_, bench::Submitter::Open(sender->profile(), kChannels));
  return run;
}

bench::Measured& Bench::ResultOf(const std::string& load, size_t in_flight) {
  for (bench::Measured& one : results_) {
    if (one.load == load && one.in_flight == in_flight) return one;
  }
  bench::Measured& fresh = results_.emplace_back();
  fresh.load = load;
  fresh.in_flight = in_flight;
  return fresh;
}

absl::Status Bench::Measure(const std::string& load,
                            size_t in_flight,
                            int pid,
                            const std::function<bench::LoadResult()>& run) {
  ROG_ASSIGN_OR_RETURN(const Counters before, Count(pid));
  const bench::LoadResult result = run();
  ROG_ASSIGN_OR_RETURN(const Counters after, Count(pid));
  bench::Measured& measured = ResultOf(load, in_flight);
  measured.per_second.push_back(result.PerSecond());
  measured.p50_us.push_back(result.Percentile(0.50));
  measured.p99_us.push_back(result.Percentile(0.99));
  measured.failed += result.failed;
  if (result.done == 0) return absl::OkStatus();
  const double done = static_cast<double>(result.done);
  const auto us = [done](absl::Duration used) { return absl::ToDoubleMicroseconds(used) / done; };
  measured.client_cpu_us.push_back(us(after.client - before.client));
  if (pid != 0) measured.server_cpu_us.push_back(us(after.server - before.server));
  if (after.batches == before.batches) return absl::OkStatus();
  measured.batch_size.push_back((after.commands - before.commands) /
                                (after.batches - before.batches));
  measured.syncs.push_back((after.syncs - before.syncs) / done);
  return absl::OkStatus();
}

absl::StatusOr<Bench::Counters> Bench::Count(int pid) const {
  Counters counters;
  counters.server = bench::CpuTimeOf(pid);
  counters.client = bench::CpuTimeOf(getpid());
  if (options_.metrics.empty() || pid != options_.hub_pid) return counters;
  ROG_ASSIGN_OR_RETURN(auto metrics, bench::ReadMetrics(options_.metrics));
  counters.batches = metrics["rogatoria_commit_batches_total"];
  counters.commands = metrics["rogatoria_commit_commands_total"];
  counters.syncs = metrics["rogatoria_store_syncs_total"];
  return counters;
}

absl::Status Bench::Run() {
  for (size_t round = 0; round < options_.rounds; ++round) {
    fsyncs_.push_back(BareFsyncs());
    for (size_t level : options_.levels) {
      const size_t count = CountFor(level);
      ROG_RETURN_IF_ERROR(Measure("echo", level, echo_process_->pid(), [&] {
        return echo_->Run(kEchoesAnAct * count, level, options_.bytes);
      }));
      ROG_RETURN_IF_ERROR(Measure("submit", level, options_.hub_pid, [&] {
        return submitter_->Run(acts_, next_act_, count, level);
      }));
      next_act_ += count;
      // What was only submitted is taken first, outside the measure.
      ROG_ASSIGN_OR_RETURN(auto receiver, bench::Receiver::Open(recipient_, acts_));
      if (!receiver->WaitForAnswers(count))
        return Failure(absl::StatusCode::kUnavailable, Sentence::HUB_CLOSED_STREAM);
      ROG_RETURN_IF_ERROR(Measure("exchange", level, options_.hub_pid, [&] {
        return bench::RunExchanges(*submitter_, *receiver, acts_, next_act_, count, level);
      }));
      next_act_ += count;
    }
  }
  return absl::OkStatus();
}

absl::Status RunBench(Session& session, const BenchOptions& options) {
  ROG_ASSIGN_OR_RETURN(auto run, Bench::Prepare(session, options));
  ROG_RETURN_IF_ERROR(run->Run());
  session.out << bench::TableOf(run->results(), run->fsyncs());
  if (options.json) session.out << bench::ReportOf(run->results(), run->fsyncs()).dump() << "\n";
  size_t failed = 0;
  for (const bench::Measured& one : run->results()) failed += one.failed;
  if (failed > 0) return Failure(absl::StatusCode::kInternal, Sentence::OPERATIONS_FAILED, failed);
  return absl::OkStatus();
}

absl::Status ServeEcho(const std::string& pki) {
  bench::EchoServerFiles files;
  files.certificate = pki + "/hub/public.pem";
  files.key = pki + "/hub/public-key.pem";
  files.client_ca = pki + "/ca/transport/ca.pem";
  files.client_crl = pki + "/ca/transport/crl.pem";
  return bench::ServeEcho(files);
}

}  // namespace

void AddBenchCommands(CommandTree& tree) {
  CLI::App& noun = tree.Noun("bench", Message::CMD_BENCH);
  auto options = std::make_shared<BenchOptions>();
  CLI::App& run = tree.Verb(noun, "run", Message::CMD_BENCH_RUN, [=](Session& session) {
    return RunBench(session, *options);
  });
  run.add_option("--recipient", options->recipient, tree.Text(Message::OPT_BENCH_RECIPIENT))
      ->required();
  run.add_option("--pki", options->pki, tree.Text(Message::OPT_PKI_FOLDER))->required();
  run.add_option("--in-flight", options->levels, tree.Text(Message::OPT_BENCH_LEVELS))
      ->delimiter(',');
  run.add_option("--acts", options->acts, tree.Text(Message::OPT_BENCH_ACTS));
  run.add_option("--rounds", options->rounds, tree.Text(Message::OPT_BENCH_ROUNDS));
  run.add_option("--bytes", options->bytes, tree.Text(Message::OPT_BENCH_BYTES));
  run.add_option("--hub-pid", options->hub_pid, tree.Text(Message::OPT_BENCH_HUB_PID));
  run.add_option("--metrics", options->metrics, tree.Text(Message::OPT_BENCH_METRICS));
  run.add_flag("--json", options->json, tree.Text(Message::OPT_BENCH_JSON));

  auto pki = std::make_shared<std::string>();
  CLI::App& echo = tree.Verb(
      noun, "echo-server", Message::CMD_BENCH_ECHO, [=](Session&) { return ServeEcho(*pki); });
  echo.add_option("folder", *pki, tree.Text(Message::OPT_PKI_FOLDER))->required();
}

}  // namespace rogatoria::cli
