// Deadline profiles: how long a clock gives, for which instrument, measure and urgency, and on
// whose word ([[deadline]] of docs/directory-files.md). Data, never a constant: where no profile
// speaks, no clock runs. Which acts start, hold and end a clock is
// services/exchange/clock_rules.h. Value types.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/directory/working_time.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/directory_service.pb.h"
#include "rogatoria/v1/notice.pb.h"

namespace rogatoria {

// Stands for `within` where the header itself says when: the wished instant, the day on which a
// paper is due.
inline constexpr absl::string_view kStatedByHeader = "STATED";

// Stands for a profile where an authority's own [authority.duty] gives the minutes.
inline constexpr absl::string_view kDutyDeskProfile = "duty-desk";

struct DeadlineProfile {
  std::string id;  // medellin-acknowledge
  v1::DeadlineClock clock = v1::DEADLINE_CLOCK_UNSPECIFIED;
  std::string instrument;                   // empty: any
  std::vector<std::string> measures;        // empty: any; sorted
  std::optional<v1::UrgencyLevel> urgency;  // nullopt: any; UNSPECIFIED: routine
  std::optional<TimeSpan> within;           // nullopt: kStatedByHeader
  std::optional<TimeSpan> warn_before;      // nullopt: nobody is warned
  std::string source;                       // where the rule stands
  std::string mark;                         // CHECK_BEFORE_PRODUCTION; empty once checked
};

v1::DeadlineProfile ToWire(const DeadlineProfile& profile);

// What a clock asks.
struct DeadlineQuestion {
  v1::DeadlineClock clock = v1::DEADLINE_CLOCK_UNSPECIFIED;
  absl::string_view instrument;
  absl::string_view measure;  // empty: of no measure
  v1::UrgencyLevel urgency = v1::URGENCY_LEVEL_UNSPECIFIED;
};

// All profiles of a directory, by id. Pointers given out live as long as this does.
class DeadlineProfiles {
 public:
  DeadlineProfiles() = default;
  explicit DeadlineProfiles(std::vector<DeadlineProfile> profiles);

  absl::Span<const DeadlineProfile> all() const { return profiles_; }
  // The most specific profile that fits; nullptr when none does. One that names the instrument goes
  // before one that names the measure, and that before one that names the urgency.
  const DeadlineProfile* Find(const DeadlineQuestion& question) const;
  // nullptr when there is none.
  const DeadlineProfile* FindById(absl::string_view id) const;

 private:
  std::vector<DeadlineProfile> profiles_;
  // Places in profiles_, the most specific first, by clock and instrument.
  absl::flat_hash_map<std::pair<int, std::string>, std::vector<size_t>> by_clock_;
};

// Whether both could be the most specific one for the same act, so that neither can be.
bool Collide(const DeadlineProfile& one, const DeadlineProfile& other);

}  // namespace rogatoria
