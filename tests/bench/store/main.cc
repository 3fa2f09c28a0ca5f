// How many acts a second the store commits and reads, by the number of acts in a transaction:
//
//   store_bench <folder on the disk to measure> [seconds a row]
//
// An act here is what the ledger writes for one: the act with a body of 2 KiB, its case, its
// delivery, A.1 and D.1 with their records, and its share of the batch's head. Each is a case of
// its own, so every key is new. CPU is that of the whole process, checkpoints included.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/crypto/digest.h"
#include "common/storage/sqlite/sqlite_store.h"
#include "tests/support/cpu_time.h"

namespace rogatoria {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr size_t kBodyBytes = 2048;
constexpr size_t kRecordBytes = 900;

double Seconds(SteadyClock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

class Bench {
 public:
  Bench(Store& store, Random& random) : store_(store), random_(random) {}

  void CommitFor(size_t acts, double seconds) {
    std::vector<double> latencies;
    const double cpu = CpuSeconds();
    const auto start = SteadyClock::now();
    while (Seconds(SteadyClock::now() - start) < seconds) latencies.push_back(CommitOne(acts));
    const double wall = Seconds(SteadyClock::now() - start);
    const double total = static_cast<double>(latencies.size() * acts);
    std::sort(latencies.begin(), latencies.end());
    std::printf(
        "%4zu acts a commit: %8.0f acts/s %7.0f commits/s  p50 %6.2f ms  p99 %6.2f ms  "
        "%5.1f us CPU an act\n",
        acts,
        total / wall,
        static_cast<double>(latencies.size()) / wall,
        1e3 * latencies[latencies.size() / 2],
        1e3 * latencies[latencies.size() * 99 / 100],
        1e6 * (CpuSeconds() - cpu) / total);
  }

  void ReadFor(double seconds) {
    size_t reads = 0;
    const auto start = SteadyClock::now();
    while (Seconds(SteadyClock::now() - start) < seconds) {
      auto snapshot = store_.OpenSnapshot();
      const std::string& id = ids_[static_cast<size_t>(std::rand()) % ids_.size()];
      ROG_CHECK((*snapshot)->GetAct(id).ok(), "an act cannot be read");
      ++reads;
    }
    std::printf("read an act on a snapshot of its own: %.1f us\n",
                1e6 * Seconds(SteadyClock::now() - start) / static_cast<double>(reads));
  }

 private:
  // Made before the clock runs; returns how long the store took.
  double CommitOne(size_t acts) {
    BatchKeys keys;
    const BatchChanges changes = MakeBatch(acts, keys);
    const auto start = SteadyClock::now();
    auto transaction = store_.Begin();
    ROG_CHECK(transaction.ok(), "begin");
    auto state = (*transaction)->Load(keys);
    ROG_CHECK(state.ok(), "load");
    BatchChanges now = changes;
    now.head.epoch = state->head.epoch;
    ROG_CHECK((*transaction)->Save(now).ok(), "save");
    ROG_CHECK((*transaction)->Commit().ok(), "commit");
    transaction->reset();
    head_ = now.head;
    return Seconds(SteadyClock::now() - start);
  }

  BatchChanges MakeBatch(size_t acts, BatchKeys& keys) {
    BatchChanges changes;
    changes.head = head_;
    changes.head.log = 1;
    for (size_t i = 0; i < acts; ++i) AddAct(changes, keys);
    keys.mailboxes = {"co-fgn"};
    changes.batch = BatchRecord{1, changes.head.log_size, {}, {1}, Bytes(300, 'n')};
    return changes;
  }

  void AddAct(BatchChanges& changes, BatchKeys& keys) {
    const std::string id = absl::StrCat("pt-pgr/", GenerateUuid(random_, SystemClock().Now()));
    keys.acts.push_back(id);
    keys.cases.push_back(id);
    ids_.push_back(id);
    const uint64_t key = changes.head.next_key_id++;
    ActRecord& act = changes.new_acts.emplace_back();
    act.act_id = act.case_id = id;
    act.case_position = 1;
    act.sender = "pt-pgr";
    act.recipients = {"co-fgn"};
    act.bytes_sha256 = Sha256(id);
    act.key_id = key;
    act.act.set_header(Bytes(500, 'h'));
    act.act.set_signature(Bytes(1800, 's'));
    act.act.set_body(Bytes(kBodyBytes, 'b'));
    act.act.add_key_envelopes(Bytes(600, 'e'));
    CaseRecord& record = changes.cases.emplace_back();
    record.case_id = id;
    record.state = v1::CASE_STATE_OPEN;
    record.parties = {{"pt-pgr", v1::CASE_ROLE_REQUESTING}, {"co-fgn", v1::CASE_ROLE_REQUESTED}};
    record.key_id = key;
    record.updated = {static_cast<int64_t>(++position_)};
    DeliveryRecord& delivery = changes.new_deliveries.emplace_back();
    delivery.authority = "co-fgn";
    delivery.position = position_;
    delivery.act_id = delivery.case_id = id;
    delivery.key_id = key;
    AddEntry(changes, id, "pt-pgr", key);
    AddEntry(changes, id, "co-fgn", key);
  }

  static void AddEntry(BatchChanges& changes,
                       const std::string& id,
                       const std::string& owner,
                       uint64_t key) {
    EntryRecord& entry = changes.entries.emplace_back();
    entry.log = 1;
    entry.index = changes.head.log_size++;
    entry.leaf = Bytes(100, 'l');
    entry.hashes.resize(2);
    entry.key_id = key;
    entry.record = Bytes(kRecordBytes, 'r');
    entry.salt = Bytes(32, 's');
    entry.act_id = id;
    entry.owner = owner;
  }

  Store& store_;
  Random& random_;
  Head head_;
  uint64_t position_ = 0;
  std::vector<std::string> ids_;
};

int Main(const std::string& folder, double seconds) {
  SystemRandom random;
  SqliteOptions options;
  options.directory =
      absl::StrCat(folder, "/store-bench-", GenerateUuid(random, SystemClock().Now()));
  const std::string key_file = options.directory + ".keys";
  auto keys = OpenCaseKeyFile(key_file, random);
  if (!keys.ok()) {
    std::fprintf(stderr, "%s\n", keys.status().ToString().c_str());
    return 1;
  }
  {
    auto store = OpenSqliteStore(options, **keys, random);
    ROG_CHECK(store.ok(), "the store does not open");
    Bench bench(**store, random);
    for (unsigned acts : {1U, 8U, 64U, 256U, 1U, 64U}) bench.CommitFor(acts, seconds);
    bench.ReadFor(1);
    const auto counts = (*(*store)->OpenSnapshot())->Count();
    std::printf("acts in the store at the end: %llu\n",
                static_cast<unsigned long long>(counts->acts));
  }
  std::printf("remove %s and %s by hand\n", options.directory.c_str(), key_file.c_str());
  return 0;
}

}  // namespace
}  // namespace rogatoria

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "store_bench <folder> [seconds]\n");
    return 2;
  }
  return rogatoria::Main(argv[1], argc > 2 ? std::atof(argv[2]) : 3);
}
