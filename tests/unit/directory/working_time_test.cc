// Goal: spans of time are counted as the header says. Method: pinned examples for each rule, then
// random starts, zones and calendars against a reference that walks a clock by quarter hours and
// looks at each local day that comes by.
#include "common/directory/working_time.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

absl::CivilDay Day(const char* text) {
  absl::CivilDay day;
  EXPECT_TRUE(absl::ParseCivilTime(text, &day)) << text;
  return day;
}

Instant At(const char* text) {
  const auto instant = Instant::FromString(text);
  EXPECT_TRUE(instant.ok()) << text;
  return instant.ok() ? *instant : Instant();
}

TimeSpan Span(const char* text) {
  const auto span = ParseTimeSpan(text);
  EXPECT_TRUE(span.ok()) << text;
  return span.ok() ? *span : TimeSpan();
}

// Weekends free, Christmas a holiday, a recess in the second half of August.
Calendar TestCalendar() {
  Calendar calendar;
  calendar.id = "test";
  calendar.weekly_rest = {absl::Weekday::saturday, absl::Weekday::sunday};
  calendar.years = {2026, 2027};
  calendar.holidays = {Day("2026-12-25"), Day("2027-01-01")};
  calendar.recesses = {{Day("2026-08-17"), Day("2026-08-31")}};
  return calendar;
}

constexpr char kLisbon[] = "Europe/Lisbon";

std::string Due(const char* start, TimeSpan within, StartRule rule = StartRule::kReceipt) {
  const auto due = DueAfter(At(start), within, kLisbon, TestCalendar(), rule);
  return due.ok() ? due->ToString() : due.status().ToString();
}

TEST(TimeSpanTest, TextsAreReadAndWritten) {
  for (const char* text :
       {"20 MINUTES", "24 HOURS", "30 DAYS", "5 WORKING_DAYS", "6 MONTHS", "3660 DAYS"}) {
    EXPECT_EQ(FormatTimeSpan(Span(text)), text);
  }
  EXPECT_EQ(Span("5 WORKING_DAYS"), (TimeSpan{5, TimeSpan::kWorkingDays}));
  for (const char* text : {"",
                           "5",
                           "DAYS",
                           "0 DAYS",
                           "-1 DAYS",
                           "+1 DAYS",
                           "05 DAYS",
                           "5  DAYS",
                           " 5 DAYS",
                           "5 DAYS ",
                           "5 days",
                           "5 WEEKS",
                           "5 ",
                           "1.5 DAYS",
                           "3661 DAYS",
                           "99999999999999999999 DAYS"}) {
    EXPECT_THAT(ParseTimeSpan(text), HasReason(Reason::FIELD_INVALID)) << text;
  }
}

TEST(TimeSpanTest, WhatADayOfRestDoesIsReadToo) {
  EXPECT_EQ(ParseRestDayEnd("NEXT_WORKING_DAY"), RestDayEnd::kNextWorkingDay);
  EXPECT_EQ(ParseRestDayEnd("SAME_DAY"), RestDayEnd::kSameDay);
  EXPECT_EQ(ParseRestDayEnd("same_day"), std::nullopt);
}

TEST(DueAfterTest, MinutesAndHoursAreElapsedTime) {
  // Over the night in which Lisbon's clocks go forward: 24 hours all the same.
  EXPECT_EQ(Due("2026-03-28T12:00:00.123Z", Span("24 HOURS")), "2026-03-29T12:00:00.123Z");
  EXPECT_EQ(Due("2026-11-27T23:50:00.000Z", Span("20 MINUTES")), "2026-11-28T00:10:00.000Z");
}

TEST(DueAfterTest, HoursNeedNoCalendar) {
  const auto due = DueAfter(At("2030-01-01T00:00:00.000Z"), Span("1 HOURS"), "", Calendar());
  ASSERT_THAT(due, IsOk());
  EXPECT_EQ(due->ToString(), "2030-01-01T01:00:00.000Z");
}

TEST(DueAfterTest, DaysEndAtMidnightOfTheLastOne) {
  EXPECT_EQ(Due("2026-11-23T00:00:00.000Z", Span("3 DAYS")), "2026-11-26T23:59:59.999Z");
  EXPECT_EQ(Due("2026-11-23T23:59:59.999Z", Span("3 DAYS")), "2026-11-26T23:59:59.999Z");
  // In summer the day in Lisbon ends an hour before that of UTC.
  EXPECT_EQ(Due("2026-06-01T23:30:00.000Z", Span("2 DAYS")), "2026-06-04T22:59:59.999Z");
}

