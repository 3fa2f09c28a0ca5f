#include "services/exchange/clock_rules.h"

#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/directory/clock_dates.h"
#include "services/exchange/lifecycle.h"

namespace rogatoria {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kReceived = v1::MEASURE_STATE_RECEIVED;
constexpr auto kAcknowledged = v1::MEASURE_STATE_ACKNOWLEDGED;
constexpr auto kInfoRequested = v1::MEASURE_STATE_INFO_REQUESTED;
constexpr auto kInfoSupplied = v1::MEASURE_STATE_INFO_SUPPLIED;
constexpr auto kAdmitted = v1::MEASURE_STATE_ADMITTED;
constexpr auto kInterrupts = v1::DEADLINE_EFFECT_INTERRUPTS;
constexpr auto kSuspends = v1::DEADLINE_EFFECT_SUSPENDS;
constexpr auto kNoEffect = v1::DEADLINE_EFFECT_UNSPECIFIED;

Instant At(absl::string_view text) {
  return *Instant::FromString(text);
}

AuthorityEntry Authority(const std::string& id, const std::string& zone) {
  AuthorityEntry entry;
  entry.record.set_id(id);
  entry.record.set_time_zone(zone);
  entry.record.set_calendar("cal");
  return entry;
}

DeadlineProfile Profile(v1::DeadlineClock clock, TimeSpan within) {
  DeadlineProfile profile;
  profile.id = absl::StrCat("p", static_cast<int>(clock));
  profile.clock = clock;
  profile.within = within;
  return profile;
}

Directory::Contents SomeContents() {
  Directory::Contents contents;
  contents.authorities = {Authority("pt-pgr", "Europe/Lisbon"),
                          Authority("co-fgn", "America/Bogota"),
                          Authority("br-mpf", "America/Sao_Paulo")};
  Calendar calendar;
  calendar.id = "cal";
  calendar.version = 1;
  calendar.weekly_rest = {absl::Weekday::saturday, absl::Weekday::sunday};
  for (int year = 2025; year < 2032; ++year) calendar.years.push_back(year);
  calendar.recesses = {{absl::CivilDay(2026, 12, 20), absl::CivilDay(2027, 1, 10)}};
  contents.calendars = {calendar};
  return contents;
}

// A case between pt-pgr, which asks, and co-fgn, as acts move its measures.
class ClocksTest : public testing::Test {
 protected:
  ClocksTest() : contents_(SomeContents()) {
    case_.case_id = "pt-pgr/0";
    case_.case_type = v1::CASE_TYPE_MLA;
    case_.instrument = "UN-TIP-2000";
    case_.parties = {{"pt-pgr", v1::CASE_ROLE_REQUESTING}, {"co-fgn", v1::CASE_ROLE_REQUESTED}};
    header_.set_case_id("pt-pgr/0");
  }

  void Give(v1::DeadlineClock clock, int64_t count, TimeSpan::Unit unit) {
    TimeSpan span;
    span.count = count;
    span.unit = unit;
    contents_.deadlines.push_back(Profile(clock, span));
  }

  const Directory& directory() {
    if (directory_ == nullptr) directory_ = std::make_unique<Directory>(std::move(contents_));
    return *directory_;
  }

  v1::ActHeader Header(v1::ActKind kind, bool from_requesting, v1::DeadlineEffect effect) {
    v1::ActHeader header = header_;
    header.set_kind(kind);
    header.set_act_id(absl::StrCat(from_requesting ? "pt-pgr/" : "co-fgn/", ++acts_));
    header.set_sender(from_requesting ? "pt-pgr" : "co-fgn");
    header.add_recipients()->set_authority(from_requesting ? "co-fgn" : "pt-pgr");
    header.set_deadline_effect(effect);
    return header;
  }

