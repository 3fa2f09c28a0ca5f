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

// Makes the receipts of one act. Their proofs have most nodes in common, so each row of the log is
// read once.
class ReceiptLoader {
 public:
  explicit ReceiptLoader(Snapshot& snapshot) : snapshot_(snapshot) {}

  absl::StatusOr<v1::Receipt> Load(const EntryRecord& entry) {
    if (entry.record.empty() || entry.act_id.empty()) return Error(Reason::NOT_FOUND);
    ROG_ASSIGN_OR_RETURN(const Evidence evidence, ParseEvidence(entry.record));
    ROG_ASSIGN_OR_RETURN(const BatchRecord batch,
                         snapshot_.GetBatchOfEntry(entry.log, entry.index));
    const auto reader = [&](merkle::NodeId id) { return Read(entry.log, id); };
    ROG_ASSIGN_OR_RETURN(merkle::Proof proof,
                         merkle::InclusionProof(entry.index, batch.size, reader));
    return MakeReceipt(entry, evidence.event, std::move(proof), batch);
  }

 private:
  absl::StatusOr<merkle::Hash> Read(uint64_t log, merkle::NodeId id) {
    const std::pair<uint64_t, uint64_t> address(log, merkle::RowOf(id));
    auto row = rows_.find(address);
    if (row == rows_.end()) {
      ROG_ASSIGN_OR_RETURN(auto hashes, snapshot_.GetHashes(log, address.second));
      row = rows_.emplace(address, std::move(hashes)).first;
    }
    const auto level = static_cast<size_t>(id.level);
    if (level >= row->second.size()) return absl::DataLossError("a row of the log is too short");
    return row->second[level];
  }

  Snapshot& snapshot_;
  absl::flat_hash_map<std::pair<uint64_t, uint64_t>, std::vector<merkle::Hash>> rows_;
};

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
  return ReceiptLoader(snapshot).Load(entry);
}

absl::StatusOr<std::vector<v1::Receipt>> LoadReceipts(Snapshot& snapshot,
                                                      const ActRecord& act,
                                                      const std::string& authority) {
  ROG_ASSIGN_OR_RETURN(const auto entries, snapshot.ListEntriesOfAct(act.act_id));
  ReceiptLoader loader(snapshot);
  std::vector<v1::Receipt> receipts;
  for (const EntryRecord& entry : entries) {
    if (!MayHave(act, entry, authority)) continue;
    absl::StatusOr<v1::Receipt> receipt = loader.Load(entry);
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
  ReceiptLoader loader(snapshot);
  for (size_t i = 0; i < count; ++i) {
    ROG_ASSIGN_OR_RETURN(const EntryRecord entry, snapshot.GetEntry(act.log, act.first_entry + i));
    ROG_ASSIGN_OR_RETURN(v1::Receipt receipt, loader.Load(entry));
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
