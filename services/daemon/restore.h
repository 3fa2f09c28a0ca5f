// Puts a backup in the place of a lost store, whole or not at all: `rogatoriad --restore`.
//
// The backup is copied beside the store's place and checked against its manifest, opened with the
// case keys, and given a new log whose first entry commits to the head of the backup's log
// (decisions.md 10). Only then is the folder renamed to its place: a crash before leaves no store,
// a crash after leaves one that can be started. The new log's number is above every published one,
// so that restoring the same backup twice contradicts nothing either.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "common/base/clock.h"
#include "common/storage/store.h"
#include "services/daemon/config.h"

namespace rogatoria::daemon {

struct Restored {
  StoreCounts counts;        // of the backup
  std::string old_origin;    // the log that ended
  uint64_t old_size = 0;     // where
  std::string verifier_key;  // of the log that was begun
};

// FAILED_PRECONDITION: there is a store already, the key file is not there, not this backup's or
// another user's, or `backup` is none. UNAVAILABLE: a daemon still runs. DATA_LOSS: the backup is
// damaged. Each says what to do; after any of them there is no store.
absl::StatusOr<Restored> RestoreBackup(const Config& config,
                                       const std::string& backup,
                                       Clock& clock);

}  // namespace rogatoria::daemon