  // The act is accepted, and the one measure is in `state` from now on.
  void Accept(const v1::ActHeader& header, v1::MeasureState state, Instant now) {
    const CaseRecord before = case_;
    const bool opens = case_.measures.empty();
    case_.measures = {{1, "SEARCH", state}};
    if (state == v1::MEASURE_STATE_FORWARDED) {
      case_.measures[0].responsible = header.recipients(0).authority();
    }
    case_.state = DeriveCaseState(case_.measures);
    ++case_.act_count;
    case_.clocks = UpdateClocks({.header = header,
                                 .before = opens ? nullptr : &before,
                                 .after = case_,
                                 .in_sequence = true,
                                 .directory = directory(),
                                 .now = now});
  }

  void Open(Instant now) { Accept(Header(v1::ACT_KIND_REQUEST, true, kNoEffect), kReceived, now); }
  void Move(v1::MeasureState state, Instant now) { MoveBy(state == kInfoSupplied, state, now); }
  void MoveBy(bool from_requesting,
              v1::MeasureState state,
              Instant now,
              v1::DeadlineEffect effect = kNoEffect) {
    Accept(Header(v1::ACT_KIND_PROGRESS, from_requesting, effect), state, now);
  }

  const ClockRecord* Find(v1::DeadlineClock name) const {
    for (const ClockRecord& clock : case_.clocks) {
      if (clock.clock == name && !clock.ended) return &clock;
    }
    return nullptr;
  }
  std::string DueOf(v1::DeadlineClock name) const {
    const ClockRecord* clock = Find(name);
    if (clock == nullptr) return "none";
    return clock->due.has_value() ? clock->due->ToString() : "no instant";
  }

  Directory::Contents contents_;
  std::unique_ptr<Directory> directory_;
  CaseRecord case_;
  v1::ActHeader header_;
  int acts_ = 0;
};

TEST_F(ClocksTest, WithoutAProfileNoClockRuns) {
  Open(At("2026-11-26T12:00:00.000Z"));
  EXPECT_THAT(case_.clocks, IsEmpty());
}

TEST_F(ClocksTest, AClockCountsTheWorkingTimeOfWhomItConcerns) {
  Give(v1::DEADLINE_CLOCK_ACKNOWLEDGE, 2, TimeSpan::kWorkingDays);
  // A Thursday evening in Bogota, Friday in Lisbon.
  Open(At("2026-11-27T02:00:00.000Z"));
  const ClockRecord* clock = Find(v1::DEADLINE_CLOCK_ACKNOWLEDGE);
  ASSERT_NE(clock, nullptr);
  EXPECT_EQ(clock->authority, "co-fgn");
  EXPECT_EQ(clock->counterpart, "pt-pgr");
  EXPECT_EQ(clock->due->ToString(), "2026-12-01T04:59:59.999Z") << "the end of Monday in Bogota";
  EXPECT_EQ(clock->next_event, OverdueAt(*clock->due));
  Move(kAcknowledged, At("2026-11-30T15:00:00.000Z"));
  EXPECT_THAT(case_.clocks, IsEmpty());
}

TEST_F(ClocksTest, AQuestionHoldsTheDecisionAndTheAnswerLetsItGoOn) {
  Give(v1::DEADLINE_CLOCK_DECIDE, 10, TimeSpan::kWorkingDays);
  Give(v1::DEADLINE_CLOCK_ANSWER, 5, TimeSpan::kDays);
  Open(At("2026-11-02T15:00:00.000Z"));  // a Monday
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "2026-11-17T04:59:59.999Z");
  Move(kAcknowledged, At("2026-11-03T15:00:00.000Z"));
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "2026-11-17T04:59:59.999Z");

  Move(kInfoRequested, At("2026-11-04T15:00:00.000Z"));
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "no instant");
  EXPECT_EQ(Find(v1::DEADLINE_CLOCK_DECIDE)->state, ClockState::kHeld);
  const ClockRecord* answer = Find(v1::DEADLINE_CLOCK_ANSWER);
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->authority, "pt-pgr") << "the other side has to answer";
  EXPECT_EQ(answer->counterpart, "co-fgn");

  // Two of ten days were used up; what is left goes on across the recess.
  Move(kInfoSupplied, At("2026-12-15T15:00:00.000Z"));
  EXPECT_EQ(Find(v1::DEADLINE_CLOCK_ANSWER), nullptr);
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "2027-01-16T04:59:59.999Z");
  Move(kAdmitted, At("2026-12-16T15:00:00.000Z"));
  EXPECT_EQ(Find(v1::DEADLINE_CLOCK_DECIDE), nullptr);
}

