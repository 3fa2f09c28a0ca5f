// Three years of cases in virtual time: acts at random, a hub that is down for days, a machine
// whose clock goes back and leaps ahead. Every clock that ran out is told, once.
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/deadlines/scheduler.h"
#include "services/exchange/clock_rules.h"
#include "services/exchange/lifecycle.h"
#include "tests/support/ledger/test_hub.h"
#include "tests/support/status_matchers.h"

namespace rogatoria::deadlines {
namespace {

class NoAlerts final : public AlertSink {
 public:
  bool Knows(const std::string&) const override { return false; }
  void Send(Alert) override {}
};

// Authorities on both sides of a change of clocks, with a recess over the end of each year.
std::shared_ptr<const Directory> SomeDirectory() {
  Directory::Contents contents;
  for (const auto& [id, zone] :
       {std::pair("pt-pgr", "Europe/Lisbon"), std::pair("co-fgn", "America/Santiago")}) {
    AuthorityEntry& entry = contents.authorities.emplace_back();
    entry.record.set_id(id);
    entry.record.set_time_zone(zone);
    entry.record.set_calendar("cal");
  }
  Calendar calendar;
  calendar.id = "cal";
  calendar.weekly_rest = {absl::Weekday::saturday, absl::Weekday::sunday};
  for (int year = 2026; year <= 2031; ++year) {
    calendar.years.push_back(year);
    calendar.recesses.push_back({absl::CivilDay(year, 1, 1), absl::CivilDay(year, 1, 15)});
    calendar.recesses.push_back({absl::CivilDay(year, 12, 20), absl::CivilDay(year, 12, 31)});
  }
  contents.calendars = {calendar};
  const auto add = [&](v1::DeadlineClock clock, TimeSpan within, TimeSpan warn) {
    DeadlineProfile& profile = contents.deadlines.emplace_back();
    profile.id = absl::StrCat("p", static_cast<int>(clock));
    profile.clock = clock;
    profile.within = within;
    profile.warn_before = warn;
  };
  add(v1::DEADLINE_CLOCK_ACKNOWLEDGE, {36, TimeSpan::kHours}, {6, TimeSpan::kHours});
  add(v1::DEADLINE_CLOCK_DECIDE, {20, TimeSpan::kWorkingDays}, {3, TimeSpan::kWorkingDays});
  add(v1::DEADLINE_CLOCK_ANSWER, {15, TimeSpan::kDays}, {2, TimeSpan::kDays});
  add(v1::DEADLINE_CLOCK_EXECUTE, {90, TimeSpan::kDays}, {10, TimeSpan::kDays});
  return std::make_shared<const Directory>(std::move(contents));
}

class YearsTest : public testing::TestWithParam<uint32_t> {
 protected:
  // Which run of which clock ran out.
  using RunOut = std::tuple<std::string, int, int64_t, int64_t>;

  YearsTest() : random_(GetParam()), directory_(SomeDirectory()) {
    registry_.SetDirectory(directory_, 1);
    Restart();
  }

  void Restart() {
    scheduler_.reset();
    ASSERT_THAT(hub_.Start(), IsOk());
    scheduler_ = std::make_unique<Scheduler>(
        *hub_.store,
        registry_,
        hub_.clock,
        [this](std::unique_ptr<Command> command) { waiting_.push_back(std::move(command)); },
        alerts_);
  }

  void Tick() {
    scheduler_->Tick();
    const auto commands = std::exchange(waiting_, {});
    ASSERT_THAT(hub_.ledger->CommitBatch(commands), IsOk());
  }

  size_t Pick(size_t below) { return random_() % below; }

  // An act moves the one measure of a case, or opens the case.
  void Act(int number) {
    static const std::vector<v1::MeasureState> states = {v1::MEASURE_STATE_ACKNOWLEDGED,
                                                         v1::MEASURE_STATE_INFO_REQUESTED,
                                                         v1::MEASURE_STATE_INFO_SUPPLIED,
                                                         v1::MEASURE_STATE_ADMITTED,
                                                         v1::MEASURE_STATE_EXECUTED};
    const std::string id = TestActId(number);
    const bool opens = opened_.insert(number).second;
    const v1::MeasureState state = opens ? v1::MEASURE_STATE_RECEIVED : states[Pick(states.size())];
    const auto effect = static_cast<v1::DeadlineEffect>(opens ? 0 : Pick(3));
    auto command = std::make_unique<LambdaCommand>();
    command->declare = [id](BatchKeys& keys) {
      keys.acts.push_back(id);
      keys.cases.push_back(id);
    };
    command->decide = [=, this](Draft& draft) { Decide(id, state, effect, draft); };
    ASSERT_THAT(hub_.Commit(std::move(command)), IsOk());
  }

