#include "common/directory/calendar.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/crypto/digest.h"

namespace rogatoria {
namespace {

// 1 is Monday, as in ISO 8601.
int IsoNumber(absl::Weekday day) {
  return static_cast<int>(day) + 1;
}

std::string WeeklyRestText(const std::vector<absl::Weekday>& days) {
  std::string text;
  for (absl::Weekday day : days) {
    absl::StrAppend(&text, text.empty() ? "" : ",", IsoNumber(day));
  }
  return text.empty() ? "-" : text;
}

std::string CutOffText(const std::optional<int>& minutes) {
  if (!minutes.has_value()) return "-";
  return absl::StrFormat("%02d:%02d", *minutes / 60, *minutes % 60);
}

}  // namespace

bool Calendar::Covers(int year) const {
  return std::binary_search(years.begin(), years.end(), year);
}

bool Calendar::IsRestDay(absl::CivilDay day) const {
  const absl::Weekday weekday = absl::GetWeekday(day);
  return std::find(weekly_rest.begin(), weekly_rest.end(), weekday) != weekly_rest.end() ||
         std::binary_search(holidays.begin(), holidays.end(), day) ||
         std::any_of(recesses.begin(), recesses.end(), [day](const Recess& recess) {
           return recess.from <= day && day <= recess.to;
         });
}

Bytes FormatCalendar(const Calendar& calendar) {
  Bytes out = absl::StrCat("rogatoria-calendar v1\nid ",
                           calendar.id,
                           "\nversion ",
                           calendar.version,
                           "\nweekly-rest ",
                           WeeklyRestText(calendar.weekly_rest),
                           "\ncut-off ",
                           CutOffText(calendar.cut_off_minutes),
                           "\n");
  for (int year : calendar.years) absl::StrAppend(&out, "year ", year, "\n");
  for (absl::CivilDay day : calendar.holidays) {
    absl::StrAppend(&out, "holiday ", absl::FormatCivilTime(day), "\n");
  }
  for (const Recess& recess : calendar.recesses) {
    absl::StrAppend(&out,
                    "recess ",
                    absl::FormatCivilTime(recess.from),
                    " ",
                    absl::FormatCivilTime(recess.to),
                    "\n");
  }
  return out;
}

void SealCalendar(Calendar& calendar) {
  calendar.sha256 = ToHex(Sha256(FormatCalendar(calendar)));
}

}  // namespace rogatoria