TEST_F(ClocksTest, AnActThatInterruptsStartsAnewAndOneThatSuspendsHolds) {
  Give(v1::DEADLINE_CLOCK_DECIDE, 100, TimeSpan::kHours);
  Open(At("2026-11-02T00:00:00.000Z"));
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "2026-11-06T04:00:00.000Z");
  MoveBy(true, kReceived, At("2026-11-03T00:00:00.000Z"), kInterrupts);
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "2026-11-07T04:00:00.000Z");
  MoveBy(true, kReceived, At("2026-11-04T00:00:00.000Z"), kSuspends);
  EXPECT_EQ(Find(v1::DEADLINE_CLOCK_DECIDE)->state, ClockState::kHeld);
  Move(kReceived, At("2026-11-10T00:00:00.000Z"));
  EXPECT_EQ(Find(v1::DEADLINE_CLOCK_DECIDE)->state, ClockState::kHeld) << "nothing moved";
  Move(kAcknowledged, At("2026-11-11T00:00:00.000Z"));
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "2026-11-14T04:00:00.000Z") << "76 hours were left";
}

TEST_F(ClocksTest, NobodyGivesHimselfTime) {
  Give(v1::DEADLINE_CLOCK_DECIDE, 100, TimeSpan::kHours);
  Give(v1::DEADLINE_CLOCK_ANSWER, 100, TimeSpan::kHours);
  Open(At("2026-11-02T00:00:00.000Z"));
  MoveBy(false, kReceived, At("2026-11-03T00:00:00.000Z"), kInterrupts);
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "2026-11-06T04:00:00.000Z");
  MoveBy(false, kReceived, At("2026-11-03T00:00:00.000Z"), kSuspends);
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "2026-11-06T04:00:00.000Z");
  // Asking does hold it, since that is an act of its own; the answer is due from the other side.
  MoveBy(false, kInfoRequested, At("2026-11-03T00:00:00.000Z"), kSuspends);
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_ANSWER), "2026-11-07T04:00:00.000Z");
  MoveBy(true, kInfoRequested, At("2026-11-04T00:00:00.000Z"), kInterrupts);
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_ANSWER), "2026-11-07T04:00:00.000Z") << "its own";
  MoveBy(false, kInfoRequested, At("2026-11-04T00:00:00.000Z"), kInterrupts);
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_ANSWER), "2026-11-08T04:00:00.000Z");
}

TEST_F(ClocksTest, WhoeverSharesASideMovesNoClockOfIt) {
  Give(v1::DEADLINE_CLOCK_DECIDE, 100, TimeSpan::kHours);
  case_.parties.push_back({"br-mpf", v1::CASE_ROLE_REQUESTED});
  Open(At("2026-11-02T00:00:00.000Z"));
  v1::ActHeader beside = Header(v1::ACT_KIND_FREE_FORM, false, kInterrupts);
  beside.set_sender("br-mpf");
  Accept(beside, kReceived, At("2026-11-03T00:00:00.000Z"));
  beside.set_sender("ar-mpf");  // no party
  Accept(beside, kReceived, At("2026-11-03T00:00:00.000Z"));
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "2026-11-06T04:00:00.000Z");
}

