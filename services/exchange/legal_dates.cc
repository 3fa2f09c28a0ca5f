#include "services/exchange/legal_dates.h"

#include <algorithm>
#include <fstream>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/base/status_macros.h"
#include "common/directory/working_time.h"

namespace rogatoria {
namespace {

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
  ROG_ASSIGN_OR_RETURN(const absl::TimeZone zone, FindTimeZone(time_zone));
  const bool exact = effect != v1::DEADLINE_EFFECT_UNSPECIFIED;
  absl::CivilDay day =
      StartDay(receipt, zone, calendar, exact ? StartRule::kExactInstant : StartRule::kReceipt);
  LegalDate date;
  date.time_zone = std::string(time_zone);
  date.tzdata_version = std::string(tzdata_version);
  if (exact) {
    date.rule = std::string(kExactInstantRule);
    date.date = absl::FormatCivilTime(day);
    return date;
  }
  ROG_ASSIGN_OR_RETURN(day, WorkingDayAfter(day, 1, calendar));
  date.rule = std::string(kNextWorkingDayRule);
  date.date = absl::FormatCivilTime(day);
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
