#include "common/client/receipt_check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/crypto/digest.h"
#include "common/model/header.h"
#include "common/receipt/receipt.h"

namespace rogatoria::client {
namespace {

absl::Status NotValid(v1::TransportEvent event, absl::string_view line, Sentence wanted) {
  return Explained(Error(Reason::RECEIPT_NOT_VALID)
                       .Field(line.empty() ? std::string(EventCode(event))
                                           : absl::StrCat(EventCode(event), " ", line)),
                   wanted);
}

// Of the act as a whole, not of one recipient.
bool ConcernsAct(v1::TransportEvent event) {
  return event == v1::TRANSPORT_EVENT_DEADLINE_MISSED ||
         event == v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE ||
         event == v1::TRANSPORT_EVENT_SUBMISSION_REJECTION;
}

bool IsRecipient(const v1::ActHeader& header, const std::string& authority) {
  return std::any_of(
      header.recipients().begin(), header.recipients().end(), [&](const v1::Recipient& recipient) {
        return recipient.authority() == authority;
      });
}

// Nobody in what concerns the act as a whole, one of the header's recipients in everything else.
bool FitsRecipient(const Evidence& said, const v1::ActHeader& header) {
  return ConcernsAct(said.event) ? said.recipient.empty() : IsRecipient(header, said.recipient);
}

struct Line {
  absl::string_view name;  // of docs/formats/evidence.md
  bool holds;
};

// The first line of the evidence that does not say what the act itself says; empty for none.
absl::string_view FirstFalseLine(const Evidence& said,
                                 const KnownAct& act,
                                 const v1::ActHeader& header) {
  const Line lines[] = {
      {"header-sha256", said.header_sha256 == ToHex(Sha256(act.header))},
      {"sender", said.sender == header.sender()},
      {"signer-sha256", act.signer_sha256.empty() || said.signer_sha256 == act.signer_sha256},
      {"signed-by", header.channel_class() != v1::CHANNEL_CLASS_FORMAL || said.signed_by_user},
      {"content-sha256", said.content_sha256 == ToHex(header.content().sealed_sha256())},
      {"trust-domain", said.trust_domain == header.trust_domain()},
      {"act", said.act_id == header.act_id()},
      {"case", said.case_id == header.case_id()},
      {"kind", said.kind == header.kind()},
      {"recipient", FitsRecipient(said, header)},
      {"channel-class", said.channel_class == header.channel_class()},
      {"legal-basis", said.legal_basis == header.legal_basis().instrument()},
      {"channel-basis", said.channel_basis == header.channel_basis()},
  };
  for (const Line& line : lines) {
    if (!line.holds) return line.name;
  }
  return {};
}

// Verifies, and is what the message around it says that it is: files are named after that.
absl::StatusOr<Evidence> Verified(const v1::Receipt& receipt,
                                  const std::vector<std::string>& log_keys,
                                  ReceiptVerifier& verifier) {
  const auto verified =
      verifier.Verify(receipt.content(), KeysForLogOf(receipt.content(), log_keys));
  if (!verified.ok()) {
    return NotValid(receipt.event(), "", Sentence::RECEIPT_UNDER_LOG_KEY);
  }
  const Evidence& said = verified->evidence;
  if (said.event != receipt.event()) {
    return NotValid(receipt.event(), "event", Sentence::RECEIPT_EVENT);
  }
  if (said.recipient != receipt.recipient()) {
    return NotValid(receipt.event(), "recipient", Sentence::RECEIPT_RECIPIENT);
  }
  return said;
}

absl::Status CheckOne(const v1::Receipt& receipt,
                      const KnownAct& act,
                      const v1::ActHeader& header,
                      const std::vector<std::string>& log_keys,
                      ReceiptVerifier& verifier) {
  ROG_ASSIGN_OR_RETURN(const Evidence said, Verified(receipt, log_keys, verifier));
  const absl::string_view line = FirstFalseLine(said, act, header);
  if (line.empty()) return absl::OkStatus();
  return NotValid(receipt.event(), line, Sentence::RECEIPT_AS_HEADER);
}

absl::Status CheckHas(const Receipts& receipts,
                      v1::TransportEvent event,
                      const std::string& recipient) {
  const bool found = std::any_of(receipts.begin(), receipts.end(), [&](const v1::Receipt& one) {
    return one.event() == event && one.recipient() == recipient;
  });
  return found ? absl::OkStatus() : NotValid(event, "", Sentence::RECEIPT_AMONG);
}

absl::Status CheckHasConsignment(const Receipts& receipts, const std::string& recipient) {
  return CheckHas(receipts, v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT, recipient);
}

}  // namespace

absl::Status CheckReceipts(const Receipts& receipts,
                           const KnownAct& act,
                           const std::vector<std::string>& log_keys) {
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header));
  ReceiptVerifier verifier;  // those of one act stand under few checkpoints
  for (const v1::Receipt& receipt : receipts) {
    ROG_RETURN_IF_ERROR(CheckOne(receipt, act, header, log_keys, verifier));
  }
  return absl::OkStatus();
}

