#include "common/ledger/commit_queue.h"

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "common/base/error.h"

namespace rogatoria {
namespace {

// Long enough for a batch or two to be committed.
constexpr absl::Duration kRetryAfter = absl::Milliseconds(200);

}  // namespace

CommitQueue::CommitQueue(Ledger& ledger,
                         CommitQueueOptions options,
                         std::function<void(const absl::Status&)> on_broken)
    : ledger_(ledger), options_(options), on_broken_(std::move(on_broken)) {
  writer_ = std::thread([this] { Run(); });
}

CommitQueue::~CommitQueue() {
  Drain();
}

void CommitQueue::Submit(std::unique_ptr<Command> command) {
  const size_t size = command->ByteSize();
  absl::Status refusal;
  {
    absl::MutexLock lock(&mutex_);
    if (draining_) {
      refusal = Error(Reason::SHUTTING_DOWN).RetryAfter(absl::Seconds(1));
    } else if (IsFullFor(size)) {
      ++stats_.refused_full;
      refusal = Error(Reason::OVERLOADED).RetryAfter(kRetryAfter);
    } else {
      waiting_bytes_ += size;
      waiting_.push_back(std::move(command));
      return;
    }
  }
  command->Failed(refusal);
}

// A command larger than the bound is taken when nothing else waits.
bool CommitQueue::IsFullFor(size_t bytes) const {
  return waiting_.size() >= options_.max_commands ||
         (!waiting_.empty() && waiting_bytes_ + bytes > options_.max_bytes);
}

void CommitQueue::Drain() {
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
  }
  absl::MutexLock lock(&join_mutex_);
  if (writer_.joinable()) writer_.join();
}

CommitQueueStats CommitQueue::stats() const {
  absl::MutexLock lock(&mutex_);
  CommitQueueStats stats = stats_;
  stats.waiting = waiting_.size();
  return stats;
}

bool CommitQueue::HasWork() const {
  return draining_ || !waiting_.empty();
}

// What waits, up to the bounds of one batch; empty when there is nothing more to come.
std::vector<std::unique_ptr<Command>> CommitQueue::TakeBatch() {
  std::vector<std::unique_ptr<Command>> batch;
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &CommitQueue::HasWork));
  const LedgerOptions& bounds = ledger_.options();
  size_t bytes = 0;
  while (!waiting_.empty() && batch.size() < bounds.max_batch_commands) {
    const size_t size = waiting_.front()->ByteSize();
    if (!batch.empty() && bytes + size > bounds.max_batch_bytes) break;
    bytes += size;
    batch.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  waiting_bytes_ -= bytes;
  return batch;
}

void CommitQueue::Run() {
  while (true) {
    const std::vector<std::unique_ptr<Command>> batch = TakeBatch();
    if (batch.empty()) return;
    if (const absl::Status status = ledger_.CommitBatch(batch); !status.ok()) {
      StopBroken(status);
      return;
    }
    absl::MutexLock lock(&mutex_);
    ++stats_.batches;
    stats_.commands += batch.size();
  }
}

// What was in the batch is told nothing: nobody knows. What waited behind it was surely not
// recorded.
void CommitQueue::StopBroken(const absl::Status& status) {
  std::deque<std::unique_ptr<Command>> unrecorded;
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
    unrecorded.swap(waiting_);
    waiting_bytes_ = 0;
  }
  for (const auto& command : unrecorded) {
    command->Failed(Error(Reason::SHUTTING_DOWN).RetryAfter(absl::Seconds(1)));
  }
  on_broken_(status);
}

}  // namespace rogatoria
