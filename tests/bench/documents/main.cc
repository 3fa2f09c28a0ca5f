// What documents cost beside the limit of the same machine, in the same minutes:
//
//   one upload   sealed and uploaded over mutual TLS, beside the same sealing into a bare gRPC
//   stream
//                whose other end writes and fsyncs (sink.h)
//   many         submit -> receipt while others upload, beside the same with nobody uploading,
//                beside uploads into that sink, and beside a process that does nothing but write
//                and fsync, as many bytes a second
//   memory       of client and hub at their highest, above idle
//
//   documents_bench run PROFILE RECIPIENT PKI FOLDER HUB-PID [MIB ROUNDS ACTS UPLOADS MIB-OF-EACH]
//
// FOLDER is on the disk of the hub's documents. Started by tests/bench/documents_beside_acts, which
// has the hub. The other modes are for its own children.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "common/base/check.h"
#include "common/base/turns.h"
#include "services/cli/bench/closed_loop.h"
#include "services/cli/bench/report.h"
#include "services/cli/bench/workload.h"
#include "tests/bench/child/child.h"
#include "tests/bench/documents/loads.h"
#include "tests/bench/documents/sink.h"

namespace rogatoria::bench {
namespace {

constexpr uint64_t kMib = 1 << 20;
constexpr absl::Duration kSettle = absl::Seconds(2);

template <typename T>
T Need(absl::StatusOr<T> made) {
  ROG_CHECK(made.ok(), made.status().ToString().c_str());
  return *std::move(made);
}

// Microseconds, a value a round.
class Latency {
 public:
  void Note(const LoadResult& result) {
    p50_.push_back(result.Percentile(0.50));
    p99_.push_back(result.Percentile(0.99));
  }
  void Print(const std::string& name) {
    absl::PrintF("submit -> receipt %-24s p50 %7.2f ms  p99 %7.2f ms\n",
                 name,
                 Median(p50_) / 1000,
                 P99() / 1000);
  }
  double P99() { return Median(p99_); }

 private:
  std::vector<double> p50_, p99_;
};

struct Options {
  std::string profile, recipient, pki, folder;
  int hub_pid = 0;
  uint64_t mib = 64;       // of the one upload
  size_t rounds = 3;       // of all that is compared
  size_t acts = 200;       // submitted each time
  int uploads = 16;        // at a time
  uint64_t each_mib = 20;  // of those
};

// A line of /proc/PID/status, in bytes.
uint64_t MemoryOf(int pid, const std::string& name) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(file, line);) {
    if (absl::StartsWith(line, name + ":")) {
      return 1024 * std::strtoull(line.c_str() + name.size() + 1, nullptr, 10);
    }
  }
  return 0;
}

// So that the peak begins anew.
uint64_t ForgetPeak(int pid) {
  std::ofstream(absl::StrCat("/proc/", pid, "/clear_refs")) << "5";
  return MemoryOf(pid, "VmRSS");
}

class Bench {
 public:
  explicit Bench(Options options) : options_(std::move(options)) {
    office_ = Need(client::Office::Open(Need(client::LoadProfile(options_.profile))));
    recipient_ = Need(client::LoadProfile(options_.recipient));
    one_ = options_.folder + "/one";
    each_ = options_.folder + "/each";
    ROG_CHECK(MakeFile(one_, options_.mib * kMib).ok(), "a file of this size");
    ROG_CHECK(MakeFile(each_, options_.each_mib * kMib).ok(), "a file of this size");
    acts_ = Need(MakeActs(*office_, recipient_, (4 * options_.rounds + 1) * options_.acts, 2048));
    submitter_ = Need(Submitter::Open(office_->profile(), 2));
  }

  void Run() {
    AskForShortTurns();  // who submits has a machine of its own
    Submit();            // warm
    OneUpload();
    ManyUploads();
  }

 private:
  void OneUpload() {
    const auto sink = Need(Child::Start({"sink", options_.pki, options_.folder}));
    int port = 0;
    ROG_CHECK(absl::SimpleAtoi(sink->ReadLine(), &port), "the sink's port");
    std::vector<double> product, reference;
    const uint64_t client_idle = ForgetPeak(getpid()), hub_idle = ForgetPeak(options_.hub_pid);
    uint64_t client_peak = 0;
    for (size_t i = 0; i < options_.rounds; ++i) {
      ForgetPeak(getpid());
      product.push_back(RateOf(Need(Upload(*office_, one_))));
      client_peak = std::max(client_peak, MemoryOf(getpid(), "VmHWM"));
      reference.push_back(RateOf(Need(SealIntoSink(office_->profile(), port, one_))));
    }
    const double ratio = Median(product) / Median(reference);
    absl::PrintF(
        "one upload of %d MiB: %.0f MB/s; the same into a bare sink: %.0f MB/s; ratio %.2f\n",
        options_.mib,
        Median(product),
        Median(reference),
        ratio);
    absl::PrintF("memory above idle: client %d MiB, hub %d MiB\n",
                 MibAbove(client_peak, client_idle),
                 MibAbove(MemoryOf(options_.hub_pid, "VmHWM"), hub_idle));
  }

