// The registry as it stands now: one directory and the standings upon it, swapped whole. Every call
// looks here, so that a suspension takes effect at the next one.
//
//   const RegistryState state = registry.Get();
//   const AuthorityEntry* entry = state.directory->FindAuthority("pt-pgr");
//
// Hold the state for one decision, not longer: pointers into it live as long as it does. The
// daemon sets it from the store at start and, after a commit that changed it, before the command
// behind that commit is answered. Thread-safe; Get() copies two shared pointers.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/directory/directory.h"
#include "common/directory/standings.h"

namespace rogatoria {

struct RegistryState {
  uint64_t directory_version = 0;  // 0: none was loaded yet; the directory is then empty
  std::shared_ptr<const Directory> directory = std::make_shared<const Directory>();
  std::shared_ptr<const Standings> standings = std::make_shared<const Standings>();
};

class Registry {
 public:
  // Empty: nobody is registered.
  Registry() = default;
  explicit Registry(RegistryState state) : state_(std::move(state)) {}

  RegistryState Get() const {
    absl::ReaderMutexLock lock(&mutex_);
    return state_;
  }

  void SetDirectory(std::shared_ptr<const Directory> directory, uint64_t version);
  void SetStandings(Standings standings);

 private:
  mutable absl::Mutex mutex_;
  RegistryState state_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria
