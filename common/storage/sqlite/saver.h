// Writes one batch of changes into the tables, in an open transaction. What it leaves after an
// error is for the caller to roll back.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/storage/sqlite/box.h"
#include "common/storage/sqlite/connection.h"
#include "common/storage/store.h"

namespace rogatoria::sqlite {

// For one batch. Both arguments must outlive it.
class Saver {
 public:
  Saver(Connection& connection, const BoxMaker& boxes) : connection_(connection), boxes_(boxes) {}

  absl::Status Save(const BatchChanges& changes);

 private:
  absl::Status SaveActs(const BatchChanges& changes);
  absl::Status SaveAct(const ActRecord& act, uint64_t row, Query& insert);
  absl::Status SaveContent(const ActRecord& act, uint64_t row);
  absl::Status SaveCase(const CaseRecord& record);
  absl::Status MoveParties(const CaseRecord& record, uint64_t row);
  absl::Status CheckCasesOfActs(const BatchChanges& changes);
  absl::Status SaveNewDelivery(const DeliveryRecord& delivery);
  absl::Status ReplaceDelivery(const DeliveryRecord& delivery);
  absl::Status SaveAcknowledgement(const DeliveryRecord& delivery);
  absl::Status SaveNotice(const DeliveryRecord& delivery);
  absl::Status SaveEntries(const BatchChanges& changes);
  absl::Status SaveEntry(const EntryRecord& entry, Query& insert);
  absl::Status SaveRegistry(const BatchChanges& changes);
  absl::Status SaveStanding(const StandingRecord& standing);
  absl::Status SaveHead(const Head& head);

  // The numbers of the rows of its act and its case; 0 for a notice.
  absl::StatusOr<std::pair<uint64_t, uint64_t>> RowsOf(const DeliveryRecord& delivery);
  // The number of an act's row; NOT_FOUND.
  absl::StatusOr<uint64_t> ActRow(const std::string& act_id);
  // The same, of the act that opened a case which there is.
  absl::StatusOr<uint64_t> CaseRow(const std::string& case_id);

  Connection& connection_;
  const BoxMaker& boxes_;
  absl::flat_hash_map<std::string, uint64_t> act_rows_;
  absl::flat_hash_set<uint64_t> case_rows_;  // known to be there
};

}  // namespace rogatoria::sqlite
