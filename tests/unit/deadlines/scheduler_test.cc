#include "services/deadlines/scheduler.h"

#include <algorithm>

#include "common/directory/clock_dates.h"
#include "tests/unit/deadlines/scheduler_fixture.h"

namespace rogatoria::deadlines {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(SchedulerTest, BothSidesAreWarnedAndThenTold) {
  const Instant due = kStart + absl::Hours(10);
  const std::string id = AddCase({Decide(due)});
  TickAt(due + absl::Milliseconds(-3600001));
  EXPECT_THAT(Told("pt-pgr"), IsEmpty());
  TickAt(due + absl::Hours(-1));
  EXPECT_THAT(Told("pt-pgr"), ElementsAre("DEADLINE_WARNING"));
  EXPECT_THAT(Told("co-fgn"), ElementsAre("DEADLINE_WARNING"));
  TickAt(due);
  EXPECT_THAT(Told("pt-pgr"), SizeIs(1)) << "the last instant is still in time";
  TickAt(due + absl::Milliseconds(1));
  EXPECT_THAT(Told("pt-pgr"), ElementsAre("DEADLINE_WARNING", "DEADLINE_OVERDUE"));
  EXPECT_THAT(Told("co-fgn"), ElementsAre("DEADLINE_WARNING", "DEADLINE_OVERDUE"));
  EXPECT_THAT(Events(id), ElementsAre(kAccepted, kMissed));
  const v1::Notice overdue = Notices("pt-pgr")[1];
  EXPECT_EQ(overdue.case_id(), id);
  EXPECT_EQ(overdue.authority(), "co-fgn");
  EXPECT_EQ(overdue.due_unix_ms(), due.unix_ms);
  EXPECT_THAT(overdue.measures(), ElementsAre(1));
  EXPECT_EQ(scheduler_->stats().overdue, (std::map<std::string, uint64_t>{{"DECIDE", 1}}));
}

TEST_F(SchedulerTest, AClockThatLeapsAheadOrGoesBackTellsNothingTwice) {
  const Instant due = kStart + absl::Hours(10);
  const std::string id = AddCase({Decide(due)});
  TickAt(kStart + absl::Hours(24 * 400));
  EXPECT_THAT(Told("pt-pgr"), ElementsAre("DEADLINE_OVERDUE")) << "too late to warn";
  TickAt(kStart + absl::Hours(-24));
  TickAt(due + absl::Hours(1));
  Restart();
  TickAt(due + absl::Hours(2));
  EXPECT_THAT(Told("pt-pgr"), SizeIs(1));
  EXPECT_THAT(Events(id), ElementsAre(kAccepted, kMissed));
}

// A machine whose clock goes back a year after a warning: the hub's time stands still until then,
// so that nothing is told again, nothing is told too early, and what becomes due later is told
// later.
TEST_F(SchedulerTest, AClockThatGoesBackAYearStopsTimeAndRepeatsNothing) {
  const Instant due = kStart + absl::Hours(10);
  const std::string id = AddCase({Decide(due)});
  TickAt(due + absl::Hours(-1));
  const Instant warned = hub_.Read()->GetHead()->last_instant;
  for (int hour = 0; hour < 24; ++hour) TickAt(kStart + absl::Hours(hour - 24 * 365));
  Restart();
  Tick();
  EXPECT_THAT(Told("pt-pgr"), ElementsAre("DEADLINE_WARNING"));
  EXPECT_THAT(Events(id), ElementsAre(kAccepted));
  // A case of that time is recorded at the hub's instant, not at the machine's.
  const std::string later = AddCase({Decide(warned + absl::Hours(5))});
  TickAt(warned + absl::Hours(4));
  EXPECT_THAT(Told("pt-pgr"),
              ElementsAre("DEADLINE_WARNING", "DEADLINE_OVERDUE", "DEADLINE_WARNING"));
  EXPECT_THAT(Events(later), ElementsAre(kAccepted));
  EXPECT_GE(hub_.Read()->GetHead()->last_instant, warned);
}

// Ten years ahead in one step: all that became due is told once, the newest period of what recurs,
// and nothing more when the clock is put right or the process starts again.
TEST_F(SchedulerTest, AClockThatLeapsTenYearsAheadTellsEachOnce) {
  Directory::Contents contents = SomeContents();
  contents.authorities[0].record.set_attested("2026-08-31");
  registry_.SetDirectory(Make(std::move(contents)), 2);
  ClockRecord undated = Decide(kStart);
  SetSpan(undated, {30, TimeSpan::kWorkingDays});
  undated.started = *Instant::FromString("2026-12-20T12:00:00.000Z");
  SetClockDates(undated, {*registry_.Get().directory, "", ""}, undated.started);
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(AddCase({Decide(kStart + absl::Hours(i + 2))}));
  const std::string unknown = AddCase({undated}, kStart + absl::Hours(48));
  TickAt(kStart + absl::Hours(24 * 3652));
  for (const absl::Duration off : {absl::ZeroDuration(), absl::Hours(-24 * 3652), absl::Hours(1)}) {
    Restart();
    TickAt(kStart + absl::Hours(24 * 3652) + off);
    for (const std::string& id : ids) EXPECT_THAT(Events(id), ElementsAre(kAccepted, kMissed));
    EXPECT_THAT(Events(unknown), ElementsAre(kAccepted, kHandoverFailed));
    EXPECT_EQ(ClocksOf(unknown)[0].state, ClockState::kUndated) << "no instant is guessed";
    const std::vector<std::string> told = Told("pt-pgr");
    EXPECT_EQ(std::count(told.begin(), told.end(), "DEADLINE_OVERDUE"), 5);
    EXPECT_EQ(std::count(told.begin(), told.end(), "ATTESTATION_DUE"), 1);
    EXPECT_THAT(told, SizeIs(7));
  }
  EXPECT_EQ(Notices("pt-pgr").back().due_unix_ms(),
            Instant::FromString("2036-08-31T00:00:00.000Z")->unix_ms);
}

TEST_F(SchedulerTest, ACrashAtAnyStepTellsEachOnce) {
  for (const StoreFault fault : {StoreFault::kUnavailable, StoreFault::kCrash}) {
    for (uint64_t step = 1; step < 40; ++step) {
      SCOPED_TRACE(absl::StrCat("step ", step));
      const Instant due = hub_.clock.Now() + absl::Hours(10);
      const size_t before = Told("pt-pgr").size();
      const std::string id = AddCase({Decide(due)}, due);
      hub_.clock.Set(due + absl::Hours(1));
      hub_.disk.set_fault_plan(FaultAt(step, fault));
      TryTick().IgnoreError();
      Restart();
      Tick();
      Tick();
      EXPECT_THAT(Events(id), ElementsAre(kAccepted, kMissed, kHandoverFailed));
      EXPECT_EQ(Told("pt-pgr").size(), before + 2);
    }
  }
}

TEST_F(SchedulerTest, WhatWasMissedIsToldEvenIfTheActCameBeforeTheTelling) {
  ClockRecord clock = Decide(kStart + absl::Hours(1));
  clock.ended = true;
  clock.next_event = kStart + absl::Hours(2);
  const std::string id = AddCase({clock});
  TickAt(kStart + absl::Hours(3));
  EXPECT_THAT(Events(id), ElementsAre(kAccepted, kMissed));
  EXPECT_THAT(ClocksOf(id), IsEmpty());
}

TEST_F(SchedulerTest, RemindersStateNothing) {
  ClockRecord paper = Decide(kStart + absl::Hours(1));
  paper.clock = v1::DEADLINE_CLOCK_CONFIRM_ON_PAPER;
  const std::string id = AddCase({paper});
  TickAt(kStart + absl::Hours(3));
  EXPECT_THAT(Told("co-fgn"), ElementsAre("DEADLINE_OVERDUE"));
  EXPECT_THAT(Events(id), ElementsAre(kAccepted));
}

TEST_F(SchedulerTest, ALookIsBoundedAndTheNextOnesTakeUpTheRest) {
  const Instant due = kStart + absl::Hours(1);
  for (int i = 0; i < 600; ++i) AddCase({Decide(due)});
  hub_.clock.Set(due + absl::Hours(1));
  scheduler_->Tick();
  EXPECT_THAT(waiting_, SizeIs(limits::kMaxDueRows));
  scheduler_->Tick();
  EXPECT_THAT(waiting_, SizeIs(limits::kMaxDueRows)) << "not before these are told";
  for (int i = 0; i < 4; ++i) Tick();
  EXPECT_THAT(Told("pt-pgr"), SizeIs(600));
}

TEST_F(SchedulerTest, ADeliveryThatNobodyFetchesIsSaidOnceAndStaysOpen) {
  const Instant by = kStart + absl::Hours(48);
  const std::string id = AddCase({}, by);
  TickAt(by);
  EXPECT_THAT(Told("pt-pgr"), IsEmpty());
  TickAt(by + absl::Milliseconds(1));
  Restart();
  Tick();
  EXPECT_THAT(Told("pt-pgr"), ElementsAre("NOT_RETRIEVED"));
  EXPECT_THAT(Told("co-fgn"), ElementsAre("NOT_RETRIEVED"));
  EXPECT_THAT(Events(id), ElementsAre(kAccepted, kHandoverFailed));
  EXPECT_EQ(hub_.Read()->GetDelivery({"co-fgn", 1})->state, DeliveryState::kOpen);
}

TEST_F(SchedulerTest, AnUndatedClockGetsItsInstantOnceTheCalendarKnows) {
  ClockRecord clock = Decide(kStart);
  SetSpan(clock, {30, TimeSpan::kWorkingDays});
  clock.started = *Instant::FromString("2026-12-20T12:00:00.000Z");
  SetClockDates(clock, {*registry_.Get().directory, "", ""}, clock.started);
  EXPECT_EQ(clock.state, ClockState::kUndated);
  const std::string id = AddCase({clock});
  TickAt(*clock.next_event);
  EXPECT_EQ(ClocksOf(id)[0].state, ClockState::kUndated);
  EXPECT_EQ(scheduler_->stats().undated, 1u);
  Directory::Contents contents = SomeContents();
  contents.calendars[0].years = {2026, 2027};
  registry_.SetDirectory(Make(std::move(contents)), 2);
  TickAt(hub_.clock.Now() + absl::Hours(25));
  EXPECT_EQ(ClocksOf(id)[0].due, *Instant::FromString("2027-01-30T04:59:59.999Z"));
}

TEST_F(SchedulerTest, AnAuthorityIsAskedToAttestOnceEverySixMonths) {
  Directory::Contents contents = SomeContents();
  contents.authorities[0].record.set_attested("2026-08-31");
  registry_.SetDirectory(Make(std::move(contents)), 2);
  std::vector<std::string> days;
  for (int day = 0; day < 3 * 365; ++day) {
    if (day % 100 == 50) Restart();
    TickAt(kStart + absl::Hours(24 * day));
    while (days.size() < Told("pt-pgr").size()) {
      days.push_back(hub_.clock.Now().ToString().substr(0, 10));
    }
  }
  EXPECT_THAT(
      days,
      ElementsAre(
          "2027-02-28", "2027-08-31", "2028-02-29", "2028-08-31", "2029-02-28", "2029-08-31"));
  EXPECT_EQ(Told("pt-pgr")[0], "ATTESTATION_DUE");
  EXPECT_THAT(Told("co-fgn"), IsEmpty());
}

}  // namespace
}  // namespace rogatoria::deadlines
