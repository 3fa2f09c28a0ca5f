// One at a time works at a thing that has a name: an act, a file. Thread-safe.
#pragma once

#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"

namespace rogatoria {

class IdLocks {
 public:
  // Runs when the id is free.
  class Guard {
   public:
    Guard(IdLocks& locks, std::string id) : locks_(locks), id_(std::move(id)) { locks_.Take(id_); }
    ~Guard() { locks_.Give(id_); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    IdLocks& locks_;
    const std::string id_;
  };

 private:
  void Take(const std::string& id);
  void Give(const std::string& id);

  absl::Mutex mutex_;
  absl::flat_hash_set<std::string> taken_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace rogatoria
