#include "common/directory/ical_rule.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace rogatoria {
namespace {

bool IsDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
}

// A whole number from `least` to `most`, with a sign where that is below zero; never 0.
std::optional<int> NumberIn(absl::string_view text, int least, int most) {
  absl::string_view digits = text;
  if (least < 0 && !digits.empty() && (digits[0] == '-' || digits[0] == '+')) {
    digits.remove_prefix(1);
  }
  int number = 0;
  const bool fine = IsDigits(digits) && digits.size() <= 4 && absl::SimpleAtoi(text, &number) &&
                    number != 0 && number >= least && number <= most;
  return fine ? std::optional<int>(number) : std::nullopt;
}

std::optional<std::vector<int>> NumbersIn(absl::string_view text, int least, int most) {
  std::set<int> numbers;
  for (absl::string_view item : absl::StrSplit(text, ',')) {
    const auto number = NumberIn(item, least, most);
    if (!number.has_value()) return std::nullopt;
    numbers.insert(*number);
  }
  return std::vector<int>(numbers.begin(), numbers.end());
}

std::optional<absl::Weekday> WeekdayOf(absl::string_view name) {
  constexpr absl::string_view kNames[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
  for (int i = 0; i < 7; ++i) {
    if (kNames[i] == name) return static_cast<absl::Weekday>(i);
  }
  return std::nullopt;
}

std::optional<std::vector<IcalWeekday>> WeekdaysIn(absl::string_view text) {
  std::vector<IcalWeekday> weekdays;
  for (absl::string_view item : absl::StrSplit(text, ',')) {
    if (item.size() < 2) return std::nullopt;
    const auto weekday = WeekdayOf(item.substr(item.size() - 2));
    const absl::string_view nth = item.substr(0, item.size() - 2);
    const auto number = nth.empty() ? std::optional<int>(0) : NumberIn(nth, -5, 5);
    if (!weekday.has_value() || !number.has_value()) return std::nullopt;
    weekdays.push_back({*number, *weekday});
  }
  return weekdays;
}

template <typename T>
bool Take(std::optional<T> found, T& member) {
  if (found.has_value()) member = *std::move(found);
  return found.has_value();
}
template <typename T>
bool TakeOptional(const std::optional<T>& found, std::optional<T>& member) {
  member = found;
  return found.has_value();
}

// The keys that are read, and what each accepts.
struct Part {
  absl::string_view key;
  bool (*read)(absl::string_view value, IcalRule& rule);
  absl::string_view accepted;
};
constexpr Part kParts[] = {
    {"FREQ", [](absl::string_view v, IcalRule&) { return v == "YEARLY"; }, "YEARLY"},
    {"INTERVAL",
     [](absl::string_view v, IcalRule& rule) { return Take(NumberIn(v, 1, 100), rule.interval); },
     "1 to 100"},
    {"COUNT",
     [](absl::string_view v, IcalRule& rule) {
       return TakeOptional(NumberIn(v, 1, 1000), rule.count);
     },
     "1 to 1000"},
    {"UNTIL",
     [](absl::string_view v, IcalRule& rule) { return TakeOptional(ParseIcalDay(v), rule.until); },
     "a day, such as 20301231"},
    {"BYMONTH",
     [](absl::string_view v, IcalRule& rule) { return Take(NumbersIn(v, 1, 12), rule.months); },
     "1 to 12, with commas"},
    {"BYMONTHDAY",
     [](absl::string_view v, IcalRule& rule) {
       return Take(NumbersIn(v, -31, 31), rule.month_days);
     },
     "1 to 31 or -31 to -1, with commas"},
    {"BYDAY",
     [](absl::string_view v, IcalRule& rule) { return Take(WeekdaysIn(v), rule.weekdays); },
     "MO to SU, with commas; before each, if wanted, 1 to 5 or -5 to -1"},
    {"WKST", [](absl::string_view v, IcalRule&) { return WeekdayOf(v).has_value(); }, "MO to SU"},
};

// What RFC 5545 would count within the year, which nobody needs for a feast.
bool CountsWithinTheYear(const IcalRule& rule) {
  return rule.months.empty() && std::any_of(rule.weekdays.begin(),
                                            rule.weekdays.end(),
                                            [](const IcalWeekday& day) { return day.nth != 0; });
}

// A text for the problem; empty if there is none.
std::string Contradiction(const IcalRule& rule, const std::set<std::string>& keys) {
  if (keys.count("FREQ") == 0) return "FREQ is missing";
  if (rule.count.has_value() && rule.until.has_value()) return "it has both COUNT and UNTIL";
  if (CountsWithinTheYear(rule)) return "BYDAY counts within the year";
  return "";
}

bool FallsOn(absl::CivilDay day, int days_in_month, const IcalRule& rule) {
  const bool by_number =
      rule.month_days.empty() ||
      std::any_of(rule.month_days.begin(), rule.month_days.end(), [&](int wanted) {
        return wanted == day.day() || days_in_month + 1 + wanted == day.day();
      });
  const bool by_weekday =
      rule.weekdays.empty() ||
      std::any_of(rule.weekdays.begin(), rule.weekdays.end(), [&](const IcalWeekday& wanted) {
        const int from_start = (day.day() - 1) / 7 + 1;
        const int from_end = -((days_in_month - day.day()) / 7 + 1);
        return wanted.weekday == absl::GetWeekday(day) &&
               (wanted.nth == 0 || wanted.nth == from_start || wanted.nth == from_end);
      });
  return by_number && by_weekday;
}

// A rule with what RFC 5545 takes from the first day where it says nothing.
IcalRule Completed(IcalRule rule, absl::CivilDay first) {
  const bool says_days = !rule.month_days.empty() || !rule.weekdays.empty();
  if (rule.months.empty() && !says_days) rule.months = {first.month()};
  if (rule.months.empty()) rule.months = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  if (!says_days) rule.month_days = {first.day()};
  return rule;
}

std::vector<absl::CivilDay> DaysOf(absl::civil_year_t year, const IcalRule& rule) {
  std::vector<absl::CivilDay> days;
  for (int month : rule.months) {
    const absl::CivilMonth begin(year, month);
    const auto length = static_cast<int>(absl::CivilDay(begin + 1) - absl::CivilDay(begin));
    for (absl::CivilDay day(begin); absl::CivilMonth(day) == begin; ++day) {
      if (FallsOn(day, length, rule)) days.push_back(day);
    }
  }
  return days;
}

}  // namespace

