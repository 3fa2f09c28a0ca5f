// A calendar of holidays, as ministries publish them in iCalendar files (RFC 5545), made into a
// file of the directory. Pure. docs/directory-files.md says what is taken over; whatever this
// cannot take over as it is, is refused with its line and column, and nothing is made.
//
// Of the programs only the command line uses it: a hub reads no such file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/directory/load.h"

namespace rogatoria {

struct CalendarImport {
  std::string id;
  uint32_t version = 1;
  std::vector<int> years;  // taken over; days of other years are left out
  std::vector<std::string> weekly_rest = {"SATURDAY", "SUNDAY"};
  std::string cut_off;  // 17:00; empty for none
  // Events of one of these categories are recesses even if they last one day only. Those that last
  // longer always are.
  std::vector<std::string> recess_categories;
};

struct ImportedCalendar {
  std::string toml;  // a whole file
  Calendar calendar;
};

// DIRECTORY_INVALID lists all that is wrong, a line each; also when a wanted year has no day in the
// file, or an option is not accepted by a [[calendar]].
absl::StatusOr<ImportedCalendar> ImportICalendar(const DirectoryFile& file,
                                                 const CalendarImport& as);

}  // namespace rogatoria
