// Case keys in memory, for tests and simulations. They outlive the stores that use them, as the key
// file outlives a process; what is destroyed stays destroyed. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "absl/synchronization/mutex.h"
#include "common/storage/case_keys.h"

namespace rogatoria {

class MemoryCaseKeys final : public CaseKeys {
 public:
  // `random` must live as long. Key 0 exists from the start.
  explicit MemoryCaseKeys(Random& random);

  absl::StatusOr<std::shared_ptr<const SecretBytes>> Get(uint64_t key_id) override;
  absl::Status EnsureThrough(uint64_t key_id) override;
  absl::Status Destroy(uint64_t key_id) override;

 private:
  absl::Mutex mutex_;
  Random* random_ ABSL_GUARDED_BY(mutex_);
  // Null: destroyed.
  std::vector<std::shared_ptr<const SecretBytes>> keys_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria
