// The legal reception date (Treaty of Medellin articles 6.3 and 6.4): pure, total, from values
// only.
//
//   NEXT_WORKING_DAY  the working day after the day of receipt, in the recipient's zone and
//   calendar EXACT_INSTANT     acts that interrupt or suspend a deadline count at the instant
//   itself
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/directory/calendar.h"
#include "common/model/evidence.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria {

inline constexpr absl::string_view kNextWorkingDayRule = "NEXT_WORKING_DAY";
inline constexpr absl::string_view kExactInstantRule = "EXACT_INSTANT";

// `time_zone`: the IANA name of the recipient's. CALENDAR_YEAR_MISSING naming calendar and year
// when the calendar does not cover a day that matters; FIELD_INVALID for a zone that the machine
// does not know. `tzdata_version` is what ReadTzdataVersion gave at start.
absl::StatusOr<LegalDate> ComputeLegalDate(Instant receipt,
                                           v1::DeadlineEffect effect,
                                           absl::string_view time_zone,
                                           const Calendar& calendar,
                                           absl::string_view tzdata_version);

// The version of the machine's time zone data, from its folder (/usr/share/zoneinfo): 2025b, or
// "unknown". Reads files; call it once at start.
std::string ReadTzdataVersion(const std::string& folder);

}  // namespace rogatoria
