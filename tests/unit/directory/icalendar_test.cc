// Goal: an iCalendar file becomes the calendar that it says, or is refused with its place. Method:
// files of one event; then random rules against a reference that asks of each day whether it is
// one.
#include "common/directory/icalendar.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/directory/ical_rule.h"
#include "tests/support/seeded_random.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string File(const std::string& events) {
  return absl::StrCat(
      "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n", events, "END:VCALENDAR\r\n");
}

// An event of these lines; it begins in line 4 of the file, its lines in line 5.
std::string Event(const std::string& lines) {
  return absl::StrCat("BEGIN:VEVENT\r\n", lines, "END:VEVENT\r\n");
}

CalendarImport As(std::vector<int> years) {
  CalendarImport as;
  as.id = "co-national";
  as.version = 3;
  as.years = std::move(years);
  return as;
}

absl::StatusOr<ImportedCalendar> Import(const std::string& content, const CalendarImport& as) {
  return ImportICalendar({"co.ics", content}, as);
}

// "2026-12-25" for a holiday, "2026-12-20..2027-01-06" for a recess.
std::vector<std::string> Days(const std::string& events, const CalendarImport& as) {
  const auto imported = Import(File(events), as);
  if (!imported.ok()) return {GetErrorDetails(imported.status())->accepted};
  std::vector<std::string> days;
  for (absl::CivilDay day : imported->calendar.holidays) {
    days.push_back(absl::FormatCivilTime(day));
  }
  for (const Recess& recess : imported->calendar.recesses) {
    days.push_back(
        absl::StrCat(absl::FormatCivilTime(recess.from), "..", absl::FormatCivilTime(recess.to)));
  }
  return days;
}

std::string ProblemsOf(const std::string& content) {
  const auto imported = Import(content, As({2026}));
  EXPECT_THAT(imported, HasReason(Reason::DIRECTORY_INVALID));
  return imported.ok() ? "" : GetErrorDetails(imported.status())->accepted;
}

