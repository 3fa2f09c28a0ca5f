// What clocks cost: the start of a hub with many cases whose clocks run, a look at what is due when
// little or much of it is, telling it, and the rules of the clocks for one act.
//
//   deadlines_bench FOLDER [CASES]     FOLDER must be empty; 10000 cases unless said otherwise
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/ledger/ledger.h"
#include "common/storage/case_keys.h"
#include "common/storage/sqlite/sqlite_store.h"
#include "services/deadlines/scheduler.h"
#include "services/exchange/clock_rules.h"
#include "tests/support/fake_clock.h"
#include "tests/support/ledger/test_hub.h"

namespace rogatoria {
namespace {

using SteadyClock = std::chrono::steady_clock;

double Milliseconds(SteadyClock::time_point since) {
  return std::chrono::duration<double, std::milli>(SteadyClock::now() - since).count();
}

class NoAlerts final : public deadlines::AlertSink {
 public:
  bool Knows(const std::string&) const override { return false; }
  void Send(deadlines::Alert) override {}
};

// A hub over a folder, without the wire.
class StoredHub {
 public:
  explicit StoredHub(std::string folder) : folder_(std::move(folder)) {}

  double StartMs() {
    ledger.reset();
    store.reset();
    keys_.reset();
    const auto start = SteadyClock::now();
    keys_ = OpenCaseKeyFile(folder_ + "/case-keys", random_).value();
    SqliteOptions options;
    options.directory = folder_ + "/store";
    store = OpenSqliteStore(options, *keys_, random_).value();
    LedgerOptions of_ledger;
    of_ledger.trust_domain = "rogatoria.example";
    ledger = Ledger::Open(*store, *keys_, signer_, clock, random_, of_ledger).value();
    return Milliseconds(start);
  }

  void Commit(const std::vector<std::unique_ptr<Command>>& batch) {
    ROG_CHECK(ledger->CommitBatch(batch).ok(), "a batch is committed");
  }

  FakeClock clock;
  std::unique_ptr<Store> store;
  std::unique_ptr<Ledger> ledger;