TEST(DueAfterTest, ADayOfRestMovesTheEndOnUnlessItMustNot) {
  EXPECT_EQ(Due("2026-11-25T12:00:00.000Z", Span("3 DAYS")), "2026-11-30T23:59:59.999Z");
  TimeSpan strict = Span("3 DAYS");
  strict.rest_day_end = RestDayEnd::kSameDay;
  EXPECT_EQ(Due("2026-11-25T12:00:00.000Z", strict), "2026-11-28T23:59:59.999Z");
}

TEST(DueAfterTest, MonthsEndOnTheDayOfTheSameNumberOrTheLastThereIs) {
  const auto kept = [](const char* text) {
    TimeSpan span = Span(text);
    span.rest_day_end = RestDayEnd::kSameDay;
    return span;
  };
  EXPECT_EQ(Due("2026-06-10T09:00:00.000Z", kept("1 MONTHS")), "2026-07-10T22:59:59.999Z");
  EXPECT_EQ(Due("2026-03-31T09:00:00.000Z", kept("1 MONTHS")), "2026-04-30T22:59:59.999Z");
  EXPECT_EQ(Due("2026-08-31T09:00:00.000Z", kept("6 MONTHS")), "2027-02-28T23:59:59.999Z");
  EXPECT_EQ(Due("2026-12-31T09:00:00.000Z", kept("3 MONTHS")), "2027-03-31T22:59:59.999Z");
  // The 25th of July 2026 is a Saturday.
  EXPECT_EQ(Due("2026-06-25T09:00:00.000Z", Span("1 MONTHS")), "2026-07-27T22:59:59.999Z");
}

TEST(DueAfterTest, WorkingDaysPassOverRest) {
  EXPECT_EQ(Due("2026-11-26T12:00:00.000Z", Span("1 WORKING_DAYS")), "2026-11-27T23:59:59.999Z");
  EXPECT_EQ(Due("2026-11-27T12:00:00.000Z", Span("1 WORKING_DAYS")), "2026-11-30T23:59:59.999Z");
  EXPECT_EQ(Due("2026-12-23T12:00:00.000Z", Span("5 WORKING_DAYS")), "2026-12-31T23:59:59.999Z");
  EXPECT_EQ(Due("2026-08-14T12:00:00.000Z", Span("2 WORKING_DAYS")), "2026-09-02T22:59:59.999Z");
}

TEST(DueAfterTest, TheCutOffCountsForWhatIsReceivedAndNotForTheExactInstant) {
  Calendar calendar = TestCalendar();
  calendar.cut_off_minutes = 17 * 60;
  const auto due = [&](const char* start, StartRule rule) {
    return DueAfter(At(start), Span("1 WORKING_DAYS"), kLisbon, calendar, rule)->ToString();
  };
  EXPECT_EQ(due("2026-11-24T16:59:59.999Z", StartRule::kReceipt), "2026-11-25T23:59:59.999Z");
  EXPECT_EQ(due("2026-11-24T17:00:00.000Z", StartRule::kReceipt), "2026-11-26T23:59:59.999Z");
  EXPECT_EQ(due("2026-11-24T17:00:00.000Z", StartRule::kExactInstant), "2026-11-25T23:59:59.999Z");
}

TEST(DueAfterTest, ADayMayBeginAfterMidnightOrHaveMoreHours) {
  Calendar calendar = TestCalendar();
  calendar.weekly_rest = {};
  const auto due = [&](const char* start, const char* zone) {
    return DueAfter(At(start), Span("1 DAYS"), zone, calendar)->ToString();
  };
  // Santiago's Sunday begins at 01:00: Saturday's last millisecond is the one before 04:00 UTC.
  EXPECT_EQ(due("2026-09-04T12:00:00.000Z", "America/Santiago"), "2026-09-06T03:59:59.999Z");
  // In April its Saturday has 25 hours.
  EXPECT_EQ(due("2026-04-03T12:00:00.000Z", "America/Santiago"), "2026-04-05T03:59:59.999Z");
  // Havana's 00:30 comes twice on the first of November; the day begins at the first.
  EXPECT_EQ(due("2026-10-30T12:00:00.000Z", "America/Havana"), "2026-11-01T03:59:59.999Z");
}

