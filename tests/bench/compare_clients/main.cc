// One broker under the closed loop, a line of JSON a level:
//
//   compare_client rabbitmq|nats PORT SERVER_PID BYTES COUNT IN_FLIGHT...
//
// Before each level as many exchanges go unmeasured, as our own bench submits before it exchanges.
// At fewer than 8 in flight a quarter of COUNT, as there. CPU times are per exchange.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tests/bench/compare_clients/peer.h"

namespace rogatoria::compare {
namespace {

constexpr int kPatienceMs = 30000;

void Wait(const Peer& peer) {
  std::vector<pollfd> waits;
  for (int socket : peer.Sockets()) waits.push_back({socket, POLLIN, 0});
  if (poll(waits.data(), waits.size(), kPatienceMs) <= 0) Die("the broker does not answer");
}

void Run(Peer& peer, Loop& loop) {
  while (true) {
    while (loop.MayBegin()) peer.Publish(loop.Begin());
    peer.Exchange(loop);
    if (loop.Finished()) return;
    if (!loop.MayBegin()) Wait(peer);
  }
}

double Microseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

double OwnCpu() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return Microseconds(usage.ru_utime) + Microseconds(usage.ru_stime);
}

// User and system time of a process: fields 14 and 15 of its stat, counted after the name in
// brackets.
double CpuOf(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string text;
  std::getline(file, text, ')');
  for (int field = 3; field < 14; ++field) file >> text;
  double user = 0;
  double system = 0;
  file >> user >> system;
  return (user + system) * 1e6 / static_cast<double>(sysconf(_SC_CLK_TCK));
}

void Measure(Peer& peer, uint64_t& next, const std::string& pid, size_t count, size_t in_flight) {
  Loop warm_up(next, count, in_flight);
  Run(peer, warm_up);
  next += count;
  const double server = CpuOf(pid);
  const double client = OwnCpu();
  Loop loop(next, count, in_flight);
  Run(peer, loop);
  next += count;
  const double operations = static_cast<double>(count);
  std::printf(
      "{\"in_flight\": %zu, \"per_second\": %.1f, \"p50_us\": %.1f, \"p99_us\": %.1f, "
      "\"server_cpu_us\": %.1f, \"client_cpu_us\": %.1f}\n",
      in_flight,
      loop.PerSecond(),
      loop.Percentile(0.50),
      loop.Percentile(0.99),
      (CpuOf(pid) - server) / operations,
      (OwnCpu() - client) / operations);
  std::fflush(stdout);
}

size_t Number(const char* text) {
  const size_t number = std::strtoul(text, nullptr, 10);
  if (number == 0) Die(std::string("not a number above 0: ") + text);
  return number;
}

int Main(int argc, char** argv) {
  if (argc < 7) Die("rabbitmq|nats PORT SERVER_PID BYTES COUNT IN_FLIGHT...");
  const std::string system = argv[1];
  const int port = static_cast<int>(Number(argv[2]));
  const std::string pid = argv[3];
  const size_t bytes = Number(argv[4]);
  const size_t count = Number(argv[5]);
  auto peer = system == "rabbitmq" ? OpenRabbitmq(port, bytes) : OpenNats(port, bytes);
  uint64_t next = 0;
  for (int i = 6; i < argc; ++i) {
    const size_t in_flight = Number(argv[i]);
    Measure(*peer, next, pid, in_flight < 8 ? (count + 3) / 4 : count, in_flight);
  }
  return 0;
}

}  // namespace
}  // namespace rogatoria::compare

int main(int argc, char** argv) {
  return rogatoria::compare::Main(argc, argv);
}
