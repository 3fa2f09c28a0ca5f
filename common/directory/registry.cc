#include "common/directory/registry.h"

namespace rogatoria {

void Registry::SetDirectory(std::shared_ptr<const Directory> directory, uint64_t version) {
  absl::MutexLock lock(&mutex_);
  state_.directory.swap(directory);
  state_.directory_version = version;
}

void Registry::SetStandings(Standings standings) {
  auto next = std::make_shared<const Standings>(std::move(standings));
  absl::MutexLock lock(&mutex_);
  state_.standings.swap(next);
}

}  // namespace rogatoria