TEST_F(ClocksTest, NoHeaderMovesAReminder) {
  case_.case_type = v1::CASE_TYPE_PRESERVATION;
  Give(v1::DEADLINE_CLOCK_PRESERVE_UNTIL, 2400, TimeSpan::kHours);
  header_.set_originals_follow(true);
  header_.set_confirmation_due("2026-12-31");
  Give(v1::DEADLINE_CLOCK_CONFIRM_ON_PAPER, 10, TimeSpan::kDays);
  Open(At("2026-11-02T00:00:00.000Z"));
  header_.clear_originals_follow();
  Move(v1::MEASURE_STATE_PRESERVED, At("2026-11-02T00:00:00.000Z"));
  const std::vector<ClockRecord> before = case_.clocks;
  EXPECT_THAT(before, SizeIs(2));
  for (const v1::DeadlineEffect effect : {kInterrupts, kSuspends}) {
    for (const bool from_requesting : {true, false}) {
      MoveBy(from_requesting, v1::MEASURE_STATE_PRESERVED, At("2026-11-03T00:00:00.000Z"), effect);
      EXPECT_EQ(case_.clocks, before);
    }
  }
}

TEST_F(ClocksTest, AnActAfterTheDueInstantDoesNotUndoThatItWasMissed) {
  Give(v1::DEADLINE_CLOCK_ACKNOWLEDGE, 1, TimeSpan::kHours);
  Open(At("2026-11-02T00:00:00.000Z"));
  const Instant late = At("2026-11-02T01:00:00.001Z");
  Move(kAcknowledged, late);
  ASSERT_THAT(case_.clocks, SizeIs(1));
  EXPECT_TRUE(case_.clocks[0].ended);
  EXPECT_EQ(case_.clocks[0].next_event, late);
}

TEST_F(ClocksTest, AForwardedMeasureGivesTheCompetentAuthorityItsOwnTime) {
  Give(v1::DEADLINE_CLOCK_DECIDE, 24, TimeSpan::kHours);
  Open(At("2026-11-02T00:00:00.000Z"));
  v1::ActHeader forwards = Header(v1::ACT_KIND_FORWARDING_NOTICE, false, kNoEffect);
  forwards.mutable_recipients(0)->set_authority("br-mpf");
  forwards.add_recipients()->set_authority("pt-pgr");
  case_.parties.push_back({"br-mpf", v1::CASE_ROLE_REQUESTED});
  Accept(forwards, v1::MEASURE_STATE_FORWARDED, At("2026-11-02T20:00:00.000Z"));
  ASSERT_THAT(case_.clocks, SizeIs(1));
  EXPECT_EQ(case_.clocks[0].authority, "br-mpf");
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "2026-11-03T20:00:00.000Z");
}

// The notice hands on another measure of the case, or named none and did not fit this one.
TEST_F(ClocksTest, AMeasureThatIsKeptKeepsItsTime) {
  Give(v1::DEADLINE_CLOCK_DECIDE, 24, TimeSpan::kHours);
  Open(At("2026-11-02T00:00:00.000Z"));
  v1::ActHeader forwards = Header(v1::ACT_KIND_FORWARDING_NOTICE, false, kNoEffect);
  forwards.mutable_recipients(0)->set_authority("br-mpf");
  case_.parties.push_back({"br-mpf", v1::CASE_ROLE_REQUESTED, "co-fgn", 2});
  Accept(forwards, kReceived, At("2026-11-02T20:00:00.000Z"));
  ASSERT_THAT(case_.clocks, SizeIs(1));
  EXPECT_EQ(case_.clocks[0].authority, "co-fgn");
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), "2026-11-03T00:00:00.000Z");
}

// What was admitted and then put off waits with what is left; nothing is to be decided any more.
TEST_F(ClocksTest, APostponedExecutionHoldsItsClock) {
  Give(v1::DEADLINE_CLOCK_EXECUTE, 24, TimeSpan::kHours);
  Open(At("2026-11-02T00:00:00.000Z"));
  Move(v1::MEASURE_STATE_ADMITTED, At("2026-11-02T00:00:00.000Z"));
  Move(v1::MEASURE_STATE_EXECUTION_POSTPONED, At("2026-11-02T12:00:00.000Z"));
  ASSERT_THAT(case_.clocks, SizeIs(1));
  EXPECT_EQ(case_.clocks[0].state, ClockState::kHeld);
  Move(v1::MEASURE_STATE_IN_EXECUTION, At("2026-11-05T00:00:00.000Z"));
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_EXECUTE), "2026-11-05T12:00:00.000Z");
}