TEST(ICalendarTest, AWholeFileBecomesACalendar) {
  CalendarImport as = As({2027, 2026});
  as.cut_off = "17:00";
  const auto imported =
      Import(File(Event("UID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Navidad\\, \"la\r\n"
                        "  fiesta\"\r\nDTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY\r\n"
                        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT1H\r\nEND:VALARM\r\n") +
                  "BEGIN:VTIMEZONE\r\nTZID:America/Bogota\r\nBEGIN:STANDARD\r\n"
                  "DTSTART:19700101T000000\r\nRRULE:FREQ=WEEKLY\r\nEND:STANDARD\r\n"
                  "END:VTIMEZONE\r\n"),
             as);
  ASSERT_THAT(imported, IsOk());
  EXPECT_EQ(imported->toml,
            "# Made from \"co.ics\". Check before production.\n"
            "[[calendar]]\n"
            "id = \"co-national\"\n"
            "version = 3\n"
            "weekly_rest = [\"SATURDAY\", \"SUNDAY\"]\n"
            "years = [2026, 2027]\n"
            "cut_off = \"17:00\"\n"
            "\n"
            "[[calendar.holiday]]\n"
            "date = 2026-12-25\n"
            "name = \"Navidad, \\\"la fiesta\\\"\"\n"
            "\n"
            "[[calendar.holiday]]\n"
            "date = 2027-12-25\n"
            "name = \"Navidad, \\\"la fiesta\\\"\"\n");
  EXPECT_EQ(imported->calendar.cut_off_minutes, 17 * 60);
}

TEST(ICalendarTest, RulesOfTheYear) {
  const auto days = [](const std::string& lines) { return Days(Event(lines), As({2026, 2027})); };
  EXPECT_THAT(days("DTSTART;VALUE=DATE:20260101\r\n"
                   "RDATE;VALUE=DATE:20260320,20270319\r\n"),
              ElementsAre("2026-01-01", "2026-03-20", "2027-03-19"));
  EXPECT_THAT(days("DTSTART;VALUE=DATE:20200501\r\nRRULE:FREQ=YEARLY\r\n"),
              ElementsAre("2026-05-01", "2027-05-01"));
  EXPECT_THAT(days("DTSTART;VALUE=DATE:20200316\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=3MO\r\n"),
              ElementsAre("2026-03-16", "2027-03-15"));
  EXPECT_THAT(days("DTSTART;VALUE=DATE:20200525\r\nRRULE:FREQ=YEARLY;BYMONTH=5;BYDAY=-1MO\r\n"),
              ElementsAre("2026-05-25", "2027-05-31"));
  // The Monday in the week of the 6th: a Monday that is one of seven days.
  EXPECT_THAT(days("DTSTART;VALUE=DATE:20200106\r\n"
                   "RRULE:FREQ=YEARLY;BYMONTH=1;BYDAY=MO;BYMONTHDAY=6,7,8,9,10,11,12\r\n"),
              ElementsAre("2026-01-12", "2027-01-11"));
  EXPECT_THAT(days("DTSTART;VALUE=DATE:20240630\r\n"
                   "RRULE:FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1;WKST=MO\r\n"
                   "EXDATE;VALUE=DATE:20261231\r\n"),
              ElementsAre("2026-06-30", "2027-06-30", "2027-12-31"));
  EXPECT_THAT(days("DTSTART;VALUE=DATE:20250501\r\nRRULE:FREQ=YEARLY;INTERVAL=2;COUNT=2\r\n"
                   "RDATE;VALUE=DATE:20260502\r\n"),
              ElementsAre("2026-05-02", "2027-05-01"));
  EXPECT_THAT(days("DTSTART;VALUE=DATE:20240501\r\nRRULE:FREQ=YEARLY;UNTIL=20260501\r\n"
                   "RDATE;VALUE=DATE:20270502\r\n"),
              ElementsAre("2026-05-01", "2027-05-02"));
}

TEST(ICalendarTest, ALeapDayComesInLeapYears) {
  EXPECT_THAT(Days(Event("DTSTART;VALUE=DATE:20200229\r\nRRULE:FREQ=YEARLY\r\n"), As({2028})),
              ElementsAre("2028-02-29"));
}

TEST(ICalendarTest, WhatLastsLongerIsARecess) {
  const std::string recess =
      Event("DTSTART;VALUE=DATE:20261220\r\nDTEND;VALUE=DATE:20270107\r\nSUMMARY:Recesso\r\n");
  EXPECT_THAT(Days(recess, As({2026, 2027})), ElementsAre("2026-12-20..2027-01-06"));
  EXPECT_THAT(Days(recess, As({2026})), ElementsAre("2026-12-20..2026-12-31"));
  EXPECT_THAT(Days(recess, As({2027})), ElementsAre("2027-01-01..2027-01-06"));
  EXPECT_THAT(Days(Event("DTSTART;VALUE=DATE:20260601\r\nDURATION:P2W\r\n"), As({2026})),
              ElementsAre("2026-06-01..2026-06-14"));
  // One day long, as it says: DTEND is exclusive.
  EXPECT_THAT(
      Days(Event("DTSTART;VALUE=DATE:20260601\r\nDTEND;VALUE=DATE:20260602\r\n"), As({2026})),
      ElementsAre("2026-06-01"));
}

TEST(ICalendarTest, RecessesThatOverlapBecomeOne) {
  EXPECT_THAT(Days(Event("DTSTART;VALUE=DATE:20260716\r\nDTEND;VALUE=DATE:20260816\r\n") +
                       Event("DTSTART;VALUE=DATE:20260801\r\nDTEND;VALUE=DATE:20260901\r\n"),
                   As({2026})),
              ElementsAre("2026-07-16..2026-08-31"));
}

TEST(ICalendarTest, ACategoryMakesARecessOfADay) {
  CalendarImport as = As({2026});
  as.recess_categories = {"Feria judicial"};
  EXPECT_THAT(Days(Event("DTSTART;VALUE=DATE:20261216\r\nCATEGORIES:A\\,B,Feria judicial\r\n") +
                       Event("DTSTART;VALUE=DATE:20261225\r\nCATEGORIES:Holiday\r\n"),
                   as),
              ElementsAre("2026-12-25", "2026-12-16..2026-12-16"));
}

TEST(ICalendarTest, WhatIsCancelledIsLeftOut) {
  EXPECT_THAT(Days(Event("DTSTART;VALUE=DATE:20261225\r\n") +
                       Event("STATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20261226\r\n"),
                   As({2026})),
              ElementsAre("2026-12-25"));
}

TEST(ICalendarTest, AYearWithoutADayIsNotTakenForKnown) {
  EXPECT_THAT(Days(Event("DTSTART;VALUE=DATE:20261225\r\n"), As({2026, 2027})),
              ElementsAre(HasSubstr("co.ics:1:1: there is no day of the year 2027")));
}

TEST(ICalendarTest, OptionsAreJudgedAsACalendarIs) {
  const std::string file = File(Event("DTSTART;VALUE=DATE:20261225\r\n"));
  CalendarImport as = As({2026});
  as.id = "CO national";
  EXPECT_THAT(Import(file, as), HasReason(Reason::DIRECTORY_INVALID));
  as = As({2026});
  as.weekly_rest = {"FUNDAY"};
  EXPECT_THAT(Import(file, as), HasReason(Reason::DIRECTORY_INVALID));
  as = As({2026});
  as.cut_off = "25:00";
  EXPECT_THAT(Import(file, as), HasReason(Reason::DIRECTORY_INVALID));
  EXPECT_THAT(Import(file, As({})), HasReason(Reason::DIRECTORY_INVALID));
  EXPECT_THAT(Import(file, As({1066})), HasReason(Reason::DIRECTORY_INVALID));
}

struct Bad {
  const char* lines;  // of the event, from line 5 on
  const char* problem;
};

constexpr Bad kBad[] = {
    {"SUMMARY:x\r\n", "co.ics:4:1: the event has no DTSTART"},
    {"DTSTART:20261225T090000\r\n", "co.ics:5:9: DTSTART is \"20261225T090000\", no day, a whole"},
    {"DTSTART;VALUE=DATE:20260230\r\n", "co.ics:5:20: DTSTART is \"20260230\", no day"},
    {"DTSTART;VALUE=DATE:20261225\r\nDTSTART;VALUE=DATE:20261226\r\n",
     "co.ics:6:1: DTSTART is there twice"},
    {"DTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261225\r\n",
     "co.ics:6:1: DTEND does not fit"},
    {"DTSTART;VALUE=DATE:20261225\r\nDURATION:PT8H\r\n", "co.ics:6:10: DURATION is \"PT8H\""},
    {"DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=WEEKLY\r\n",
     "co.ics:6:7: RRULE: FREQ is \"WEEKLY\", YEARLY is accepted"},
    {"DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;BYSETPOS=1\r\n",
     "co.ics:6:19: RRULE: \"BYSETPOS=1\" is not read"},
    {"DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;\r\n  BYMONTH=13\r\n",
     "co.ics:7:2: RRULE: \" BYMONTH=13\" is not read"},
    {"DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;BYMON\r\n TH=13\r\n",
     "co.ics:6:19: RRULE: BYMONTH is \"13\", 1 to 12"},
    {"DTSTART;VALUE=DATE:20261225\r\nRRULE:BYMONTH=12\r\n", "co.ics:6:7: RRULE: FREQ is missing"},
    {"DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;COUNT=2;COUNT=3\r\n",
     "co.ics:6:27: RRULE: COUNT is there twice"},
    {"DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;COUNT=2;UNTIL=20301225\r\n",
     "RRULE: it has both COUNT and UNTIL"},
    {"DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;UNTIL=20301225T000000Z\r\n",
     "RRULE: UNTIL is \"20301225T000000Z\", a day, such as 20301231 is accepted"},
    {"DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;BYDAY=20MO\r\n", "RRULE: BYDAY is \"20MO\""},
    {"DTSTART;VALUE=DATE:20261228\r\nRRULE:FREQ=YEARLY;BYDAY=-1MO\r\n",
     "RRULE: BYDAY counts within the year"},
    {"DTSTART;VALUE=DATE:20261225\r\nRRULE:FREQ=YEARLY;BYMONTH=11\r\n",
     "co.ics:4:1: DTSTART is no day of its RRULE"},
    {"DTSTART;VALUE=DATE:20261225\r\nEXDATE:20261225T000000\r\n",
     "co.ics:6:8: EXDATE has \"20261225T000000\""},
    {"DTSTART;VALUE=DATE:20261225\r\nRECURRENCE-ID;VALUE=DATE:20261225\r\n",
     "co.ics:6:1: RECURRENCE-ID changes one occurrence"},
    {"nonsense\r\n", "co.ics:5:9: this is not a line of an iCalendar file"},
    {"DTSTART;VALUE=DATE:20261225\r\nSUMMARY:\xff\r\n", "co.ics:6:1: the line is not text"},
};

TEST(ICalendarProblems, AreNamedWithTheirPlaceAndWhatWouldDo) {
  for (const Bad& bad : kBad) {
    EXPECT_THAT(ProblemsOf(File(Event(bad.lines))), HasSubstr(bad.problem)) << bad.lines;
  }
}

TEST(ICalendarProblems, OfTheFile) {
  const std::string event = Event("DTSTART;VALUE=DATE:20261225\r\n");
  EXPECT_THAT(ProblemsOf(""), HasSubstr("co.ics:1:1: there is no VCALENDAR"));
  EXPECT_THAT(ProblemsOf("<html>\n"), HasSubstr("co.ics:1:1: this is not a line"));
  EXPECT_THAT(ProblemsOf(event), HasSubstr("co.ics:1:7: a VEVENT is not read here"));
  EXPECT_THAT(ProblemsOf("BEGIN:VCALENDAR\r\n" + event),
              HasSubstr("co.ics:1:1: VCALENDAR does not end"));
  EXPECT_THAT(ProblemsOf(File(event) + File(event)),
              HasSubstr("co.ics:8:7: a VCALENDAR is not read here"));
  EXPECT_THAT(ProblemsOf(File("BEGIN:VTODO\r\nEND:VTODO\r\n")),
              HasSubstr("co.ics:4:7: a VTODO is not read here"));
  EXPECT_THAT(ProblemsOf(File("END:VEVENT\r\n")),
              HasSubstr("co.ics:4:5: END of VEVENT without its BEGIN"));
  EXPECT_THAT(ProblemsOf("VERSION:2.0\r\n" + File(event)),
              HasSubstr("co.ics:1:1: VERSION outside of a calendar"));
  EXPECT_THAT(ProblemsOf(std::string(1 << 21, 'x')), HasSubstr("the file has 2097152 bytes"));
  EXPECT_THAT(ProblemsOf(File("X-A:" + std::string(9000, 'x') + "\r\n")),
              HasSubstr("co.ics:4:1: the line has 9004 bytes"));
  EXPECT_THAT(ProblemsOf(File(Event("DTSTART;VALUE=DATE:19000101\r\nRRULE:FREQ=YEARLY;BYDAY="
                                    "MO,TU,WE,TH,FR,SA,SU\r\n"))),
              HasSubstr("co.ics:4:1: with this event there are too many days"));
}

// ---- Rules against the reference ----------------------------------------------------------------

bool HasNumber(const std::vector<int>& numbers, int number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

// How often the weekday has been in the month until this day, or will be from it on.
int Nth(absl::CivilDay day, int step) {
  int nth = 0;
  const absl::CivilMonth month(day);
  for (; absl::CivilMonth(day) == month; day += 7 * step) ++nth;
  return nth;
}

bool IsDayOf(const IcalRule& rule, absl::CivilDay day, absl::CivilDay first) {
  if ((day.year() - first.year()) % rule.interval != 0) return false;
  const bool says_days = !rule.month_days.empty() || !rule.weekdays.empty();
  if (!rule.months.empty() && !HasNumber(rule.months, day.month())) return false;
  if (rule.months.empty() && !says_days && day.month() != first.month()) return false;
  if (!says_days) return day.day() == first.day();
  const int from_end = static_cast<int>(day - absl::CivilDay(absl::CivilMonth(day) + 1));
  if (!rule.month_days.empty() && !HasNumber(rule.month_days, day.day()) &&
      !HasNumber(rule.month_days, from_end)) {
    return false;
  }
  bool any = rule.weekdays.empty();
  for (const IcalWeekday& wanted : rule.weekdays) {
    any |= wanted.weekday == absl::GetWeekday(day) &&
           (wanted.nth == 0 || wanted.nth == Nth(day, -1) || wanted.nth == -Nth(day, 1));
  }
  return any;
}

IcalRule RandomRule(SeededRandom& random, absl::CivilDay first) {
  IcalRule rule;
  rule.interval = 1 + static_cast<int>(random.Below(3));
  for (int month = 1; month <= 12; ++month) {
    if (random.Chance(20)) rule.months.push_back(month);
  }
  for (int i = 0; i < 3 && random.Chance(50); ++i) {
    const int day = 1 + static_cast<int>(random.Below(31));
    rule.month_days.push_back(random.Chance(70) ? day : -day);
  }
  for (int i = 0; i < 2 && random.Chance(40); ++i) {
    const int nth = rule.months.empty() ? 0 : static_cast<int>(random.Below(11)) - 5;
    rule.weekdays.push_back({nth, static_cast<absl::Weekday>(random.Below(7))});
  }
  if (random.Chance(30)) rule.count = 1 + static_cast<int>(random.Below(9));
  if (!rule.count.has_value() && random.Chance(30)) {
    rule.until = first + static_cast<int>(random.Below(2000));
  }
  return rule;
}

TEST(ICalendarProperty, ARuleFallsOnTheDaysThatFitIt) {
  SeededRandom random(5545);
  for (int i = 0; i < 1000; ++i) {
    const absl::CivilDay first = absl::CivilDay(2020, 1, 1) + static_cast<int>(random.Below(1500));
    const IcalRule rule = RandomRule(random, first);
    std::vector<absl::CivilDay> expected;
    for (absl::CivilDay day = first; day.year() <= 2028; ++day) {
      if (rule.until.has_value() && day > *rule.until) break;
      if (rule.count.has_value() && static_cast<int>(expected.size()) == *rule.count) break;
      if (IsDayOf(rule, day, first)) expected.push_back(day);
    }
    ASSERT_EQ(ExpandIcalRule(rule, first, 2028), expected) << "rule " << i;
  }
}

}  // namespace
}  // namespace rogatoria
