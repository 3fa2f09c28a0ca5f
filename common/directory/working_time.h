// Spans of time as laws and treaties give them, counted in the time zone and the calendar of the
// authority concerned. Pure: values in, values out; the machine's time zone data aside.
//
//   MINUTES, HOURS  elapsed time, from instant to instant; no calendar counts
//   DAYS            calendar days; the day of the start is not counted, the span ends with its last
//                   day, at the authority's midnight. If that is a day of rest: RestDayEnd
//   MONTHS          calendar months, to the day of the same number, or the last one of a month that
//                   has none (Regulation 1182/71 article 3(2)(c)); else as DAYS
//   WORKING_DAYS    days that are no days of rest; else as DAYS
//
// An instant of `DueAfter` is the last one that is in time; a millisecond later is too late.
//
// A clock that is held and goes on is a fold over these functions:
//
//   due  = DueAfter(start, within, zone, calendar, StartRule::kReceipt)
//   left = Remaining(start, within, held, zone, calendar, StartRule::kReceipt)
//   due  = DueAfter(resumed, *left, zone, calendar, StartRule::kExactInstant)
//
// and a hold that ends on the day on which it began moves nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/directory/calendar.h"

namespace rogatoria {

// What becomes of a span of DAYS or MONTHS that ends on a day of rest.
//
// Practice differs, so whoever sets the deadline says it. Moving on is the rule of Regulation (EEC,
// Euratom) 1182/71 article 3(4), of the European Convention on the Calculation of Time-Limits (ETS
// 76) article 5 and of most codes of procedure; staying is right for what must not last longer than
// a treaty allows, such as a preservation of data. CHECK_BEFORE_PRODUCTION.
enum class RestDayEnd {
  kNextWorkingDay,
  kSameDay,
};

struct TimeSpan {
  // Milliseconds are what Remaining leaves of minutes and hours; no text has them. Of months it
  // leaves days.
  enum Unit { kMinutes, kHours, kDays, kWorkingDays, kMilliseconds, kMonths };

  int64_t count = 0;
  Unit unit = kDays;
  RestDayEnd rest_day_end = RestDayEnd::kNextWorkingDay;  // of kDays and kMonths

  bool operator==(const TimeSpan&) const = default;
};

// Which day the start is on.
enum class StartRule {
  kReceipt,       // what comes at the calendar's cut-off hour or later counts as of the next day
  kExactInstant,  // the day it is: acts that interrupt or suspend (Treaty of Medellin article 6.4)
};

// "5 WORKING_DAYS", "30 DAYS", "3 MONTHS", "24 HOURS", "20 MINUTES"; from 1 to ten years' worth.
// FIELD_INVALID otherwise. FormatTimeSpan is its inverse.
absl::StatusOr<TimeSpan> ParseTimeSpan(absl::string_view text);
std::string FormatTimeSpan(const TimeSpan& span);
// "NEXT_WORKING_DAY", "SAME_DAY"; nullopt for anything else.
std::optional<RestDayEnd> ParseRestDayEnd(absl::string_view text);

// The last instant that is in time. `within.count` may be 0 where Remaining gave it.
//
// Errors of this and of the functions below: CALENDAR_YEAR_MISSING names calendar and year when a
// day must be judged that the calendar does not know: nothing is guessed. FIELD_INVALID for a zone
// that the machine does not know and for a span beyond ten years.
absl::StatusOr<Instant> DueAfter(Instant start,
                                 const TimeSpan& within,
                                 absl::string_view zone,
                                 const Calendar& calendar,
                                 StartRule rule = StartRule::kReceipt);

// What is left at `held` of a clock that began at `start`; nullopt when it had run out before. Days
// that ended until `held`, and the day of `held` itself, are used up.
absl::StatusOr<std::optional<TimeSpan>> Remaining(Instant start,
                                                  const TimeSpan& within,
                                                  Instant held,
                                                  absl::string_view zone,
                                                  const Calendar& calendar,
                                                  StartRule rule = StartRule::kReceipt);

// When to warn of `due`: so much time before; for days, the first instant of the day that is so
// many (working) days before the day of `due`. May be before the clock began.
absl::StatusOr<Instant> WarnAt(Instant due,
                               const TimeSpan& before,
                               absl::string_view zone,
                               const Calendar& calendar);

// The parts of the above.

absl::StatusOr<absl::TimeZone> FindTimeZone(absl::string_view zone);
// The local day on which something counts that comes at `instant`.
absl::CivilDay StartDay(Instant instant,
                        const absl::TimeZone& zone,
                        const Calendar& calendar,
                        StartRule rule);
// The first instant of a local day, and its last millisecond. Where clocks go forward at midnight
// the day begins at the change; where they go back over midnight, at the first of both.
Instant StartOfDay(absl::CivilDay day, const absl::TimeZone& zone);
Instant EndOfDay(absl::CivilDay day, const absl::TimeZone& zone);
// The `count`-th working day after `day`; with 0 `day` itself or, if it is one of rest, the next
// working day. REQUIRES: count >= 0.
absl::StatusOr<absl::CivilDay> WorkingDayAfter(absl::CivilDay day,
                                               int64_t count,
                                               const Calendar& calendar);
// The `count`-th working day before `day`. REQUIRES: count > 0.
absl::StatusOr<absl::CivilDay> WorkingDayBefore(absl::CivilDay day,
                                                int64_t count,
                                                const Calendar& calendar);

}  // namespace rogatoria
