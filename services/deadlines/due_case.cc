#include "services/deadlines/due_case.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "common/directory/clock_dates.h"
#include "common/directory/duty_hours.h"
#include "common/ledger/notices.h"
#include "common/model/deadline_clock.h"

namespace rogatoria::deadlines {
namespace {

constexpr absl::Duration kFirstRetry = absl::Seconds(30);
constexpr absl::Duration kLastRetry = absl::Minutes(10);
// Over a long weekend; then the desk's own office is there again.
constexpr absl::Duration kSubstituteReads = absl::Hours(72);

// 30 s, 1 min, 2 min ... 10 min.
absl::Duration RetryAfter(uint32_t attempts) {
  return std::min(kLastRetry, kFirstRetry * (1 << std::min<uint32_t>(attempts, 10)));
}

std::vector<std::string> BothSides(const ClockRecord& clock) {
  if (clock.counterpart.empty() || clock.counterpart == clock.authority) return {clock.authority};
  return {clock.authority, clock.counterpart};
}

// Whose mailboxes may get a notice of it.
std::vector<std::string> ToldOf(const ClockRecord& clock) {
  std::vector<std::string> told = BothSides(clock);
  if (!clock.substitute.empty()) told.push_back(clock.substitute);
  return told;
}

v1::Notice NoticeOf(const std::string& case_id, const ClockRecord& clock, v1::NoticeKind kind) {
  v1::Notice notice;
  notice.set_kind(kind);
  notice.set_case_id(case_id);
  notice.set_act_id(clock.act_id);
  if (clock.measure > 0) notice.add_measures(clock.measure);
  notice.set_clock(clock.clock);
  notice.set_profile(clock.profile);
  if (clock.due.has_value()) notice.set_due_unix_ms(clock.due->unix_ms);
  notice.set_authority(clock.authority);
  return notice;
}

bool IsPast(const ClockRecord& clock, Instant now) {
  return clock.due.has_value() && *clock.due < now;
}

bool IsDue(const ClockRecord& clock, Instant now) {
  return clock.next_event.has_value() && *clock.next_event <= now;
}

ClockTerms TermsOf(const Directory& directory, const CaseRecord& record, const ClockRecord& clock) {
  const MeasureRecord* measure = record.FindMeasure(clock.measure);
  return {directory, record.instrument, measure == nullptr ? "" : measure->code};
}

const v1::DutyDesk& DutyOf(const Directory& directory, const std::string& authority) {
  const AuthorityEntry* entry = directory.FindAuthority(authority);
  return entry == nullptr ? v1::DutyDesk::default_instance() : entry->record.duty();
}

}  // namespace

DueCaseCommand::DueCaseCommand(const CaseRecord& seen,
                               absl::flat_hash_map<std::string, Evidence> acceptances,
                               const Registry& registry,
                               AlertSink& alerts,
                               DueDone done)
    : case_id_(seen.case_id),
      acceptances_(std::move(acceptances)),
      registry_(registry),
      alerts_(alerts),
      done_(std::move(done)) {
  for (const ClockRecord& clock : seen.clocks) {
    for (std::string& side : ToldOf(clock)) parties_.push_back(std::move(side));
  }
}

void DueCaseCommand::Declare(BatchKeys& keys) const {
  keys.cases.push_back(case_id_);
  keys.mailboxes.insert(keys.mailboxes.end(), parties_.begin(), parties_.end());
}

// A clock that came since the snapshot is for the next look.
bool DueCaseCommand::KnowsPartiesOf(const ClockRecord& clock) const {
  for (const std::string& side : ToldOf(clock)) {
    if (std::find(parties_.begin(), parties_.end(), side) == parties_.end()) return false;
  }
  return true;
}

void DueCaseCommand::Decide(Draft& draft) {
  const CaseRecord* found = draft.FindCase(case_id_);
  if (found == nullptr) return;
  state_ = registry_.Get();
  CaseRecord record = *found;
  bool changed = false;
  std::vector<ClockRecord> kept;
  for (ClockRecord clock : record.clocks) {
    const bool due = IsDue(clock, draft.now()) && KnowsPartiesOf(clock);
    changed = changed || due;
    if (!due || Handle(record, clock, draft)) kept.push_back(std::move(clock));
  }
  if (!changed) return;
  record.clocks = std::move(kept);
  draft.PutCase(std::move(record));
}

bool DueCaseCommand::Handle(const CaseRecord& record, ClockRecord& clock, Draft& draft) {
  // Nothing is said about an act that was erased.
  if (!acceptances_.contains(clock.act_id)) return false;
  if (clock.clock == v1::DEADLINE_CLOCK_DUTY) return HandleDuty(clock, draft);
  if (IsPast(clock, draft.now())) return TellOverdue(clock, draft);
  if (clock.state == ClockState::kUndated) {
    SetClockDates(clock, TermsOf(*state_.directory, record, clock), draft.now());
    if (clock.state == ClockState::kUndated) ++told_.undated;
  } else {
    Warn(clock, draft);
  }
  return !clock.ended;
}

void DueCaseCommand::Warn(ClockRecord& clock, Draft& draft) {
  for (const std::string& side : BothSides(clock)) {
    PutNotice(draft, side, NoticeOf(case_id_, clock, v1::NOTICE_KIND_DEADLINE_WARNING));
  }
  clock.state = ClockState::kWarned;
  clock.next_event = OverdueAt(*clock.due);
  told_.warned.push_back(clock.clock);
}

bool DueCaseCommand::TellOverdue(ClockRecord& clock, Draft& draft) {
  if (IsReminder(clock.clock)) {
    for (const std::string& side : BothSides(clock)) {
      PutNotice(draft, side, NoticeOf(case_id_, clock, v1::NOTICE_KIND_DEADLINE_OVERDUE));
    }
  } else {
    OverdueClock overdue{acceptances_.at(clock.act_id),
                         clock.clock,
                         clock.profile,
                         *clock.due,
                         {},
                         clock.authority,
                         BothSides(clock)};
    if (clock.measure > 0) overdue.measures.push_back(clock.measure);
    RecordDeadlineMissed(draft, overdue);
  }
  told_.overdue.push_back(clock.clock);
  clock.state = ClockState::kOverdue;
  clock.next_event = std::nullopt;
  return !clock.ended;
}

bool DueCaseCommand::HandleDuty(ClockRecord& clock, Draft& draft) {
  const Instant now = draft.now();
  if (clock.state == ClockState::kAlertingSubstitute) return AlertSubstitute(clock, now);
  if (clock.state == ClockState::kSubstituteCalled) return false;
  if (clock.state == ClockState::kTakenOver) {
    v1::Notice notice = NoticeOf(case_id_, clock, v1::NOTICE_KIND_DUTY_TAKEN_OVER);
    notice.set_substitute(clock.substitute);
    PutNotice(draft, clock.authority, std::move(notice));
    return false;
  }
  if (IsPast(clock, now)) return TellDutyMissed(clock, draft);
  const Instant deadline = clock.due.has_value() ? OverdueAt(*clock.due) : now + kLastRetry;
  if (clock.state != ClockState::kAlerting || !AlertDesk(clock, clock.authority, now)) {
    if (!clock.due.has_value()) return false;
    clock.state = ClockState::kWarned;
    clock.next_event = deadline;
  }
  clock.next_event = std::min(*clock.next_event, deadline);
  return true;
}

// Nobody took it in hand: the evidence, the telephone for the sender, and the substitute.
bool DueCaseCommand::TellDutyMissed(ClockRecord& clock, Draft& draft) {
  const Directory& directory = *state_.directory;
  const AuthorityEntry* entry = directory.FindAuthority(clock.authority);
  RecordDeadlineMissed(draft,
                       {acceptances_.at(clock.act_id),
                        clock.clock,
                        clock.profile,
                        *clock.due,
                        {},
                        clock.authority,
                        {}});
  v1::Notice notice = NoticeOf(case_id_, clock, v1::NOTICE_KIND_DUTY_NOT_ACKNOWLEDGED);
  if (entry != nullptr) notice.set_duty_telephone(DutyTelephone(entry->record, draft.now()));
  const bool stays = !clock.ended && CallSubstitute(clock, notice, draft);
  PutNotice(draft, clock.counterpart, std::move(notice));
  told_.overdue.push_back(clock.clock);
  return stays;
}

// It is named to the sender only if somebody learns of it there: by an alert, or by a notice, which
// says which act waits where that is sealed to it.
bool DueCaseCommand::CallSubstitute(ClockRecord& clock, v1::Notice& to_sender, Draft& draft) {
  const std::string substitute = DutyOf(*state_.directory, clock.authority).substitute();
  // To whom it was sealed is not always who is to stand in today.
  if (clock.substitute != substitute) clock.substitute.clear();
  clock.state = ClockState::kAlertingSubstitute;
  clock.attempts = 0;
  const bool stays = AlertSubstitute(clock, draft.now());
  if (!stays) return false;
  to_sender.set_substitute(substitute);
  if (clock.substitute.empty()) return true;
  to_sender.set_substitute_reads(true);
  v1::Notice call = NoticeOf(case_id_, clock, v1::NOTICE_KIND_DUTY_SUBSTITUTE);
  call.set_substitute(substitute);
  call.set_substitute_reads(true);
  PutNotice(draft, substitute, std::move(call));
  return true;
}

bool DueCaseCommand::AlertSubstitute(ClockRecord& clock, Instant now) {
  const std::string substitute = DutyOf(*state_.directory, clock.authority).substitute();
  return AlertDesk(clock, substitute, now) || WaitForSubstitute(clock, now);
}

bool WaitForSubstitute(ClockRecord& clock, Instant now) {
  if (clock.substitute.empty()) return false;
  clock.state = ClockState::kSubstituteCalled;
  clock.next_event = now + kSubstituteReads;
  return true;
}

bool DueCaseCommand::AlertDesk(ClockRecord& clock, const std::string& authority, Instant now) {
  const std::string& name = DutyOf(*state_.directory, authority).alert();
  if (name.empty() || !alerts_.Knows(name)) return false;
  if (clock.attempts >= limits::kMaxAlertAttempts) return false;
  to_send_.push_back({name, authority, case_id_, clock.act_id, clock.authority});
  clock.next_event = now + RetryAfter(clock.attempts++);
  return true;
}

void DueCaseCommand::Committed(const BatchReceipts&) {
  told_.alerts = to_send_.size();
  // Counted first: whoever is woken finds in the hub's figures why.
  done_(std::move(told_));
  for (Alert& alert : to_send_) alerts_.Send(std::move(alert));
}

void AlertSentCommand::Decide(Draft& draft) {
  const CaseRecord* found = draft.FindCase(alert_.case_id);
  if (found == nullptr) return;
  CaseRecord record = *found;
  const auto clock =
      std::find_if(record.clocks.begin(), record.clocks.end(), [this](const ClockRecord& one) {
        return one.clock == v1::DEADLINE_CLOCK_DUTY && one.act_id == alert_.act_id &&
               one.authority == alert_.concerned;
      });
  if (clock == record.clocks.end()) return;
  const bool to_substitute = alert_.authority != alert_.concerned;
  if (to_substitute && clock->state == ClockState::kAlertingSubstitute) {
    if (!WaitForSubstitute(*clock, draft.now())) record.clocks.erase(clock);
  } else if (!to_substitute && clock->state == ClockState::kAlerting) {
    clock->state = ClockState::kWarned;
    clock->next_event = OverdueAt(clock->due.value_or(draft.now()));
  } else {
    return;
  }
  AuditRecord sent;
  sent.operation = AuditOperation::kNotice;
  sent.instant = draft.now();
  sent.principal = std::string(kHubPrincipal);
  sent.method = absl::StrCat("alert/", alert_.name);
  sent.object = alert_.act_id;
  sent.outcome = "OK";
  draft.AppendAudit(sent, 0, alert_.authority);
  draft.PutCase(std::move(record));
}

}  // namespace rogatoria::deadlines
