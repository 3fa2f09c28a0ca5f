#include "common/base/id_locks.h"

namespace rogatoria {

void IdLocks::Take(const std::string& id) {
  absl::MutexLock lock(&mutex_);
  const auto is_free = [&]()
                           ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return taken_.count(id) == 0; };
  mutex_.Await(absl::Condition(&is_free));
  taken_.insert(id);
}

void IdLocks::Give(const std::string& id) {
  absl::MutexLock lock(&mutex_);
  taken_.erase(id);
}

}  // namespace rogatoria