absl::Status CheckSubmission(const Receipts& receipts,
                             const KnownAct& act,
                             const std::vector<std::string>& log_keys) {
  ROG_RETURN_IF_ERROR(CheckReceipts(receipts, act, log_keys));
  ROG_RETURN_IF_ERROR(CheckHas(receipts, v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE, ""));
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header));
  for (const v1::Recipient& recipient : header.recipients()) {
    ROG_RETURN_IF_ERROR(CheckHasConsignment(receipts, recipient.authority()));
  }
  return absl::OkStatus();
}

absl::Status CheckDelivery(const Receipts& receipts,
                           const KnownAct& act,
                           const std::string& recipient,
                           const std::vector<std::string>& log_keys) {
  ROG_RETURN_IF_ERROR(CheckReceipts(receipts, act, log_keys));
  ROG_RETURN_IF_ERROR(CheckHas(receipts, v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE, ""));
  return CheckHasConsignment(receipts, recipient);
}

absl::Status CheckRefusal(const absl::Status& refusal,
                          const KnownAct& act,
                          const std::vector<std::string>& log_keys) {
  const auto details = GetErrorDetails(refusal);
  if (!details.has_value() || details->evidence.empty()) return absl::OkStatus();
  v1::Receipt receipt;
  receipt.set_event(v1::TRANSPORT_EVENT_SUBMISSION_REJECTION);
  receipt.set_content(details->evidence);
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header));
  ReceiptVerifier verifier;
  ROG_RETURN_IF_ERROR(CheckOne(receipt, act, header, log_keys, verifier));
  ROG_ASSIGN_OR_RETURN(const Evidence said, Verified(receipt, log_keys, verifier));
  if (said.reason == ReasonName(details->reason)) return absl::OkStatus();
  return NotValid(receipt.event(), "reason", Sentence::REASON_OF_REFUSAL);
}

namespace {

// What the A.1 among these says, if it holds.
std::optional<Evidence> Acceptance(const Receipts& receipts,
                                   const KnownAct& act,
                                   const std::vector<std::string>& log_keys) {
  const auto header = ParseHeader(act.header);
  if (!header.ok()) return std::nullopt;
  ReceiptVerifier verifier;
  for (const v1::Receipt& receipt : receipts) {
    if (receipt.event() != v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE) continue;
    if (!CheckOne(receipt, act, *header, log_keys, verifier).ok()) continue;
    const auto said = Verified(receipt, log_keys, verifier);
    if (said.ok()) return *said;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Instant> AcceptedAt(const Receipts& receipts,
                                  const KnownAct& act,
                                  const std::vector<std::string>& log_keys) {
  const auto said = Acceptance(receipts, act, log_keys);
  return said.has_value() ? std::optional<Instant>(said->instant) : std::nullopt;
}

uint64_t AcceptedPosition(const Receipts& receipts,
                          const KnownAct& act,
                          const std::vector<std::string>& log_keys) {
  const auto said = Acceptance(receipts, act, log_keys);
  return said.has_value() ? said->case_position : 0;
}

absl::Status CheckReceiptOf(const v1::Receipt& receipt,
                            const std::string& act_id,
                            const std::vector<std::string>& log_keys) {
  ReceiptVerifier verifier;
  ROG_ASSIGN_OR_RETURN(const Evidence said, Verified(receipt, log_keys, verifier));
  if (said.act_id == act_id) return absl::OkStatus();
  return NotValid(receipt.event(), "act", Sentence::ACT_ASKED_FOR);
}

}  // namespace rogatoria::client
