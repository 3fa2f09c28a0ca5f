// The duty desk of an authority, and the substitute that is called when it does not answer.
#include "tests/unit/deadlines/scheduler_fixture.h"

namespace rogatoria::deadlines {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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
    clock_ = clock;
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
  ClockRecord clock_;
  std::string id_;
};

// The same, sealed to br-mpf as the substitute too.
class SubstituteDeskTest : public DutyDeskTest {
 protected:
  SubstituteDeskTest() {
    Tick();  // the desk's
    sink_.alerts.clear();
    clock_.substitute = "br-mpf";
    clock_.state = ClockState::kWarned;
    clock_.next_event = OverdueAt(*clock_.due);
    id_ = AddCase({clock_});
  }

  bool Called() { return hub_.Read()->GetCase(id_)->CallsSubstitute("br-mpf", id_); }
  // The notice about this act.
  v1::Notice NoticeTo(const std::string& authority) {
    for (const v1::Notice& notice : Notices(authority)) {
      if (notice.act_id() == id_) return notice;
    }
    return {};
  }
  Alert AlertAbout() {
    for (const Alert& alert : sink_.alerts) {
      if (alert.act_id == id_ && alert.authority == "br-mpf") return alert;
    }
    return {};
  }

  const Instant late_ = friday_ + absl::Minutes(21);
};

TEST_F(SubstituteDeskTest, LearnsWhichActWaitsAndMayReadItForThreeDays) {
  EXPECT_FALSE(Called());
  TickAt(late_);
  EXPECT_TRUE(Called());
  EXPECT_EQ(NoticeTo("br-mpf").kind(), v1::NOTICE_KIND_DUTY_SUBSTITUTE);
  EXPECT_EQ(NoticeTo("br-mpf").authority(), "co-fgn");
  EXPECT_EQ(NoticeTo("br-mpf").case_id(), id_);
  EXPECT_EQ(NoticeTo("pt-pgr").substitute(), "br-mpf");
  EXPECT_TRUE(NoticeTo("pt-pgr").substitute_reads());
  ASSERT_THAT(hub_.Commit(std::make_unique<AlertSentCommand>(AlertAbout())), IsOk());
  for (int hour = 1; hour < 72; ++hour) {
    if (hour % 10 == 0) Restart();
    TickAt(late_ + absl::Hours(hour));
    ASSERT_TRUE(Called()) << hour;
  }
  TickAt(late_ + absl::Hours(73));
  EXPECT_FALSE(Called());
  EXPECT_THAT(ClocksOf(id_), IsEmpty());
  EXPECT_THAT(Events(id_), ElementsAre(kAccepted, kMissed));
}

TEST_F(SubstituteDeskTest, MayReadThoughItsAlertIsNeverReported) {
  for (int hour = 0; hour < 48; ++hour) TickAt(late_ + absl::Hours(hour));
  EXPECT_TRUE(Called());
  EXPECT_EQ(ClocksOf(id_)[0].state, ClockState::kSubstituteCalled);
}

TEST_F(SubstituteDeskTest, WhoTookOverIsToldToTheDeskOnce) {
  TickAt(late_);
  LambdaCommand* acknowledges = new LambdaCommand;
  acknowledges->declare = [&](BatchKeys& keys) { keys.cases.push_back(id_); };
  acknowledges->decide = [&](Draft& draft) {
    CaseRecord record = *draft.FindCase(id_);
    record.clocks[0].state = ClockState::kTakenOver;
    record.clocks[0].next_event = draft.now();
    draft.PutCase(std::move(record));
  };
  ASSERT_THAT(hub_.Commit(std::unique_ptr<Command>(acknowledges)), IsOk());
  TickAt(late_ + absl::Seconds(1));
  Restart();
  TickAt(late_ + absl::Seconds(2));
  EXPECT_EQ(NoticeTo("co-fgn").kind(), v1::NOTICE_KIND_DUTY_TAKEN_OVER);
  EXPECT_EQ(NoticeTo("co-fgn").substitute(), "br-mpf");
  EXPECT_THAT(Told("co-fgn"), SizeIs(1));
  EXPECT_THAT(ClocksOf(id_), IsEmpty());
}

TEST_F(SubstituteDeskTest, WhoIsNoLongerTheSubstituteReadsNothing) {
  Directory::Contents contents = SomeContents();
  contents.authorities[1].record.mutable_duty()->set_substitute("pt-pgr");
  registry_.SetDirectory(Make(std::move(contents)), 2);
  TickAt(late_);
  EXPECT_FALSE(Called());
  EXPECT_THAT(Told("br-mpf"), IsEmpty());
  EXPECT_FALSE(NoticeTo("pt-pgr").substitute_reads());
}

TEST_F(SubstituteDeskTest, IsCalledByItsMailboxWhereTheHubDoesNotKnowItsAlert) {
  Directory::Contents contents = SomeContents();
  contents.authorities[2].record.mutable_duty()->set_alert("unknown");
  registry_.SetDirectory(Make(std::move(contents)), 2);
  TickAt(late_);
  EXPECT_TRUE(Called());
  EXPECT_THAT(Told("br-mpf"), ElementsAre("DUTY_SUBSTITUTE"));
}

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
  EXPECT_FALSE(notice.substitute_reads()) << "the act was not sealed to it: it telephones";
  EXPECT_THAT(Told("br-mpf"), IsEmpty()) << "nor does it learn which act";
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

}  // namespace
}  // namespace rogatoria::deadlines