 private:
  const std::string folder_;
  SystemRandom random_;
  LosableSigner signer_;
  std::unique_ptr<CaseKeys> keys_;
};

ClockRecord SomeClock(v1::DeadlineClock name, Instant due) {
  ClockRecord clock;
  clock.clock = name;
  clock.measure = 1;
  clock.side = v1::CASE_ROLE_REQUESTED;
  clock.authority = "co-fgn";
  clock.counterpart = "pt-pgr";
  clock.profile = "some-profile";
  clock.state = ClockState::kWarned;
  clock.due = due;
  clock.next_event = OverdueAt(due);
  return clock;
}

// A case with two clocks, due `due` and a day later, and its act in a mailbox.
std::unique_ptr<Command> CaseDue(int number, Instant due) {
  const std::string id = TestActId(number);
  auto command = std::make_unique<LambdaCommand>();
  command->declare = [id](BatchKeys& keys) {
    keys.acts.push_back(id);
    keys.cases.push_back(id);
    keys.mailboxes.push_back("co-fgn");
  };
  command->decide = [id, due](Draft& draft) {
    const uint64_t key = draft.TakeKey();
    const EntryAddress address = draft.AppendEvidence(SomeEvidence(id), key, "pt-pgr");
    CaseRecord record;
    record.case_id = id;
    record.parties = {{"pt-pgr", v1::CASE_ROLE_REQUESTING}, {"co-fgn", v1::CASE_ROLE_REQUESTED}};
    record.measures = {{1, "SEARCH", v1::MEASURE_STATE_RECEIVED}};
    record.act_count = 1;
    record.key_id = key;
    record.clocks = {SomeClock(v1::DEADLINE_CLOCK_ACKNOWLEDGE, due),
                     SomeClock(v1::DEADLINE_CLOCK_DECIDE, due + absl::Hours(24))};
    for (ClockRecord& clock : record.clocks) clock.act_id = id;
    draft.PutCase(record);
    ActRecord act;
    act.act_id = act.case_id = id;
    act.case_position = 1;
    act.sender = "pt-pgr";
    act.log = address.log;
    act.first_entry = address.index;
    act.key_id = key;
    draft.AddAct(act);
    DeliveryRecord row;
    row.authority = "co-fgn";
    row.act_id = row.case_id = id;
    row.case_position = 1;
    row.log = address.log;
    row.consigned_entry = address.index;
    row.key_id = key;
    row.retrieve_by = due + absl::Hours(24 * 3650);
    draft.AddDelivery(std::move(row));
  };
  return command;
}

// The first 256 are due in an hour, the others over years.
void Fill(StoredHub& hub, int cases) {
  std::vector<std::unique_ptr<Command>> batch;
  const Instant start = hub.clock.Now();
  for (int i = 0; i < cases; ++i) {
    const absl::Duration in = i < 256 ? absl::Hours(1) : absl::Hours(1000) + absl::Minutes(i);
    batch.push_back(CaseDue(i, start + in));
    if (batch.size() == 256 || i + 1 == cases) {
      hub.Commit(batch);
      batch.clear();
    }
  }
}

double LookUs(StoredHub& hub, Instant now, size_t expected) {
  constexpr int kTimes = 200;
  const auto start = SteadyClock::now();
  for (int i = 0; i < kTimes; ++i) {
    const auto snapshot = hub.store->OpenSnapshot().value();
    const size_t found = snapshot->ListDueCases(now, 256)->size();
    ROG_CHECK(found == expected, "a look finds what is due");
    ROG_CHECK(snapshot->ListDueDeliveries(now, 256)->empty(), "no delivery is due");
  }
  return 1000 * Milliseconds(start) / kTimes;
}

double TellMs(StoredHub& hub) {
  Registry registry;
  NoAlerts alerts;
  std::vector<std::unique_ptr<Command>> waiting;
  deadlines::Scheduler scheduler(
      *hub.store,
      registry,
      hub.clock,
      [&](std::unique_ptr<Command> command) { waiting.push_back(std::move(command)); },
      alerts);
  const auto start = SteadyClock::now();
  scheduler.Tick();
  hub.Commit(waiting);
  return Milliseconds(start);
}

// One act on a case of three measures, in a directory of 500 instruments with four profiles each.
double RulesUs() {
  Directory::Contents contents;
  for (const char* id : {"pt-pgr", "co-fgn"}) {
    AuthorityEntry& entry = contents.authorities.emplace_back();
    entry.record.set_id(id);
    entry.record.set_time_zone("America/Bogota");
    entry.record.set_calendar("cal");
  }
  Calendar calendar;
  calendar.id = "cal";
  calendar.weekly_rest = {absl::Weekday::saturday, absl::Weekday::sunday};
  calendar.years = {2026, 2027};
  contents.calendars = {calendar};
  for (int i = 0; i < 2000; ++i) {
    DeadlineProfile& profile = contents.deadlines.emplace_back();
    profile.id = absl::StrCat("p", i);
    profile.clock = static_cast<v1::DeadlineClock>(1 + i % 4);
    profile.instrument = absl::StrCat("INSTRUMENT-", i / 4);
    profile.within = TimeSpan{30, TimeSpan::kWorkingDays};
    profile.warn_before = TimeSpan{2, TimeSpan::kWorkingDays};
  }
  const Directory directory(std::move(contents));
  CaseRecord record;
  record.case_type = v1::CASE_TYPE_MLA;
  record.instrument = "INSTRUMENT-250";
  record.parties = {{"pt-pgr", v1::CASE_ROLE_REQUESTING}, {"co-fgn", v1::CASE_ROLE_REQUESTED}};
  for (uint32_t i = 1; i <= 3; ++i) {
    record.measures.push_back({i, "SEARCH", v1::MEASURE_STATE_RECEIVED});
  }
  v1::ActHeader header;
  header.set_kind(v1::ACT_KIND_REQUEST);
  header.set_sender("pt-pgr");
  header.set_act_id(TestActId(1));
  header.add_recipients()->set_authority("co-fgn");
  constexpr int kTimes = 20000;
  size_t clocks = 0;
  const auto start = SteadyClock::now();
  for (int i = 0; i < kTimes; ++i) {
    clocks += UpdateClocks({.header = header,
                            .before = nullptr,
                            .after = record,
                            .in_sequence = true,
                            .directory = directory,
                            .now = Instant{1795521600000}})
                  .size();
  }
  ROG_CHECK(clocks == size_t{kTimes} * 6, "two clocks a measure start");
  return 1000 * Milliseconds(start) / kTimes;
}

void Run(const std::string& folder, int cases) {
  StoredHub hub(folder);
  hub.StartMs();
  const auto filling = SteadyClock::now();
  Fill(hub, cases);
  const double fill_ms = Milliseconds(filling);
  const double start_ms = hub.StartMs();
  const Instant before = hub.clock.Now();
  const double none_us = LookUs(hub, before, 0);
  const double many_us = LookUs(hub, before + absl::Hours(2), 256);
  hub.clock.Advance(absl::Hours(2));
  const double tell_ms = TellMs(hub);
  std::printf(
      "cases %d, two clocks each; filled in %.1f s\n"
      "start-up: %.1f ms\n"
      "a look, nothing due: %.1f us; 256 cases due: %.1f us\n"
      "telling 256 missed deadlines (X.1 and two notices each), one commit: %.1f ms\n"
      "rules of clocks, an act that opens three measures and starts six clocks: %.2f us\n",
      cases,
      fill_ms / 1000,
      start_ms,
      none_us,
      many_us,
      tell_ms,
      RulesUs());
}

}  // namespace
}  // namespace rogatoria

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: deadlines_bench FOLDER [CASES]\n");
    return 2;
  }
  rogatoria::Run(argv[1], argc > 2 ? std::atoi(argv[2]) : 10000);
  return 0;
}
