#include "services/exchange/clock_rules.h"

#include <algorithm>
#include <utility>

#include "common/base/limits.h"
#include "common/directory/clock_dates.h"
#include "common/directory/duty_hours.h"
#include "common/model/deadline_clock.h"

namespace rogatoria {
namespace {

const std::string& FirstParty(const CaseRecord& record, v1::CaseRole role) {
  static const std::string& none = *new std::string();
  for (const Party& party : record.parties) {
    if (party.role == role) return party.authority;
  }
  return none;
}

v1::CaseRole OtherSide(v1::CaseRole side) {
  return side == v1::CASE_ROLE_REQUESTED ? v1::CASE_ROLE_REQUESTING : v1::CASE_ROLE_REQUESTED;
}

// One act at work on the clocks of its case.
class Update {
 public:
  explicit Update(const ClockStep& step) : step_(step) {
    if (step.before != nullptr) clocks_ = step.before->clocks;
  }

  std::vector<ClockRecord> Run() {
    if (step_.in_sequence) {
      for (const MeasureRecord& measure : step_.after.measures) UpdateMeasure(measure);
      ConfirmOnPaper();
    }
    EndDuty();
    TakeOver();
    StartDuty();
    if (step_.after.state == v1::CASE_STATE_ENDED) EndThoseOfActs();
    return std::move(clocks_);
  }

 private:
  const v1::ActHeader& header() const { return step_.header; }

  ClockTerms TermsOf(uint32_t ordinal) const {
    const MeasureRecord* measure = step_.after.FindMeasure(ordinal);
    return {step_.directory, step_.after.instrument, measure == nullptr ? "" : measure->code};
  }

  bool Applies(const ClockRule& rule) const {
    const auto& types = rule.case_types;
    return types.empty() ||
           std::find(types.begin(), types.end(), step_.after.case_type) != types.end();
  }

  // An act that may name measures and names none means all of them.
  bool Names(uint32_t ordinal) const {
    const auto& named = header().measures();
    return named.empty() || std::any_of(named.begin(), named.end(), [&](const auto& measure) {
             return measure.ordinal() == ordinal;
           });
  }

  // Nobody gives himself time, and no header moves a reminder.
  bool Has(v1::DeadlineEffect effect, const ClockRule& rule, uint32_t ordinal) const {
    return header().deadline_effect() == effect && Names(ordinal) && !IsReminder(rule.clock) &&
           step_.after.RoleOf(header().sender()) == OtherSide(rule.side);
  }

  v1::MeasureState StateBefore(uint32_t ordinal) const {
    const MeasureRecord* measure =
        step_.before == nullptr ? nullptr : step_.before->FindMeasure(ordinal);
    return measure == nullptr ? v1::MEASURE_STATE_UNSPECIFIED : measure->state;
  }

  std::string ResponsibleFor(const CaseRecord& record, uint32_t ordinal) const {
    const MeasureRecord* measure = record.FindMeasure(ordinal);
    return measure == nullptr ? "" : record.ResponsibleFor(*measure);
  }

  // Whom the act makes answerable: who is responsible for the measure on the requested side; where
  // several are, and on the other side, its sender, or whom it was sent to.
  std::string ActorOn(v1::CaseRole side, uint32_t ordinal) const {
    if (side == v1::CASE_ROLE_REQUESTED) {
      const std::string responsible = ResponsibleFor(step_.after, ordinal);
      if (!responsible.empty()) return responsible;
    }
    if (step_.after.RoleOf(header().sender()) == side) return header().sender();
    for (const v1::Recipient& recipient : header().recipients()) {
      if (step_.after.RoleOf(recipient.authority()) == side) return recipient.authority();
    }
    return FirstParty(step_.after, side);
  }

  ClockRecord* Find(const ClockRule& rule, uint32_t ordinal) {
    for (ClockRecord& clock : clocks_) {
      const bool same =
          clock.clock == rule.clock && clock.measure == ordinal && clock.side == rule.side;
      if (same && !clock.ended) return &clock;
    }
    return nullptr;
  }

  // One that ran out before anybody was told stays until the scheduler has told it.
  void End(ClockRecord& clock) {
    const bool ran_out =
        clock.due.has_value() && *clock.due < step_.now && !IsToldOverdue(clock.state);
    if (ran_out) {
      clock.ended = true;
      clock.next_event = step_.now;
      return;
    }
    clocks_.erase(clocks_.begin() + (&clock - clocks_.data()));
  }

  void UpdateMeasure(const MeasureRecord& measure) {
    for (const ClockRule& rule : ClockTable()) {
      if (Applies(rule)) UpdateClock(rule, measure);
    }
  }

