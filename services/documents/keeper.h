// Sees to it that no bytes lie here longer than they have to: uploads that nobody ended, documents
// that no act attached in time, and those that every recipient has taken over, a grace later. Looks
// at what is due and no more; what fails is looked at again.
#pragma once

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/ledger/commit_queue.h"
#include "common/storage/document_store.h"
#include "common/storage/store.h"
#include "services/documents/document_service.h"

namespace rogatoria::documents {

class Keeper {
 public:
  // All references must outlive it.
  Keeper(
      Store& store, DocumentStore& bytes, CommitQueue& queue, Clock& clock, DocumentOptions options)
      : store_(store), bytes_(bytes), queue_(queue), clock_(clock), options_(options) {}

  // One look; from a thread that may block. The first failure, after all were tried.
  absl::Status Tick();

 private:
  absl::Status LookAt(const DocumentRecord& document, Instant now);
  absl::Status Erase(const std::string& document_id);
  absl::Status Postpone(const std::string& document_id, Instant until);

  Store& store_;
  DocumentStore& bytes_;
  CommitQueue& queue_;
  Clock& clock_;
  const DocumentOptions options_;
};

}  // namespace rogatoria::documents
