// Downloads under way: a system that reads a document leaves one record for all reads within an
// hour, not one a chunk. Bounded: when there are too many the oldest is forgotten, and the next
// read of that one leaves a record again. Thread-safe.
#pragma once

#include <cstddef>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
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

  // Whether this system's reads of the document have a record that still counts.
  bool IsOpen(const std::string& document_id, const std::string& identity, Instant now) const;
  // Their record is on disk.
  void Open(const std::string& document_id, const std::string& identity, Instant now);

 private:
  static std::string KeyOf(const std::string& document_id, const std::string& identity);
  void DropOldest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const size_t bound_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Instant> begun_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria::documents
