// [[calendar]] of docs/directory-files.md.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/directory/drafts.h"
#include "common/directory/table_reader.h"

namespace rogatoria {
namespace {

using Reader = TableReader;

constexpr absl::string_view kWeekdays[] = {
    "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"};

std::optional<absl::Weekday> WeekdayOf(absl::string_view name) {
  for (int i = 0; i < 7; ++i) {
    if (kWeekdays[i] == name) return static_cast<absl::Weekday>(i);
  }
  return std::nullopt;
}

// Minutes after midnight of "17:00"; nullopt for anything else, 00:00 too.
std::optional<int> MinutesOf(absl::string_view text) {
  int hours = 0, minutes = 0;
  const bool form = text.size() == 5 && text[2] == ':' && text[0] >= '0' && text[0] <= '2' &&
                    text[3] >= '0' && text[3] <= '5';
  if (!form || !absl::SimpleAtoi(text.substr(0, 2), &hours) ||
      !absl::SimpleAtoi(text.substr(3), &minutes) || hours > 23 || minutes < 0) {
    return std::nullopt;
  }
  const int total = hours * 60 + minutes;
  return total == 0 ? std::nullopt : std::optional<int>(total);
}

std::optional<absl::CivilDay> CivilDayOf(const std::string& text) {
  absl::CivilDay day;
  if (text.empty() || !absl::ParseCivilTime(text, &day)) return std::nullopt;
  return day;
}

void CheckYear(Reader& reader,
               absl::string_view key,
               absl::CivilDay day,
               const Calendar& calendar) {
  if (calendar.Covers(static_cast<int>(day.year()))) return;
  reader.Problem(key,
                 absl::StrCat("the year ", day.year(), " is not among the calendar's `years`"),
                 "days of those years are accepted");
}

bool IsName(absl::string_view text) {
  return text.size() <= 256;
}

void ReadHoliday(const TomlValue& table, Calendar& calendar, Problems& problems) {
  Reader reader(table, "holiday", problems);
  const auto day = CivilDayOf(reader.Day("date", Reader::kRequired));
  reader.Text("name", Reader::kOptional, IsName, "a name");
  reader.Finish();
  if (!day.has_value()) return;
  CheckYear(reader, "date", *day, calendar);
  if (std::find(calendar.holidays.begin(), calendar.holidays.end(), *day) !=
      calendar.holidays.end()) {
    reader.Problem("date", "this holiday is listed twice", "each day once is accepted");
  }
  calendar.holidays.push_back(*day);
}

void ReadRecess(const TomlValue& table, Calendar& calendar, Problems& problems) {
  Reader reader(table, "recess", problems);
  const auto from = CivilDayOf(reader.Day("from", Reader::kRequired));
  const auto to = CivilDayOf(reader.Day("to", Reader::kRequired));
  reader.Text("name", Reader::kOptional, IsName, "a name");
  reader.Finish();
  if (!from.has_value() || !to.has_value()) return;
  CheckYear(reader, "from", *from, calendar);
  CheckYear(reader, "to", *to, calendar);
  if (*to < *from) reader.Problem("to", "`to` is before `from`", "a later day is accepted");
  for (const Recess& other : calendar.recesses) {
    if (*from <= other.to && other.from <= *to) {
      reader.Problem("from", "two recesses overlap", "recesses apart from each other are accepted");
    }
  }
  calendar.recesses.push_back({*from, *to});
}

void ReadWeeklyRest(Reader& reader, Calendar& calendar) {
  const auto days = reader.Texts(
      "weekly_rest",
      Reader::kOptional,
      [](absl::string_view name) { return WeekdayOf(name).has_value(); },
      "MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY");
  for (const std::string& day : days) calendar.weekly_rest.push_back(*WeekdayOf(day));
  auto& rest = calendar.weekly_rest;
  std::sort(rest.begin(), rest.end());
  rest.erase(std::unique(rest.begin(), rest.end()), rest.end());
  if (rest.size() == 7) {
    reader.Problem("weekly_rest", "every day is a day of rest", "at most six are accepted");
  }
}

void ReadYears(Reader& reader, Calendar& calendar) {
  constexpr int64_t kFirstYear = 1990, kLastYear = 2200;
  for (int64_t year : reader.Numbers("years", Reader::kRequired, kFirstYear, kLastYear)) {
    calendar.years.push_back(static_cast<int>(year));
  }
  auto& years = calendar.years;
  std::sort(years.begin(), years.end());
  years.erase(std::unique(years.begin(), years.end()), years.end());
}

void SortDays(Calendar& calendar) {
  std::sort(calendar.holidays.begin(), calendar.holidays.end());
  std::sort(calendar.recesses.begin(),
            calendar.recesses.end(),
            [](const Recess& a, const Recess& b) { return a.from < b.from; });
}

}  // namespace

void ReadCalendar(const TomlValue& table, Drafts& drafts) {
  constexpr int64_t kMaxVersion = 1000000;
  Reader reader(table, "calendar", drafts.problems);
  Calendar calendar;
  calendar.id = reader.Text("id", Reader::kRequired, IsShortName, "1 to 32 of a-z, 0-9 and -");
  calendar.version =
      static_cast<uint32_t>(reader.Number("version", Reader::kRequired, 1, kMaxVersion));
  ReadWeeklyRest(reader, calendar);
  ReadYears(reader, calendar);
  const std::string cut_off = reader.Text(
      "cut_off",
      Reader::kOptional,
      [](absl::string_view t) { return MinutesOf(t).has_value(); },
      "a local time after midnight, such as \"17:00\"");
  if (!cut_off.empty()) calendar.cut_off_minutes = MinutesOf(cut_off);
  for (const TomlValue* day : reader.Tables("holiday")) {
    ReadHoliday(*day, calendar, drafts.problems);
  }
  for (const TomlValue* recess : reader.Tables("recess")) {
    ReadRecess(*recess, calendar, drafts.problems);
  }
  reader.Finish();
  SortDays(calendar);
  SealCalendar(calendar);
  if (calendar.id.empty()) return;
  drafts.definitions.push_back({"calendar", calendar.id, reader.place()});
  drafts.contents.calendars.push_back(std::move(calendar));
}

void CheckCalendarVersions(const Directory& current, Drafts& drafts) {
  for (const Calendar& calendar : drafts.contents.calendars) {
    const Calendar* before = current.FindCalendar(calendar.id);
    const bool fine = before == nullptr || before->sha256 == calendar.sha256 ||
                      before->version < calendar.version;
    if (fine) continue;
    const auto definition =
        std::find_if(drafts.definitions.begin(), drafts.definitions.end(), [&](const Mention& m) {
          return m.category == "calendar" && m.name == calendar.id;
        });
    drafts.problems.Add(definition->place,
                        absl::StrCat("calendar ",
                                     calendar.id,
                                     " is not as it was loaded, under the version ",
                                     calendar.version),
                        absl::StrCat("a version above ",
                                     before->version,
                                     " is accepted: receipts name calendar and version"));
  }
}

}  // namespace rogatoria