  void UpdateClock(const ClockRule& rule, const MeasureRecord& measure) {
    const v1::MeasureState before = StateBefore(measure.ordinal);
    const bool moved = before != measure.state;
    const bool runs = Contains(rule.runs, measure.state);
    ClockRecord* clock = Find(rule, measure.ordinal);
    if (clock == nullptr) {
      // A profile that came later starts nothing that was under way before it.
      if (runs && !Contains(rule.runs, before)) Start(rule, measure, true);
      return;
    }
    if (!runs && !Contains(rule.held, measure.state)) return End(*clock);
    if (clock->stated) return HandOn(*clock);
    if (StartsAnew(rule, measure, moved)) {
      End(*clock);
      return Start(rule, measure, runs);
    }
    const bool waits = !runs || Has(v1::DEADLINE_EFFECT_SUSPENDS, rule, measure.ordinal);
    HoldOrResume(*clock, TermsOf(measure.ordinal), waits, moved);
  }

  bool StartsAnew(const ClockRule& rule, const MeasureRecord& measure, bool moved) const {
    if (Has(v1::DEADLINE_EFFECT_INTERRUPTS, rule, measure.ordinal)) return true;
    const bool handed_on = rule.side == v1::CASE_ROLE_REQUESTED && ForwardsMeasure(measure.ordinal);
    return handed_on || (moved && measure.state == rule.anew);
  }

  bool ForwardsMeasure(uint32_t ordinal) const {
    return step_.before != nullptr &&
           ResponsibleFor(*step_.before, ordinal) != ResponsibleFor(step_.after, ordinal);
  }

  // What the sender wished stays wished, whoever is to do it.
  void HandOn(ClockRecord& clock) const {
    if (ForwardsMeasure(clock.measure)) clock.authority = ActorOn(clock.side, clock.measure);
  }

  void HoldOrResume(ClockRecord& clock, const ClockTerms& terms, bool waits, bool moved) {
    const bool held = clock.state == ClockState::kHeld;
    if (waits) {
      if (!held) HoldClock(clock, terms, step_.now);
    } else if (held && moved) {
      ResumeClock(clock, terms, step_.now);
    }
  }

  // A clock that a profile speaks of; its dates are still to be set.
  std::optional<ClockRecord> Profiled(v1::DeadlineClock name, uint32_t ordinal) const {
    const ClockTerms terms = TermsOf(ordinal);
    const DeadlineProfile* profile = step_.directory.deadlines().Find(
        {name, terms.instrument, terms.measure, header().urgency().level()});
    if (profile == nullptr) return std::nullopt;
    ClockRecord clock;
    clock.clock = name;
    clock.measure = ordinal;
    clock.act_id = header().act_id();
    clock.profile = profile->id;
    clock.started = step_.now;
    clock.from_exact_instant = header().deadline_effect() != v1::DEADLINE_EFFECT_UNSPECIFIED;
    if (profile->within.has_value()) SetSpan(clock, *profile->within);
    return clock;
  }

  // One that starts anew where it is held waits with all of its span.
  void Start(const ClockRule& rule, const MeasureRecord& measure, bool runs) {
    auto clock = Profiled(rule.clock, measure.ordinal);
    if (!clock.has_value()) return;
    if (rule.clock == v1::DEADLINE_CLOCK_WISHED_DATE && !SetWishedDate(*clock)) return;
    clock->side = rule.side;
    clock->authority = ActorOn(rule.side, measure.ordinal);
    clock->counterpart = ActorOn(OtherSide(rule.side), measure.ordinal);
    if (clock->authority == clock->counterpart) {
      clock->counterpart = FirstParty(step_.after, OtherSide(rule.side));
    }
    SetClockDates(*clock, TermsOf(measure.ordinal), step_.now);
    if (!runs) WaitWithClock(*clock);
    clocks_.push_back(*std::move(clock));
  }

  // Only an act that opens a measure wishes something for it.
  bool SetWishedDate(ClockRecord& clock) const {
    const int64_t wished = header().urgency().wished_by_unix_ms();
    if (wished <= step_.now.unix_ms) return false;
    clock.stated = true;
    clock.due = Instant{wished};
    return true;
  }

  // The header's own day, or the profile's span where it names none.
  void ConfirmOnPaper() {
    if (!header().originals_follow() ||
        Count(v1::DEADLINE_CLOCK_CONFIRM_ON_PAPER, "") >= limits::kMaxActClocks) {
      return;
    }
    auto clock = Profiled(v1::DEADLINE_CLOCK_CONFIRM_ON_PAPER, 0);
    if (!clock.has_value()) return;
    clock->authority = header().sender();
    clock->counterpart = header().recipients(0).authority();
    clock->due = EndOfStatedDay(step_.directory, header().sender(), header().confirmation_due());
    clock->stated = clock->due.has_value();
    if (!clock->stated && clock->span == 0) return;
    SetClockDates(*clock, TermsOf(0), step_.now);
    clocks_.push_back(*std::move(clock));
  }

