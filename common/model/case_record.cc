#include "common/model/case_record.h"

#include <algorithm>

namespace rogatoria {

v1::CaseRole CaseRecord::RoleOf(absl::string_view authority) const {
  const Party* party = FindParty(authority);
  return party == nullptr ? v1::CASE_ROLE_UNSPECIFIED : party->role;
}

const Party* CaseRecord::FindParty(absl::string_view authority) const {
  for (const Party& party : parties) {
    if (party.authority == authority) return &party;
  }
  return nullptr;
}

// Each step leads to a party that joined earlier, so that it ends.
bool CaseRecord::ReadsByForwarding(absl::string_view authority,
                                   uint64_t position,
                                   absl::FunctionRef<bool(absl::string_view)> may_read) const {
  const Party* party = FindParty(authority);
  while (party != nullptr && !party->forwarded_by.empty() && position < party->joined_at) {
    if (may_read(party->forwarded_by)) return true;
    party = FindParty(party->forwarded_by);
  }
  return false;
}

const MeasureRecord* CaseRecord::FindMeasure(uint32_t ordinal) const {
  for (const MeasureRecord& measure : measures) {
    if (measure.ordinal == ordinal) return &measure;
  }
  return nullptr;
}

bool CaseRecord::CallsSubstitute(absl::string_view authority, absl::string_view act_id) const {
  return std::any_of(clocks.begin(), clocks.end(), [&](const ClockRecord& clock) {
    return clock.act_id == act_id && clock.CallsSubstitute(authority);
  });
}

std::optional<Instant> CaseRecord::NextEvent() const {
  std::optional<Instant> earliest;
  for (const ClockRecord& clock : clocks) {
    if (!clock.next_event.has_value()) continue;
    if (!earliest.has_value() || *clock.next_event < *earliest) earliest = clock.next_event;
  }
  return earliest;
}

}  // namespace rogatoria
