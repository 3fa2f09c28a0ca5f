#include "services/exchange/legal_dates.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

// Every day but weekends; what comes from 17:00 on counts as of the next day.
Calendar MakeCalendar() {
  Calendar calendar;
  calendar.id = "test";
  calendar.version = 4;
  calendar.weekly_rest = {absl::Weekday::saturday, absl::Weekday::sunday};
  calendar.years = {2025, 2026, 2027, 2028};
  calendar.cut_off_minutes = 17 * 60;
  SealCalendar(calendar);
  return calendar;
}

// Which date it is: legal_time_vectors_test.cc.
TEST(LegalDateTest, ItNamesAllThatItWasComputedFrom) {
  const Calendar calendar = MakeCalendar();
  const auto date = ComputeLegalDate(*Instant::FromString("2026-11-24T12:00:00.000Z"),
                                     v1::DEADLINE_EFFECT_UNSPECIFIED,
                                     "America/Bogota",
                                     calendar,
                                     "2025b");
  ASSERT_THAT(date, IsOk());
  EXPECT_EQ(date->date, "2026-11-25");
  EXPECT_EQ(date->rule, kNextWorkingDayRule);
  EXPECT_EQ(date->time_zone, "America/Bogota");
  EXPECT_EQ(date->calendar, "test");
  EXPECT_EQ(date->calendar_version, 4U);
  EXPECT_EQ(date->calendar_sha256, calendar.sha256);
  EXPECT_EQ(date->tzdata_version, "2025b");
}

// Article 6.4: the instant itself, on a Saturday and after the cut-off alike; no calendar counts.
TEST(ExactInstantTest, ActsThatTouchADeadlineCountAtOnce) {
  Calendar empty;
  for (auto effect : {v1::DEADLINE_EFFECT_INTERRUPTS, v1::DEADLINE_EFFECT_SUSPENDS}) {
    const auto date = ComputeLegalDate(
        *Instant::FromString("2026-11-29T03:30:00.000Z"), effect, "America/Bogota", empty, "2025b");
    ASSERT_THAT(date, IsOk());
    EXPECT_EQ(date->date, "2026-11-28");
    EXPECT_EQ(date->rule, kExactInstantRule);
    EXPECT_EQ(date->calendar, "");
    EXPECT_EQ(date->calendar_version, 0U);
    EXPECT_EQ(date->time_zone, "America/Bogota");
  }
}

TEST(LegalDateRefusalTest, AMissingYearIsNamed) {
  Calendar calendar = MakeCalendar();
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
  const Calendar calendar = MakeCalendar();
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
