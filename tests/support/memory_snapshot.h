// Reads of a MemoryDisk at one version. Internal to tests/support.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/memory_session.h"
#include "tests/support/memory_store.h"
#include "tests/support/memory_tables.h"

namespace rogatoria {

class MemorySnapshot final : public Snapshot {
 public:
  MemorySnapshot(MemoryDisk& disk,
                 CaseKeys& keys,
                 std::shared_ptr<MemorySession> session,
                 uint64_t version)
      : disk_(disk), keys_(keys), session_(std::move(session)), version_(version) {}

  absl::StatusOr<Head> GetHead() override;
  absl::StatusOr<ActRecord> GetAct(absl::string_view act_id) override;
  absl::StatusOr<CaseRecord> GetCase(absl::string_view case_id) override;
  absl::StatusOr<std::vector<v1::IdentityShare>> GetIdentityShares(
      absl::string_view act_id) override;
  absl::StatusOr<CasePage> ListCases(absl::string_view authority,
                                     v1::CaseState state,
                                     const std::optional<std::pair<Instant, std::string>>& after,
                                     size_t limit) override;
  absl::StatusOr<std::vector<ActRecord>> ListActs(absl::string_view case_id,
                                                  uint64_t after_position,
                                                  size_t limit) override;
  absl::StatusOr<DeliveryRecord> GetDelivery(const DeliveryKey& key) override;
  absl::StatusOr<std::vector<DeliveryRecord>> ListDeliveriesOfAct(
      absl::string_view act_id) override;
  absl::StatusOr<std::vector<DeliveryRecord>> ListDeliverable(absl::string_view authority,
                                                              v1::UrgencyLevel urgency,
                                                              uint64_t after_position,
                                                              size_t limit) override;
  absl::StatusOr<std::vector<DeliveryRecord>> ListOpenOfCase(absl::string_view authority,
                                                             absl::string_view case_id,
                                                             size_t limit) override;
  absl::StatusOr<std::vector<DeliveryRecord>> ListDeliveries(absl::string_view authority,
                                                             uint64_t after_position,
                                                             size_t limit) override;
  absl::StatusOr<bool> HasGapBefore(const DeliveryRecord& delivery) override;
  absl::StatusOr<std::vector<DeliveryRecord>> ListDeadLetters(absl::string_view authority,
                                                              const DeliveryKey& after,
                                                              size_t limit) override;
  absl::StatusOr<uint64_t> GetLastPosition(absl::string_view authority) override;
  absl::StatusOr<std::vector<CaseRecord>> ListDueCases(Instant until, size_t limit) override;
  absl::StatusOr<std::vector<DeliveryRecord>> ListDueDeliveries(Instant until,
                                                                size_t limit) override;
  absl::StatusOr<EntryRecord> GetEntry(uint64_t log, uint64_t index) override;
  absl::StatusOr<std::vector<EntryRecord>> ListEntriesOfAct(absl::string_view act_id) override;
  absl::StatusOr<std::vector<EntryRecord>> ListEntries(absl::string_view authority,
                                                       uint64_t log,
                                                       uint64_t from_index,
                                                       size_t limit) override;
  absl::StatusOr<std::vector<Bytes>> ListLeaves(uint64_t log,
                                                uint64_t from_index,
                                                size_t limit) override;
  absl::StatusOr<std::vector<merkle::Hash>> GetHashes(uint64_t log, uint64_t index) override;
  absl::StatusOr<BatchRecord> GetBatchOfEntry(uint64_t log, uint64_t index) override;
  absl::StatusOr<BatchRecord> GetLastBatch(uint64_t log) override;
  absl::StatusOr<DirectoryRecord> GetDirectory() override;
  absl::StatusOr<std::vector<StandingRecord>> ListStandings() override;
  absl::StatusOr<std::vector<KeyStatementRecord>> ListKeyStatements() override;
  absl::StatusOr<GuidanceRecord> GetGuidance(absl::string_view id, uint32_t version) override;
  absl::StatusOr<std::vector<GuidanceRecord>> ListGuidance(const GuidanceQuery& query,
                                                           absl::string_view after_id,
                                                           size_t limit) override;
  absl::StatusOr<DocumentRecord> GetDocument(absl::string_view document_id) override;
  absl::StatusOr<std::vector<DocumentRecord>> ListDocumentsOfAct(absl::string_view act_id) override;
  absl::StatusOr<std::vector<DocumentRecord>> ListDueDocuments(Instant until,
                                                               size_t limit) override;
  absl::StatusOr<std::vector<CustodyRecord>> ListCustody(absl::string_view document_id) override;
  absl::StatusOr<StoreCounts> Count() override;

 private:
  // Every read goes through here: faults, the lock, then `read(tables)`.
  template <typename Result, typename Read>
  absl::StatusOr<Result> Run(Read read);
  // Whether the erasable columns under a key still open.
  absl::StatusOr<bool> Opens(uint64_t key_id);
  absl::StatusOr<EntryRecord> Open(EntryRecord entry);
  absl::StatusOr<DeliveryRecord> Open(DeliveryRecord delivery);

  MemoryDisk& disk_;
  CaseKeys& keys_;
  const std::shared_ptr<MemorySession> session_;
  const uint64_t version_;
};

}  // namespace rogatoria
