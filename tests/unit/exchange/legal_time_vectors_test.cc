// Goal: the legal reception date and deadlines are what docs/formats/legal-time.md says. Method:
// its vectors, which tests/interop/node/verify_legal_time.mjs finds too, with other code and
// another time zone library.
#include <algorithm>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "common/directory/working_time.h"
#include "services/exchange/legal_dates.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using Json = nlohmann::json;

const Json& Vectors() {
  static const Json& vectors = *[] {
    std::ifstream file(std::string(ROGATORIA_SOURCE_DIR) +
                       "/docs/formats/vectors/legal-time/cases.json");
    return new Json(Json::parse(file));
  }();
  return vectors;
}

absl::CivilDay Day(const Json& text) {
  absl::CivilDay day;
  EXPECT_TRUE(absl::ParseCivilTime(text.get<std::string>(), &day)) << text;
  return day;
}

Instant At(const Json& text) {
  const auto instant = Instant::FromString(text.get<std::string>());
  EXPECT_TRUE(instant.ok()) << text;
  return instant.ok() ? *instant : Instant();
}

absl::Weekday WeekdayOf(const std::string& name) {
  const std::string names[] = {
      "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"};
  const auto* found = std::find(std::begin(names), std::end(names), name);
  EXPECT_NE(found, std::end(names)) << name;
  return static_cast<absl::Weekday>(found - names);
}

Calendar CalendarOf(const Json& json) {
  Calendar calendar;
  calendar.id = json["id"];
  calendar.version = json["version"];
  for (const Json& name : json["weekly_rest"]) calendar.weekly_rest.push_back(WeekdayOf(name));
  for (const Json& year : json["years"]) calendar.years.push_back(year);
  for (const Json& day : json["holidays"]) calendar.holidays.push_back(Day(day));
  for (const Json& recess : json["recesses"]) {
    calendar.recesses.push_back({Day(recess["from"]), Day(recess["to"])});
  }
  const std::string cut_off = json.value("cut_off", "");
  if (!cut_off.empty()) {
    calendar.cut_off_minutes = std::stoi(cut_off.substr(0, 2)) * 60 + std::stoi(cut_off.substr(3));
  }
  SealCalendar(calendar);
  return calendar;
}

Calendar CalendarIn(const Json& vector) {
  return CalendarOf(Vectors()["calendars"][vector["calendar"].get<std::string>()]);
}

// Rules of law that the machine's time zone data are too old to know.
bool IsTooNew(const Json& vector) {
  static const std::string& version = *new std::string(ReadTzdataVersion("/usr/share/zoneinfo"));
  return version != "unknown" && vector.value("needs_tzdata", "") > version;
}

// The year that the calendar does not know, in the words of the error.
void ExpectYearMissing(const absl::Status& status, const Json& vector) {
  ASSERT_TRUE(vector.contains("error")) << status;
  ASSERT_THAT(status, HasReason(Reason::CALENDAR_YEAR_MISSING));
  EXPECT_EQ(GetErrorDetails(status)->accepted,
            "a calendar that covers the year " + std::to_string(vector["year"].get<int>()));
}

v1::DeadlineEffect EffectOf(const Json& vector) {
  const std::string name = vector.value("effect", "");
  if (name == "INTERRUPTS") return v1::DEADLINE_EFFECT_INTERRUPTS;
  return name == "SUSPENDS" ? v1::DEADLINE_EFFECT_SUSPENDS : v1::DEADLINE_EFFECT_UNSPECIFIED;
}

TEST(LegalTimeVectorsTest, CalendarsHaveTheirDigests) {
  for (const auto& [name, json] : Vectors()["calendars"].items()) {
    EXPECT_EQ(CalendarOf(json).sha256, json["sha256"]) << name;
  }
}

TEST(LegalTimeVectorsTest, ReceptionDates) {
  EXPECT_GE(Vectors()["reception"].size(), 36U);
  for (const Json& vector : Vectors()["reception"]) {
    SCOPED_TRACE(vector["name"]);
    if (IsTooNew(vector)) continue;
    const auto date = ComputeLegalDate(At(vector["receipt"]),
                                       EffectOf(vector),
                                       vector["zone"].get<std::string>(),
                                       CalendarIn(vector),
                                       "2025b");
    if (!date.ok()) {
      ExpectYearMissing(date.status(), vector);
      continue;
    }
    EXPECT_EQ(date->date, vector.value("date", "an error"));
    EXPECT_EQ(date->rule, vector.value("rule", "an error"));
  }
}

// The fold over what a vector tells: started, held and resumed as often as it says.
absl::StatusOr<Instant> DueOf(const Json& vector) {
  const Calendar calendar = CalendarIn(vector);
  const std::string zone = vector["zone"];
  Instant start = At(vector["start"]);
  TimeSpan within = *ParseTimeSpan(vector["within"].get<std::string>());
  within.rest_day_end = *ParseRestDayEnd(vector.value("rest_day_end", "NEXT_WORKING_DAY"));
  StartRule rule = vector.value("start_rule", "RECEIPT") == "RECEIPT" ? StartRule::kReceipt
                                                                      : StartRule::kExactInstant;
  for (const Json& hold : vector.value("holds", Json::array())) {
    const auto left = Remaining(start, within, At(hold["held"]), zone, calendar, rule);
    if (!left.ok()) return left.status();
    EXPECT_TRUE(left->has_value());
    within = left->value_or(within);
    start = At(hold["resumed"]);
    rule = StartRule::kExactInstant;
  }
  return DueAfter(start, within, zone, calendar, rule);
}

TEST(LegalTimeVectorsTest, DueInstants) {
  EXPECT_GE(Vectors()["due"].size(), 20U);
  for (const Json& vector : Vectors()["due"]) {
    SCOPED_TRACE(vector["name"]);
    const auto due = DueOf(vector);
    if (!due.ok()) {
      ExpectYearMissing(due.status(), vector);
      continue;
    }
    EXPECT_EQ(due->ToString(), vector.value("due", "an error"));
  }
}

TEST(LegalTimeVectorsTest, WarningsBefore) {
  EXPECT_GE(Vectors()["warn"].size(), 5U);
  for (const Json& vector : Vectors()["warn"]) {
    SCOPED_TRACE(vector["name"]);
    const auto warn = WarnAt(At(vector["due"]),
                             *ParseTimeSpan(vector["before"].get<std::string>()),
                             vector["zone"].get<std::string>(),
                             CalendarIn(vector));
    if (!warn.ok()) {
      ExpectYearMissing(warn.status(), vector);
      continue;
    }
    EXPECT_EQ(warn->ToString(), vector.value("warn", "an error"));
  }
}

}  // namespace
}  // namespace rogatoria
