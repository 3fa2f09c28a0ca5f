// Reads the sealed bytes of a document from an offset on, in order, while the next few chunks are
// already on their way. Holds limits::kChunksInFlight chunks at most. For one thread; its calls run
// on threads of its own.
#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/base/bytes.h"
#include "common/client/connection.h"
#include "common/client/transfer.h"

namespace rogatoria::client {

class ChunkReader {
 public:
  // The bytes from `begin` to before `end`. The references must outlive this.
  ChunkReader(Connection& connection,
              const std::string& document_id,
              uint64_t begin,
              uint64_t end,
              const TransferOptions& options);
  // Waits for what is on its way.
  ~ChunkReader();

  // The next chunk, not empty. OUT_OF_RANGE where the document ends before `end`; DIGEST_MISMATCH
  // for bytes that were changed on their way; else the error of the call.
  absl::StatusOr<Bytes> Next();

 private:
  uint64_t Chunks() const;
  size_t SizeOf(uint64_t chunk) const;
  absl::StatusOr<Bytes> Fetch(uint64_t chunk);
  void Work();
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool HasNext() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return read_.contains(given_); }

  Connection& connection_;
  const std::string& document_id_;
  const uint64_t begin_, end_;
  const TransferOptions& options_;
  absl::Mutex mutex_;
  absl::flat_hash_map<uint64_t, absl::StatusOr<Bytes>> read_ ABSL_GUARDED_BY(mutex_);
  uint64_t taken_ ABSL_GUARDED_BY(mutex_) = 0;  // chunks that a thread began to fetch
  uint64_t given_ ABSL_GUARDED_BY(mutex_) = 0;  // chunks that Next gave
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;  // nothing more is fetched
  std::vector<std::thread> threads_;            // last: they use all of the above
};

}  // namespace rogatoria::client
