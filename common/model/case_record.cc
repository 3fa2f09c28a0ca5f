#include "common/model/case_record.h"

#include <algorithm>

#include "common/base/limits.h"

namespace rogatoria {

void MeasureRecord::Move(v1::MeasureState next, uint64_t at, const std::string& by) {
  if (moves.size() == limits::kMaxMoves) moves.erase(moves.begin());
  moves.push_back({state, at, by});
  state = next;
  repeated_at = 0;
}

v1::MeasureState MeasureRecord::StateSeen(absl::string_view by, uint64_t position) const {
  v1::MeasureState seen = state;
  for (size_t i = moves.size(); i-- > 0;) {
    if (moves[i].at <= position || moves[i].by == by) return seen;
    seen = moves[i].before;
  }
  return moves.size() < limits::kMaxMoves ? seen : v1::MEASURE_STATE_UNSPECIFIED;
}

std::string MeasureRecord::ResponsibleSeen(absl::string_view by, uint64_t position) const {
  std::string seen = responsible;
  v1::MeasureState led_to = state;
  for (size_t i = moves.size(); i-- > 0;) {
    if (moves[i].at <= position || moves[i].by == by) return seen;
    if (led_to == v1::MEASURE_STATE_FORWARDED) seen = moves[i].by;
    led_to = moves[i].before;
  }
  return seen;
}

bool MeasureRecord::RestsOn(uint64_t position) const {
  const uint64_t since = moves.empty() ? added_at : moves.back().at;
  return position == since || (repeated_at != 0 && position == repeated_at);
}

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

std::string CaseRecord::ResponsibleFor(const MeasureRecord& measure) const {
  if (!measure.responsible.empty()) return measure.responsible;
  if (case_type == v1::CASE_TYPE_JIT) {
    return measure.ordinal < parties.size() ? parties[measure.ordinal].authority : "";
  }
  std::string asked;
  for (const Party& party : parties) {
    if (party.role != v1::CASE_ROLE_REQUESTED || !party.forwarded_by.empty()) continue;
    if (!asked.empty()) return "";
    asked = party.authority;
  }
  return asked;
}

bool CaseRecord::SpeaksFor(absl::string_view authority, const MeasureRecord& measure) const {
  const Party* party = FindParty(authority);
  if (party == nullptr || party->role != v1::CASE_ROLE_REQUESTED) return true;
  const std::string responsible = ResponsibleFor(measure);
  return responsible.empty() ? party->forwarded_by.empty() : responsible == authority;
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
