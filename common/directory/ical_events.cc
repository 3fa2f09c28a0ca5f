#include "common/directory/ical_events.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/directory/ical_lines.h"

namespace rogatoria {
namespace {

constexpr size_t kMaxEvents = 10000;
constexpr size_t kMaxDatesOfAnEvent = 1000;
constexpr int64_t kMaxDaysOfAnEvent = 366;

// One VEVENT being read.
struct OpenEvent {
  IcalEvent event;
  bool has_start = false, has_length = false, cancelled = false;
  std::set<std::string> seen;
  Place end_place;
  std::optional<absl::CivilDay> end;  // exclusive
};

constexpr absl::string_view kDayAccepted = "a whole day is accepted, such as ;VALUE=DATE:20261225";

std::optional<absl::CivilDay> ReadDay(const IcalLine& line, Problems& problems) {
  const auto day = line.Param("VALUE") == "DATE" ? ParseIcalDay(line.value) : std::nullopt;
  if (!day.has_value()) {
    problems.Add(line.PlaceInValue(0),
                 absl::StrCat(line.name, " is \"", line.value, "\", no day"),
                 kDayAccepted);
  }
  return day;
}

void ReadDays(const IcalLine& line, std::vector<absl::CivilDay>& days, Problems& problems) {
  size_t offset = 0;
  for (absl::string_view text : absl::StrSplit(line.value, ',')) {
    const auto day = line.Param("VALUE") == "DATE" ? ParseIcalDay(text) : std::nullopt;
    if (!day.has_value() || days.size() >= kMaxDatesOfAnEvent) {
      problems.Add(line.PlaceInValue(offset),
                   absl::StrCat(line.name, " has \"", text, "\""),
                   absl::StrCat(kDayAccepted, ", at most ", kMaxDatesOfAnEvent, " of them"));
      return;
    }
    days.push_back(*day);
    offset += text.size() + 1;
  }
}

// P3D, P2W; 0 for anything else.
int64_t DaysOfDuration(absl::string_view text) {
  if (text.size() < 3 || text.size() > 6 || text[0] != 'P') return 0;
  const int64_t factor = text.back() == 'D' ? 1 : text.back() == 'W' ? 7 : 0;
  int64_t count = 0;
  const absl::string_view digits = text.substr(1, text.size() - 2);
  const bool plain = std::all_of(digits.begin(), digits.end(), [](char c) {
    return absl::ascii_isdigit(static_cast<unsigned char>(c));
  });
  return plain && absl::SimpleAtoi(digits, &count) ? count * factor : 0;
}

void ReadStart(const IcalLine& line, OpenEvent& open, Problems& problems) {
  open.has_start = true;
  open.event.first = ReadDay(line, problems).value_or(absl::CivilDay());
}

void ReadEnd(const IcalLine& line, OpenEvent& open, Problems& problems) {
  open.end = ReadDay(line, problems);
  open.end_place = line.place();
}

void ReadDuration(const IcalLine& line, OpenEvent& open, Problems& problems) {
  open.event.days = DaysOfDuration(line.value);
  if (open.event.days >= 1 && open.event.days <= kMaxDaysOfAnEvent) return;
  problems.Add(line.PlaceInValue(0),
               absl::StrCat("DURATION is \"", line.value, "\""),
               "whole days or weeks up to a year are accepted, such as P3D");
  open.event.days = 1;
}

void ReadRule(const IcalLine& line, OpenEvent& open, Problems& problems) {
  open.event.rule = ReadIcalRule(line, problems);
}
void ReadAlso(const IcalLine& line, OpenEvent& open, Problems& problems) {
  ReadDays(line, open.event.also, problems);
}
void ReadExcept(const IcalLine& line, OpenEvent& open, Problems& problems) {
  ReadDays(line, open.event.except, problems);
}
void ReadSummary(const IcalLine& line, OpenEvent& open, Problems& /*problems*/) {
  open.event.summary = UnescapeIcalText(line.value);
}
void ReadCategories(const IcalLine& line, OpenEvent& open, Problems& /*problems*/) {
  for (std::string& text : SplitIcalTexts(line.value)) {
    open.event.categories.push_back(std::move(text));
  }
}
void ReadStatus(const IcalLine& line, OpenEvent& open, Problems& /*problems*/) {
  open.cancelled = line.value == "CANCELLED";
}
void RefuseException(const IcalLine& line, OpenEvent& /*open*/, Problems& problems) {
  problems.Add(line.place(),
               absl::StrCat(line.name, " changes one occurrence of another event"),
               "an EXDATE there and an event of its own are accepted");
}

// What of an event says when it is; other properties say nothing that a calendar here needs.
struct Property {
  absl::string_view name;
  bool once;
  void (*read)(const IcalLine&, OpenEvent&, Problems&);
};
constexpr Property kProperties[] = {
    {"DTSTART", true, ReadStart},
    {"DTEND", true, ReadEnd},
    {"DURATION", true, ReadDuration},
    {"RRULE", true, ReadRule},
    {"RDATE", false, ReadAlso},
    {"EXDATE", false, ReadExcept},
    {"SUMMARY", true, ReadSummary},
    {"CATEGORIES", false, ReadCategories},
    {"STATUS", true, ReadStatus},
    {"RECURRENCE-ID", true, RefuseException},
    {"EXRULE", true, RefuseException},
};

void ReadProperty(const IcalLine& line, OpenEvent& open, Problems& problems) {
  for (const Property& property : kProperties) {
    if (property.name != line.name) continue;
    if (property.once && !open.seen.insert(line.name).second) {
      problems.Add(
          line.place(), absl::StrCat(line.name, " is there twice"), "each once is accepted");
      return;
    }
    property.read(line, open, problems);
  }
}

void CheckLength(OpenEvent& open, Problems& problems) {
  if (!open.end.has_value()) return;
  const int64_t days = *open.end - open.event.first;
  if (days >= 1 && days <= kMaxDaysOfAnEvent && open.seen.count("DURATION") == 0) {
    open.event.days = days;
    return;
  }
  problems.Add(open.end_place,
               "DTEND does not fit",
               "the day after the last one is accepted, up to a year later, without a DURATION");
}

// RFC 5545 leaves open what a rule means that does not fall on its own first day.
void CheckRule(const OpenEvent& open, Problems& problems) {
  if (!open.event.rule.has_value()) return;
  const auto days = ExpandIcalRule(*open.event.rule, open.event.first, open.event.first.year());
  if (!days.empty() && days.front() == open.event.first) return;
  problems.Add(open.event.place,
               "DTSTART is no day of its RRULE",
               "an event that begins with the first day of its rule is accepted");
}

// Reads line by line, knowing in which components it is.
class EventReader {
 public:
  EventReader(const std::string& file, Problems& problems) : file_(file), problems_(problems) {}

