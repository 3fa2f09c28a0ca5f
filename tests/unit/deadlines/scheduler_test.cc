#include "services/deadlines/scheduler.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/directory/clock_dates.h"
#include "common/ledger/notices.h"
#include "tests/support/ledger/test_hub.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"

namespace rogatoria::deadlines {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Instant kStart{1795521600000};  // 2026-11-24T12:00:00Z

class SomeSink final : public AlertSink {
 public:
  bool Knows(const std::string& name) const override { return name != "unknown"; }
  void Send(Alert alert) override { alerts.push_back(std::move(alert)); }
  std::vector<Alert> alerts;
};

Directory::Contents SomeContents() {
  Directory::Contents contents;
  for (const char* id : {"pt-pgr", "co-fgn", "br-mpf"}) {
    AuthorityEntry& entry = contents.authorities.emplace_back();
    entry.record.set_id(id);
    entry.record.set_time_zone("America/Bogota");
    entry.record.set_calendar("cal");
  }
  v1::DutyDesk& duty = *contents.authorities[1].record.mutable_duty();
  duty.set_telephone("+57 601 000");
  duty.set_minutes(20);
  duty.set_substitute("br-mpf");
  duty.set_alert("desk");
  contents.authorities[2].record.mutable_duty()->set_alert("other-desk");
  Calendar calendar;
  calendar.id = "cal";
  calendar.weekly_rest = {absl::Weekday::saturday, absl::Weekday::sunday};
  calendar.years = {2026};
  contents.calendars = {calendar};
  return contents;
}

std::shared_ptr<const Directory> Make(Directory::Contents contents) {
  return std::make_shared<const Directory>(std::move(contents));
}

class SchedulerTest : public testing::Test {
 protected:
  SchedulerTest() {
    hub_.clock.Set(kStart);
    registry_.SetDirectory(Make(SomeContents()), 1);
    Restart();
  }

  // A process that dies and starts again.
  void Restart() {
    hub_.disk.set_fault_plan(nullptr);
    waiting_.clear();
    scheduler_.reset();
    ASSERT_THAT(hub_.Start(), IsOk());
    scheduler_ = std::make_unique<Scheduler>(
        *hub_.store,
        registry_,
        hub_.clock,
        [this](std::unique_ptr<Command> command) { waiting_.push_back(std::move(command)); },
        sink_);
  }

  // One look, and the commit of what it found.
  absl::Status TryTick() {
    scheduler_->Tick();
    const auto commands = std::exchange(waiting_, {});
    return hub_.ledger->CommitBatch(commands);
  }
  void Tick() { ASSERT_THAT(TryTick(), IsOk()); }
  void TickAt(Instant now) {
    hub_.clock.Set(now);
    Tick();
  }

  // A case that pt-pgr opened, with its act in the mailbox of co-fgn.
  std::string AddCase(std::vector<ClockRecord> clocks,
                      std::optional<Instant> retrieve_by = std::nullopt) {
    const std::string id = TestActId(++cases_);
    for (ClockRecord& clock : clocks) clock.act_id = id;
    auto command = std::make_unique<LambdaCommand>();
    command->declare = [id](BatchKeys& keys) {
      keys.acts.push_back(id);
      keys.cases.push_back(id);
      keys.mailboxes.push_back("co-fgn");
    };
    command->decide = [=](Draft& draft) { Record(id, clocks, retrieve_by, draft); };
    EXPECT_THAT(hub_.Commit(std::move(command)), IsOk());
    return id;
  }

  static void Record(const std::string& id,
                     const std::vector<ClockRecord>& clocks,
                     std::optional<Instant> retrieve_by,
                     Draft& draft) {
    const uint64_t key = draft.TakeKey();
    const EntryAddress address = draft.AppendEvidence(SomeEvidence(id), key, "pt-pgr");
    ActRecord act;
    act.act_id = act.case_id = id;
    act.case_position = 1;
    act.sender = "pt-pgr";
    act.recipients = {"co-fgn"};
    act.log = address.log;
    act.first_entry = address.index;
    act.key_id = key;
    CaseRecord record;
    record.case_id = id;
    record.parties = {{"pt-pgr", v1::CASE_ROLE_REQUESTING}, {"co-fgn", v1::CASE_ROLE_REQUESTED}};
    record.act_count = 1;
    record.key_id = key;
    record.clocks = clocks;
    draft.PutCase(record);
    draft.AddAct(act);
    DeliveryRecord row;
    row.authority = "co-fgn";
    row.act_id = row.case_id = id;
    row.case_position = 1;
    row.log = address.log;
    row.consigned_entry = address.index;
    row.key_id = key;
    row.retrieve_by = retrieve_by;
    draft.AddDelivery(std::move(row));
  }

  std::vector<v1::Notice> Notices(const std::string& authority) {
    std::vector<v1::Notice> notices;
    const auto snapshot = hub_.Read();
    const auto rows = snapshot->ListDeliveries(authority, 0, 10000);
    for (const DeliveryRecord& row : *rows) {
      if (!row.IsNotice()) continue;
      const auto whole = snapshot->GetDelivery({authority, row.position});
      EXPECT_TRUE(notices.emplace_back().ParseFromString(whole->notice));
    }
    return notices;
  }
  std::vector<std::string> Told(const std::string& authority) {
    std::vector<std::string> told;
    for (const v1::Notice& notice : Notices(authority))
      told.push_back(NoticeKindName(notice.kind()));
    return told;
  }
  // Events in the log about an act, after its A.1.
  std::vector<v1::TransportEvent> Events(const std::string& act_id) {
    std::vector<v1::TransportEvent> events;
    const auto entries = hub_.Read()->ListEntriesOfAct(act_id);
    for (const EntryRecord& entry : *entries) {
      events.push_back(ParseEvidence(entry.record)->event);
    }
    return events;
  }
  std::vector<ClockRecord> ClocksOf(const std::string& id) {
    return hub_.Read()->GetCase(id)->clocks;
  }

  TestHub hub_;
  Registry registry_;
  SomeSink sink_;
  std::unique_ptr<Scheduler> scheduler_;
  std::vector<std::unique_ptr<Command>> waiting_;
  int cases_ = 0;
};

// Of the one measure, for co-fgn: a warning an hour before.
ClockRecord Decide(Instant due) {
  ClockRecord clock;
  clock.clock = v1::DEADLINE_CLOCK_DECIDE;
  clock.measure = 1;
  clock.side = v1::CASE_ROLE_REQUESTED;
  clock.authority = "co-fgn";
  clock.counterpart = "pt-pgr";
  clock.profile = "decide";
  clock.started = kStart;
  clock.due = due;
  clock.next_event = due + absl::Hours(-1);
  return clock;
}

constexpr auto kAccepted = v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE;
constexpr auto kMissed = v1::TRANSPORT_EVENT_DEADLINE_MISSED;
constexpr auto kHandoverFailed = v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE;

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

// An urgent act on a Friday at 23:00, for the desk of co-fgn.
class DutyDeskTest : public SchedulerTest {
 protected:
  DutyDeskTest() {
    hub_.clock.Set(friday_);
    ClockRecord clock;
    clock.clock = v1::DEADLINE_CLOCK_DUTY;
    clock.authority = "co-fgn";
    clock.counterpart = "pt-pgr";
    clock.profile = "duty-desk";
    clock.state = ClockState::kAlerting;
    clock.started = friday_;
    clock.due = friday_ + absl::Minutes(20);
    clock.next_event = friday_;
    id_ = AddCase({clock});
  }

  std::vector<std::string> Alerted() {
    std::vector<std::string> names;
    for (const Alert& alert : sink_.alerts) {
      names.push_back(absl::StrCat(alert.name, " ", alert.authority));
    }
    return names;
  }