TEST(DueAfterTest, AYearThatTheCalendarDoesNotKnowIsNamed) {
  const Calendar calendar = TestCalendar();
  const auto due = [&](TimeSpan within) {
    return DueAfter(At("2027-12-29T12:00:00.000Z"), within, kLisbon, calendar);
  };
  EXPECT_THAT(due(Span("2 DAYS")), IsOk());
  for (const char* within : {"3 DAYS", "3 WORKING_DAYS"}) {
    const auto refused = due(Span(within));
    ASSERT_THAT(refused, HasReason(Reason::CALENDAR_YEAR_MISSING)) << within;
    EXPECT_EQ(GetErrorDetails(refused.status())->field, "calendar test");
    EXPECT_EQ(GetErrorDetails(refused.status())->accepted, "a calendar that covers the year 2028");
  }
  TimeSpan strict = Span("3 DAYS");
  strict.rest_day_end = RestDayEnd::kSameDay;  // asks no calendar
  EXPECT_THAT(due(strict), IsOk());
}

TEST(DueAfterTest, WhatIsOutOfBoundsIsRefused) {
  const Calendar calendar = TestCalendar();
  const Instant start = At("2026-11-24T12:00:00.000Z");
  for (const TimeSpan& span : {TimeSpan{-1, TimeSpan::kDays},
                               TimeSpan{3661, TimeSpan::kWorkingDays},
                               TimeSpan{INT64_MAX, TimeSpan::kHours},
                               TimeSpan{INT64_MIN, TimeSpan::kMinutes}}) {
    EXPECT_THAT(DueAfter(start, span, kLisbon, calendar), HasReason(Reason::FIELD_INVALID));
    EXPECT_THAT(WarnAt(start, span, kLisbon, calendar), HasReason(Reason::FIELD_INVALID));
  }
  EXPECT_THAT(DueAfter(start, Span("1 DAYS"), "Europe/Lisboa", calendar),
              HasReason(Reason::FIELD_INVALID));
}

TEST(WarnAtTest, HoursBeforeOrTheFirstInstantOfADayBefore) {
  const Calendar calendar = TestCalendar();
  const auto warn = [&](const char* due, const char* before) {
    return WarnAt(At(due), Span(before), kLisbon, calendar)->ToString();
  };
  EXPECT_EQ(warn("2026-11-30T23:59:59.999Z", "2 HOURS"), "2026-11-30T21:59:59.999Z");
  EXPECT_EQ(warn("2026-11-30T23:59:59.999Z", "1 DAYS"), "2026-11-29T00:00:00.000Z");
  EXPECT_EQ(warn("2026-11-30T23:59:59.999Z", "1 WORKING_DAYS"), "2026-11-27T00:00:00.000Z");
  EXPECT_EQ(warn("2026-06-05T22:59:59.999Z", "3 WORKING_DAYS"), "2026-06-01T23:00:00.000Z");
}

TEST(WarnAtTest, AYearBeforeTheCalendarsIsNamed) {
  const auto warn =
      WarnAt(At("2026-01-02T23:59:59.999Z"), Span("2 WORKING_DAYS"), kLisbon, TestCalendar());
  ASSERT_THAT(warn, HasReason(Reason::CALENDAR_YEAR_MISSING));
  EXPECT_EQ(GetErrorDetails(warn.status())->accepted, "a calendar that covers the year 2025");
}

// ---- Against the reference ----------------------------------------------------------------------

constexpr int64_t kQuarterMs = 15 * 60 * 1000;

// A clock that is looked at every quarter of an hour. (All zones of today change at one.)
class WalkingClock {
 public:
  WalkingClock(Instant start, const absl::TimeZone& zone)
      : now_ms_(start.unix_ms - start.unix_ms % kQuarterMs), zone_(zone) {}

  absl::CivilDay Today() const {
    return absl::CivilDay(zone_.At(absl::FromUnixMillis(now_ms_)).cs);
  }
  // To the first quarter of the next day that was not met before.
  void ToNextDay() {
    const absl::CivilDay today = Today();
    while (Today() <= today) now_ms_ += kQuarterMs;
  }
  int64_t now_ms() const { return now_ms_; }

 private:
  int64_t now_ms_;
  const absl::TimeZone zone_;
};

bool Rests(absl::CivilDay day, const Calendar& calendar) {
  for (absl::Weekday rest : calendar.weekly_rest) {
    if (absl::GetWeekday(day) == rest) return true;
  }
  for (absl::CivilDay holiday : calendar.holidays) {
    if (day == holiday) return true;
  }
  for (const Recess& recess : calendar.recesses) {
    if (day >= recess.from && day <= recess.to) return true;
  }
  return false;
}

