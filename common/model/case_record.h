// A case as the hub keeps it: parties, measures with their states, counters. Derived from the
// headers of its acts and nothing else; pseudonymous, so it outlives the erasure of the acts
// (decisions.md 17).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/base/clock.h"

#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria {

struct Party {
  std::string authority;
  v1::CaseRole role = v1::CASE_ROLE_UNSPECIFIED;
};

struct MeasureRecord {
  uint32_t ordinal = 0;
  std::string code;
  v1::MeasureState state = v1::MEASURE_STATE_UNSPECIFIED;
  // Its latest move: from which state, by the act at which position of the case, sent by whom.
  // Unspecified, 0 and empty since the case was opened.
  v1::MeasureState before = v1::MEASURE_STATE_UNSPECIFIED;
  uint64_t moved_at = 0;
  std::string moved_by = {};
};

struct CaseRecord {
  std::string case_id;
  v1::CaseType case_type = v1::CASE_TYPE_UNSPECIFIED;
  v1::CaseState state = v1::CASE_STATE_UNSPECIFIED;
  v1::ChannelClass channel_class = v1::CHANNEL_CLASS_UNSPECIFIED;
  std::string instrument;
  std::string article;
  std::vector<Party> parties;
  std::vector<MeasureRecord> measures;
  std::vector<std::string> related_cases;
  uint64_t act_count = 0;
  Instant opened;
  Instant updated;
  uint64_t key_id = 0;  // its data key (storage/case_keys.h)

  // CASE_ROLE_UNSPECIFIED for a stranger.
  v1::CaseRole RoleOf(absl::string_view authority) const;
  const MeasureRecord* FindMeasure(uint32_t ordinal) const;
};

}  // namespace rogatoria
