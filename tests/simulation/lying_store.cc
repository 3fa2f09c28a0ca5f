#include "tests/simulation/lying_store.h"

#include <algorithm>
#include <utility>

#include "common/base/status_macros.h"
#include "tests/simulation/cast/cast.h"

namespace rogatoria::simulation {
namespace {

void LoseDelivery(BatchChanges& changes) {
  if (!changes.new_deliveries.empty()) changes.new_deliveries.pop_back();
}

void DoubleDelivery(BatchChanges& changes) {
  if (changes.new_deliveries.empty()) return;
  DeliveryRecord again = changes.new_deliveries.back();
  ++again.position;
  changes.new_deliveries.push_back(std::move(again));
}

void BreakChain(BatchChanges& changes) {
  if (changes.entries.size() > 1) std::swap(changes.entries[0].leaf, changes.entries[1].leaf);
}

void RewriteRecord(BatchChanges& changes) {
  for (EntryRecord& entry : changes.entries) {
    if (const size_t at = entry.record.find("instant 2"); at != Bytes::npos) {
      entry.record[at + 8] = '3';
    }
  }
}

void MoveState(BatchChanges& changes) {
  for (CaseRecord& record : changes.cases) {
    if (!record.measures.empty()) record.measures[0].state = v1::MEASURE_STATE_EXECUTED;
  }
}

// What a lie does to a batch on its way to the disk.
void Distort(Lie lie, BatchChanges& changes) {
  switch (lie) {
    case Lie::kDeliveryLost:
      return LoseDelivery(changes);
    case Lie::kDeliveryDoubled:
      return DoubleDelivery(changes);
    case Lie::kSettlementForgotten:
      return changes.deliveries.clear();
    case Lie::kBrokenChain:
      return BreakChain(changes);
    case Lie::kRewrittenRecord:
      return RewriteRecord(changes);
    case Lie::kStateMoved:
      return MoveState(changes);
    default:
      return;
  }
}

class LyingTransaction final : public Transaction {
 public:
  LyingTransaction(std::unique_ptr<Transaction> inner, Lie lie)
      : inner_(std::move(inner)), lie_(lie) {}

  absl::StatusOr<BatchState> Load(const BatchKeys& keys) override { return inner_->Load(keys); }
  absl::Status Save(const BatchChanges& changes) override {
    BatchChanges distorted = changes;
    Distort(lie_, distorted);
    has_acts_ = !changes.new_acts.empty();
    return inner_->Save(distorted);
  }
  absl::Status Commit() override {
    if (lie_ == Lie::kAnsweredBeforeCommit && has_acts_) return absl::OkStatus();
    return inner_->Commit();
  }

 private:
  const std::unique_ptr<Transaction> inner_;
  const Lie lie_;
  bool has_acts_ = false;
};

class LyingSnapshot final : public Snapshot {
 public:
  LyingSnapshot(std::unique_ptr<Snapshot> inner, Lie lie) : inner_(std::move(inner)), lie_(lie) {}

  absl::StatusOr<CaseRecord> GetCase(absl::string_view case_id) override {
    ROG_ASSIGN_OR_RETURN(CaseRecord record, inner_->GetCase(case_id));
    if (lie_ == Lie::kStrangersLetIn) {
      for (const CastMember& member : Cast::Get().members()) {
        if (record.RoleOf(member.id) != v1::CASE_ROLE_UNSPECIFIED) continue;
        record.parties.push_back({member.id, v1::CASE_ROLE_REQUESTED});
      }
    }
    return record;
  }
  absl::StatusOr<std::vector<DeliveryRecord>> ListDeliverable(absl::string_view authority,
                                                              v1::UrgencyLevel urgency,
                                                              uint64_t after,
                                                              size_t limit) override {
    if (lie_ != Lie::kDeliveryReordered) {
      return inner_->ListDeliverable(authority, urgency, after, limit);
    }
    ROG_ASSIGN_OR_RETURN(std::vector<DeliveryRecord> rows,
                         inner_->ListDeliveries(authority, after, 1000));
    std::erase_if(rows, [&](const DeliveryRecord& row) {
      return row.state != DeliveryState::kOpen || row.urgency != urgency;
    });
    std::reverse(rows.begin(), rows.end());
    return rows;
  }

