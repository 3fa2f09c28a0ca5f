#include "common/model/case_record.h"

namespace rogatoria {

v1::CaseRole CaseRecord::RoleOf(absl::string_view authority) const {
  for (const Party& party : parties) {
    if (party.authority == authority) return party.role;
  }
  return v1::CASE_ROLE_UNSPECIFIED;
}

const MeasureRecord* CaseRecord::FindMeasure(uint32_t ordinal) const {
  for (const MeasureRecord& measure : measures) {
    if (measure.ordinal == ordinal) return &measure;
  }
  return nullptr;
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
