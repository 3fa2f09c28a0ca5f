// Bounds what the hub holds of responses that nobody reads: HTTP/2 lets a caller ask as often as it
// may and take nothing, and each answer waits in memory. Counted for each authority and for the
// whole process, from when a call is taken until its response has left for the line. Over a bound a
// call is refused with OVERLOADED and RetryInfo before it does anything. Thread-safe.
//
// Who holds little is always served, so that those who read nothing cost nobody else's download.
// All of it stays below `whole` and `always` for each authority.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"

namespace rogatoria {

struct UnsentBounds {
  uint64_t whole = 64 << 20;
  uint64_t each = 32 << 20;   // of one authority
  uint64_t always = 4 << 20;  // that one authority may hold whatever others do: one download
};

class UnsentResponses {
 public:
  // What one call holds, until it is destroyed.
  class Share {
   public:
    Share(UnsentResponses& of, std::string authority, uint64_t bytes)
        : of_(of), authority_(std::move(authority)), bytes_(bytes) {}
    ~Share() { Resize(0); }
    Share(const Share&) = delete;
    Share& operator=(const Share&) = delete;

    // As the response turned out to be. Used from one thread at a time.
    void Resize(uint64_t bytes);

   private:
    UnsentResponses& of_;
    const std::string authority_;
    uint64_t bytes_;
  };

  explicit UnsentResponses(UnsentBounds bounds = {}) : bounds_(bounds) {}

  // `bytes`: how large the response may become, as far as is known. The share must not outlive
  // this.
  absl::StatusOr<std::unique_ptr<Share>> Take(const std::string& authority, uint64_t bytes);

  uint64_t bytes() const;

 private:
  void Change(const std::string& authority, uint64_t from, uint64_t to);

  const UnsentBounds bounds_;
  mutable absl::Mutex mutex_;
  uint64_t whole_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, uint64_t> of_each_ ABSL_GUARDED_BY(mutex_);  // none of 0
};

}  // namespace rogatoria