TEST_F(ClocksTest, ACalendarWithoutTheYearKeepsTheClockWithoutAnInstant) {
  Give(v1::DEADLINE_CLOCK_DECIDE, 30, TimeSpan::kWorkingDays);
  Open(At("2031-12-20T12:00:00.000Z"));
  ASSERT_THAT(case_.clocks, SizeIs(1));
  EXPECT_EQ(case_.clocks[0].state, ClockState::kUndated);
  EXPECT_EQ(case_.clocks[0].due, std::nullopt);
  EXPECT_EQ(case_.clocks[0].next_event, At("2031-12-21T12:00:00.000Z"));
}

TEST_F(ClocksTest, AWishedInstantIsAClockWhereAProfileSaysSo) {
  DeadlineProfile wished;
  wished.id = "wished";
  wished.clock = v1::DEADLINE_CLOCK_WISHED_DATE;
  wished.warn_before = TimeSpan{2, TimeSpan::kDays};
  contents_.deadlines.push_back(wished);
  header_.mutable_urgency()->set_wished_by_unix_ms(At("2026-12-01T09:00:00.000Z").unix_ms);
  Open(At("2026-11-02T00:00:00.000Z"));
  const ClockRecord* clock = Find(v1::DEADLINE_CLOCK_WISHED_DATE);
  ASSERT_NE(clock, nullptr);
  EXPECT_EQ(clock->due, At("2026-12-01T09:00:00.000Z"));
  EXPECT_EQ(clock->state, ClockState::kRunning);
  EXPECT_EQ(clock->next_event, At("2026-11-29T05:00:00.000Z")) << "two days before, in Bogota";
  header_.clear_urgency();
  MoveBy(true, kInfoRequested, At("2026-11-03T00:00:00.000Z"), kInterrupts);
  EXPECT_EQ(DueOf(v1::DEADLINE_CLOCK_WISHED_DATE), "2026-12-01T09:00:00.000Z");
  Move(v1::MEASURE_STATE_REFUSED, At("2026-11-04T00:00:00.000Z"));
  EXPECT_THAT(case_.clocks, IsEmpty());
}

TEST_F(ClocksTest, PaperIsDueOnTheDayThatTheHeaderSays) {
  DeadlineProfile paper = Profile(v1::DEADLINE_CLOCK_CONFIRM_ON_PAPER, {10, TimeSpan::kDays});
  contents_.deadlines.push_back(paper);
  header_.set_originals_follow(true);
  header_.set_confirmation_due("2026-12-31");
  Open(At("2026-11-02T00:00:00.000Z"));
  const ClockRecord* clock = Find(v1::DEADLINE_CLOCK_CONFIRM_ON_PAPER);
  ASSERT_NE(clock, nullptr);
  EXPECT_EQ(clock->authority, "pt-pgr") << "who sends the paper";
  EXPECT_EQ(clock->due, At("2026-12-31T23:59:59.999Z"));
}

// Office hours are those of a clerk in Bogota.
class DutyTest : public ClocksTest {
 protected:
  DutyTest() {
    v1::DutyDesk& duty = *contents_.authorities[1].record.mutable_duty();
    duty.set_minutes(20);
    for (uint32_t day = 1; day <= 5; ++day) {
      v1::OfficeHours& hours = *duty.add_hours();
      hours.set_weekday(day);
      hours.set_opens_minute(8 * 60);
      hours.set_closes_minute(18 * 60);
    }
    header_.mutable_urgency()->set_level(v1::URGENCY_LEVEL_EMERGENCY);
  }
};

