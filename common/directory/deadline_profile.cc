#include "common/directory/deadline_profile.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/strip.h"

namespace rogatoria {
namespace {

// The instrument weighs more than the measure, the measure more than the urgency.
int Weight(const DeadlineProfile& profile) {
  return (profile.instrument.empty() ? 0 : 4) + (profile.measures.empty() ? 0 : 2) +
         (profile.urgency.has_value() ? 1 : 0);
}

bool Fits(const DeadlineProfile& profile, const DeadlineQuestion& question) {
  if (profile.urgency.has_value() && *profile.urgency != question.urgency) return false;
  return profile.measures.empty() ||
         std::binary_search(profile.measures.begin(), profile.measures.end(), question.measure);
}

}  // namespace

v1::DeadlineProfile ToWire(const DeadlineProfile& profile) {
  v1::DeadlineProfile wire;
  wire.set_id(profile.id);
  wire.set_clock(profile.clock);
  wire.set_instrument(profile.instrument);
  for (const std::string& measure : profile.measures) wire.add_measures(measure);
  wire.set_any_urgency(!profile.urgency.has_value());
  wire.set_urgency(profile.urgency.value_or(v1::URGENCY_LEVEL_UNSPECIFIED));
  wire.set_within(profile.within.has_value() ? FormatTimeSpan(*profile.within)
                                             : std::string(kStatedByHeader));
  if (profile.warn_before.has_value()) wire.set_warn_before(FormatTimeSpan(*profile.warn_before));
  wire.set_stays_on_rest_day(profile.within.has_value() &&
                             profile.within->rest_day_end == RestDayEnd::kSameDay);
  wire.set_source(profile.source);
  wire.set_mark(profile.mark);
  return wire;
}

DeadlineProfiles::DeadlineProfiles(std::vector<DeadlineProfile> profiles)
    : profiles_(std::move(profiles)) {
  std::sort(
      profiles_.begin(), profiles_.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  for (size_t i = 0; i < profiles_.size(); ++i) {
    by_clock_[{profiles_[i].clock, profiles_[i].instrument}].push_back(i);
  }
  for (auto& [key, places] : by_clock_) {
    std::stable_sort(places.begin(), places.end(), [this](size_t a, size_t b) {
      return Weight(profiles_[a]) > Weight(profiles_[b]);
    });
  }
}

const DeadlineProfile* DeadlineProfiles::Find(const DeadlineQuestion& question) const {
  for (const absl::string_view instrument : {question.instrument, absl::string_view()}) {
    const auto places = by_clock_.find({question.clock, std::string(instrument)});
    if (places == by_clock_.end()) continue;
    for (const size_t place : places->second) {
      if (Fits(profiles_[place], question)) return &profiles_[place];
    }
  }
  return nullptr;
}

const DeadlineProfile* DeadlineProfiles::FindById(absl::string_view id) const {
  const auto at =
      std::lower_bound(profiles_.begin(), profiles_.end(), id, [](const auto& profile, auto key) {
        return profile.id < key;
      });
  return at != profiles_.end() && at->id == id ? &*at : nullptr;
}

bool Collide(const DeadlineProfile& one, const DeadlineProfile& other) {
  if (one.clock != other.clock || one.instrument != other.instrument ||
      one.urgency != other.urgency || one.measures.empty() != other.measures.empty()) {
    return false;
  }
  if (one.measures.empty()) return true;
  std::vector<std::string> both;
  std::set_intersection(one.measures.begin(),
                        one.measures.end(),
                        other.measures.begin(),
                        other.measures.end(),
                        std::back_inserter(both));
  return !both.empty();
}

}  // namespace rogatoria
