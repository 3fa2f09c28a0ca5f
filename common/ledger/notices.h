// What the hub says on its own: notices in mailboxes, and evidence of what did not happen, with the
// notices to both sides that go with it. Each notice leaves an audit record in the log; what it
// says stands in codes only.
//
// For use in Command::Decide; everything is in the draft's transaction or nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/ledger/draft.h"
#include "common/model/evidence.h"

#include "rogatoria/v1/notice.pb.h"

namespace rogatoria {

// The principal of audit records of what the hub does by itself.
inline constexpr absl::string_view kHubPrincipal = "hub";

// Puts a notice into the mailbox of `authority`, at the next position, which it returns; its
// instant of issue is the draft's. It is erased with the case that it names. Must have been
// declared: the mailbox and, when it names one, the case.
uint64_t PutNotice(Draft& draft, const std::string& authority, v1::Notice notice);

// The record of what became of a notice. `outcome`: one of these, or why it was given up.
inline constexpr absl::string_view kNoticeIssued = "ISSUED";
inline constexpr absl::string_view kNoticeTaken = "TAKEN";
AuditRecord NoticeRecord(const v1::Notice& notice,
                         absl::string_view principal,
                         absl::string_view outcome,
                         Instant now);

// An act lies in a mailbox and was not fetched in time (NOT_RETRIEVED), or could not be given out
// (NOT_DELIVERED): an E.2 with that reason, and a notice to the sender and to the recipient. The
// row stays open. nullopt, recording nothing, when it is not open any more. `about` says what the
// caller knows beside kind, act, case and recipient: clock, profile, due, duty desk.
struct Undelivered {
  DeliveryKey row;
  Evidence acceptance;  // A.1 of the act
  v1::Notice about;
};
void DeclareUndelivered(const Undelivered& undelivered, BatchKeys& keys);
std::optional<EntryAddress> RecordNotRetrieved(Draft& draft, const Undelivered& undelivered);
std::optional<EntryAddress> RecordNotDelivered(Draft& draft, const Undelivered& undelivered);

// A deadline has passed: X.1 on the act that started its clock, and a DEADLINE_OVERDUE notice to
// each of `parties`. Which acts stop the clock, and that
// none was recorded, is the caller's to know in the same transaction.
struct OverdueClock {
  Evidence acceptance;  // A.1 of the act that started it
  v1::DeadlineClock clock = v1::DEADLINE_CLOCK_UNSPECIFIED;
  std::string profile;
  Instant due;
  std::vector<uint32_t> measures;    // ascending
  std::string concerned;             // whose deadline it was
  std::vector<std::string> parties;  // who is told: both sides
};
void DeclareOverdue(const OverdueClock& overdue, BatchKeys& keys);
EntryAddress RecordDeadlineMissed(Draft& draft, const OverdueClock& overdue);

// EXECUTE of DEADLINE_CLOCK_EXECUTE.
std::string ClockName(v1::DeadlineClock clock);
// DEADLINE_OVERDUE of NOTICE_KIND_DEADLINE_OVERDUE.
std::string NoticeKindName(v1::NoticeKind kind);

}  // namespace rogatoria
