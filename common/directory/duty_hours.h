// When the duty desk of an authority answers, and under which number. Pure.
#pragma once

#include <string>

#include "common/base/clock.h"
#include "common/directory/directory.h"

#include "rogatoria/v1/directory_service.pb.h"

namespace rogatoria {

// Whether it does at this instant: the authority has a duty desk, and it is not an office hour of
// a working day. An authority without office hours is answered for by its duty desk always. Where
// the calendar does not know the year, the days of the week decide alone: an alert too many harms
// nobody.
bool DutyDeskAnswers(const Directory& directory, const v1::Authority& authority, Instant now);

// That of the roster on the day, else the desk's own; empty where neither says one.
std::string DutyTelephone(const v1::Authority& authority, Instant now);

}  // namespace rogatoria
