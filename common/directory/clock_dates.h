// When a clock is due, and when to look at it next: its span, in the zone and by the calendar of
// the authority whose deadline it is. Pure.
//
// A calendar that does not know a year that matters is no reason to refuse an act: such a clock is
// kept without a due instant (kUndated) and looked at again every day.
#pragma once

#include <string>

#include "common/base/clock.h"
#include "common/directory/deadline_profile.h"
#include "common/directory/directory.h"
#include "common/model/case_record.h"

namespace rogatoria {

// What else the working time depends on.
struct ClockTerms {
  const Directory& directory;
  std::string instrument;  // the legal basis of the case
  std::string measure;     // code; empty: of no measure
};

TimeSpan SpanOf(const ClockRecord& clock);
void SetSpan(ClockRecord& clock, const TimeSpan& span);

// Sets `due` (unless it was stated), `next_event` and the state, from `started` and the span.
void SetClockDates(ClockRecord& clock, const ClockTerms& terms, Instant now);
// What is left is kept, to go on from. Nothing happens to a clock that ran out or was stated.
void HoldClock(ClockRecord& clock, const ClockTerms& terms, Instant now);
// Waits with the span that it has.
void WaitWithClock(ClockRecord& clock);
// Goes on with what was left. REQUIRES: it is held.
void ResumeClock(ClockRecord& clock, const ClockTerms& terms, Instant now);

// The instant at which a delivery to `authority` that came now has not been retrieved in time;
// nullopt where no profile speaks or the calendar does not know.
std::optional<Instant> RetrievalDue(const ClockTerms& terms,
                                    const std::string& authority,
                                    v1::UrgencyLevel urgency,
                                    Instant now);
// The end of a day, as a header states it, where the authority is; nullopt for an unknown one.
std::optional<Instant> EndOfStatedDay(const Directory& directory,
                                      const std::string& authority,
                                      const std::string& day);

}  // namespace rogatoria