int64_t SlowDueAfter(Instant start,
                     const TimeSpan& within,
                     const absl::TimeZone& zone,
                     const Calendar& calendar,
                     StartRule rule) {
  WalkingClock clock(start, zone);
  const auto local = zone.At(start.ToTime()).cs;
  const bool late = calendar.cut_off_minutes.has_value() && rule == StartRule::kReceipt &&
                    local.hour() * 60 + local.minute() >= *calendar.cut_off_minutes;
  if (late) clock.ToNextDay();
  for (int64_t counted = 0; counted < within.count;) {
    clock.ToNextDay();
    if (within.unit == TimeSpan::kDays || !Rests(clock.Today(), calendar)) ++counted;
  }
  const bool moves =
      within.unit == TimeSpan::kWorkingDays || within.rest_day_end == RestDayEnd::kNextWorkingDay;
  while (moves && Rests(clock.Today(), calendar)) clock.ToNextDay();
  clock.ToNextDay();
  return clock.now_ms() - 1;
}

struct Sample {
  std::string zone_name;
  absl::TimeZone zone;
  Calendar calendar;
  Instant start;
  TimeSpan within;
  StartRule rule = StartRule::kReceipt;
};

Calendar RandomCalendar(SeededRandom& random) {
  Calendar calendar;
  calendar.id = "random";
  for (int i = 0; i < 7; ++i) {
    if (random.Chance(25)) calendar.weekly_rest.push_back(static_cast<absl::Weekday>(i));
  }
  if (calendar.weekly_rest.size() == 7) calendar.weekly_rest.pop_back();
  calendar.years = {2025, 2026, 2027, 2028};
  absl::CivilDay day(2026, 1, 1);
  while (day.year() < 2028) {
    day += 1 + static_cast<int>(random.Below(40));
    if (random.Chance(70)) {
      calendar.holidays.push_back(day);
    } else {
      const absl::CivilDay to = day + static_cast<int>(random.Below(20));
      calendar.recesses.push_back({day, to});
      day = to;
    }
  }
  if (random.Chance(30)) calendar.cut_off_minutes = 1 + static_cast<int>(random.Below(1439));
  return calendar;
}

Sample RandomSample(SeededRandom& random) {
  static const std::vector<std::string> kZones = {"Europe/Lisbon",
                                                  "Atlantic/Azores",
                                                  "Atlantic/Canary",
                                                  "America/Santiago",
                                                  "America/Havana",
                                                  "America/Bogota",
                                                  "America/Asuncion",
                                                  "America/Tijuana",
                                                  "America/St_Johns",
                                                  "Pacific/Chatham",
                                                  "Pacific/Kiritimati",
                                                  "Australia/Lord_Howe",
                                                  "Asia/Kathmandu"};
  constexpr int64_t kTwoYearsMs = int64_t{700} * 24 * 3600 * 1000;
  Sample sample;
  sample.zone_name = random.Pick(kZones);
  EXPECT_TRUE(absl::LoadTimeZone(sample.zone_name, &sample.zone)) << sample.zone_name;
  sample.calendar = RandomCalendar(random);
  const int64_t first = At("2026-01-01T12:00:00.000Z").unix_ms;
  sample.start = {first + static_cast<int64_t>(random.Below(kTwoYearsMs))};
  sample.within.unit = random.Chance(50) ? TimeSpan::kDays : TimeSpan::kWorkingDays;
  if (random.Chance(30)) sample.within.rest_day_end = RestDayEnd::kSameDay;
  if (random.Chance(30)) sample.rule = StartRule::kExactInstant;
  // Nothing is what Remaining may leave, for a clock that goes on at an exact instant.
  const int64_t least = sample.rule == StartRule::kExactInstant ? 0 : 1;
  sample.within.count = least + static_cast<int64_t>(random.Below(14));
  return sample;
}

constexpr int kSamples = 2000;

TEST(WorkingTimeProperty, DueIsWhatAWalkingClockFinds) {
  SeededRandom random(20261126);
  for (int i = 0; i < kSamples; ++i) {
    const Sample s = RandomSample(random);
    const auto due = DueAfter(s.start, s.within, s.zone_name, s.calendar, s.rule);
    ASSERT_THAT(due, IsOk());
    ASSERT_EQ(due->unix_ms, SlowDueAfter(s.start, s.within, s.zone, s.calendar, s.rule))
        << "sample " << i << ": " << s.zone_name << " " << s.start.ToString() << " "
        << FormatTimeSpan(s.within);
  }
}

