#include "common/directory/duty_hours.h"

#include <algorithm>

#include "absl/time/civil_time.h"
#include "common/directory/working_time.h"

namespace rogatoria {
namespace {

// 1 Monday to 7 Sunday.
uint32_t WeekdayNumber(absl::CivilDay day) {
  return static_cast<uint32_t>(absl::GetWeekday(day)) + 1;
}

bool IsRestDay(const Calendar* calendar, absl::CivilDay day) {
  return calendar != nullptr && calendar->IsRestDay(day);
}

bool IsOfficeHour(const v1::DutyDesk& duty, absl::CivilMinute local) {
  const uint32_t weekday = WeekdayNumber(absl::CivilDay(local));
  const auto minute = static_cast<uint32_t>(local.hour() * 60 + local.minute());
  return std::any_of(duty.hours().begin(), duty.hours().end(), [&](const auto& hours) {
    return hours.weekday() == weekday && hours.opens_minute() <= minute &&
           minute < hours.closes_minute();
  });
}

}  // namespace

bool DutyDeskAnswers(const Directory& directory, const v1::Authority& authority, Instant now) {
  if (!authority.has_duty()) return false;
  const auto zone = FindTimeZone(authority.time_zone());
  if (!zone.ok()) return true;
  const absl::CivilMinute local(zone->At(now.ToTime()).cs);
  const Calendar* calendar = directory.FindCalendar(authority.calendar());
  return IsRestDay(calendar, absl::CivilDay(local)) || !IsOfficeHour(authority.duty(), local);
}

std::string DutyTelephone(const v1::Authority& authority, Instant now) {
  const auto zone = FindTimeZone(authority.time_zone());
  if (zone.ok()) {
    const std::string day = absl::FormatCivilTime(absl::CivilDay(zone->At(now.ToTime()).cs));
    for (const v1::DutyRosterEntry& entry : authority.duty().roster()) {
      if (entry.from() <= day && day <= entry.to()) return entry.telephone();
    }
  }
  return authority.duty().telephone();
}

}  // namespace rogatoria