  // The rest is told as it is.
  absl::StatusOr<std::vector<CaseRecord>> ListDueCases(Instant until, size_t limit) override {
    return inner_->ListDueCases(until, limit);
  }
  absl::StatusOr<std::vector<DeliveryRecord>> ListDueDeliveries(Instant until,
                                                                size_t limit) override {
    return inner_->ListDueDeliveries(until, limit);
  }
  absl::StatusOr<GuidanceRecord> GetGuidance(absl::string_view id, uint32_t version) override {
    return inner_->GetGuidance(id, version);
  }
  absl::StatusOr<std::vector<GuidanceRecord>> ListGuidance(const GuidanceQuery& query,
                                                           absl::string_view after_id,
                                                           size_t limit) override {
    return inner_->ListGuidance(query, after_id, limit);
  }
  absl::StatusOr<DocumentRecord> GetDocument(absl::string_view id) override {
    return inner_->GetDocument(id);
  }
  absl::StatusOr<std::vector<DocumentRecord>> ListDocumentsOfAct(absl::string_view id) override {
    return inner_->ListDocumentsOfAct(id);
  }
  absl::StatusOr<std::vector<DocumentRecord>> ListDueDocuments(Instant until,
                                                               size_t limit) override {
    return inner_->ListDueDocuments(until, limit);
  }
  absl::StatusOr<std::vector<CustodyRecord>> ListCustody(absl::string_view id) override {
    return inner_->ListCustody(id);
  }
  absl::StatusOr<Head> GetHead() override { return inner_->GetHead(); }
  absl::StatusOr<ActRecord> GetAct(absl::string_view id) override { return inner_->GetAct(id); }
  absl::StatusOr<std::vector<v1::IdentityShare>> GetIdentityShares(absl::string_view id) override {
    return inner_->GetIdentityShares(id);
  }
  absl::StatusOr<CasePage> ListCases(absl::string_view authority,
                                     v1::CaseState state,
                                     const std::optional<std::pair<Instant, std::string>>& after,
                                     size_t limit) override {
    return inner_->ListCases(authority, state, after, limit);
  }
  absl::StatusOr<std::vector<ActRecord>> ListActs(absl::string_view case_id,
                                                  uint64_t after,
                                                  size_t limit) override {
    return inner_->ListActs(case_id, after, limit);
  }
  absl::StatusOr<DeliveryRecord> GetDelivery(const DeliveryKey& key) override {
    return inner_->GetDelivery(key);
  }
  absl::StatusOr<std::vector<DeliveryRecord>> ListDeliveriesOfAct(absl::string_view id) override {
    return inner_->ListDeliveriesOfAct(id);
  }
  absl::StatusOr<std::vector<DeliveryRecord>> ListOpenOfCase(absl::string_view authority,
                                                             absl::string_view case_id,
                                                             size_t limit) override {
    return inner_->ListOpenOfCase(authority, case_id, limit);
  }
  absl::StatusOr<std::vector<Bytes>> ListLeaves(uint64_t log,
                                                uint64_t from,
                                                size_t limit) override {
    return inner_->ListLeaves(log, from, limit);
  }
  absl::StatusOr<std::vector<DeliveryRecord>> ListDeliveries(absl::string_view authority,
                                                             uint64_t after,
                                                             size_t limit) override {
    return inner_->ListDeliveries(authority, after, limit);
  }
  absl::StatusOr<bool> HasGapBefore(const DeliveryRecord& delivery) override {
    return inner_->HasGapBefore(delivery);
  }
  absl::StatusOr<std::vector<DeliveryRecord>> ListDeadLetters(absl::string_view authority,
                                                              const DeliveryKey& after,
                                                              size_t limit) override {
    return inner_->ListDeadLetters(authority, after, limit);
  }
  absl::StatusOr<uint64_t> GetLastPosition(absl::string_view authority) override {
    return inner_->GetLastPosition(authority);
  }
  absl::StatusOr<EntryRecord> GetEntry(uint64_t log, uint64_t index) override {
    return inner_->GetEntry(log, index);
  }
  absl::StatusOr<std::vector<EntryRecord>> ListEntriesOfAct(absl::string_view id) override {
    return inner_->ListEntriesOfAct(id);
  }
  absl::StatusOr<std::vector<EntryRecord>> ListEntries(absl::string_view authority,
                                                       uint64_t log,
                                                       uint64_t from,
                                                       size_t limit) override {
    return inner_->ListEntries(authority, log, from, limit);
  }
  absl::StatusOr<std::vector<merkle::Hash>> GetHashes(uint64_t log, uint64_t index) override {
    return inner_->GetHashes(log, index);
  }
  absl::StatusOr<BatchRecord> GetBatchOfEntry(uint64_t log, uint64_t index) override {
    return inner_->GetBatchOfEntry(log, index);
  }
  absl::StatusOr<BatchRecord> GetLastBatch(uint64_t log) override {
    return inner_->GetLastBatch(log);
  }
  absl::StatusOr<DirectoryRecord> GetDirectory() override { return inner_->GetDirectory(); }
  absl::StatusOr<std::vector<StandingRecord>> ListStandings() override {
    return inner_->ListStandings();
  }
  absl::StatusOr<std::vector<KeyStatementRecord>> ListKeyStatements() override {
    return inner_->ListKeyStatements();
  }
  absl::StatusOr<StoreCounts> Count() override { return inner_->Count(); }

 private:
  const std::unique_ptr<Snapshot> inner_;
  const Lie lie_;
};

class LyingStore final : public Store {
 public:
  LyingStore(std::unique_ptr<Store> inner, Lie lie) : inner_(std::move(inner)), lie_(lie) {}

  absl::StatusOr<std::unique_ptr<Transaction>> Begin() override {
    ROG_ASSIGN_OR_RETURN(auto inner, inner_->Begin());
    return std::make_unique<LyingTransaction>(std::move(inner), lie_);
  }
  absl::StatusOr<std::unique_ptr<Snapshot>> OpenSnapshot() override {
    ROG_ASSIGN_OR_RETURN(auto inner, inner_->OpenSnapshot());
    return std::make_unique<LyingSnapshot>(std::move(inner), lie_);
  }
  absl::StatusOr<uint64_t> Backup(const std::string& folder) override {
    return inner_->Backup(folder);
  }

 private:
  const std::unique_ptr<Store> inner_;
  const Lie lie_;
};

}  // namespace

std::unique_ptr<Store> MakeLyingStore(std::unique_ptr<Store> inner, Lie lie) {
  return std::make_unique<LyingStore>(std::move(inner), lie);
}

}  // namespace rogatoria::simulation
