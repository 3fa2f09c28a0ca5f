// Acts that the office's programs gave the agent and that did not reach the hub yet: what is to be
// sent, encrypted under the folder's key, until it lies in the outbox; what waits for a person's
// signature; and what was given up. Each file is what it means; none says in which state an act is.
//
// Ids are request ids. Thread-safe for different ids; for one, who sends holds its lock (IdLocks).
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/client/draft.h"
#include "common/client/encrypted_folder.h"
#include "services/agent/documents.h"
#include "services/agent/words.h"

#include "rogatoria/agent/v1/agent_service.pb.h"
#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::agent {

// What a job is made of: a program's request, or an act that was sealed once, of which the hub
// recorded nothing and which must be sealed anew.
struct Job {
  std::optional<v1::SendRequest> request;
  std::optional<hub::Act> sealed;
  v1::ActStatus facts;  // of a request's draft: kind, to, case_id, which is empty for a new case
};

// The facts of a draft, as a job keeps them: of an act file the request's fields say nothing.
v1::ActStatus FactsOf(const client::ActDraft& draft);

class Jobs {
 public:
  // Both must outlive it.
  Jobs(const client::EncryptedFolder& folder, const Documents& documents)
      : folder_(folder), documents_(documents) {}

  // Durable. What a request has inline becomes documents. DOCUMENT_NOT_FOUND where one that it
  // names is gone by now.
  absl::Status Put(const v1::SendRequest& request, const v1::ActStatus& facts) const;
  absl::Status PutAgain(const std::string& id, const hub::Act& sealed) const;
  bool Holds(const std::string& id) const;
  absl::StatusOr<Job> Find(const std::string& id) const;
  // With what waits for a signature; the bytes of its documents too, unless another job names them.
  absl::Status Remove(const std::string& id) const;
  std::vector<std::string> List() const;
  // Documents that a job names.
  std::set<std::string> NamedDocuments() const;

  // Sealed, to be signed; with what it says, for who signs.
  absl::Status PutUnsigned(const hub::SubmitActRequest& request, const std::string& in_words) const;
  std::string UnsignedInWords(const std::string& id) const;
  absl::StatusOr<std::optional<hub::SubmitActRequest>> FindUnsigned(const std::string& id) const;
  bool IsUnsigned(const std::string& id) const;
  absl::Status RemoveUnsigned(const std::string& id) const;

  // Refused or withheld: how it ended.
  absl::Status GiveUp(const v1::ActStatus& end) const;
  std::optional<v1::ActStatus> FindGivenUp(const std::string& id) const;
  std::vector<std::string> ListGivenUp() const;

  // What was asked under an id (Fingerprint), to tell a retry. Survives a kill of the process; a
  // power cut may lose it.
  void NoteAsked(const std::string& id, absl::string_view fingerprint) const;
  std::string Asked(const std::string& id) const;  // empty: not known
  void ForgetAsked(const std::string& id) const;
  // Rules that were not met and only warned.
  absl::Status NoteWarned(const std::string& id, const std::vector<std::string>& rules) const;
  std::vector<std::string> Warned(const std::string& id) const;
  // The act that answers one of ours.
  absl::Status NoteAnswered(const std::string& id, const std::string& answer) const;
  bool IsAnswered(const std::string& id) const;
  // The state that the office was told last (a number), or 0.
  void NoteTold(const std::string& id, const std::string& told) const;
  std::string Told(const std::string& id) const;

  // Of these documents, those that no job names any more lose their bytes.
  void Forget(const std::set<std::string>& documents) const;
  // Old documents that no job names.
  void CollectDocuments() const;
  // Of an act that ended long ago: it is known by its receipts and the case folder.
  void ForgetNotes(const std::string& id) const;

  // When the file of such a fact was written; 0 when there is none.
  int64_t JobSince(const std::string& id) const;
  int64_t UnsignedSince(const std::string& id) const;
  int64_t AnsweredSince(const std::string& id) const;

 private:
  void NoteLoosely(const std::string& name, absl::string_view content) const;
  // With `naming_` held: of these, what no job names any more.
  void ForgetUnnamed(const std::set<std::string>& documents) const;

  const client::EncryptedFolder& folder_;
  const Documents& documents_;
  mutable absl::Mutex naming_;  // between a look at what is named and what follows from it
};

// Milliseconds since 1970 of a file's last change; 0 when there is none.
int64_t ChangedUnixMs(const std::string& path);

}  // namespace rogatoria::agent
