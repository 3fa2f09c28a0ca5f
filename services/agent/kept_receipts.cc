#include "services/agent/kept_receipts.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "common/base/files.h"
#include "common/base/limits.h"
#include "common/client/outbox.h"
#include "common/receipt/receipt.h"

namespace rogatoria::agent {
namespace {

namespace fs = std::filesystem;

// How far an act has come with one recipient.
struct Recipient {
  bool in_mailbox = false;
  bool taken_over = false;
  bool not_taken = false;
  bool final = false;
  std::string reason;
};

void Note(const Evidence& evidence, Recipient& recipient) {
  switch (evidence.event) {
    case rogatoria::v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT:
      recipient.in_mailbox = true;
      return;
    case rogatoria::v1::TRANSPORT_EVENT_CONTENT_HANDOVER:
      recipient.taken_over = true;
      recipient.final = true;
      return;
    case rogatoria::v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE:
      recipient.not_taken = true;
      recipient.final = recipient.final || !LeavesOpen(evidence);
      recipient.reason = evidence.reason;
      return;
    default:
      return;
  }
}

void Sum(const std::map<std::string, Recipient>& recipients, Progress& progress) {
  const auto all = [&](bool Recipient::*member) {
    return std::all_of(recipients.begin(), recipients.end(), [member](const auto& one) {
      return one.second.*member;
    });
  };
  if (recipients.empty()) return;
  progress.in_mailboxes = all(&Recipient::in_mailbox);
  progress.taken_over = all(&Recipient::taken_over);
  progress.ended = all(&Recipient::final);
  for (const auto& [id, recipient] : recipients) {
    progress.to.push_back(id);
    if (!recipient.not_taken || recipient.taken_over) continue;
    progress.not_taken = true;
    progress.reason = recipient.reason;
  }
}

}  // namespace

std::vector<KeptReceipt> ReceiptsOf(const std::string& state, const std::string& act_id) {
  std::vector<KeptReceipt> receipts;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(client::ReceiptFolder(state, act_id), error)) {
    if (file.path().extension() != ".receipt") continue;
    auto content = ReadFile(file.path().string(), rogatoria::limits::kMaxReceiptBytes);
    const auto parts = content.ok() ? ParseReceipt(*content) : content.status();
    auto evidence = parts.ok() ? ParseEvidence(parts->evidence) : parts.status();
    if (!evidence.ok() || evidence->act_id != act_id) continue;
    receipts.push_back(
        {file.path().filename().string(), *std::move(content), *std::move(evidence)});
  }
  std::sort(receipts.begin(), receipts.end(), [](const KeptReceipt& a, const KeptReceipt& b) {
    return std::make_pair(a.evidence.instant, a.evidence.event) <
           std::make_pair(b.evidence.instant, b.evidence.event);
  });
  return receipts;
}

Progress ProgressOf(const std::vector<KeptReceipt>& receipts) {
  Progress progress;
  std::map<std::string, Recipient> recipients;
  for (const KeptReceipt& receipt : receipts) {
    const Evidence& evidence = receipt.evidence;
    if (evidence.event == rogatoria::v1::TRANSPORT_EVENT_DEADLINE_MISSED) continue;
    progress.since = evidence.instant;
    if (!evidence.recipient.empty()) Note(evidence, recipients[evidence.recipient]);
    if (evidence.event == rogatoria::v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE) {
      progress.accepted = true;
      progress.first = evidence;
    } else if (evidence.event == rogatoria::v1::TRANSPORT_EVENT_SUBMISSION_REJECTION) {
      progress.refused = true;
      progress.reason = evidence.reason;
      if (!progress.accepted) progress.first = evidence;
    }
  }
  Sum(recipients, progress);
  progress.refused = progress.refused && !progress.accepted;
  progress.ended = progress.ended || progress.refused;
  return progress;
}

}  // namespace rogatoria::agent
