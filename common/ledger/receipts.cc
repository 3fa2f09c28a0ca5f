#include "common/ledger/receipts.h"

#include <optional>
#include <utility>

#include "common/base/check.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"
#include "common/merkle/node.h"
#include "common/merkle/proof.h"
#include "common/receipt/receipt.h"

namespace rogatoria {
namespace {

v1::Receipt MakeReceipt(const EntryRecord& entry,
                        v1::TransportEvent event,
                        merkle::Proof proof,
                        const BatchRecord& batch) {
  v1::Receipt receipt;
  receipt.set_event(event);
  receipt.set_act_id(entry.act_id);
  receipt.set_recipient(entry.recipient);
  receipt.set_content(
      FormatReceipt({entry.record, entry.salt, entry.index, std::move(proof), batch.note}));
  receipt.set_level(v1::RECEIPT_LEVEL_BROKER);
  return receipt;
}

merkle::NodeReader ReaderOf(Snapshot& snapshot, uint64_t log) {
  return [&snapshot, log](merkle::NodeId id) -> absl::StatusOr<merkle::Hash> {
    ROG_ASSIGN_OR_RETURN(const auto row, snapshot.GetHashes(log, merkle::RowOf(id)));
    const auto level = static_cast<size_t>(id.level);
    if (level >= row.size()) return absl::DataLossError("a row of the log is too short");
    return row[level];
  };
}

bool MayHave(const ActRecord& act, const EntryRecord& entry, const std::string& authority) {
  return act.sender == authority || entry.recipient.empty() || entry.recipient == authority;
}

bool IsOfSubmission(v1::TransportEvent event) {
  return event == v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE ||
         event == v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT;
}

absl::StatusOr<v1::SubmitActResponse> ReplayRefusal(Snapshot& snapshot, const ActRecord& act) {
  ROG_ASSIGN_OR_RETURN(const EntryRecord entry, snapshot.GetEntry(act.log, act.first_entry));
  ROG_ASSIGN_OR_RETURN(const v1::Receipt rejection, LoadReceipt(snapshot, entry));
  return RefusalStatus(act, rejection);
}

}  // namespace

BatchReceipts::BatchReceipts(Draft draft, merkle::BatchNodes nodes)
    : changes_(std::move(draft.changes())), events_(draft.events()), nodes_(std::move(nodes)) {}

const v1::Receipt& BatchReceipts::Make(const EntryAddress& address) const {
  const auto& entries = changes_.entries;
  ROG_CHECK(!entries.empty() && address.log == entries.front().log &&
                address.index >= entries.front().index &&
                address.index - entries.front().index < entries.size(),
            "an entry of another batch");
  absl::MutexLock lock(&mutex_);
  std::unique_ptr<const v1::Receipt>& made = made_[address.index];
  if (made != nullptr) return *made;
  const size_t at = address.index - entries.front().index;
  auto proof = merkle::InclusionProof(address.index, nodes_.size(), nodes_.Reader());
  ROG_CHECK(proof.ok(), "a batch proves its own leaves");
  made = std::make_unique<const v1::Receipt>(
      MakeReceipt(entries[at], events_[at], *std::move(proof), *changes_.batch));
  return *made;
}

absl::StatusOr<v1::Receipt> LoadReceipt(Snapshot& snapshot, const EntryRecord& entry) {
  if (entry.record.empty() || entry.act_id.empty()) return Error(Reason::NOT_FOUND);
  ROG_ASSIGN_OR_RETURN(const Evidence evidence, ParseEvidence(entry.record));
  ROG_ASSIGN_OR_RETURN(const BatchRecord batch, snapshot.GetBatchOfEntry(entry.log, entry.index));
  ROG_ASSIGN_OR_RETURN(
      merkle::Proof proof,
      merkle::InclusionProof(entry.index, batch.size, ReaderOf(snapshot, entry.log)));
  return MakeReceipt(entry, evidence.event, std::move(proof), batch);
}

absl::StatusOr<std::vector<v1::Receipt>> LoadReceipts(Snapshot& snapshot,
                                                      const ActRecord& act,
                                                      const std::string& authority) {
  ROG_ASSIGN_OR_RETURN(const auto entries, snapshot.ListEntriesOfAct(act.act_id));
  std::vector<v1::Receipt> receipts;
  for (const EntryRecord& entry : entries) {
    if (!MayHave(act, entry, authority)) continue;
    absl::StatusOr<v1::Receipt> receipt = LoadReceipt(snapshot, entry);
    if (absl::IsNotFound(receipt.status())) continue;  // erased
    ROG_RETURN_IF_ERROR(receipt.status());
    receipts.push_back(*std::move(receipt));
  }
  return receipts;
}

absl::StatusOr<v1::SubmitActResponse> ReplaySubmission(Snapshot& snapshot, const ActRecord& act) {
  if (act.disposition == v1::ACT_DISPOSITION_REFUSED) return ReplayRefusal(snapshot, act);
  v1::SubmitActResponse response;
  response.set_disposition(act.disposition);
  response.set_case_position(act.case_position);
  const size_t count = 1 + act.recipients.size();  // A.1, then a D.1 each
  for (size_t i = 0; i < count; ++i) {
    ROG_ASSIGN_OR_RETURN(const EntryRecord entry, snapshot.GetEntry(act.log, act.first_entry + i));
    ROG_ASSIGN_OR_RETURN(v1::Receipt receipt, LoadReceipt(snapshot, entry));
    if (entry.act_id != act.act_id || !IsOfSubmission(receipt.event())) {
      return absl::DataLossError("the log holds other entries where those of an act should be");
    }
    *response.add_receipts() = std::move(receipt);
  }
  return response;
}

absl::Status RefusalStatus(const ActRecord& act, const v1::Receipt& rejection) {
  const std::optional<Reason> reason = ReasonFromName(act.refusal);
  if (!reason.has_value()) return absl::DataLossError("a recorded refusal has an unknown reason");
  const size_t parting = act.refusal_detail.find('\n');
  const absl::string_view detail(act.refusal_detail);
  return Error(*reason)
      .Field(detail.substr(0, parting))
      .Accepted(parting == std::string::npos ? "" : detail.substr(parting + 1))
      .Evidence(rejection.content());
}

}  // namespace rogatoria