TEST_F(DutyTest, AnUrgentActOutOfHoursAlertsTheDutyDesk) {
  const Instant friday_at_11_pm = At("2026-11-28T04:00:00.000Z");
  Open(friday_at_11_pm);
  const ClockRecord* clock = Find(v1::DEADLINE_CLOCK_DUTY);
  ASSERT_NE(clock, nullptr);
  EXPECT_EQ(clock->authority, "co-fgn");
  EXPECT_EQ(clock->counterpart, "pt-pgr");
  EXPECT_EQ(clock->state, ClockState::kAlerting);
  EXPECT_EQ(clock->next_event, friday_at_11_pm);
  EXPECT_EQ(clock->due, friday_at_11_pm + absl::Minutes(20));
  EXPECT_EQ(clock->profile, "duty-desk") << "the authority's own minutes";
}

TEST_F(DutyTest, InOfficeHoursNobodyIsWoken) {
  Open(At("2026-11-27T16:00:00.000Z"));
  EXPECT_THAT(case_.clocks, IsEmpty());
}

TEST_F(DutyTest, ARestDayIsOutOfHours) {
  Open(At("2026-12-23T16:00:00.000Z"));  // a Wednesday of the recess
  EXPECT_NE(Find(v1::DEADLINE_CLOCK_DUTY), nullptr);
}

TEST_F(DutyTest, AnAcknowledgementEndsItAndSoDoesAnAnswer) {
  const Instant night = At("2026-11-28T04:00:00.000Z");
  Open(night);
  header_.clear_urgency();
  Accept(Header(v1::ACT_KIND_ACKNOWLEDGEMENT, true, kNoEffect), kReceived, night);
  EXPECT_NE(Find(v1::DEADLINE_CLOCK_DUTY), nullptr) << "not the desk's own word";
  v1::ActHeader other = Header(v1::ACT_KIND_FREE_FORM, false, kNoEffect);
  other.set_in_reply_to("pt-pgr/9");
  Accept(other, kReceived, night);
  EXPECT_NE(Find(v1::DEADLINE_CLOCK_DUTY), nullptr) << "it answers another act";
  v1::ActHeader answer = Header(v1::ACT_KIND_FREE_FORM, false, kNoEffect);
  answer.set_in_reply_to(Find(v1::DEADLINE_CLOCK_DUTY)->act_id);
  Accept(answer, kReceived, night);
  EXPECT_THAT(case_.clocks, IsEmpty());
}

// Whom an urgent act for co-fgn was sealed to.
v1::ActHeader SealedTo(v1::ActHeader header, std::vector<v1::SealingPurpose> purposes) {
  for (const v1::SealingPurpose purpose : purposes) {
    header.mutable_recipients(0)->add_sealed_to()->set_purpose(purpose);
  }
  return header;
}

// br-mpf stands in for co-fgn.
class SubstituteTest : public DutyTest {
 protected:
  SubstituteTest() {
    contents_.authorities[1].record.mutable_duty()->set_substitute("br-mpf");
    contents_.authorities[2].record.set_data_class_ceiling(v1::DATA_CLASS_OPERATIONAL);
  }

  // An urgent act at night, sealed to these.
  void Send(std::vector<v1::SealingPurpose> purposes) {
    Accept(SealedTo(Header(v1::ACT_KIND_REQUEST, true, kNoEffect), std::move(purposes)),
           kReceived,
           night_);
  }
  // Its desk did not answer: what the scheduler makes of it.
  void Call() {
    case_.clocks[0].state = ClockState::kSubstituteCalled;
    header_.clear_urgency();
  }
  v1::ActHeader FromSubstitute(v1::ActKind kind, const std::string& in_reply_to) {
    v1::ActHeader header = Header(kind, false, kNoEffect);
    header.set_sender("br-mpf");
    header.set_in_reply_to(in_reply_to);
    return header;
  }

  const Instant night_ = At("2026-11-28T04:00:00.000Z");
  const std::vector<v1::SealingPurpose> kBoth = {v1::SEALING_PURPOSE_PRIMARY,
                                                 v1::SEALING_PURPOSE_SUBSTITUTE};
};

