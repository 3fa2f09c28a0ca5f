// Sends the chunks of one upload, a few at a time, in no order. Bytes come as they are sealed; what
// the hub has already is dropped here. For one thread; its calls run on threads of its own.
//
// When the line is cut, the hub is asked which of the chunks under way it has, and only the others
// are sent again: one at a time, until limits::kChunksToTrust were answered, so that a line that is
// cut often costs one chunk a cut at most. So too when the hub is busy: what it refuses was sent
// for nothing. A chunk's patience counts from its first try that failed (transfer.h).
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/base/bytes.h"
#include "common/base/limits.h"
#include "common/client/connection.h"
#include "common/client/transfer.h"

#include "rogatoria/v1/document_service.pb.h"

namespace rogatoria::client {

class ChunkSender {
 public:
  // `upload`: as the hub described it. The references must outlive this.
  ChunkSender(Connection& connection, const v1::Upload& upload, const TransferOptions& options);
  // Waits for what is on its way.
  ~ChunkSender();

  // The next bytes of the sealed document; blocks while limits::kChunksInFlight are on their way.
  // The first error of a chunk, or what on_progress said.
  absl::Status Add(absl::string_view sealed);
  // After the last byte: waits until all is sent.
  absl::Status Finish();

  uint64_t sent_bytes() const;

 private:
  absl::Status Put(const v1::PutChunkRequest& request);
  void SendOneAtATime();
  absl::Status PassOn();
  absl::Status Report();
  void Work();
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return ended_ || (!queue_.empty() && in_flight_ < Window());
  }
  size_t Window() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return since_trouble_ < limits::kChunksToTrust ? 1 : limits::kChunksInFlight;
  }
  bool HasRoom() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool IsIdle() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  Connection& connection_;
  const v1::Upload& upload_;
  const TransferOptions& options_;
  Bytes chunk_;          // being filled
  uint64_t offset_ = 0;  // of it
  mutable absl::Mutex mutex_;
  std::deque<v1::PutChunkRequest> queue_ ABSL_GUARDED_BY(mutex_);
  size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  // Chunks that were answered since the line was cut or the hub was busy.
  size_t since_trouble_ ABSL_GUARDED_BY(mutex_) = limits::kChunksToTrust;
  uint64_t sent_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // last: they use all of the above
};

}  // namespace rogatoria::client
