// Which acts start, hold and end a clock (protocol.md 7, docs/deadlines.md): one data table from
// clocks to states of a measure, and the rules of the clocks that belong to an act. How long a
// clock gives is not here: that is a profile of the directory, and without one no clock runs. Pure.
//
//   a measure enters a state in which a clock runs    it starts, with the profile that fits
//   ... a state in which it is held                   what is left of it waits
//   ... any other                                     it ends
//   an act whose header says INTERRUPTS               those of the measures it names start anew ...
//   an act whose header says SUSPENDS                 ... wait until an act moves the measure:
//                                                     those of the other side, and no reminders
//   a measure is forwarded                            they start anew, for the competent authority
//
//   a called substitute acknowledges its act           DUTY ends, and the desk is told
//
// Nobody gives himself time. What a header says of time counts only for the clocks of the side that
// did not send it: whoever could move his own by two words in a header would have none. A side that
// needs more has acts for it, which say why and are answered: it asks, proposes conditions,
// consults, postpones, and the table above holds its clock meanwhile. Nor is a reminder moved
// (IsReminder): it is a day in the world, when data are deleted or paper is due, and no header puts
// that off.
//
// A clock that ended after it was due and before anybody was told is kept, marked `ended`, until
// the scheduler has told it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "common/base/clock.h"
#include "common/directory/directory.h"
#include "common/model/case_record.h"

#include "rogatoria/v1/act.pb.h"

namespace rogatoria {

// States of a measure, as bits.
using StateSet = uint64_t;
bool Contains(StateSet states, v1::MeasureState state);

struct ClockRule {
  v1::DeadlineClock clock;
  std::vector<v1::CaseType> case_types;  // empty: every type
  StateSet runs;
  StateSet held;
  v1::CaseRole side;      // whose deadline
  v1::MeasureState anew;  // entering it starts the clock anew; unspecified: none does
};
// The clocks of measures. WISHED_DATE is one of them, and runs in every state that has not ended.
absl::Span<const ClockRule> ClockTable();

// An act that was accepted, and what it did.
struct ClockStep {
  const v1::ActHeader& header;
  const CaseRecord* before = nullptr;  // nullptr: it opened the case
  const CaseRecord& after;             // its `clocks` are not looked at
  // Out of sequence it moved nothing: only the clocks of acts are looked at.
  bool in_sequence = true;
  const Directory& directory;
  Instant now;
};

// The clocks of the case after the act.
std::vector<ClockRecord> UpdateClocks(const ClockStep& step);

// The table of docs/deadlines.md.
std::string DescribeClocks();

}  // namespace rogatoria
