// Downloads under way: a system that reads a document leaves one record for all reads within an
// hour, not one a chunk, and one more when it was given every byte. Bounded: when there are too
// many the oldest is forgotten, and the next read of that one leaves a record again. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/limits.h"
#include "services/documents/byte_spans.h"

namespace rogatoria::documents {

inline constexpr absl::Duration kReadSession = absl::Hours(1);

// Bytes of a document that were read, and how many it has.
struct GivenBytes {
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t of_bytes = 0;
};

class ReadSessions {
 public:
  using Record = std::function<absl::Status()>;

  explicit ReadSessions(size_t bound = limits::kMaxReadSessions) : bound_(bound) {}

  // Has `record` put this system's reads of the document on record, unless a record still counts.
  // Of reads at one time one records and the others wait for it. Returns its error: nothing may be
  // read then, and the next read tries again.
  absl::Status Open(const std::string& document_id,
                    const std::string& identity,
                    Instant now,
                    const Record& record);
  // Has `record` put on record that the system was given every byte, once a session, with the bytes
  // that were missing; those of a session before count where it did not come to its end. Returns
  // its error: these bytes may not be given then, and the next read of them tries again.
  absl::Status Give(const std::string& document_id,
                    const std::string& identity,
                    const GivenBytes& given,
                    const Record& record);

 private:
  struct Session {
    Instant begun;
    ByteSpans given;
    bool whole = false;
  };
  bool IsOpen(const std::string& key, Instant now) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  static std::string KeyOf(const std::string& document_id, const std::string& identity);
  void Begin(const std::string& key, Instant now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropOldest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Whether these bytes are those that were missing; then they are not any more.
  bool Completes(const std::string& key, const GivenBytes& given);

  const size_t bound_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Session> sessions_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> recording_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria::documents
