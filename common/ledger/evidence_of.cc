#include "common/ledger/evidence_of.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/bytes.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"

namespace rogatoria {
namespace {

Evidence ForRecipient(const Evidence& acceptance,
                      v1::TransportEvent event,
                      const std::string& recipient,
                      Instant now) {
  Evidence evidence = acceptance;
  evidence.event = event;
  evidence.recipient = recipient;
  evidence.instant = now;
  return evidence;
}

}  // namespace

Evidence DescribeAct(const HubIdentity& hub, const v1::ActHeader& header, const ActFacts& facts) {
  Evidence evidence;
  evidence.trust_domain = hub.trust_domain;
  evidence.governing_law = hub.governing_law;
  evidence.act_id = header.act_id();
  evidence.case_id = header.case_id();
  evidence.kind = header.kind();
  evidence.sender = header.sender();
  evidence.channel_class = header.channel_class();
  evidence.legal_basis = header.legal_basis().instrument();
  evidence.channel_basis = header.channel_basis();
  evidence.effect = facts.effect;
  evidence.header_sha256 = facts.header_sha256;
  evidence.content_sha256 = ToHex(header.content().sealed_sha256());
  evidence.signer_sha256 = facts.signer_sha256;
  evidence.signed_by_user = facts.signed_by_user;
  return evidence;
}

Evidence AcceptanceOf(Evidence described,
                      v1::ActDisposition disposition,
                      uint64_t case_position,
                      Instant now) {
  described.event = v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE;
  described.disposition = disposition;
  described.case_position = case_position;
  described.instant = now;
  return described;
}

Evidence RejectionOf(Evidence described, Reason reason, Instant now) {
  described.event = v1::TRANSPORT_EVENT_SUBMISSION_REJECTION;
  described.disposition = v1::ACT_DISPOSITION_REFUSED;
  described.case_position = 0;
  described.reason = std::string(ReasonName(reason));
  described.instant = now;
  return described;
}

Evidence ConsignmentOf(const Evidence& acceptance,
                       const std::string& recipient,
                       const LegalDate& date) {
  Evidence evidence = ForRecipient(
      acceptance, v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT, recipient, acceptance.instant);
  evidence.legal_date = date;
  return evidence;
}

Evidence HandoverOf(const Evidence& acceptance,
                    const std::string& recipient,
                    absl::string_view statement,
                    Instant now) {
  Evidence evidence =
      ForRecipient(acceptance, v1::TRANSPORT_EVENT_CONTENT_HANDOVER, recipient, now);
  if (!statement.empty()) evidence.acknowledgement_sha256 = ToHex(Sha256(statement));
  return evidence;
}

Evidence HandoverFailureOf(const Evidence& acceptance,
                           const std::string& recipient,
                           absl::string_view reason,
                           Instant now) {
  Evidence evidence =
      ForRecipient(acceptance, v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE, recipient, now);
  evidence.reason = std::string(reason);
  return evidence;
}

Evidence DeadlineMissedOf(const Evidence& acceptance, MissedDeadline missed, Instant now) {
  Evidence evidence = ForRecipient(acceptance, v1::TRANSPORT_EVENT_DEADLINE_MISSED, "", now);
  evidence.missed = std::move(missed);
  return evidence;
}

std::string RejectionReasonName(v1::RejectReason reason) {
  constexpr absl::string_view kPrefix = "REJECT_REASON_";
  if (!v1::RejectReason_IsValid(reason) || reason == v1::REJECT_REASON_UNSPECIFIED) return "";
  return absl::StrCat("REJECTED_", v1::RejectReason_Name(reason).substr(kPrefix.size()));
}

absl::StatusOr<Evidence> LoadAcceptance(Snapshot& snapshot, const ActRecord& act) {
  if (act.disposition == v1::ACT_DISPOSITION_REFUSED) return Error(Reason::NOT_FOUND);
  ROG_ASSIGN_OR_RETURN(const EntryRecord entry, snapshot.GetEntry(act.log, act.first_entry));
  if (entry.record.empty()) return Error(Reason::NOT_FOUND);
  return ParseEvidence(entry.record);
}

}  // namespace rogatoria