TEST_F(SubstituteTest, ReadsOnlyWhatWasSealedToIt) {
  Send(kBoth);
  EXPECT_EQ(case_.clocks[0].substitute, "br-mpf");
  EXPECT_FALSE(case_.CallsSubstitute("br-mpf", case_.clocks[0].act_id))
      << "not before it is called";
  case_.clocks.clear();
  Send({v1::SEALING_PURPOSE_PRIMARY, v1::SEALING_PURPOSE_DUTY});
  EXPECT_EQ(case_.clocks[0].substitute, "");
}

TEST_F(SubstituteTest, ReadsNothingAboveItsCeiling) {
  header_.set_data_class(v1::DATA_CLASS_SENSITIVE);
  Send(kBoth);
  EXPECT_EQ(case_.clocks[0].substitute, "");
}

TEST_F(SubstituteTest, OfAnotherCountryItReadsNothing) {
  contents_.authorities[1].record.set_country("CO");
  contents_.authorities[2].record.set_country("BR");
  Send(kBoth);
  EXPECT_EQ(case_.clocks[0].substitute, "");
}

TEST_F(SubstituteTest, IsNotTheSenderHimself) {
  contents_.authorities[1].record.mutable_duty()->set_substitute("pt-pgr");
  contents_.authorities[0].record.set_data_class_ceiling(v1::DATA_CLASS_SENSITIVE);
  Send(kBoth);
  EXPECT_EQ(case_.clocks[0].substitute, "");
}

TEST_F(SubstituteTest, AcknowledgesOnceItIsCalledAndOnlyThatAct) {
  Send(kBoth);
  const std::string urgent = case_.clocks[0].act_id;
  Accept(FromSubstitute(v1::ACT_KIND_ACKNOWLEDGEMENT, urgent), kReceived, night_);
  EXPECT_EQ(case_.clocks[0].state, ClockState::kAlerting) << "it was not called yet";
  Call();
  Accept(FromSubstitute(v1::ACT_KIND_ACKNOWLEDGEMENT, "pt-pgr/99"), kReceived, night_);
  Accept(FromSubstitute(v1::ACT_KIND_FREE_FORM, urgent), kReceived, night_);
  EXPECT_EQ(case_.clocks[0].state, ClockState::kSubstituteCalled);
  Accept(FromSubstitute(v1::ACT_KIND_ACKNOWLEDGEMENT, urgent), kReceived, night_ + absl::Hours(1));
  EXPECT_EQ(case_.clocks[0].state, ClockState::kTakenOver);
  EXPECT_EQ(case_.clocks[0].next_event, night_ + absl::Hours(1)) << "for the scheduler to tell";
  EXPECT_FALSE(case_.CallsSubstitute("br-mpf", urgent)) << "once";
}

TEST_F(SubstituteTest, TheDesksOwnAnswerEndsTheCall) {
  Send(kBoth);
  Call();
  v1::ActHeader answer = Header(v1::ACT_KIND_FREE_FORM, false, kNoEffect);
  answer.set_in_reply_to(case_.clocks[0].act_id);
  Accept(answer, kReceived, night_ + absl::Hours(10));
  EXPECT_THAT(case_.clocks, IsEmpty()) << "that it was missed was told";
}

TEST_F(SubstituteTest, CallsMakeRoomForWhoeverWaitsForTheDesk) {
  for (size_t i = 0; i < limits::kMaxActClocks; ++i) Send(kBoth);
  for (ClockRecord& clock : case_.clocks) clock.state = ClockState::kSubstituteCalled;
  const std::string oldest = case_.clocks[0].act_id;
  Send(kBoth);
  EXPECT_THAT(case_.clocks, SizeIs(limits::kMaxActClocks));
  EXPECT_EQ(case_.clocks.back().state, ClockState::kAlerting);
  EXPECT_FALSE(case_.CallsSubstitute("br-mpf", oldest));
}