  size_t Count(v1::DeadlineClock name, absl::string_view authority) const {
    return static_cast<size_t>(
        std::count_if(clocks_.begin(), clocks_.end(), [&](const ClockRecord& clock) {
          return clock.clock == name && (authority.empty() || clock.authority == authority);
        }));
  }

  // A person took it in hand: an acknowledgement, or any act that answers it.
  void EndDuty() {
    const bool acknowledges = header().kind() == v1::ACT_KIND_ACKNOWLEDGEMENT;
    for (size_t i = clocks_.size(); i-- > 0;) {
      ClockRecord& clock = clocks_[i];
      if (clock.clock != v1::DEADLINE_CLOCK_DUTY || clock.ended) continue;
      if (clock.authority != header().sender()) continue;
      const bool answers = header().in_reply_to() == clock.act_id;
      if (answers || (acknowledges && header().in_reply_to().empty())) End(clock);
    }
  }

  // The substitute's person did, in the desk's place. The scheduler tells the desk.
  void TakeOver() {
    if (header().kind() != v1::ACT_KIND_ACKNOWLEDGEMENT) return;
    for (ClockRecord& clock : clocks_) {
      if (clock.act_id != header().in_reply_to() || !clock.CallsSubstitute(header().sender())) {
        continue;
      }
      clock.state = ClockState::kTakenOver;
      clock.next_event = step_.now;
    }
  }

  void StartDuty() {
    if (header().urgency().level() == v1::URGENCY_LEVEL_UNSPECIFIED) return;
    for (const v1::Recipient& to : header().recipients()) StartDutyOf(to);
  }

  // Who may read the act when the desk does not answer: its substitute, if the act was sealed to it
  // from the start (there is no later magic), it may have such data and is of the same country.
  std::string SubstituteOf(const v1::Authority& desk, const v1::Recipient& to) const {
    const std::string& id = desk.duty().substitute();
    const AuthorityEntry* substitute = step_.directory.FindAuthority(id);
    const auto& sealed = to.sealed_to();
    const bool reads = std::any_of(sealed.begin(), sealed.end(), [](const auto& one) {
      return one.purpose() == v1::SEALING_PURPOSE_SUBSTITUTE;
    });
    const bool may = substitute != nullptr && id != header().sender() &&
                     substitute->record.country() == desk.country() &&
                     header().data_class() <= substitute->record.data_class_ceiling();
    return reads && may ? id : "";
  }

  // One whose substitute was called waits for nobody of the desk: it makes room.
  void MakeRoomFor(const std::string& authority) {
    if (Count(v1::DEADLINE_CLOCK_DUTY, authority) < limits::kMaxActClocks) return;
    const auto called = std::find_if(clocks_.begin(), clocks_.end(), [&](const ClockRecord& clock) {
      return clock.authority == authority && clock.state == ClockState::kSubstituteCalled;
    });
    if (called != clocks_.end()) clocks_.erase(called);
  }

  // Beyond the bound further urgent acts ride on the alerts of those that wait.
  void StartDutyOf(const v1::Recipient& to) {
    const std::string& authority = to.authority();
    const AuthorityEntry* entry = step_.directory.FindAuthority(authority);
    if (entry == nullptr || !DutyDeskAnswers(step_.directory, entry->record, step_.now)) return;
    MakeRoomFor(authority);
    if (Count(v1::DEADLINE_CLOCK_DUTY, authority) >= limits::kMaxActClocks) return;
    ClockRecord clock = Profiled(v1::DEADLINE_CLOCK_DUTY, 0).value_or(ClockRecord());
    if (clock.profile.empty() && entry->record.duty().minutes() == 0) return;
    if (clock.profile.empty()) {
      clock.profile = std::string(kDutyDeskProfile);
      SetSpan(clock, {static_cast<int64_t>(entry->record.duty().minutes()), TimeSpan::kMinutes});
    }
    clock.clock = v1::DEADLINE_CLOCK_DUTY;
    clock.act_id = header().act_id();
    clock.authority = authority;
    clock.counterpart = header().sender();
    clock.substitute = SubstituteOf(entry->record, to);
    clock.started = step_.now;
    SetClockDates(clock, TermsOf(0), step_.now);
    clock.state = ClockState::kAlerting;
    clock.next_event = step_.now;
    clocks_.push_back(std::move(clock));
  }

  // What is still waited for when nothing of the case is open is waited for no longer. A duty
  // desk's is: the act may be an alert in a case that has long ended.
  void EndThoseOfActs() {
    for (size_t i = clocks_.size(); i-- > 0;) {
      if (clocks_[i].clock == v1::DEADLINE_CLOCK_CONFIRM_ON_PAPER && !clocks_[i].ended) {
        End(clocks_[i]);
      }
    }
  }

  const ClockStep& step_;
  std::vector<ClockRecord> clocks_;
};

}  // namespace

std::vector<ClockRecord> UpdateClocks(const ClockStep& step) {
  return Update(step).Run();
}

}  // namespace rogatoria
