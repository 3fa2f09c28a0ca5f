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
  // Who handed measures on to it, and by the act at which position for the last time; empty and 0
  // for the others. It reads what that one could read until then.
  std::string forwarded_by = {};
  uint64_t joined_at = 0;
};

// A move of a measure: from which state, by the act at which position of the case, sent by whom.
struct MeasureMove {
  v1::MeasureState before = v1::MEASURE_STATE_UNSPECIFIED;
  uint64_t at = 0;
  std::string by = {};

  bool operator==(const MeasureMove&) const = default;
};

struct MeasureRecord {
  uint32_t ordinal = 0;
  std::string code;
  v1::MeasureState state = v1::MEASURE_STATE_UNSPECIFIED;
  // The act that brought it into the case, by its position.
  uint64_t added_at = 1;
  // To whom it was handed on; empty while it is with those who were asked.
  std::string responsible = {};
  // The last act that said again what the state says, as a second transmission does; 0 for none.
  uint64_t repeated_at = 0;
  // Its latest moves, oldest first; at most limits::kMaxMoves. Handing it on is one, too.
  std::vector<MeasureMove> moves = {};

  bool operator==(const MeasureRecord&) const = default;

  // Enters `next` by the act at a position.
  void Move(v1::MeasureState next, uint64_t at, const std::string& by);
  // The state that it has for somebody who has seen the case up to `position`, and what he sent
  // himself. Unspecified when more moves came since than are kept.
  v1::MeasureState StateSeen(absl::string_view by, uint64_t position) const;
  // To whom it was handed on for somebody who has seen as much: whoever hands it on is responsible
  // until then.
  std::string ResponsibleSeen(absl::string_view by, uint64_t position) const;
  // Whether the act at `position` is one that its state rests on: that led to it, or said it again.
  bool RestsOn(uint64_t position) const;
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
  std::string channel_basis;  // empty: the channel has no effect of its own
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
  // Who alone speaks for a measure of this case on the requested side: to whom it was handed on, in
  // a joint team whose part it is, else who was asked. Empty when several were told.
  std::string ResponsibleFor(const MeasureRecord& measure) const;
  // Whether a party may move it. The requesting side speaks for all.
  bool SpeaksFor(absl::string_view authority, const MeasureRecord& measure) const;
  // The earliest event of its clocks; nullopt when none has one.
  std::optional<Instant> NextEvent() const;
};

}  // namespace rogatoria