  void ManyUploads() {
    const auto sink = Need(Child::Start({"sink", options_.pki, options_.folder}));
    const std::string port = sink->ReadLine(), uploads = absl::StrCat(options_.uploads);
    Latency idle, beside_uploads, beside_sinks, beside_writes;
    uint64_t rate = 0;
    for (size_t i = 0; i < options_.rounds; ++i) {
      idle.Note(Submit());
      uint64_t moved = 0;
      beside_uploads.Note(SubmitBeside({"upload", options_.profile, each_, uploads}, &moved));
      rate = std::max<uint64_t>(moved, kMib);
      const std::string pace = absl::StrCat(rate);
      beside_sinks.Note(SubmitBeside({"sinks", options_.profile, each_, uploads, port, pace}));
      const std::string each = absl::StrCat(options_.each_mib * kMib);
      beside_writes.Note(SubmitBeside({"write", options_.folder, each, uploads, pace}));
    }
    idle.Print("with nobody uploading");
    beside_uploads.Print(absl::StrCat("beside ", uploads, " uploads"));
    beside_sinks.Print("beside bare sinks");
    beside_writes.Print("beside bare writers");
    absl::PrintF(
        "%s uploads at a time: %.0f MB/s in all; p99 is %.1f times that of idle; at the same rate "
        "beside bare sinks %.1f, beside bare writers %.1f times\n",
        uploads,
        static_cast<double>(rate) / 1e6,
        beside_uploads.P99() / idle.P99(),
        beside_sinks.P99() / idle.P99(),
        beside_writes.P99() / idle.P99());
  }

  LoadResult Submit() {
    const LoadResult result = submitter_->Run(acts_, next_, options_.acts, 1);
    ROG_CHECK(result.failed == 0, "every act is recorded");
    next_ += options_.acts;
    return result;
  }

  // `moved`: the bytes a second that the child moved meanwhile.
  LoadResult SubmitBeside(const std::vector<std::string>& arguments, uint64_t* moved = nullptr) {
    const absl::Time begun = absl::Now();
    const auto child = Need(Child::Start(arguments));
    absl::SleepFor(kSettle);
    LoadResult result = Submit();
    uint64_t bytes = 0;
    ROG_CHECK(absl::SimpleAtoi(child->Stop(), &bytes), "the child says what it moved");
    const double seconds = absl::ToDoubleSeconds(absl::Now() - begun);
    if (moved != nullptr) *moved = static_cast<uint64_t>(static_cast<double>(bytes) / seconds);
    return result;
  }

  double RateOf(absl::Duration took) const {
    return static_cast<double>(options_.mib * kMib) / 1e6 / absl::ToDoubleSeconds(took);
  }
  static int64_t MibAbove(uint64_t peak, uint64_t idle) {
    return peak > idle ? static_cast<int64_t>((peak - idle) / kMib) : 0;
  }

  const Options options_;
  std::unique_ptr<client::Office> office_;
  client::OfficeProfile recipient_;
  std::string one_, each_;
  std::vector<ReadyAct> acts_;
  size_t next_ = 0;
  std::unique_ptr<Submitter> submitter_;
};

template <typename Number>
void Take(const std::vector<std::string>& words, size_t index, Number& value) {
  if (index < words.size()) {
    ROG_CHECK(absl::SimpleAtoi(words[index], &value), "a number");
  }
}

int Fail(const absl::Status& status) {
  if (!status.ok()) std::cerr << status.ToString() << "\n";
  return status.ok() ? 0 : 1;
}

int Main(const std::vector<std::string>& words) {
  const std::string mode = words.empty() ? "" : words[0];
  if (mode == "sink" && words.size() == 3) return Fail(ServeSink(words[1], words[2]));
  int count = 1;
  if (mode == "upload" && words.size() == 4) {
    Take(words, 3, count);
    return Fail(KeepUploading(words[1], words[2], count));
  }
  if (mode == "sinks" && words.size() == 6) {
    int port = 0;
    uint64_t rate = 0;
    Take(words, 3, count);
    Take(words, 4, port);
    Take(words, 5, rate);
    return Fail(KeepSinking(words[1], words[2], count, port, rate));
  }
  if (mode == "write" && words.size() == 5) {
    uint64_t bytes = 0, rate = 0;
    Take(words, 2, bytes);
    Take(words, 3, count);
    Take(words, 4, rate);
    return Fail(KeepWriting(words[1], bytes, count, rate));
  }
  if (mode != "run" || words.size() < 6) return 64;
  Options options{words[1], words[2], words[3], words[4]};
  Take(words, 5, options.hub_pid);
  Take(words, 6, options.mib);
  Take(words, 7, options.rounds);
  Take(words, 8, options.acts);
  Take(words, 9, options.uploads);
  Take(words, 10, options.each_mib);
  Bench(std::move(options)).Run();
  return 0;
}

}  // namespace
}  // namespace rogatoria::bench

int main(int argc, char** argv) {
  return rogatoria::bench::Main(std::vector<std::string>(argv + 1, argv + argc));
}
