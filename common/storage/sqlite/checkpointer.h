// Moves what is committed from the write-ahead log into the database file, on a thread and a
// connection of its own, so that no commit pays for it.
//
// When the log has grown by so much: first without stopping the writer, which is the long part;
// then once more between two transactions, when only the last pages are left, so that the writer
// starts at the beginning of the log again and the file does not grow. A long snapshot puts that
// off.
//
// After a failed sync it stops for good: IsBroken. The log still holds everything; a restart reads
// it.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "common/storage/sqlite/connection.h"

namespace rogatoria::sqlite {

// Thread-safe; BeginWrite and EndWrite from one thread at a time.
class Checkpointer {
 public:
  // Takes the writer's hook of `writer`, which must outlive this. `threshold_pages`: of the log.
  Checkpointer(std::unique_ptr<Connection> connection, Connection& writer, int threshold_pages);
  // Stops the thread.
  ~Checkpointer();

  // Around each write transaction. BeginWrite waits while the short part of a checkpoint runs.
  void BeginWrite();
  void EndWrite();

  bool IsBroken() const;

 private:
  void Run();
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // One pass; false when there shall be no further.
  bool Checkpoint();
  void FinishBetweenWrites() ABSL_LOCKS_EXCLUDED(mutex_);

  const std::unique_ptr<Connection> connection_;
  const int threshold_pages_;

  mutable absl::Mutex mutex_;
  int log_pages_ ABSL_GUARDED_BY(mutex_) = 0;  // in the write-ahead log
  int wanted_pages_ ABSL_GUARDED_BY(mutex_);   // when to work next
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finishing_ ABSL_GUARDED_BY(mutex_) = false;  // wants its turn, or has it
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace rogatoria::sqlite
