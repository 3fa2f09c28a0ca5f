// A case as the hub keeps it: parties, measures with their states, counters. Derived from the
// headers of its acts and nothing else; pseudonymous, so it outlives the erasure of the acts
// (decisions.md 17).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"

#include "rogatoria/v1/exchange_service.pb.h"
#include "rogatoria/v1/notice.pb.h"

namespace rogatoria {

struct Party {
  std::string authority;
  v1::CaseRole role = v1::CASE_ROLE_UNSPECIFIED;
  // Who handed the case on to it, and by the act at which position; empty and 0 for the others. It
  // reads what that one could read until then.
  std::string forwarded_by = {};
  uint64_t joined_at = 0;
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

// Where a clock stands. The numbers are stored.
enum class ClockState {
  kRunning = 0,   // until `due`; both sides are warned at `next_event`, if a profile says so
  kWarned = 1,    // still running
  kHeld = 2,      // waits; `span` is what is left
  kOverdue = 3,   // told and recorded; stays until the act comes
  kUndated = 4,   // runs, but its calendar does not know the year: no instant is guessed
  kAlerting = 5,  // DUTY: the desk was not reached yet
  kAlertingSubstitute = 6,  // DUTY: overdue, and the substitute was not reached yet
  kSubstituteCalled = 7,    // DUTY: overdue, and the substitute may acknowledge in its place
  kTakenOver = 8,           // DUTY: it did; the desk is to be told
};

// Whether it was told that it is overdue.
inline bool IsToldOverdue(ClockState state) {
  return state == ClockState::kOverdue || state == ClockState::kAlertingSubstitute ||
         state == ClockState::kSubstituteCalled || state == ClockState::kTakenOver;
}

// A deadline that runs for a case (docs/deadlines.md). Codes and ids only.
struct ClockRecord {
  v1::DeadlineClock clock = v1::DEADLINE_CLOCK_UNSPECIFIED;
  uint32_t measure = 0;                           // ordinal; 0: of the act, of no measure
  std::string act_id;                             // the act that started it
  v1::CaseRole side = v1::CASE_ROLE_UNSPECIFIED;  // of a measure: whose deadline
  std::string authority;                          // who has to act, in whose working time
  std::string counterpart;                        // the other side
  std::string profile;                            // id of the profile that set it
  ClockState state = ClockState::kRunning;
  Instant started;  // what `span` counts from
  // As in the profile when it started, or what was left when it went on.
  int64_t span = 0;
  int span_unit = 0;  // TimeSpan::Unit
  bool stays_on_rest_day = false;
  bool from_exact_instant = false;  // StartRule
  bool stated = false;              // `due` is what a header said; nothing holds it
  std::optional<Instant> due;       // the last instant that is in time; none while held or undated
  std::optional<Instant> next_event;  // when the scheduler looks at it; none: never
  uint32_t attempts = 0;              // DUTY: alerts sent out since the state began
  // The act came after `due` and before that was told: the scheduler tells it, and ends the clock.
  bool ended = false;
  // DUTY: to whom the act was sealed as the desk's substitute; empty for nobody.
  std::string substitute;

  // Whether `who` may read the act that started this clock, and acknowledge it, because the
  // duty desk did not answer.
  bool CallsSubstitute(absl::string_view who) const {
    return clock == v1::DEADLINE_CLOCK_DUTY && substitute == who && !substitute.empty() &&
           (state == ClockState::kAlertingSubstitute || state == ClockState::kSubstituteCalled);
  }

  bool operator==(const ClockRecord&) const = default;
};

// `due` is the last instant that is in time.
inline Instant OverdueAt(Instant due) {
  return {due.unix_ms + 1};
}

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
  // The highest of its acts: whoever the case is handed on to must be allowed that.
  v1::DataClass data_class = v1::DATA_CLASS_UNSPECIFIED;
  uint64_t key_id = 0;              // its data key (storage/case_keys.h)
  std::vector<ClockRecord> clocks;  // those that have not ended

  // CASE_ROLE_UNSPECIFIED for a stranger.
  v1::CaseRole RoleOf(absl::string_view authority) const;
  const Party* FindParty(absl::string_view authority) const;
  // Whether a party may read an act that stands at `position` because the case was handed on to it
  // by somebody who may, as `may_read` says of those whom the act names.
  bool ReadsByForwarding(absl::string_view authority,
                         uint64_t position,
                         absl::FunctionRef<bool(absl::string_view)> may_read) const;
  const MeasureRecord* FindMeasure(uint32_t ordinal) const;
  // Whether `authority`, which may be a stranger, was called to this act as a substitute.
  bool CallsSubstitute(absl::string_view authority, absl::string_view act_id) const;
  // The earliest event of its clocks; nullopt when none has one.
  std::optional<Instant> NextEvent() const;
};

}  // namespace rogatoria
