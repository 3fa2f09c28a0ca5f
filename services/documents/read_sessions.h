// Downloads under way: a system that reads a document leaves one record for all reads within an
// hour, not one a chunk. Bounded: when there are too many the oldest is forgotten, and the next
// read of that one leaves a record again. Thread-safe.
#pragma once

#include <cstddef>
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

namespace rogatoria::documents {

inline constexpr absl::Duration kReadSession = absl::Hours(1);

class ReadSessions {
 public:
  explicit ReadSessions(size_t bound = limits::kMaxReadSessions) : bound_(bound) {}

  // Has `record` put this system's reads of the document on record, unless a record still counts.
  // Of reads at one time one records and the others wait for it. Returns its error: nothing may be
  // read then, and the next read tries again.
  absl::Status Open(const std::string& document_id,
                    const std::string& identity,
                    Instant now,
                    const std::function<absl::Status()>& record);

 private:
  bool IsOpen(const std::string& key, Instant now) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  static std::string KeyOf(const std::string& document_id, const std::string& identity);
  void DropOldest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t bound_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Instant> begun_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_set<std::string> recording_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria::documents
