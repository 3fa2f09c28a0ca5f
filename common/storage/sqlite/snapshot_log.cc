// The log of a snapshot.
#include "common/base/status_macros.h"
#include "common/storage/sqlite/encoding.h"
#include "common/storage/sqlite/rows.h"
#include "common/storage/sqlite/snapshot.h"

namespace rogatoria::sqlite {
namespace {

constexpr char kEntry[] = ROGATORIA_SELECT_ENTRY "WHERE e.log = ? AND e.position = ?";
constexpr char kEntriesOfAct[] = ROGATORIA_SELECT_ENTRY
    "WHERE e.act_row = (SELECT act_row FROM acts WHERE act_id = ?) ORDER BY e.log, e.position";
constexpr char kEntriesOfAll[] =
    ROGATORIA_SELECT_ENTRY "WHERE e.log = ? AND e.position >= ? ORDER BY e.position LIMIT ?";
constexpr char kEntriesOfOne[] = ROGATORIA_SELECT_ENTRY
    "WHERE e.owner = ? AND e.owner <> '' AND e.log = ? AND e.position >= ? "
    "ORDER BY e.position LIMIT ?";
constexpr char kLeaves[] =
    "SELECT leaf FROM entries WHERE log = ? AND position >= ? ORDER BY position LIMIT ?";
constexpr char kHashes[] = "SELECT hashes FROM entries WHERE log = ? AND position = ?";
constexpr char kBatchOfEntry[] =
    "SELECT log, size, root, instant, note FROM batches WHERE log = ? AND size > ? "
    "ORDER BY size LIMIT 1";
constexpr char kLastBatch[] =
    "SELECT log, size, root, instant, note FROM batches WHERE log = ? "
    "ORDER BY size DESC LIMIT 1";

absl::StatusOr<std::vector<EntryRecord>> ReadEntries(Query& query, const BoxMaker& boxes) {
  std::vector<EntryRecord> entries;
  for (;;) {
    ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return entries;
    ROG_ASSIGN_OR_RETURN(entries.emplace_back(), ReadEntry(query, boxes));
  }
}

}  // namespace

absl::StatusOr<EntryRecord> SqliteSnapshot::GetEntry(uint64_t log, uint64_t index) {
  Query query = connection_->Prepare(kEntry);
  ROG_RETURN_IF_ERROR(StepToRow(query.Uint(log).Uint(index)));
  return ReadEntry(query, boxes_);
}

absl::StatusOr<std::vector<EntryRecord>> SqliteSnapshot::ListEntriesOfAct(
    absl::string_view act_id) {
  Query query = connection_->Prepare(kEntriesOfAct);
  return ReadEntries(query.Text(act_id), boxes_);
}

absl::StatusOr<std::vector<EntryRecord>> SqliteSnapshot::ListEntries(absl::string_view authority,
                                                                     uint64_t log,
                                                                     uint64_t from_index,
                                                                     size_t limit) {
  Query query = connection_->Prepare(authority.empty() ? kEntriesOfAll : kEntriesOfOne);
  if (!authority.empty()) query.Text(authority);
  return ReadEntries(query.Uint(log).Uint(from_index).Uint(limit), boxes_);
}

absl::StatusOr<std::vector<Bytes>> SqliteSnapshot::ListLeaves(uint64_t log,
                                                              uint64_t from_index,
                                                              size_t limit) {
  Query query = connection_->Prepare(kLeaves);
  query.Uint(log).Uint(from_index).Uint(limit);
  std::vector<Bytes> leaves;
  for (;;) {
    ROG_ASSIGN_OR_RETURN(const bool found, query.Step());
    if (!found) return leaves;
    leaves.push_back(query.NextBytes());
  }
}

absl::StatusOr<std::vector<merkle::Hash>> SqliteSnapshot::GetHashes(uint64_t log, uint64_t index) {
  Query query = connection_->Prepare(kHashes);
  ROG_RETURN_IF_ERROR(StepToRow(query.Uint(log).Uint(index)));
  return DecodeHashes(query.NextBytes());
}

absl::StatusOr<BatchRecord> SqliteSnapshot::GetBatchOfEntry(uint64_t log, uint64_t index) {
  Query query = connection_->Prepare(kBatchOfEntry);
  ROG_RETURN_IF_ERROR(StepToRow(query.Uint(log).Uint(index)));
  return ReadBatch(query);
}

absl::StatusOr<BatchRecord> SqliteSnapshot::GetLastBatch(uint64_t log) {
  Query query = connection_->Prepare(kLastBatch);
  ROG_RETURN_IF_ERROR(StepToRow(query.Uint(log)));
  return ReadBatch(query);
}

}  // namespace rogatoria::sqlite
