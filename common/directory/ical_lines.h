// The lines of an iCalendar file (RFC 5545 section 3.1): unfolded, split into name, parameters and
// value, each knowing its place in the file. Internal to common/directory.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/directory/problems.h"

namespace rogatoria {

struct IcalLine {
  // A stretch of the unfolded text that lies on one line of the file.
  struct Stretch {
    size_t offset;  // in the unfolded text
    Place place;    // of its first character
  };

  std::string name;                                         // in capitals
  std::vector<std::pair<std::string, std::string>> params;  // names in capitals, values unquoted
  std::string value;
  size_t value_offset = 0;  // in the unfolded text
  std::vector<Stretch> stretches;

  // Empty when there is none.
  absl::string_view Param(absl::string_view wanted) const;
  const Place& place() const { return stretches.front().place; }
  // Of a character of the value.
  Place PlaceInValue(size_t offset) const;
};

// What can be read; problems are added for the rest.
std::vector<IcalLine> ReadIcalLines(const std::string& file,
                                    absl::string_view content,
                                    Problems& problems);

// A text value without its escapes: \n \, \; and \\.
std::string UnescapeIcalText(absl::string_view value);
// A list of texts, split at commas that are not escaped.
std::vector<std::string> SplitIcalTexts(absl::string_view value);

}  // namespace rogatoria
