// How figures change as acts are stored. A hub's store is filled to the large number, and then the
// same work is done round by round on it and on a store made new with the small number, in the same
// minutes and the same process, since the machine's own speed moves more than what is measured.
// CPU is that of the whole process, checkpoints included. tests/bench/growth runs it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/ledger/receipts.h"
#include "tests/bench/growth_store/stored_hub.h"
#include "tests/support/cpu_time.h"

namespace rogatoria {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr size_t kPage = 64;  // rows of a list

struct Options {
  HubFiles files;
  std::string scratch;  // folder of the small stores
  size_t small = 10'000, large = 1'000'000;
  size_t batch = 64, batches = 64, reads = 2'000, rounds = 7;
  bool random_ids = false;
};

double SecondsSince(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

// Time on the clock and of the processor, added up over what is measured.
struct Spent {
  double wall = 0, cpu = 0;

  void Measure(const std::function<void()>& work) {
    const double cpu_before = CpuSeconds();
    const auto start = SteadyClock::now();
    work();
    wall += SecondsSince(start);
    cpu += CpuSeconds() - cpu_before;
  }
};

struct Figure {
  double per_second = 0, cpu_us = 0;
};
using Figures = std::map<std::string, Figure>;

Figure FigureOf(const Spent& spent, size_t operations) {
  const double count = static_cast<double>(operations);
  return {count / spent.wall, 1e6 * spent.cpu / count};
}

Figure Repeat(size_t times, const std::function<void()>& work) {
  Spent spent;
  spent.Measure([&] {
    for (size_t i = 0; i < times; ++i) work();
  });
  return FigureOf(spent, times);
}

void MeasureCommits(StoredHub& hub, const Options& options, Figures& figures) {
  Spent submitting, acknowledging;
  for (size_t i = 0; i < options.batches; ++i) {
    const auto acts = hub.MakeSubmissions(options.batch);
    submitting.Measure([&] { hub.Commit(acts); });
    const auto acknowledgements = hub.MakeAcknowledgements();
    acknowledging.Measure([&] { hub.Commit(acknowledgements); });
  }
  const size_t acts = options.batch * options.batches;
  figures["submit"] = FigureOf(submitting, acts);
  figures["acknowledge"] = FigureOf(acknowledging, acts);
}

// Each read is a call of its own, with a snapshot of its own.
void ReadAct(StoredHub& hub, size_t newest) {
  ROG_CHECK(hub.Read()->GetAct(hub.RandomActId(newest)).ok(), "an act cannot be read");
}

void ReadReceipts(StoredHub& hub, size_t newest) {
  const auto snapshot = hub.Read();
  const auto act = snapshot->GetAct(hub.RandomActId(newest));
  const auto receipts = LoadReceipts(*snapshot, *act, hub.sender());
  ROG_CHECK(receipts.ok() && receipts->size() == 3, "receipts cannot be read");
}

// As at a hub where acts come in all the time: a reader then finds nothing in its own cache, since
// SQLite empties that after every commit. The commits are not measured.
Figure BetweenCommits(StoredHub& hub, size_t times, const std::function<void()>& read) {
  constexpr size_t kBetween = 10;
  Spent spent;
  for (size_t done = 0; done < times; done += kBetween) {
    hub.Commit(hub.MakeSubmissions(1));
    hub.Commit(hub.MakeAcknowledgements());
    spent.Measure([&] {
      for (size_t i = 0; i < kBetween; ++i) read();
    });
  }
  return FigureOf(spent, (times + kBetween - 1) / kBetween * kBetween);
}

void MeasureReads(StoredHub& hub, const Options& options, Figures& figures) {
  // Among as many acts on both sides, and among all.
  const auto newest_act = [&] { ReadAct(hub, options.small); };
  const auto newest_receipts = [&] { ReadReceipts(hub, options.small); };
  const auto any_act = [&] { ReadAct(hub, hub.acts()); };
  const auto any_receipts = [&] { ReadReceipts(hub, hub.acts()); };
  figures["act, newest"] = BetweenCommits(hub, options.reads / 2, newest_act);
  figures["receipts, newest"] = BetweenCommits(hub, options.reads / 2, newest_receipts);
  figures["act, any"] = BetweenCommits(hub, options.reads / 2, any_act);
  figures["receipts, any"] = BetweenCommits(hub, options.reads / 2, any_receipts);
  figures["act, any, quiet"] = Repeat(options.reads, any_act);
  figures["receipts, any, quiet"] = Repeat(options.reads, any_receipts);
  figures["list of cases"] = Repeat(options.reads / 4, [&] {
    const auto page =
        hub.Read()->ListCases(hub.recipient(), v1::CASE_STATE_OPEN, std::nullopt, kPage);
    ROG_CHECK(page.ok() && page->cases.size() == kPage, "cases cannot be listed");
  });
  hub.Commit(hub.MakeSubmissions(kPage));
  figures["list of a mailbox"] = Repeat(options.reads / 4, [&] {
    const auto rows =
        hub.Read()->ListDeliverable(hub.recipient(), v1::URGENCY_LEVEL_UNSPECIFIED, 0, kPage);
    ROG_CHECK(rows.ok() && rows->size() == kPage, "a mailbox cannot be listed");
  });
  hub.Commit(hub.MakeAcknowledgements());
}

Figures Measure(StoredHub& hub, const Options& options) {
  Figures figures;
  MeasureCommits(hub, options, figures);
  MeasureReads(hub, options, figures);
  return figures;
}

class SmallHub {
 public:
  SmallHub(const Options& options, size_t round)
      : folder_(absl::StrCat(options.scratch, "/small-", round)),
        files_{absl::StrCat(folder_, "/store"),
               absl::StrCat(folder_, "/case-keys"),
               options.files.log_key} {
    std::filesystem::create_directories(folder_);
    hub_ = std::make_unique<StoredHub>(files_, options.random_ids);
    hub_->Fill(options.small, options.batch);
  }
  ~SmallHub() {
    hub_.reset();
    std::filesystem::remove_all(folder_);
  }

  StoredHub& hub() { return *hub_; }
  // Closes it, and says how long it takes to open again.
  double SecondsToOpen(const Options& options) {
    hub_.reset();
    const auto start = SteadyClock::now();
    hub_ = std::make_unique<StoredHub>(files_, options.random_ids);
    return SecondsSince(start);
  }

 private:
  const std::string folder_;
  const HubFiles files_;
  std::unique_ptr<StoredHub> hub_;
};

// Shows on the way how the pace changes.
void FillLarge(StoredHub& hub, const Options& options) {
  const size_t step = std::max<size_t>(options.large / 10, 1);
  while (hub.acts() < options.large) {
    Spent spent;
    const size_t acts = std::min(step, options.large - hub.acts());
    spent.Measure([&] { hub.Fill(acts, options.batch); });
    std::printf("filled to %zu acts: %.0f exchanges/s, %.1f us CPU each, making them included\n",
                hub.acts(),
                static_cast<double>(acts) / spent.wall,
                1e6 * spent.cpu / static_cast<double>(acts));
    std::fflush(stdout);
  }
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

using Rounds = std::vector<Figures>;

template <typename Value>
std::vector<double> Each(size_t count, const Value& value) {
  std::vector<double> values;
  for (size_t i = 0; i < count; ++i) values.push_back(value(i));
  return values;
}

// Of `figure`: medians, and the ratios within each round, so that a slow minute touches both sides.
void PrintRow(const std::string& name, const Rounds& small, const Rounds& large) {
  const auto median = [&](const Rounds& rounds, double Figure::*member) {
    return Median(Each(rounds.size(), [&](size_t i) { return rounds[i].at(name).*member; }));
  };
  const auto pace = Each(small.size(), [&](size_t i) {
    return large[i].at(name).per_second / small[i].at(name).per_second;
  });
  const auto cpu = Each(
      small.size(), [&](size_t i) { return small[i].at(name).cpu_us / large[i].at(name).cpu_us; });
  std::printf("%-20s %9.0f %9.0f %6.2f (%.2f-%.2f) %9.1f %9.1f %6.2f (%.2f-%.2f)\n",
              name.c_str(),
              median(small, &Figure::per_second),
              median(large, &Figure::per_second),
              Median(pace),
              *std::min_element(pace.begin(), pace.end()),
              *std::max_element(pace.begin(), pace.end()),
              median(small, &Figure::cpu_us),
              median(large, &Figure::cpu_us),
              Median(cpu),
              *std::min_element(cpu.begin(), cpu.end()),
              *std::max_element(cpu.begin(), cpu.end()));
}

void PrintTable(const Rounds& small, const Rounds& large) {
  std::printf("\nmedians of %zu rounds; ratio: large to small, of CPU small to large (extremes)\n",
              small.size());
  std::printf("%-20s %9s %9s %18s %9s %9s %18s\n",
              "",
              "small/s",
              "large/s",
              "ratio",
              "small us",
              "large us",
              "ratio of CPU");
  for (const auto& [name, figure] : small.front()) PrintRow(name, small, large);
}

int Main(const Options& options) {
  auto large = std::make_unique<StoredHub>(options.files, options.random_ids);
  large->FindStored();
  FillLarge(*large, options);
  Rounds at_small, at_large;
  std::vector<double> small_open;
  for (size_t round = 0; round < options.rounds; ++round) {
    SmallHub small(options, round);
    // Whichever comes second has the other's pages still on their way to the disk.
    const bool large_first = round % 2 == 1;
    if (large_first) at_large.push_back(Measure(*large, options));
    at_small.push_back(Measure(small.hub(), options));
    if (!large_first) at_large.push_back(Measure(*large, options));
    small_open.push_back(small.SecondsToOpen(options));
  }
  PrintTable(at_small, at_large);
  const size_t acts = large->acts();
  large.reset();
  const auto start = SteadyClock::now();
  large = std::make_unique<StoredHub>(options.files, options.random_ids);
  std::printf("to open store and ledger: %.1f ms with %zu acts, %.1f ms with %zu\n",
              1e3 * Median(small_open),
              options.small,
              1e3 * SecondsSince(start),
              acts);
  return 0;
}

}  // namespace
}  // namespace rogatoria

int main(int argc, char** argv) {
  rogatoria::Options options;
  CLI::App app("How figures change as acts are stored");
  app.add_option("--store", options.files.store, "folder of the store to fill")->required();
  app.add_option("--case-keys", options.files.case_keys, "its file of keys")->required();
  app.add_option("--log-key", options.files.log_key, "key of the log, PEM")->required();
  app.add_option("--scratch", options.scratch, "folder for the small stores")->required();
  app.add_option("--small", options.small, "acts in a small store");
  app.add_option("--large", options.large, "acts in the store that is filled");
  app.add_option("--batches", options.batches, "batches committed a round");
  app.add_option("--reads", options.reads, "reads of each sort a round");
  app.add_option("--rounds", options.rounds, "rounds");
  app.add_flag("--random-ids", options.random_ids, "act ids of version 4, not 7");
  CLI11_PARSE(app, argc, argv);
  return rogatoria::Main(options);
}
