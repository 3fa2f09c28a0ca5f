#include "services/exchange/legal_dates.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using Weekdays = std::vector<absl::Weekday>;

const Weekdays kSaturdaySunday = {absl::Weekday::saturday, absl::Weekday::sunday};
const Weekdays kFridaySaturday = {absl::Weekday::friday, absl::Weekday::saturday};

struct Case {
  const char* name;
  const char* receipt;  // UTC
  const char* zone;
  const char* expected;
  std::vector<const char*> holidays = {};
  Weekdays rest = kSaturdaySunday;
  int cut_off = -1;  // minutes after midnight
  std::vector<std::pair<const char*, const char*>> recesses = {};
};

std::ostream& operator<<(std::ostream& out, const Case& c) {
  return out << c.name;
}

absl::CivilDay Day(const char* text) {
  absl::CivilDay day;
  EXPECT_TRUE(absl::ParseCivilTime(text, &day)) << text;
  return day;
}

Calendar MakeCalendar(const Case& c) {
  Calendar calendar;
  calendar.id = "test";
  calendar.version = 4;
  calendar.weekly_rest = c.rest;
  calendar.years = {2025, 2026, 2027, 2028};
  for (const char* day : c.holidays) calendar.holidays.push_back(Day(day));
  for (const auto& [from, to] : c.recesses) calendar.recesses.push_back({Day(from), Day(to)});
  if (c.cut_off >= 0) calendar.cut_off_minutes = c.cut_off;
  SealCalendar(calendar);
  return calendar;
}

constexpr int kFive = 17 * 60;