  void Decide(const std::string& id,
              v1::MeasureState state,
              v1::DeadlineEffect effect,
              Draft& draft) {
    const CaseRecord* found = draft.FindCase(id);
    CaseRecord next = found == nullptr ? Opened(id, draft) : *found;
    NoteRunOut(next, draft.now());
    const CaseRecord before = next;
    next.measures = {{1, "SEARCH", state}};
    next.state = DeriveCaseState(next.measures);
    v1::ActHeader header;
    header.set_kind(v1::ACT_KIND_PROGRESS);
    header.set_act_id(id);
    header.set_case_id(id);
    const bool asks =
        state == v1::MEASURE_STATE_RECEIVED || state == v1::MEASURE_STATE_INFO_SUPPLIED;
    header.set_sender(asks ? "pt-pgr" : "co-fgn");
    header.add_recipients()->set_authority(asks ? "co-fgn" : "pt-pgr");
    header.set_deadline_effect(effect);
    next.clocks = UpdateClocks({.header = header,
                                .before = found == nullptr ? nullptr : &before,
                                .after = next,
                                .in_sequence = true,
                                .directory = *directory_,
                                .now = draft.now()});
    draft.PutCase(std::move(next));
  }

  static CaseRecord Opened(const std::string& id, Draft& draft) {
    CaseRecord record;
    record.case_id = id;
    record.case_type = v1::CASE_TYPE_MLA;
    record.parties = {{"pt-pgr", v1::CASE_ROLE_REQUESTING}, {"co-fgn", v1::CASE_ROLE_REQUESTED}};
    record.key_id = draft.TakeKey();
    const EntryAddress address = draft.AppendEvidence(SomeEvidence(id), record.key_id, "pt-pgr");
    ActRecord act;
    act.act_id = act.case_id = id;
    act.case_position = 1;
    act.sender = "pt-pgr";
    act.log = address.log;
    act.first_entry = address.index;
    act.key_id = record.key_id;
    draft.AddAct(std::move(act));
    return record;
  }

  // What the clocks themselves say, independently of who is told when.
  void NoteRunOut(const CaseRecord& record, Instant now) {
    for (const ClockRecord& clock : record.clocks) {
      if (!clock.due.has_value() || *clock.due >= now) continue;
      run_out_.insert({record.case_id, clock.clock, clock.started.unix_ms, clock.due->unix_ms});
    }
  }

  void ExpectEachToldOnce() {
    const auto snapshot = hub_.Read();
    std::map<std::string, size_t> expected;
    for (const int number : opened_) {
      const CaseRecord record = *snapshot->GetCase(TestActId(number));
      NoteRunOut(record, hub_.clock.Now());
    }
    for (const RunOut& one : run_out_) ++expected[std::get<0>(one)];
    size_t all = 0;
    for (const int number : opened_) {
      const std::string id = TestActId(number);
      const size_t told = snapshot->ListEntriesOfAct(id)->size() - 1;
      EXPECT_EQ(told, expected[id]) << id;
      all += told;
    }
    EXPECT_GT(all, 20u) << "the years were not empty";
  }

  TestHub hub_;
  std::mt19937 random_;
  std::shared_ptr<const Directory> directory_;
  Registry registry_;
  NoAlerts alerts_;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<std::unique_ptr<Command>> waiting_;
  std::set<int> opened_;
  std::set<RunOut> run_out_;
};

TEST_P(YearsTest, EveryClockThatRanOutIsToldOnce) {
  const Instant end = hub_.clock.Now() + absl::Hours(24 * 365 * 3);
  while (hub_.clock.Now() < end) {
    for (size_t i = Pick(3); i > 0; --i) Act(static_cast<int>(Pick(40)));
    if (Pick(10) > 0) Tick();  // else it is down
    if (Pick(50) == 0) Restart();
    if (Pick(40) == 0) hub_.clock.Advance(-absl::Hours(Pick(72)));
    hub_.clock.Advance(absl::Minutes(Pick(60 * 24 * 4)));
  }
  hub_.clock.Advance(absl::Hours(24 * 365));
  for (int i = 0; i < 3; ++i) Tick();
  ExpectEachToldOnce();
}

INSTANTIATE_TEST_SUITE_P(Seeds, YearsTest, testing::Range<uint32_t>(1, 7));

}  // namespace
}  // namespace rogatoria::deadlines