std::optional<absl::CivilDay> ParseIcalDay(absl::string_view text) {
  int year = 0, month = 0, day = 0;
  if (text.size() != 8 || !IsDigits(text) || !absl::SimpleAtoi(text.substr(0, 4), &year) ||
      !absl::SimpleAtoi(text.substr(4, 2), &month) || !absl::SimpleAtoi(text.substr(6), &day)) {
    return std::nullopt;
  }
  const absl::CivilDay found(year, month, day);
  const bool real = found.year() == year && found.month() == month && found.day() == day;
  return real && year >= 1900 && year <= 2200 ? std::optional<absl::CivilDay>(found) : std::nullopt;
}

std::optional<IcalRule> ReadIcalRule(const IcalLine& line, Problems& problems) {
  IcalRule rule;
  std::set<std::string> keys;
  bool good = true;
  size_t offset = 0;
  const auto problem = [&](absl::string_view what, absl::string_view accepted) {
    problems.Add(line.PlaceInValue(offset), absl::StrCat("RRULE: ", what), accepted);
    good = false;
  };
  for (absl::string_view text : absl::StrSplit(line.value, ';')) {
    const std::vector<std::string> halves = absl::StrSplit(text, absl::MaxSplits('=', 1));
    const auto* part = std::find_if(std::begin(kParts), std::end(kParts), [&](const Part& known) {
      return known.key == halves[0];
    });
    if (part == std::end(kParts) || halves.size() != 2) {
      problem(absl::StrCat("\"", text, "\" is not read"),
              "FREQ=YEARLY with INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY is accepted");
    } else if (!keys.insert(halves[0]).second) {
      problem(absl::StrCat(halves[0], " is there twice"), "each once is accepted");
    } else if (!part->read(halves[1], rule)) {
      problem(absl::StrCat(halves[0], " is \"", halves[1], "\""),
              absl::StrCat(part->accepted, " is accepted"));
    }
    offset += text.size() + 1;
  }
  if (!good) return std::nullopt;
  offset = 0;
  const std::string contradiction = Contradiction(rule, keys);
  if (!contradiction.empty()) {
    problem(contradiction,
            "FREQ=YEARLY, COUNT or UNTIL but not both, and BYMONTH with an n-th weekday are "
            "accepted");
  }
  return good ? std::optional<IcalRule>(rule) : std::nullopt;
}

std::vector<absl::CivilDay> ExpandIcalRule(const IcalRule& rule,
                                           absl::CivilDay first,
                                           absl::civil_year_t last_year) {
  const IcalRule whole = Completed(rule, first);
  std::vector<absl::CivilDay> found;
  for (absl::civil_year_t year = first.year(); year <= last_year; year += rule.interval) {
    for (absl::CivilDay day : DaysOf(year, whole)) {
      if (day < first) continue;
      const bool over = (rule.until.has_value() && day > *rule.until) ||
                        (rule.count.has_value() && static_cast<int>(found.size()) >= *rule.count);
      if (over) return found;
      found.push_back(day);
    }
  }
  return found;
}

}  // namespace rogatoria
