// RRULE of RFC 5545 section 3.3.10, as far as feasts that come every year need it. Internal to
// common/directory.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/directory/ical_lines.h"
#include "common/directory/problems.h"

namespace rogatoria {

// A weekday, the n-th of its month, from its end where n is below zero; 0: each.
struct IcalWeekday {
  int nth = 0;
  absl::Weekday weekday = absl::Weekday::monday;
};

// FREQ=YEARLY.
struct IcalRule {
  int interval = 1;                     // years
  std::optional<int> count;             // of occurrences
  std::optional<absl::CivilDay> until;  // inclusive
  std::vector<int> months;              // BYMONTH, ascending
  std::vector<int> month_days;          // BYMONTHDAY; below zero from the end
  std::vector<IcalWeekday> weekdays;    // BYDAY
};

// 20261225; nullopt for anything else, and outside the years 1900 to 2200.
std::optional<absl::CivilDay> ParseIcalDay(absl::string_view text);

// The value of an RRULE line; nullopt with problems added.
std::optional<IcalRule> ReadIcalRule(const IcalLine& line, Problems& problems);

// The days on which it falls from its first day on, ascending, until the end of `last_year`.
std::vector<absl::CivilDay> ExpandIcalRule(const IcalRule& rule,
                                           absl::CivilDay first,
                                           absl::civil_year_t last_year);

}  // namespace rogatoria
