// How often a rule of a route was not met and let an act pass, because its instrument only warns:
// what an operator looks at before the instrument is enforced. Thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::exchange {

class WarnedRules {
 public:
  void Count(const v1::SubmitActResponse& answer) {
    if (answer.warned_rules().empty()) return;
    absl::MutexLock lock(&mutex_);
    for (const std::string& rule : answer.warned_rules()) ++counts_[rule];
  }
  // By the rule's stable name: INSTRUMENT_IN_FORCE.
  std::map<std::string, uint64_t> counts() const {
    absl::MutexLock lock(&mutex_);
    return counts_;
  }

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, uint64_t> counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria::exchange