  const Instant friday_ = *Instant::FromString("2026-11-28T04:00:00.000Z");
  std::string id_;
};

TEST_F(DutyDeskTest, TheDeskIsAlertedAndNotAgainOnceItWasReached) {
  Tick();
  EXPECT_THAT(Alerted(), ElementsAre("desk co-fgn"));
  ASSERT_THAT(hub_.Commit(std::make_unique<AlertSentCommand>(sink_.alerts[0])), IsOk());
  TickAt(friday_ + absl::Minutes(19));
  EXPECT_THAT(Alerted(), SizeIs(1));
  EXPECT_THAT(Told("pt-pgr"), IsEmpty());
}

TEST_F(DutyDeskTest, AnAlertThatNobodyReportsIsSentAgainLaterAndLaterAcrossRestarts) {
  Tick();
  TickAt(friday_ + absl::Seconds(29));
  EXPECT_THAT(Alerted(), SizeIs(1));
  Restart();
  TickAt(friday_ + absl::Seconds(30));
  EXPECT_THAT(Alerted(), SizeIs(2));
  TickAt(friday_ + absl::Seconds(89));
  EXPECT_THAT(Alerted(), SizeIs(2));
  TickAt(friday_ + absl::Seconds(90));
  EXPECT_THAT(Alerted(), SizeIs(3));
}

TEST_F(DutyDeskTest, WithoutAPersonTheSenderGetsTheTelephoneAndTheSubstituteIsAlerted) {
  Tick();
  ASSERT_THAT(hub_.Commit(std::make_unique<AlertSentCommand>(sink_.alerts[0])), IsOk());
  TickAt(friday_ + absl::Minutes(20));
  EXPECT_THAT(Told("pt-pgr"), IsEmpty());
  TickAt(friday_ + absl::Minutes(20) + absl::Milliseconds(1));
  EXPECT_THAT(Told("pt-pgr"), ElementsAre("DUTY_NOT_ACKNOWLEDGED"));
  const v1::Notice notice = Notices("pt-pgr")[0];
  EXPECT_EQ(notice.duty_telephone(), "+57 601 000");
  EXPECT_EQ(notice.substitute(), "br-mpf");
  EXPECT_EQ(notice.authority(), "co-fgn");
  EXPECT_THAT(Events(id_), ElementsAre(kAccepted, kMissed));
  EXPECT_THAT(Alerted(), ElementsAre("desk co-fgn", "other-desk br-mpf"));
  Restart();
  TickAt(friday_ + absl::Minutes(25));
  EXPECT_THAT(Alerted(), SizeIs(3)) << "nobody reported that the substitute was reached";
  ASSERT_THAT(hub_.Commit(std::make_unique<AlertSentCommand>(sink_.alerts[2])), IsOk());
  EXPECT_THAT(ClocksOf(id_), IsEmpty());
  EXPECT_THAT(Told("pt-pgr"), SizeIs(1));
}

TEST_F(DutyDeskTest, ADeskThatIsNeverReachedIsTriedABoundedNumberOfTimes) {
  for (int i = 0; i < 500; ++i) TickAt(hub_.clock.Now() + absl::Minutes(1));
  EXPECT_LE(sink_.alerts.size(), 2 * size_t{limits::kMaxAlertAttempts});
  EXPECT_GT(sink_.alerts.size(), size_t{limits::kMaxAlertAttempts});
  EXPECT_THAT(Told("pt-pgr"), ElementsAre("DUTY_NOT_ACKNOWLEDGED"));
  EXPECT_THAT(ClocksOf(id_), IsEmpty());
}

// Of keys that an authority stated; those of the hub's own are told by its status.
class CertificatesTest : public SchedulerTest {
 protected:
  // A key of pt-pgr whose certificate and statement end so many days after the start.
  void Give(int certificate_ends, int statement_ends) {
    CertificateRequest request;
    request.common_name = "sealing";
    request.not_before = kStart + absl::Hours(-24);
    request.not_after = kStart + absl::Hours(24 * certificate_ends);
    keys_.push_back({v1::KEY_PURPOSE_SEALING,
                     pki_.Issue(TestPki::Ca::kPublic, request).certificate,
                     {},
                     request.not_before,
                     kStart + absl::Hours(24 * statement_ends)});
  }
  void Load() {
    Directory::Contents contents = SomeContents();
    contents.authorities[0].keys = keys_;
    registry_.SetDirectory(Make(std::move(contents)), ++version_);
  }
  void TickOnDay(int day) { TickAt(kStart + absl::Hours(24 * day)); }

  TemporaryFolder folder_;
  TestPki pki_{folder_.path()};
  std::vector<StatedKey> keys_;
  uint64_t version_ = 1;
};

TEST_F(CertificatesTest, AnAuthorityIsWarnedOnceOfACertificateThatExpires) {
  Give(100, 3650);
  Load();
  TickOnDay(0);
  TickAt(kStart + absl::Hours(24 * 70) + absl::Milliseconds(-1));
  EXPECT_THAT(Told("pt-pgr"), IsEmpty()) << "more than thirty days are left";
  for (int day = 70; day < 130; ++day) {
    if (day % 7 == 0) Restart();
    TickOnDay(day);
  }
  EXPECT_THAT(Told("pt-pgr"), ElementsAre("CERTIFICATE_EXPIRING"));
  EXPECT_THAT(Told("co-fgn"), IsEmpty());
  const v1::Notice notice = Notices("pt-pgr")[0];
  EXPECT_EQ(notice.issued_unix_ms(), (kStart + absl::Hours(24 * 70)).unix_ms);
  EXPECT_EQ(notice.due_unix_ms(), (kStart + absl::Hours(24 * 100)).unix_ms);
  EXPECT_EQ(notice.authority(), "pt-pgr");
  EXPECT_EQ(ToHex(notice.certificate_sha256()), keys_[0].certificate.fingerprint_sha256());
}

TEST_F(CertificatesTest, TheEarlierEndOfStatementAndCertificateCounts) {
  Give(3650, 40);
  Load();
  TickOnDay(9);
  EXPECT_THAT(Told("pt-pgr"), IsEmpty());
  TickOnDay(10);
  ASSERT_THAT(Told("pt-pgr"), ElementsAre("CERTIFICATE_EXPIRING"));
  EXPECT_EQ(Notices("pt-pgr")[0].due_unix_ms(), (kStart + absl::Hours(24 * 40)).unix_ms);
}

TEST_F(CertificatesTest, OneThatCameSinceIsToldToo) {
  Give(20, 3650);
  Load();
  TickOnDay(1);
  Give(25, 3650);
  Load();
  TickOnDay(1);
  EXPECT_THAT(Told("pt-pgr"), ElementsAre("CERTIFICATE_EXPIRING", "CERTIFICATE_EXPIRING"));
}

TEST_F(CertificatesTest, OneThatHasExpiredIsNoNews) {
  Give(100, 3650);
  Load();
  TickOnDay(101);
  EXPECT_THAT(Told("pt-pgr"), IsEmpty());
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
