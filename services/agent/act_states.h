// How each act of ours stands, read from what is on disk: jobs, the outbox, acts sent, receipts,
// answers. Later states imply the earlier, so the first of these that is there decides:
//
//   an act that answers it         ANSWERED
//   E.1 of all; an E.2; D.1; A.1   TAKEN_OVER, NOT_TAKEN_OVER, IN_THEIR_MAILBOX, RECEIVED_BY_HUB
//   in the outbox                  SENT
//   sealed, without a signature    WAITING_FOR_SIGNATURE
//   a job                          QUEUED
//   given up, or set aside         WITHHELD, REFUSED
//
// Thread-safe.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "services/agent/jobs.h"
#include "services/agent/words.h"

#include "rogatoria/agent/v1/act.pb.h"
#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::agent {

class ActStates {
 public:
  // All must outlive it.
  ActStates(std::string state, std::string authority, const Jobs& jobs, const Words& words)
      : state_(std::move(state)), authority_(std::move(authority)), jobs_(jobs), words_(words) {}

  // nullopt: nothing under this id is here.
  std::optional<v1::ActStatus> Of(const std::string& request_id) const;
  // Not at their end; and at their end since then. The oldest first.
  std::vector<v1::ActStatus> Open() const;
  std::vector<v1::ActStatus> EndedSince(int64_t unix_ms) const;
  // Of those, refused or not taken over: a person has to do something about them.
  std::vector<v1::ActStatus> FailedSince(int64_t unix_ms) const;

  // Why the last try with an act did not bring it further; told beside its state.
  void NoteTry(const std::string& request_id, const absl::Status& outcome);

  // Where acts lie that went through the outbox: sent and not at their end, or at it.
  std::string SentFolder() const { return state_ + "/agent/sent"; }
  std::string EndedFolder() const { return state_ + "/agent/ended"; }
  std::string OutboxFolder() const { return state_ + "/outbox"; }
  // The act as it went to the hub, wherever its file is; nullopt when there is none.
  std::optional<hub::SubmitActRequest> FindSealed(const std::string& request_id) const;
  bool IsInOutbox(const std::string& request_id) const;
  // Sent, or refused by the hub: nothing of a job is needed any more.
  bool IsPastJob(const std::string& request_id) const;
  std::string ActIdOf(const std::string& request_id) const { return authority_ + "/" + request_id; }

 private:
  std::vector<v1::ActStatus> Those(std::initializer_list<std::vector<std::string>> ids_of,
                                   const std::function<bool(const v1::ActStatus&)>& wanted) const;
  void FillFromReceipts(v1::ActStatus& status) const;
  bool FillFromJob(v1::ActStatus& status) const;
  void FillFacts(v1::ActStatus& status) const;
  void Explain(const absl::Status& why, v1::ActStatus& status) const;

  const std::string state_;
  const std::string authority_;
  const Jobs& jobs_;
  const Words& words_;
  mutable absl::Mutex mutex_;
  std::map<std::string, absl::Status> tries_ ABSL_GUARDED_BY(mutex_);
};

// A reason of the catalogue by its name; empty for a status that has none.
std::string ReasonOf(const absl::Status& status);
// The ids of the files `<id>.act` in a folder, the oldest first.
std::vector<std::string> ActFilesIn(const std::string& folder);

}  // namespace rogatoria::agent