  void Read(const IcalLine& line) {
    if (line.name == "BEGIN") return Begin(line);
    if (line.name == "END") return End(line);
    if (components_.empty()) return NotHere(line);
    if (components_.size() == 2 && InEvent()) ReadProperty(line, open_, problems_);
  }

  std::vector<IcalEvent> Finish() {
    if (!components_.empty()) {
      problems_.Add(components_.back().place,
                    absl::StrCat(components_.back().name, " does not end"),
                    "an END for each BEGIN is accepted");
    } else if (!had_calendar_) {
      problems_.Add(Place{file_, 1, 1}, "there is no VCALENDAR", "one is accepted");
    }
    return std::move(events_);
  }

 private:
  struct Component {
    std::string name;
    Place place;
  };

  bool InEvent() const { return components_.back().name == "VEVENT"; }

  void NotHere(const IcalLine& line) {
    problems_.Add(line.place(),
                  absl::StrCat(line.name, " outside of a calendar"),
                  "a file that is one VCALENDAR is accepted");
  }

  void Begin(const IcalLine& line) {
    const std::string name = absl::AsciiStrToUpper(line.value);
    constexpr absl::string_view kPassedOver[] = {"VTIMEZONE", "STANDARD", "DAYLIGHT", "VALARM"};
    const bool known =
        std::find(std::begin(kPassedOver), std::end(kPassedOver), name) != std::end(kPassedOver) ||
        absl::StartsWith(name, "X-");
    const bool fits = components_.empty() ? name == "VCALENDAR" && !had_calendar_
                                          : known || (components_.size() == 1 && name == "VEVENT");
    if (!fits) {
      problems_.Add(line.PlaceInValue(0),
                    absl::StrCat("a ", name, " is not read here"),
                    "one VCALENDAR with VEVENTs is accepted");
    }
    had_calendar_ = had_calendar_ || name == "VCALENDAR";
    components_.push_back({name, line.place()});
    if (components_.size() == 2 && name == "VEVENT") {
      open_ = OpenEvent();
      open_.event.place = line.place();
    }
  }

  void End(const IcalLine& line) {
    const std::string name = absl::AsciiStrToUpper(line.value);
    if (components_.empty() || components_.back().name != name) {
      problems_.Add(line.PlaceInValue(0),
                    absl::StrCat("END of ", name, " without its BEGIN"),
                    "components that lie within each other are accepted");
      return;
    }
    if (components_.size() == 2 && InEvent()) EndEvent();
    components_.pop_back();
  }

  void EndEvent() {
    if (open_.cancelled) return;
    if (!open_.has_start) {
      problems_.Add(open_.event.place, "the event has no DTSTART", kDayAccepted);
      return;
    }
    CheckLength(open_, problems_);
    CheckRule(open_, problems_);
    if (events_.size() == kMaxEvents) {
      problems_.Add(open_.event.place,
                    "this is one event too many",
                    absl::StrCat("at most ", kMaxEvents, " are accepted"));
    }
    if (events_.size() <= kMaxEvents) events_.push_back(std::move(open_.event));
  }

  const std::string file_;
  Problems& problems_;
  std::vector<Component> components_;
  bool had_calendar_ = false;
  OpenEvent open_;
  std::vector<IcalEvent> events_;
};

}  // namespace

std::vector<IcalEvent> ReadIcalEvents(const std::string& file,
                                      absl::string_view content,
                                      Problems& problems) {
  EventReader reader(file, problems);
  for (const IcalLine& line : ReadIcalLines(file, content, problems)) reader.Read(line);
  return reader.Finish();
}

}  // namespace rogatoria
