#include "common/directory/working_time.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace rogatoria {
namespace {

constexpr int64_t kMsPerMinute = 60 * 1000;
constexpr int64_t kMsPerHour = 60 * kMsPerMinute;
constexpr int64_t kMostDays = 3660;  // ten years

// In the order of TimeSpan::Unit. `most` is ten years' worth.
struct UnitRow {
  absl::string_view name;
  int64_t milliseconds;  // of elapsed time; 0 for days, which are counted
  int64_t most;
};
constexpr UnitRow kUnits[] = {
    {"MINUTES", kMsPerMinute, kMostDays * 24 * 60},
    {"HOURS", kMsPerHour, kMostDays * 24},
    {"DAYS", 0, kMostDays},
    {"WORKING_DAYS", 0, kMostDays},
    {"", 1, kMostDays * 24 * kMsPerHour},
    {"MONTHS", 0, 120},
};

const UnitRow& RowOf(TimeSpan::Unit unit) {
  return kUnits[static_cast<int>(unit)];
}

bool CountsDays(const TimeSpan& span) {
  return RowOf(span.unit).milliseconds == 0;
}

absl::Status CheckSpan(const TimeSpan& span) {
  if (span.count >= 0 && span.count <= RowOf(span.unit).most) return absl::OkStatus();
  return Error(Reason::FIELD_INVALID)
      .Field("within")
      .Accepted("a span of at most ten years, not a negative one");
}

absl::StatusOr<bool> IsWorkingDay(absl::CivilDay day, const Calendar& calendar) {
  if (calendar.Covers(static_cast<int>(day.year()))) return !calendar.IsRestDay(day);
  return Error(Reason::CALENDAR_YEAR_MISSING)
      .Field(absl::StrCat("calendar ", calendar.id))
      .Accepted(absl::StrCat("a calendar that covers the year ", day.year()));
}

// From `day` on, by steps of one day, until `count` working days were met; that one.
absl::StatusOr<absl::CivilDay> WalkWorkingDays(absl::CivilDay day,
                                               int64_t count,
                                               int step,
                                               const Calendar& calendar) {
  while (count > 0) {
    day += step;
    ROG_ASSIGN_OR_RETURN(const bool working, IsWorkingDay(day, calendar));
    if (working) --count;
  }
  return day;
}

// Working days in (from, to]; a negative number for (to, from] when `to` is the earlier.
absl::StatusOr<int64_t> CountWorkingDays(absl::CivilDay from,
                                         absl::CivilDay to,
                                         const Calendar& calendar) {
  int64_t count = 0;
  for (absl::CivilDay day = std::min(from, to) + 1; day <= std::max(from, to); ++day) {
    ROG_ASSIGN_OR_RETURN(const bool working, IsWorkingDay(day, calendar));
    if (working) ++count;
  }
  return from <= to ? count : -count;
}

absl::CivilDay AddMonths(absl::CivilDay day, int64_t months) {
  const absl::CivilMonth month = absl::CivilMonth(day) + months;
  const absl::CivilDay last = absl::CivilDay(month + 1) - 1;
  return std::min(absl::CivilDay(month.year(), month.month(), 1) + (day.day() - 1), last);
}

// Where a span of calendar days or months ends, whatever day that is.
absl::CivilDay CalendarDayAfter(absl::CivilDay start, const TimeSpan& within) {
  return within.unit == TimeSpan::kMonths ? AddMonths(start, within.count) : start + within.count;
}

absl::StatusOr<absl::CivilDay> LastDay(absl::CivilDay start,
                                       const TimeSpan& within,
                                       const Calendar& calendar) {
  if (within.unit == TimeSpan::kWorkingDays) {
    return WorkingDayAfter(start, within.count, calendar);
  }
  const absl::CivilDay last = CalendarDayAfter(start, within);
  if (within.rest_day_end == RestDayEnd::kSameDay) return last;
  return WorkingDayAfter(last, 0, calendar);
}

absl::CivilDay LocalDay(Instant instant, const absl::TimeZone& zone) {
  return absl::CivilDay(zone.At(instant.ToTime()).cs);
}

// What is left of the days that began to count after `start`.
absl::StatusOr<int64_t> DaysLeft(absl::CivilDay start,
                                 const TimeSpan& within,
                                 absl::CivilDay held,
                                 const Calendar& calendar) {
  int64_t left = CalendarDayAfter(start, within) - held;
  if (within.unit == TimeSpan::kWorkingDays) {
    ROG_ASSIGN_OR_RETURN(const int64_t used, CountWorkingDays(start, held, calendar));
    left = within.count - used;
  }
  // The last day may have been moved on: on the days between, nothing is left and nothing missed.
  return std::max<int64_t>(left, 0);
}

}  // namespace

absl::StatusOr<TimeSpan> ParseTimeSpan(absl::string_view text) {
  const size_t space = text.find(' ');
  const absl::string_view digits = text.substr(0, space);
  TimeSpan span;
  const bool number = !digits.empty() && digits[0] >= '1' && digits[0] <= '9' &&
                      absl::SimpleAtoi(digits, &span.count);
  for (auto unit : {TimeSpan::kMinutes,
                    TimeSpan::kHours,
                    TimeSpan::kDays,
                    TimeSpan::kWorkingDays,
                    TimeSpan::kMonths}) {
    if (!number || space == text.npos || text.substr(space + 1) != RowOf(unit).name) continue;
    span.unit = unit;
    if (CheckSpan(span).ok()) return span;
  }
  return Error(Reason::FIELD_INVALID)
      .Accepted(
          "a span from 1 to ten years' worth of MINUTES, HOURS, DAYS, WORKING_DAYS or MONTHS, such "
          "as "
          "\"5 WORKING_DAYS\"");
}

