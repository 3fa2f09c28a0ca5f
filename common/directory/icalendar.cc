#include "common/directory/icalendar.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "common/base/status_macros.h"
#include "common/directory/ical_events.h"

namespace rogatoria {
namespace {

constexpr size_t kMaxFileBytes = 1 << 20;
constexpr size_t kMaxNameBytes = 200;
constexpr size_t kMaxOccurrences = 20000;

struct NamedRecess {
  Recess span;
  std::string name;
};

// What the events say of the wanted years, as [[calendar]] wants it.
struct Days {
  std::map<absl::CivilDay, std::string> holidays;
  std::vector<NamedRecess> recesses;
};

// The days on which an event begins.
std::vector<absl::CivilDay> OccurrencesOf(const IcalEvent& event, int last_year) {
  std::vector<absl::CivilDay> days = {event.first};
  if (event.rule.has_value()) days = ExpandIcalRule(*event.rule, event.first, last_year);
  days.insert(days.end(), event.also.begin(), event.also.end());
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  for (absl::CivilDay day : event.except) {
    days.erase(std::remove(days.begin(), days.end(), day), days.end());
  }
  return days;
}

bool IsRecess(const IcalEvent& event, const std::vector<std::string>& categories) {
  return event.days > 1 ||
         std::any_of(event.categories.begin(), event.categories.end(), [&](const auto& category) {
           return std::find(categories.begin(), categories.end(), category) != categories.end();
         });
}

// A name of one line that is not too long, cut between characters.
std::string ShortName(std::string name) {
  std::replace(name.begin(), name.end(), '\t', ' ');
  size_t size = std::min(name.size(), kMaxNameBytes);
  while (size < name.size() && (static_cast<unsigned char>(name[size]) & 0xc0) == 0x80) --size;
  return name.substr(0, size);
}

// The parts of a recess that lie in wanted years; those that follow each other make one part.
void AddRecess(Recess whole,
               const std::string& name,
               const std::vector<int>& years,
               std::vector<NamedRecess>& recesses) {
  bool goes_on = false;
  for (absl::civil_year_t year = whole.from.year(); year <= whole.to.year(); ++year) {
    const bool wanted = std::binary_search(years.begin(), years.end(), static_cast<int>(year));
    const absl::CivilDay from = std::max(whole.from, absl::CivilDay(year, 1, 1));
    const absl::CivilDay to = std::min(whole.to, absl::CivilDay(year, 12, 31));
    if (wanted && goes_on) recesses.back().span.to = to;
    if (wanted && !goes_on) recesses.push_back({{from, to}, name});
    goes_on = wanted;
  }
}

Days CollectDays(const std::vector<IcalEvent>& events,
                 const CalendarImport& as,
                 Problems& problems) {
  Days days;
  size_t total = 0;
  for (const IcalEvent& event : events) {
    const std::string name = ShortName(event.summary);
    const std::vector<absl::CivilDay> occurrences = OccurrencesOf(event, as.years.back());
    total += occurrences.size();
    if (total > kMaxOccurrences) {
      problems.Add(event.place,
                   "with this event there are too many days",
                   absl::StrCat("at most ", kMaxOccurrences, " are accepted"));
      return days;
    }
    for (absl::CivilDay day : occurrences) {
      if (IsRecess(event, as.recess_categories)) {
        AddRecess({day, day + event.days - 1}, name, as.years, days.recesses);
      } else if (std::binary_search(
                     as.years.begin(), as.years.end(), static_cast<int>(day.year()))) {
        days.holidays.emplace(day, name);
      }
    }
  }
  return days;
}

// Recesses that overlap become one: a [[calendar]] has none that do.
void MergeRecesses(std::vector<NamedRecess>& recesses) {
  std::sort(recesses.begin(), recesses.end(), [](const NamedRecess& a, const NamedRecess& b) {
    return std::pair(a.span.from, a.span.to) < std::pair(b.span.from, b.span.to);
  });
  std::vector<NamedRecess> merged;
  for (NamedRecess& recess : recesses) {
    if (merged.empty() || merged.back().span.to < recess.span.from) {
      merged.push_back(std::move(recess));
    } else {
      merged.back().span.to = std::max(merged.back().span.to, recess.span.to);
    }
  }
  recesses = std::move(merged);
}

bool HasDayIn(int year, const Days& days) {
  const auto holiday = days.holidays.lower_bound(absl::CivilDay(year, 1, 1));
  return (holiday != days.holidays.end() && holiday->first.year() == year) ||
         std::any_of(days.recesses.begin(), days.recesses.end(), [year](const NamedRecess& recess) {
           return recess.span.from.year() <= year && year <= recess.span.to.year();
         });
}

// A year without a single day is one that the file does not cover, however it came about.
void CheckYears(const DirectoryFile& file,
                const Days& days,
                const std::vector<int>& years,
                Problems& problems) {
  for (int year : years) {
    if (HasDayIn(year, days)) continue;
    problems.Add(Place{file.name, 1, 1},
                 absl::StrCat("there is no day of the year ", year),
                 "years that the file has days of are accepted");
  }
}

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"\"", "\\\""}}), "\"");
}

