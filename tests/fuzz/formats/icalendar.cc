// iCalendar files of holidays. Promised: what is refused is refused in text and makes nothing; what
// is taken is a calendar of the wanted years that the directory reads back to the same, and the
// same bytes make the same file.
#include "common/directory/icalendar.h"

#include <algorithm>

#include "common/directory/load.h"
#include "tests/fuzz/support/fuzz.h"

namespace rogatoria::fuzz {

void Examine(absl::string_view input) {
  CalendarImport as;
  as.id = "test";
  as.version = 3;
  as.years = {2026, 2027};
  as.recess_categories = {"RECESS"};
  const DirectoryFile file{"input.ics", Bytes(input)};
  const auto imported = ImportICalendar(file, as);
  if (!imported.ok()) return CheckToldInText(imported.status());
  const Calendar& calendar = imported->calendar;
  ROG_CHECK(calendar.years == as.years, "the years are those that were wanted");
  ROG_CHECK(std::all_of(
                calendar.holidays.begin(),
                calendar.holidays.end(),
                [&](absl::CivilDay day) { return calendar.Covers(static_cast<int>(day.year())); }),
            "a holiday lies in a wanted year");
  const auto again = ImportICalendar(file, as);
  ROG_CHECK(again.ok() && again->toml == imported->toml, "the same bytes make the same file");
  const auto directory = ParseDirectory({{{"calendar.toml", imported->toml}}}, "test");
  ROG_CHECK(directory.ok() && (*directory)->FindCalendar("test")->sha256 == calendar.sha256,
            "the directory reads the file that was made");
}

}  // namespace rogatoria::fuzz
