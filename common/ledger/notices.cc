#include "common/ledger/notices.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/ledger/evidence_of.h"

namespace rogatoria {
namespace {

// A person has to see at once that nobody answered; all else is read in its turn.
v1::UrgencyLevel UrgencyOf(v1::NoticeKind kind) {
  const bool urgent =
      kind == v1::NOTICE_KIND_DUTY_NOT_ACKNOWLEDGED || kind == v1::NOTICE_KIND_DUTY_SUBSTITUTE;
  return urgent ? v1::URGENCY_LEVEL_EMERGENCY : v1::URGENCY_LEVEL_UNSPECIFIED;
}

// The key under which a case's rows are erased.
uint64_t KeyOfCase(const Draft& draft, const std::string& case_id) {
  const CaseRecord* found = draft.FindCase(case_id);
  ROG_CHECK(found != nullptr, "a notice or evidence about a case that is not there");
  return found->key_id;
}

const std::string& ObjectOf(const v1::Notice& notice) {
  if (!notice.act_id().empty()) return notice.act_id();
  return notice.case_id().empty() ? notice.authority() : notice.case_id();
}

std::optional<EntryAddress> RecordUndelivered(Draft& draft,
                                              const Undelivered& undelivered,
                                              absl::string_view reason,
                                              v1::NoticeKind kind) {
  const DeliveryRecord* row = draft.FindDelivery(undelivered.row);
  if (row == nullptr || row->state != DeliveryState::kOpen) return std::nullopt;
  const Evidence& acceptance = undelivered.acceptance;
  const std::string& recipient = undelivered.row.authority;
  const EntryAddress address =
      draft.AppendEvidence(HandoverFailureOf(acceptance, recipient, reason, draft.now()),
                           KeyOfCase(draft, acceptance.case_id),
                           recipient);
  v1::Notice notice = undelivered.about;
  notice.set_kind(kind);
  notice.set_case_id(acceptance.case_id);
  notice.set_act_id(acceptance.act_id);
  notice.set_authority(recipient);
  PutNotice(draft, acceptance.sender, notice);
  PutNotice(draft, recipient, std::move(notice));
  return address;
}

v1::Notice NoticeOf(const OverdueClock& overdue) {
  v1::Notice notice;
  notice.set_kind(v1::NOTICE_KIND_DEADLINE_OVERDUE);
  notice.set_case_id(overdue.acceptance.case_id);
  notice.set_act_id(overdue.acceptance.act_id);
  notice.mutable_measures()->Add(overdue.measures.begin(), overdue.measures.end());
  notice.set_clock(overdue.clock);
  notice.set_profile(overdue.profile);
  notice.set_due_unix_ms(overdue.due.unix_ms);
  notice.set_authority(overdue.concerned);
  return notice;
}

}  // namespace

AuditRecord NoticeRecord(const v1::Notice& notice,
                         absl::string_view principal,
                         absl::string_view outcome,
                         Instant now) {
  AuditRecord record;
  record.operation = AuditOperation::kNotice;
  record.instant = now;
  record.principal = std::string(principal);
  record.method = absl::StrCat("notice/", NoticeKindName(notice.kind()));
  record.object = ObjectOf(notice);
  record.outcome = std::string(outcome);
  return record;
}

uint64_t PutNotice(Draft& draft, const std::string& authority, v1::Notice notice) {
  notice.set_issued_unix_ms(draft.now().unix_ms);
  const AuditRecord issued = NoticeRecord(notice, kHubPrincipal, kNoticeIssued, draft.now());
  const EntryAddress leaf = draft.AppendAudit(issued, 0, authority);
  DeliveryRecord row;
  row.authority = authority;
  row.urgency = UrgencyOf(notice.kind());
  row.log = leaf.log;
  row.consigned_entry = leaf.index;
  if (!notice.case_id().empty()) row.key_id = KeyOfCase(draft, notice.case_id());
  row.notice = notice.SerializeAsString();
  return draft.AddDelivery(std::move(row));
}

void DeclareUndelivered(const Undelivered& undelivered, BatchKeys& keys) {
  keys.deliveries.push_back(undelivered.row);
  keys.cases.push_back(undelivered.acceptance.case_id);
  keys.mailboxes.push_back(undelivered.acceptance.sender);
  keys.mailboxes.push_back(undelivered.row.authority);
}

std::optional<EntryAddress> RecordNotRetrieved(Draft& draft, const Undelivered& undelivered) {
  return RecordUndelivered(draft, undelivered, kNotRetrieved, v1::NOTICE_KIND_NOT_RETRIEVED);
}

std::optional<EntryAddress> RecordNotDelivered(Draft& draft, const Undelivered& undelivered) {
  return RecordUndelivered(draft, undelivered, kNotDelivered, v1::NOTICE_KIND_NOT_DELIVERED);
}

void DeclareOverdue(const OverdueClock& overdue, BatchKeys& keys) {
  keys.cases.push_back(overdue.acceptance.case_id);
  keys.mailboxes.insert(keys.mailboxes.end(), overdue.parties.begin(), overdue.parties.end());
}

EntryAddress RecordDeadlineMissed(Draft& draft, const OverdueClock& overdue) {
  const MissedDeadline missed{
      ClockName(overdue.clock), overdue.profile, overdue.due, overdue.measures, overdue.concerned};
  const EntryAddress address =
      draft.AppendEvidence(DeadlineMissedOf(overdue.acceptance, missed, draft.now()),
                           KeyOfCase(draft, overdue.acceptance.case_id),
                           overdue.concerned);
  for (const std::string& party : overdue.parties) PutNotice(draft, party, NoticeOf(overdue));
  return address;
}

std::string ClockName(v1::DeadlineClock clock) {
  constexpr absl::string_view kPrefix = "DEADLINE_CLOCK_";
  return v1::DeadlineClock_Name(clock).substr(kPrefix.size());
}

std::string NoticeKindName(v1::NoticeKind kind) {
  constexpr absl::string_view kPrefix = "NOTICE_KIND_";
  return v1::NoticeKind_Name(kind).substr(kPrefix.size());
}

}  // namespace rogatoria
