// One committed state, read on a connection that a pool lends. Internal to sqlite/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "common/storage/sqlite/box.h"
#include "common/storage/sqlite/connection.h"
#include "common/storage/store.h"

namespace rogatoria::sqlite {

// Connections that only read. Thread-safe.
class ReaderPool {
 public:
  ReaderPool(std::string path, std::string vfs) : path_(std::move(path)), vfs_(std::move(vfs)) {}

  // An idle connection, or a new one.
  absl::StatusOr<std::unique_ptr<Connection>> Take();
  void GiveBack(std::unique_ptr<Connection> connection);

 private:
  const std::string path_;
  const std::string vfs_;
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);
};

class SqliteSnapshot final : public Snapshot {
 public:
  // The state is fixed here. `pool` and `boxes` must outlive the snapshot.
  static absl::StatusOr<std::unique_ptr<Snapshot>> Open(ReaderPool& pool, const BoxMaker& boxes);
  ~SqliteSnapshot() override;

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
  SqliteSnapshot(ReaderPool& pool, const BoxMaker& boxes, std::unique_ptr<Connection> connection)
      : pool_(pool), boxes_(boxes), connection_(std::move(connection)) {}

  // Steps to the one row of a query; NOT_FOUND when there is none.
  static absl::Status StepToRow(Query& query);
  absl::Status OpenNotice(DeliveryRecord& delivery);
  absl::Status OpenAcknowledgement(DeliveryRecord& delivery);
  absl::Status AppendCases(Query& query, CasePage& page);

  ReaderPool& pool_;
  const BoxMaker& boxes_;
  std::unique_ptr<Connection> connection_;
  Head head_;
};

}  // namespace rogatoria::sqlite