// The first six are those of the design (Treaty of Medellin article 6.3); the others were computed
// with another program and another time zone library.
const std::vector<Case> kCases = {
    {"MadridFriday", "2025-10-10T15:00:00.000Z", "Europe/Madrid", "2025-10-13"},
    {"MadridAlreadySaturday", "2025-10-10T22:30:00.000Z", "Europe/Madrid", "2025-10-13"},
    {"BogotaStillMonday", "2025-10-14T02:30:00.000Z", "America/Bogota", "2025-10-14"},
    {"LisbonAlreadyTuesday", "2025-10-13T23:30:00.000Z", "Europe/Lisbon", "2025-10-15"},
    {"AsuncionChristmas",
     "2025-12-24T12:00:00.000Z",
     "America/Asuncion",
     "2025-12-26",
     {"2025-12-25"}},
    {"MontevideoEaster",
     "2025-04-16T20:00:00.000Z",
     "America/Montevideo",
     "2025-04-21",
     {"2025-04-17", "2025-04-18"}},

    {"SpringForwardNight", "2026-03-29T00:30:00.000Z", "Europe/Lisbon", "2026-03-30"},
    {"SpringForwardEve", "2026-03-28T23:59:59.999Z", "Europe/Lisbon", "2026-03-30"},
    {"SpringForwardLastMoment", "2026-03-29T22:59:59.999Z", "Europe/Lisbon", "2026-03-30"},
    {"SpringForwardMidnight", "2026-03-29T23:00:00.000Z", "Europe/Lisbon", "2026-03-31"},
    {"FallBackEvening", "2026-10-25T23:30:00.000Z", "Europe/Lisbon", "2026-10-26"},
    {"FallBackNight", "2026-10-24T23:30:00.000Z", "Europe/Lisbon", "2026-10-26"},
    {"FallBackRepeatedHour", "2026-10-25T00:30:00.000Z", "Europe/Lisbon", "2026-10-26"},
    {"MidnightThatDoesNotExist", "2026-09-06T03:30:00.000Z", "America/Santiago", "2026-09-07"},
    {"MidnightThatComesTwice", "2026-04-05T03:30:00.000Z", "America/Santiago", "2026-04-06"},
    {"YearEnd", "2026-12-31T12:00:00.000Z", "Europe/Lisbon", "2027-01-04", {"2027-01-01"}},
    {"YearEndLastMoment",
     "2026-12-31T23:59:59.999Z",
     "Europe/Lisbon",
     "2027-01-04",
     {"2027-01-01"}},
    {"YearEndStillOldInBogota",
     "2027-01-01T03:00:00.000Z",
     "America/Bogota",
     "2027-01-04",
     {"2027-01-01"}},
    {"FridaySaturdayRest",
     "2026-11-26T12:00:00.000Z",
     "Asia/Riyadh",
     "2026-11-29",
     {},
     kFridaySaturday},
    {"FridaySaturdayMidweek",
     "2026-11-25T12:00:00.000Z",
     "Asia/Riyadh",
     "2026-11-26",
     {},
     kFridaySaturday},
    {"FridaySaturdayNight",
     "2026-11-26T21:30:00.000Z",
     "Asia/Riyadh",
     "2026-11-29",
     {},
     kFridaySaturday},
    {"NoWeeklyRest", "2026-11-24T12:00:00.000Z", "Asia/Kathmandu", "2026-11-25", {}, {}},
    {"BeforeCutOff",
     "2026-11-24T21:59:59.999Z",
     "America/Bogota",
     "2026-11-25",
     {},
     kSaturdaySunday,
     kFive},
    {"AtCutOff",
     "2026-11-24T22:00:00.000Z",
     "America/Bogota",
     "2026-11-26",
     {},
     kSaturdaySunday,
     kFive},
    {"ThursdayAfterCutOff",
     "2026-11-26T22:00:00.000Z",
     "America/Bogota",
     "2026-11-30",
     {},
     kSaturdaySunday,
     kFive},
    {"FridayAfterCutOff",
     "2026-11-27T22:00:00.000Z",
     "America/Bogota",
     "2026-11-30",
     {},
     kSaturdaySunday,
     kFive},
    {"BeforeRecess",
     "2026-07-14T12:00:00.000Z",
     "Europe/Lisbon",
     "2026-07-15",
     {},
     kSaturdaySunday,
     -1,
     {{"2026-07-16", "2026-08-31"}}},
    {"EveOfRecess",
     "2026-07-15T12:00:00.000Z",
     "Europe/Lisbon",
     "2026-09-01",
     {},
     kSaturdaySunday,
     -1,
     {{"2026-07-16", "2026-08-31"}}},
    {"InRecess",
     "2026-08-10T12:00:00.000Z",
     "Europe/Lisbon",
     "2026-09-01",
     {},
     kSaturdaySunday,
     -1,
     {{"2026-07-16", "2026-08-31"}}},
    {"RecessOverNewYear",
     "2026-12-18T12:00:00.000Z",
     "America/Sao_Paulo",
     "2027-01-07",
     {"2027-01-01"},
     kSaturdaySunday,
     -1,
     {{"2026-12-20", "2027-01-06"}}},
    {"LeapDay", "2028-02-28T12:00:00.000Z", "America/Bogota", "2028-02-29"},
    {"FarEast", "2026-11-24T10:00:00.000Z", "Pacific/Kiritimati", "2026-11-26"},
    {"FarWest", "2026-11-24T10:00:00.000Z", "Pacific/Pago_Pago", "2026-11-24"},
};

class LegalDateTest : public testing::TestWithParam<Case> {};

TEST_P(LegalDateTest, NextWorkingDay) {
  const Case& c = GetParam();
  const Calendar calendar = MakeCalendar(c);
  const auto date = ComputeLegalDate(
      *Instant::FromString(c.receipt), v1::DEADLINE_EFFECT_UNSPECIFIED, c.zone, calendar, "2025b");
  ASSERT_THAT(date, IsOk());
  EXPECT_EQ(date->date, c.expected);
  EXPECT_EQ(date->rule, kNextWorkingDay);
  EXPECT_EQ(date->time_zone, c.zone);
  EXPECT_EQ(date->calendar, "test");
  EXPECT_EQ(date->calendar_version, 4U);
  EXPECT_EQ(date->calendar_sha256, calendar.sha256);
  EXPECT_EQ(date->tzdata_version, "2025b");
}

