#include "services/exchange/legal_dates.h"

#include <algorithm>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/base/error.h"

namespace rogatoria {
namespace {

absl::StatusOr<absl::CivilMinute> LocalTime(Instant instant, absl::string_view time_zone) {
  absl::TimeZone zone;
  if (time_zone.empty() || !absl::LoadTimeZone(time_zone, &zone)) {
    return Error(Reason::FIELD_INVALID)
        .Field("time_zone")
        .Accepted(
            absl::StrCat("an IANA time zone that this machine knows, not \"", time_zone, "\""));
  }
  return absl::CivilMinute(zone.At(instant.ToTime()).cs);
}

// What comes at the cut-off hour or later counts as received on the day after.
absl::CivilDay ReceiptDay(absl::CivilMinute local, const Calendar& calendar) {
  const absl::CivilDay day(local);
  const int minutes = local.hour() * 60 + local.minute();
  const bool late = calendar.cut_off_minutes.has_value() && minutes >= *calendar.cut_off_minutes;
  return late ? day + 1 : day;
}

absl::StatusOr<absl::CivilDay> NextWorkingDay(absl::CivilDay day, const Calendar& calendar) {
  do {
    ++day;
    if (!calendar.Covers(static_cast<int>(day.year()))) {
      return Error(Reason::CALENDAR_YEAR_MISSING)
          .Field(absl::StrCat("calendar ", calendar.id))
          .Accepted(absl::StrCat("a calendar that covers the year ", day.year()));
    }
  } while (calendar.IsRestDay(day));
  return day;
}

// "# version 2025b" of tzdata.zi, "2025b" of +VERSION.
std::string VersionIn(const std::string& path, absl::string_view prefix) {
  constexpr size_t kMaxChars = 16;
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) ||
      line.compare(0, prefix.size(), prefix.data(), prefix.size()) != 0) {
    return "";
  }
  const std::string version = line.substr(prefix.size());
  const bool plain = std::all_of(version.begin(), version.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  });
  return plain && version.size() <= kMaxChars ? version : "";
}

}  // namespace

absl::StatusOr<LegalDate> ComputeLegalDate(Instant receipt,
                                           v1::DeadlineEffect effect,
                                           absl::string_view time_zone,
                                           const Calendar& calendar,
                                           absl::string_view tzdata_version) {
  const auto local = LocalTime(receipt, time_zone);
  if (!local.ok()) return local.status();
  LegalDate date;
  date.time_zone = std::string(time_zone);
  date.tzdata_version = std::string(tzdata_version);
  if (effect != v1::DEADLINE_EFFECT_UNSPECIFIED) {
    date.rule = std::string(kExactInstant);
    date.date = absl::FormatCivilTime(absl::CivilDay(*local));
    return date;
  }
  const auto day = NextWorkingDay(ReceiptDay(*local, calendar), calendar);
  if (!day.ok()) return day.status();
  date.rule = std::string(kNextWorkingDay);
  date.date = absl::FormatCivilTime(*day);
  date.calendar = calendar.id;
  date.calendar_version = calendar.version;
  date.calendar_sha256 = calendar.sha256;
  return date;
}

std::string ReadTzdataVersion(const std::string& folder) {
  std::string version = VersionIn(folder + "/tzdata.zi", "# version ");
  if (version.empty()) version = VersionIn(folder + "/+VERSION", "");
  return version.empty() ? "unknown" : version;
}

}  // namespace rogatoria
