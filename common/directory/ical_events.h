// The all-day events of an iCalendar file. Internal to common/directory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "common/directory/ical_rule.h"
#include "common/directory/problems.h"

namespace rogatoria {

struct IcalEvent {
  absl::CivilDay first;
  int64_t days = 1;  // how long it lasts
  std::optional<IcalRule> rule;
  std::vector<absl::CivilDay> also;    // RDATE
  std::vector<absl::CivilDay> except;  // EXDATE
  std::string summary;
  std::vector<std::string> categories;
  Place place;
};

// Those that are not cancelled; problems are added for what cannot be taken over as it is.
std::vector<IcalEvent> ReadIcalEvents(const std::string& file,
                                      absl::string_view content,
                                      Problems& problems);

}  // namespace rogatoria