TEST_F(DutyTest, AlertsOfOneCaseAreBounded) {
  const Instant night = At("2026-11-28T04:00:00.000Z");
  for (int i = 0; i < 20; ++i) Open(night);
  EXPECT_THAT(case_.clocks, SizeIs(limits::kMaxActClocks));
}

// Slow and obvious: what a clock of plain hours has left, from the whole history.
struct Event {
  Instant at;
  v1::MeasureState state;
  v1::DeadlineEffect effect;
  bool from_requesting;
};

std::string SlowDue(const std::vector<Event>& history, absl::Duration span) {
  const auto runs = [](v1::MeasureState s) {
    return s == kReceived || s == kAcknowledged || s == kInfoSupplied;
  };
  const auto lives = [&](v1::MeasureState s) { return runs(s) || s == kInfoRequested; };
  absl::Duration left = span;
  bool running = false;
  bool exists = false;
  for (size_t i = 0; i < history.size(); ++i) {
    const Event& event = history[i];
    // The deadline is the requested side's.
    const v1::DeadlineEffect effect = event.from_requesting ? event.effect : kNoEffect;
    const v1::MeasureState before = i == 0 ? v1::MEASURE_STATE_UNSPECIFIED : history[i - 1].state;
    if (i > 0 && running) left -= event.at - history[i - 1].at;
    if (!lives(event.state)) {
      running = exists = false;
    } else if (!exists) {
      exists = running = runs(event.state);
      left = span;
    } else if (effect == kInterrupts) {
      // One that waits for an answer starts anew all the same, and goes on waiting.
      left = span;
      running = runs(event.state);
    } else if (!runs(event.state) || effect == kSuspends) {
      running = false;
    } else if (!running && before != event.state) {
      running = true;
    }
  }
  if (!exists) return "none";
  return running ? (history.back().at + left).ToString() : "no instant";
}

TEST_F(ClocksTest, RandomHistoriesAgreeWithASlowReference) {
  constexpr absl::Duration kSpan = absl::Hours(24 * 365);
  Give(v1::DEADLINE_CLOCK_DECIDE, 24 * 365, TimeSpan::kHours);
  const std::vector<v1::MeasureState> states = {
      kReceived, kAcknowledged, kInfoRequested, kInfoSupplied, kAdmitted};
  const std::vector<v1::DeadlineEffect> effects = {kNoEffect, kNoEffect, kInterrupts, kSuspends};
  for (uint32_t seed = 0; seed < 2000; ++seed) {
    std::mt19937 random(seed);
    case_.measures.clear();
    case_.clocks.clear();
    std::vector<Event> history;
    Instant now = At("2026-01-01T00:00:00.000Z");
    for (int step = 0; step < 12; ++step) {
      const Event event{now,
                        step == 0 ? kReceived : states[random() % states.size()],
                        step == 0 ? kNoEffect : effects[random() % effects.size()],
                        step == 0 || random() % 2 == 0};
      history.push_back(event);
      step == 0 ? Open(now) : MoveBy(event.from_requesting, event.state, now, event.effect);
      ASSERT_EQ(DueOf(v1::DEADLINE_CLOCK_DECIDE), SlowDue(history, kSpan))
          << "seed " << seed << " step " << step;
      now = now + absl::Milliseconds(static_cast<int64_t>(random() % 86400000));
    }
  }
}

// The page is what the table says.
TEST(ClockTableTest, ThePageIsTheTable) {
  std::ifstream file(ROGATORIA_SOURCE_DIR "/docs/deadlines.md");
  std::ostringstream page;
  page << file.rdbuf();
  EXPECT_THAT(page.str(), HasSubstr(DescribeClocks())) << DescribeClocks();
}

TEST(ClockTableTest, NoClockRunsAndIsHeldInOneState) {
  for (const ClockRule& rule : ClockTable()) {
    EXPECT_EQ(rule.runs & rule.held, 0u) << rule.clock;
    EXPECT_NE(rule.runs, 0u) << rule.clock;
  }
}

}  // namespace
}  // namespace rogatoria
