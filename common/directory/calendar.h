// A calendar: which days an authority does not work. Data only; what follows from it in law is
// services/exchange/legal_dates.h. A value type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "common/base/bytes.h"

namespace rogatoria {

// Days of rest that come in a row: a judicial recess. Both ends inclusive.
struct Recess {
  absl::CivilDay from;
  absl::CivilDay to;
  bool operator==(const Recess&) const = default;
};

struct Calendar {
  std::string id;                          // pt-national
  uint32_t version = 0;                    // from 1; raised by whoever edits it
  std::vector<absl::Weekday> weekly_rest;  // Monday first; each once
  std::vector<int> years;                  // those its holidays are known for; ascending
  std::vector<absl::CivilDay> holidays;    // ascending, within `years`
  std::vector<Recess> recesses;            // ascending, not overlapping, within `years`
  // Minutes after midnight, local: what comes at this time or later counts as of the next day.
  std::optional<int> cut_off_minutes;
  std::string sha256;  // hexadecimal, of FormatCalendar; set by whoever makes the calendar

  // REQUIRES: the lists are sorted.
  bool Covers(int year) const;
  bool IsRestDay(absl::CivilDay day) const;
};

// The canonical text, whose digest is frozen into receipts (docs/formats/evidence.md).
Bytes FormatCalendar(const Calendar& calendar);
// Sets `sha256`.
void SealCalendar(Calendar& calendar);

}  // namespace rogatoria
