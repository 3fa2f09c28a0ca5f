#include "common/directory/clock_dates.h"

#include "absl/time/civil_time.h"
#include "common/directory/calendar_for.h"
#include "common/directory/working_time.h"

namespace rogatoria {
namespace {

// How often an undated clock is looked at: a calendar may have come.
constexpr absl::Duration kLookAgain = absl::Hours(24);

// Where time is counted.
struct Place {
  std::string zone;
  const Calendar* calendar = nullptr;
};

// No calendar when the directory no longer has the authority.
Place PlaceOf(const ClockTerms& terms, const std::string& authority) {
  const AuthorityEntry* entry = terms.directory.FindAuthority(authority);
  if (entry == nullptr) return {};
  Matter matter{terms.instrument, {}, v1::CALENDAR_PHASE_DEADLINES};
  if (!terms.measure.empty()) matter.measures.push_back(terms.measure);
  return {entry->record.time_zone(), CalendarFor(terms.directory, entry->record, matter)};
}

StartRule RuleOf(const ClockRecord& clock) {
  return clock.from_exact_instant ? StartRule::kExactInstant : StartRule::kReceipt;
}

std::optional<Instant> DueOf(const ClockRecord& clock, const Place& place) {
  if (clock.stated) return clock.due;
  if (place.calendar == nullptr) return std::nullopt;
  const auto due =
      DueAfter(clock.started, SpanOf(clock), place.zone, *place.calendar, RuleOf(clock));
  return due.ok() ? std::optional<Instant>(*due) : std::nullopt;
}

// nullopt: nobody is warned, or it would be before the clock began.
std::optional<Instant> WarningOf(const ClockRecord& clock,
                                 const DeadlineProfile* profile,
                                 const Place& place) {
  if (profile == nullptr || !profile->warn_before.has_value() || place.calendar == nullptr) {
    return std::nullopt;
  }
  const auto warning = WarnAt(*clock.due, *profile->warn_before, place.zone, *place.calendar);
  if (!warning.ok() || *warning <= clock.started) return std::nullopt;
  return *warning;
}

}  // namespace

TimeSpan SpanOf(const ClockRecord& clock) {
  TimeSpan span;
  span.count = clock.span;
  span.unit = static_cast<TimeSpan::Unit>(clock.span_unit);
  span.rest_day_end = clock.stays_on_rest_day ? RestDayEnd::kSameDay : RestDayEnd::kNextWorkingDay;
  return span;
}

void SetSpan(ClockRecord& clock, const TimeSpan& span) {
  clock.span = span.count;
  clock.span_unit = static_cast<int>(span.unit);
  clock.stays_on_rest_day = span.rest_day_end == RestDayEnd::kSameDay;
}

void SetClockDates(ClockRecord& clock, const ClockTerms& terms, Instant now) {
  const Place place = PlaceOf(terms, clock.authority);
  clock.due = DueOf(clock, place);
  if (!clock.due.has_value()) {
    clock.state = ClockState::kUndated;
    clock.next_event = now + kLookAgain;
    return;
  }
  const auto warning = WarningOf(clock, terms.directory.deadlines().FindById(clock.profile), place);
  clock.state = warning.has_value() ? ClockState::kRunning : ClockState::kWarned;
  clock.next_event = warning.value_or(OverdueAt(*clock.due));
}

void HoldClock(ClockRecord& clock, const ClockTerms& terms, Instant now) {
  if (clock.stated || clock.state == ClockState::kOverdue) return;
  const Place place = PlaceOf(terms, clock.authority);
  if (place.calendar != nullptr) {
    const auto left =
        Remaining(clock.started, SpanOf(clock), now, place.zone, *place.calendar, RuleOf(clock));
    if (left.ok() && !left->has_value()) return;
    // What nobody can count is not counted against whose deadline it is.
    if (left.ok()) SetSpan(clock, **left);
  }
  WaitWithClock(clock);
}

void WaitWithClock(ClockRecord& clock) {
  clock.state = ClockState::kHeld;
  clock.due = std::nullopt;
  clock.next_event = std::nullopt;
}

void ResumeClock(ClockRecord& clock, const ClockTerms& terms, Instant now) {
  clock.started = now;
  clock.from_exact_instant = true;
  SetClockDates(clock, terms, now);
}

std::optional<Instant> RetrievalDue(const ClockTerms& terms,
                                    const std::string& authority,
                                    v1::UrgencyLevel urgency,
                                    Instant now) {
  const DeadlineProfile* profile = terms.directory.deadlines().Find(
      {v1::DEADLINE_CLOCK_RETRIEVE, terms.instrument, terms.measure, urgency});
  if (profile == nullptr || !profile->within.has_value()) return std::nullopt;
  ClockRecord clock;
  clock.started = now;
  SetSpan(clock, *profile->within);
  return DueOf(clock, PlaceOf(terms, authority));
}

std::optional<Instant> EndOfStatedDay(const Directory& directory,
                                      const std::string& authority,
                                      const std::string& day) {
  const AuthorityEntry* entry = directory.FindAuthority(authority);
  if (entry == nullptr) return std::nullopt;
  const auto zone = FindTimeZone(entry->record.time_zone());
  absl::CivilDay parsed;
  if (!zone.ok() || !absl::ParseCivilTime(day, &parsed)) return std::nullopt;
  return EndOfDay(parsed, *zone);
}

}  // namespace rogatoria
