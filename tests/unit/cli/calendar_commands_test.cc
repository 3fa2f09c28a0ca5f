// calendar import and calendar check, as an operator types them. No hub is asked.
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/base/files.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/cli/try_command.h"

namespace rogatoria::cli {
namespace {

using testing::HasSubstr;

constexpr char kIcs[] =
    "BEGIN:VCALENDAR\r\n"
    "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20251225\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261220\r\nDTEND;VALUE=DATE:20270111\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n";

class CalendarCommandsTest : public testing::Test {
 protected:
  CalendarCommandsTest() {
    setenv("XDG_CONFIG_HOME", folder_.path().c_str(), 1);
    setenv("ROGATORIA_LANGUAGE", "en", 1);
    EXPECT_THAT(WriteFileDurably(ics_, kIcs), IsOk());
  }
  Outcome Import(const std::vector<std::string>& more) {
    std::vector<std::string> words = {
        "calendar", "import", ics_, "--id", "co-national", "--version", "3"};
    words.insert(words.end(), more.begin(), more.end());
    return Try(words);
  }

  TemporaryFolder folder_;
  const std::string ics_ = folder_ / "co.ics";
  const std::string toml_ = folder_ / "co-national.toml";
};

TEST_F(CalendarCommandsTest, AFileIsMadeAndAskedOfADay) {
  const Outcome made = Import({"--years", "2026,2027", "--cut-off", "17:00", "--out", toml_});
  EXPECT_EQ(made.code, 0) << made.err;
  EXPECT_EQ(made.out, "");
  EXPECT_THAT(made.err, HasSubstr("2 holidays and 1 recess."));

  const Outcome asked = Try({"calendar", "check", toml_, "2026-12-18", "-o", "json"});
  EXPECT_EQ(asked.code, 0) << asked.err;
  EXPECT_THAT(asked.out, HasSubstr("\"working_day\": \"yes\""));
  EXPECT_THAT(asked.out, HasSubstr("\"next_working_day\": \"2027-01-11\""));
  EXPECT_THAT(Try({"calendar", "check", toml_, "2026-12-25"}).out, HasSubstr("no"));
}

TEST_F(CalendarCommandsTest, WithoutAFileItIsShown) {
  const Outcome shown = Import({"--years", "2026", "--weekly-rest", "FRIDAY,SATURDAY"});
  EXPECT_EQ(shown.code, 0) << shown.err;
  EXPECT_THAT(shown.out, HasSubstr("weekly_rest = [\"FRIDAY\", \"SATURDAY\"]"));
}

TEST_F(CalendarCommandsTest, WhatCannotBeTakenOverMakesNoFile) {
  ASSERT_THAT(WriteFileDurably(ics_, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:soon\r\n"),
              IsOk());
  const Outcome refused = Import({"--years", "2026", "--out", toml_});
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, HasSubstr("co.ics:3:9: DTSTART is \"soon\""));
  EXPECT_THAT(refused.err, HasSubstr("co.ics:2:1: VEVENT does not end"));
  EXPECT_FALSE(ReadFile(toml_, 10000).ok());
}

TEST_F(CalendarCommandsTest, WhatAskedWrongIsTold) {
  EXPECT_EQ(Import({"--years", "2026", "--out", toml_}).code, 0);
  EXPECT_THAT(Try({"calendar", "check", toml_, "tomorrow"}).err,
              HasSubstr("a day such as 2026-12-01"));
  EXPECT_THAT(Try({"calendar", "check", toml_, "2026-11-24", "--id", "pt"}).err,
              HasSubstr("co-national"));
  EXPECT_THAT(Try({"calendar", "check", toml_, "2031-01-01"}).err, HasSubstr("the year 2031"));
  EXPECT_NE(Try({"calendar",
                 "import",
                 folder_ / "none.ics",
                 "--id",
                 "a",
                 "--version",
                 "1",
                 "--years",
                 "2026"})
                .code,
            0);
}

}  // namespace
}  // namespace rogatoria::cli
