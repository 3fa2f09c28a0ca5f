#include "services/audit/log_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/status_macros.h"

namespace rogatoria::audit {
namespace {

absl::Status OutOfRange(absl::string_view field, uint64_t last) {
  return Error(Reason::LOG_RANGE_INVALID).Field(field).Accepted(absl::StrCat("at most ", last));
}

absl::Status LeftOut() {
  return Error(Reason::LOG_RANGE_INVALID)
      .Field("log")
      .Accepted("another number: a restore lost this log and began the next one");
}

}  // namespace

absl::StatusOr<LogReader> LogReader::Open(Snapshot& snapshot, uint64_t log) {
  ROG_ASSIGN_OR_RETURN(const Head head, snapshot.GetHead());
  if (log > head.log) return OutOfRange("log", head.log);
  auto last = snapshot.GetLastBatch(log == 0 ? head.log : log);
  if (absl::IsNotFound(last.status())) return LeftOut();
  ROG_RETURN_IF_ERROR(last.status());
  return LogReader(snapshot, *std::move(last));
}

absl::StatusOr<uint64_t> LogReader::SizeOrHead(uint64_t size, absl::string_view field) const {
  if (size > head_.size) return OutOfRange(field, head_.size);
  return size == 0 ? head_.size : size;
}

merkle::NodeReader LogReader::Nodes() const {
  return [snapshot = snapshot_, log = log()](merkle::NodeId id) -> absl::StatusOr<merkle::Hash> {
    ROG_ASSIGN_OR_RETURN(const auto row, snapshot->GetHashes(log, merkle::RowOf(id)));
    const auto level = static_cast<size_t>(id.level);
    if (level >= row.size()) return absl::DataLossError("a row of the log is too short");
    return row[level];
  };
}

absl::StatusOr<merkle::Hash> LogReader::LeafHashOf(uint64_t index) const {
  return Nodes()({.level = 0, .index = index});
}

absl::StatusOr<BatchRecord> LogReader::HeadAt(uint64_t size) const {
  if (size == 0 || size > head_.size) return OutOfRange("size", head_.size);
  ROG_ASSIGN_OR_RETURN(BatchRecord batch, snapshot_->GetBatchOfEntry(log(), size - 1));
  if (batch.size != size) return OutOfRange("size", batch.size);
  return batch;
}

}  // namespace rogatoria::audit
