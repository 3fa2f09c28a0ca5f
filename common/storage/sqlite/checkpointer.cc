#include "common/storage/sqlite/checkpointer.h"

#include <utility>

namespace rogatoria::sqlite {

Checkpointer::Checkpointer(std::unique_ptr<Connection> connection,
                           Connection& writer,
                           int threshold_pages)
    : connection_(std::move(connection)),
      threshold_pages_(threshold_pages),
      wanted_pages_(threshold_pages) {
  // Called by the writer after each commit, with the number of pages in the log.
  sqlite3_wal_hook(
      writer.handle(),
      [](void* self, sqlite3*, const char*, int pages) {
        auto* checkpointer = static_cast<Checkpointer*>(self);
        absl::MutexLock lock(&checkpointer->mutex_);
        // The writer has started the log again.
        if (pages < checkpointer->log_pages_) {
          checkpointer->wanted_pages_ = checkpointer->threshold_pages_;
        }
        checkpointer->log_pages_ = pages;
        return SQLITE_OK;
      },
      this);
  thread_ = std::thread([this] { Run(); });
}

Checkpointer::~Checkpointer() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void Checkpointer::BeginWrite() {
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(
      +[](Checkpointer* self)
           ABSL_EXCLUSIVE_LOCKS_REQUIRED(self->mutex_) { return !self->finishing_; },
      this));
  writing_ = true;
}

void Checkpointer::EndWrite() {
  absl::MutexLock lock(&mutex_);
  writing_ = false;
}

bool Checkpointer::IsBroken() const {
  absl::MutexLock lock(&mutex_);
  return broken_;
}

bool Checkpointer::HasWork() const {
  return stopping_ || log_pages_ >= wanted_pages_;
}

void Checkpointer::Run() {
  for (;;) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &Checkpointer::HasWork));
      if (stopping_ || broken_) return;
    }
    if (!Checkpoint()) return;
    FinishBetweenWrites();
  }
}

bool Checkpointer::Checkpoint() {
  const int result = sqlite3_wal_checkpoint_v2(
      connection_->handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  absl::MutexLock lock(&mutex_);
  // If the log cannot be emptied now (a long snapshot, no room), try when it has grown again.
  wanted_pages_ = log_pages_ + threshold_pages_;
  broken_ = (result & 0xff) == SQLITE_IOERR;
  return !broken_;
}

void Checkpointer::FinishBetweenWrites() {
  {
    absl::MutexLock lock(&mutex_);
    finishing_ = true;
    mutex_.Await(absl::Condition(
        +[](Checkpointer* self)
             ABSL_EXCLUSIVE_LOCKS_REQUIRED(self->mutex_) { return !self->writing_; },
        this));
  }
  Checkpoint();
  absl::MutexLock lock(&mutex_);
  finishing_ = false;
}

}  // namespace rogatoria::sqlite