INSTANTIATE_TEST_SUITE_P(Each, LegalDateTest, testing::ValuesIn(kCases), [](const auto& test) {
  return std::string(test.param.name);
});

const Case kPlain = {
    "Plain", "2026-11-28T12:00:00.000Z", "America/Bogota", "", {}, kSaturdaySunday, kFive};

// Article 6.4: the instant itself, on a Saturday and after the cut-off alike; no calendar counts.
TEST(ExactInstantTest, ActsThatTouchADeadlineCountAtOnce) {
  Calendar empty;
  for (auto effect : {v1::DEADLINE_EFFECT_INTERRUPTS, v1::DEADLINE_EFFECT_SUSPENDS}) {
    const auto date = ComputeLegalDate(
        *Instant::FromString("2026-11-29T03:30:00.000Z"), effect, "America/Bogota", empty, "2025b");
    ASSERT_THAT(date, IsOk());
    EXPECT_EQ(date->date, "2026-11-28");
    EXPECT_EQ(date->rule, kExactInstant);
    EXPECT_EQ(date->calendar, "");
    EXPECT_EQ(date->calendar_version, 0U);
    EXPECT_EQ(date->time_zone, "America/Bogota");
  }
}

TEST(LegalDateRefusalTest, AMissingYearIsNamed) {
  Calendar calendar = MakeCalendar(kPlain);
  calendar.years = {2026};
  const auto at = [&calendar](const char* receipt) {
    return ComputeLegalDate(*Instant::FromString(receipt),
                            v1::DEADLINE_EFFECT_UNSPECIFIED,
                            "America/Bogota",
                            calendar,
                            "2025b");
  };
  EXPECT_THAT(at("2026-12-30T12:00:00.000Z"), IsOk());
  for (const char* receipt : {"2026-12-31T12:00:00.000Z", "2026-12-30T22:00:00.000Z"}) {
    const auto date = at(receipt);
    ASSERT_THAT(date, HasReason(Reason::CALENDAR_YEAR_MISSING)) << receipt;
    EXPECT_EQ(GetErrorDetails(date.status())->field, "calendar test");
    EXPECT_EQ(GetErrorDetails(date.status())->accepted, "a calendar that covers the year 2027");
  }
  // Received before the first year, effective in it: no day of 2025 matters.
  EXPECT_EQ(at("2025-12-31T12:00:00.000Z")->date, "2026-01-01");
}

TEST(LegalDateRefusalTest, AnUnknownZoneIsNamed) {
  const Calendar calendar = MakeCalendar(kPlain);
  for (const char* zone : {"", "Europe/Lisboa", "../../etc/passwd"}) {
    EXPECT_THAT(ComputeLegalDate({0}, v1::DEADLINE_EFFECT_UNSPECIFIED, zone, calendar, ""),
                HasReason(Reason::FIELD_INVALID))
        << zone;
  }
}

class TzdataTest : public testing::Test {
 protected:
  TzdataTest() {
    std::string pattern = testing::TempDir() + "/tzdata-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~TzdataTest() override { std::filesystem::remove_all(folder_); }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name) << text;
  }
  std::string folder_;
};

TEST_F(TzdataTest, TheVersionIsRead) {
  EXPECT_EQ(ReadTzdataVersion(folder_), "unknown");
  Write("+VERSION", "2024b\n");
  EXPECT_EQ(ReadTzdataVersion(folder_), "2024b");
  Write("tzdata.zi", "# version 2025b\n# more\n");
  EXPECT_EQ(ReadTzdataVersion(folder_), "2025b");
  Write("tzdata.zi", "# version 2025b dirty\n");
  Write("+VERSION", "what?\n");
  EXPECT_EQ(ReadTzdataVersion(folder_), "unknown");
}

}  // namespace
}  // namespace rogatoria