std::string NameLine(const std::string& name) {
  return name.empty() ? "" : absl::StrCat("name = ", Quoted(name), "\n");
}

std::string FormatToml(const DirectoryFile& file, const CalendarImport& as, const Days& days) {
  std::string toml = absl::StrCat("# Made from ",
                                  Quoted(file.name),
                                  ". Check before production.\n[[calendar]]\nid = ",
                                  Quoted(as.id),
                                  "\nversion = ",
                                  as.version,
                                  "\nweekly_rest = [");
  const auto quote = [](std::string* out, const std::string& text) { out->append(Quoted(text)); };
  absl::StrAppend(&toml,
                  absl::StrJoin(as.weekly_rest, ", ", quote),
                  "]\nyears = [",
                  absl::StrJoin(as.years, ", "),
                  "]\n");
  if (!as.cut_off.empty()) absl::StrAppend(&toml, "cut_off = ", Quoted(as.cut_off), "\n");
  for (const auto& [day, name] : days.holidays) {
    absl::StrAppend(
        &toml, "\n[[calendar.holiday]]\ndate = ", absl::FormatCivilTime(day), "\n", NameLine(name));
  }
  for (const NamedRecess& recess : days.recesses) {
    absl::StrAppend(&toml,
                    "\n[[calendar.recess]]\nfrom = ",
                    absl::FormatCivilTime(recess.span.from),
                    "\nto = ",
                    absl::FormatCivilTime(recess.span.to),
                    "\n",
                    NameLine(recess.name));
  }
  return toml;
}

}  // namespace

absl::StatusOr<ImportedCalendar> ImportICalendar(const DirectoryFile& file,
                                                 const CalendarImport& as) {
  CalendarImport sorted = as;
  std::sort(sorted.years.begin(), sorted.years.end());
  Problems problems;
  if (file.content.size() > kMaxFileBytes) {
    problems.Add(Place{file.name, 1, 1},
                 absl::StrCat("the file has ", file.content.size(), " bytes"),
                 absl::StrCat("at most ", kMaxFileBytes, " are accepted"));
  }
  if (sorted.years.empty() || sorted.years.front() < 1990 || sorted.years.back() > 2200) {
    problems.Add(Place{file.name, 1, 1}, "the years are not known", "1990 to 2200 are accepted");
  }
  if (!problems.empty()) return problems.ToStatus();
  const std::vector<IcalEvent> events = ReadIcalEvents(file.name, file.content, problems);
  if (!problems.empty()) return problems.ToStatus();
  Days days = CollectDays(events, sorted, problems);
  MergeRecesses(days.recesses);
  CheckYears(file, days, sorted.years, problems);
  if (!problems.empty()) return problems.ToStatus();
  ImportedCalendar imported;
  imported.toml = FormatToml(file, sorted, days);
  // What the hub's own reader makes of it, which also judges the options.
  ROG_ASSIGN_OR_RETURN(const auto directory,
                       ParseDirectory({{{"calendar.toml", imported.toml}}}, "import"));
  imported.calendar = directory->calendars().front();
  return imported;
}

}  // namespace rogatoria