// Whoever holds a clock and lets it go on the same day has changed nothing.
TEST(WorkingTimeProperty, AHoldOfLessThanADayMovesNothing) {
  SeededRandom random(7);
  for (int i = 0; i < kSamples; ++i) {
    const Sample s = RandomSample(random);
    const Instant due = *DueAfter(s.start, s.within, s.zone_name, s.calendar, s.rule);
    const int64_t length = due.unix_ms - s.start.unix_ms + 1;
    const Instant held{s.start.unix_ms +
                       static_cast<int64_t>(random.Below(static_cast<uint64_t>(length)))};
    const auto left = Remaining(s.start, s.within, held, s.zone_name, s.calendar, s.rule);
    ASSERT_THAT(left, IsOk());
    ASSERT_TRUE(left->has_value());
    const auto again = DueAfter(held, **left, s.zone_name, s.calendar, StartRule::kExactInstant);
    ASSERT_THAT(again, IsOk());
    ASSERT_EQ(again->ToString(), due.ToString())
        << "sample " << i << ": " << s.zone_name << " " << s.start.ToString() << " "
        << FormatTimeSpan(s.within) << " held " << held.ToString();
  }
}

TEST(WorkingTimeProperty, ALaterStartIsNeverDueEarlier) {
  SeededRandom random(11);
  for (int i = 0; i < kSamples; ++i) {
    const Sample s = RandomSample(random);
    const Instant later{s.start.unix_ms + static_cast<int64_t>(random.Below(90'000'000))};
    ASSERT_LE(*DueAfter(s.start, s.within, s.zone_name, s.calendar, s.rule),
              *DueAfter(later, s.within, s.zone_name, s.calendar, s.rule));
  }
}

TEST(RemainingTest, HoursKeepTheirMilliseconds) {
  const Calendar calendar = TestCalendar();
  const Instant start = At("2026-11-24T12:00:00.000Z");
  const auto left = Remaining(start, Span("1 HOURS"), {start.unix_ms + 1234}, kLisbon, calendar);
  ASSERT_THAT(left, IsOk());
  EXPECT_EQ(**left, (TimeSpan{3600'000 - 1234, TimeSpan::kMilliseconds}));
  EXPECT_EQ(FormatTimeSpan(**left), "3598766 MILLISECONDS");
  const auto due = DueAfter(At("2026-12-01T00:00:00.000Z"), **left, kLisbon, calendar);
  EXPECT_EQ(due->ToString(), "2026-12-01T00:59:58.766Z");
}

TEST(RemainingTest, OfMonthsDaysAreLeft) {
  const auto left = Remaining(At("2026-06-10T09:00:00.000Z"),
                              Span("1 MONTHS"),
                              At("2026-07-01T09:00:00.000Z"),
                              kLisbon,
                              TestCalendar());
  ASSERT_TRUE(left.ok());
  ASSERT_TRUE(left->has_value());
  EXPECT_EQ(**left, (TimeSpan{9, TimeSpan::kDays}));
}

TEST(RemainingTest, DaysAreUsedUpWhole) {
  const Calendar calendar = TestCalendar();
  // Monday, five working days; held on Wednesday: three are left; goes on a week later.
  const auto left = Remaining(At("2026-11-23T12:00:00.000Z"),
                              Span("5 WORKING_DAYS"),
                              At("2026-11-25T09:00:00.000Z"),
                              kLisbon,
                              calendar);
  ASSERT_THAT(left, IsOk());
  EXPECT_EQ(FormatTimeSpan(**left), "3 WORKING_DAYS");
  const auto due =
      DueAfter(At("2026-12-02T18:00:00.000Z"), **left, kLisbon, calendar, StartRule::kExactInstant);
  EXPECT_EQ(due->ToString(), "2026-12-07T23:59:59.999Z");
}

TEST(RemainingTest, NothingIsLeftOfWhatHasRunOut) {
  const Calendar calendar = TestCalendar();
  const Instant start = At("2026-11-23T12:00:00.000Z");
  for (const char* within : {"2 HOURS", "1 DAYS", "1 WORKING_DAYS"}) {
    const Instant due = *DueAfter(start, Span(within), kLisbon, calendar);
    const auto in_time = Remaining(start, Span(within), due, kLisbon, calendar);
    const auto too_late = Remaining(start, Span(within), {due.unix_ms + 1}, kLisbon, calendar);
    EXPECT_TRUE(in_time->has_value()) << within;
    EXPECT_FALSE(too_late->has_value()) << within;
  }
}

}  // namespace
}  // namespace rogatoria