std::string FormatTimeSpan(const TimeSpan& span) {
  const absl::string_view name = RowOf(span.unit).name;
  return absl::StrCat(span.count, " ", name.empty() ? "MILLISECONDS" : name);
}

std::optional<RestDayEnd> ParseRestDayEnd(absl::string_view text) {
  if (text == "NEXT_WORKING_DAY") return RestDayEnd::kNextWorkingDay;
  if (text == "SAME_DAY") return RestDayEnd::kSameDay;
  return std::nullopt;
}

absl::StatusOr<absl::TimeZone> FindTimeZone(absl::string_view zone) {
  absl::TimeZone found;
  if (!zone.empty() && absl::LoadTimeZone(zone, &found)) return found;
  return Error(Reason::FIELD_INVALID)
      .Field("time_zone")
      .Accepted(absl::StrCat("an IANA time zone that this machine knows, not \"", zone, "\""));
}

absl::CivilDay StartDay(Instant instant,
                        const absl::TimeZone& zone,
                        const Calendar& calendar,
                        StartRule rule) {
  const absl::CivilMinute local(zone.At(instant.ToTime()).cs);
  const absl::CivilDay day(local);
  const int minutes = local.hour() * 60 + local.minute();
  const bool late = rule == StartRule::kReceipt && calendar.cut_off_minutes.has_value() &&
                    minutes >= *calendar.cut_off_minutes;
  return late ? day + 1 : day;
}

Instant StartOfDay(absl::CivilDay day, const absl::TimeZone& zone) {
  const absl::TimeZone::TimeInfo midnight = zone.At(absl::CivilSecond(day));
  const bool skipped = midnight.kind == absl::TimeZone::TimeInfo::SKIPPED;
  return Instant::FromTime(skipped ? midnight.trans : midnight.pre);
}

Instant EndOfDay(absl::CivilDay day, const absl::TimeZone& zone) {
  return {StartOfDay(day + 1, zone).unix_ms - 1};
}

absl::StatusOr<absl::CivilDay> WorkingDayAfter(absl::CivilDay day,
                                               int64_t count,
                                               const Calendar& calendar) {
  ROG_CHECK(count >= 0, "a negative count of working days");
  if (count > 0) return WalkWorkingDays(day, count, 1, calendar);
  return WalkWorkingDays(day - 1, 1, 1, calendar);
}

absl::StatusOr<absl::CivilDay> WorkingDayBefore(absl::CivilDay day,
                                                int64_t count,
                                                const Calendar& calendar) {
  ROG_CHECK(count > 0, "no working days to go back");
  return WalkWorkingDays(day, count, -1, calendar);
}

absl::StatusOr<Instant> DueAfter(Instant start,
                                 const TimeSpan& within,
                                 absl::string_view zone,
                                 const Calendar& calendar,
                                 StartRule rule) {
  ROG_RETURN_IF_ERROR(CheckSpan(within));
  if (!CountsDays(within)) {
    return Instant{start.unix_ms + within.count * RowOf(within.unit).milliseconds};
  }
  ROG_ASSIGN_OR_RETURN(const absl::TimeZone local, FindTimeZone(zone));
  ROG_ASSIGN_OR_RETURN(const absl::CivilDay last,
                       LastDay(StartDay(start, local, calendar, rule), within, calendar));
  return EndOfDay(last, local);
}

absl::StatusOr<std::optional<TimeSpan>> Remaining(Instant start,
                                                  const TimeSpan& within,
                                                  Instant held,
                                                  absl::string_view zone,
                                                  const Calendar& calendar,
                                                  StartRule rule) {
  ROG_ASSIGN_OR_RETURN(const Instant due, DueAfter(start, within, zone, calendar, rule));
  if (held > due) return std::optional<TimeSpan>();
  TimeSpan left = within;
  if (left.unit == TimeSpan::kMonths) left.unit = TimeSpan::kDays;
  if (!CountsDays(within)) {
    left.unit = TimeSpan::kMilliseconds;
    left.count = due.unix_ms - held.unix_ms;
    return std::optional<TimeSpan>(left);
  }
  ROG_ASSIGN_OR_RETURN(const absl::TimeZone local, FindTimeZone(zone));
  ROG_ASSIGN_OR_RETURN(
      left.count,
      DaysLeft(StartDay(start, local, calendar, rule), within, LocalDay(held, local), calendar));
  return std::optional<TimeSpan>(left);
}

absl::StatusOr<Instant> WarnAt(Instant due,
                               const TimeSpan& before,
                               absl::string_view zone,
                               const Calendar& calendar) {
  ROG_RETURN_IF_ERROR(CheckSpan(before));
  if (!CountsDays(before)) {
    return Instant{due.unix_ms - before.count * RowOf(before.unit).milliseconds};
  }
  ROG_ASSIGN_OR_RETURN(const absl::TimeZone local, FindTimeZone(zone));
  absl::CivilDay day = LocalDay(due, local);
  if (before.unit == TimeSpan::kDays) return StartOfDay(day - before.count, local);
  if (before.unit == TimeSpan::kMonths) return StartOfDay(AddMonths(day, -before.count), local);
  if (before.count > 0) {
    ROG_ASSIGN_OR_RETURN(day, WorkingDayBefore(day, before.count, calendar));
  }
  return StartOfDay(day, local);
}

}  // namespace rogatoria
