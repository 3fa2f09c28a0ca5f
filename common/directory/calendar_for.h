// Which of an authority's calendars counts: its own, or one that it gives for a matter or a phase
// ([[authority.calendar_for]] of docs/directory-files.md). Pure.
//
// A row matches when its instrument is the matter's, when the matter has measures and all of them
// are among the row's, and when its phase is the one asked for; what a row leaves out matches all.
// Of several the most specific counts: one that names an instrument before one that does not, then
// one that names measures, then one that names a phase. Rows that this cannot tell apart are
// refused when the directory is read.
#pragma once

#include <string>
#include <vector>

#include "common/directory/directory.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria {

struct Matter {
  std::string instrument;             // the legal basis; empty if none
  std::vector<std::string> measures;  // codes
  v1::CalendarPhase phase = v1::CALENDAR_PHASE_UNSPECIFIED;
};

// What an act is about.
Matter MatterOf(const v1::ActHeader& header, v1::CalendarPhase phase);

// nullptr when the directory does not have the calendar; one that was read from files always does.
const Calendar* CalendarFor(const Directory& directory,
                            const v1::Authority& authority,
                            const Matter& matter);

// Whether both rows may match a matter and neither is the more specific.
bool AreAmbiguous(const v1::CalendarFor& a, const v1::CalendarFor& b);

}  // namespace rogatoria
