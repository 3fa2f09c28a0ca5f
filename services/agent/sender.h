// The way of an act from a program's request to the hub. Each step makes what comes next durable
// before it removes what was there:
//
//   nothing     Send tries at once. Who got no answer asks again under the same id.
//   job         the hub was not reached, or a person must sign: encrypted, on disk
//   unsigned    sealed, beside its job; a person looks at it and signs
//   outbox      signed; goes out as it is until the hub answered
//   sent        the receipts are here
//
// What finds a later step done removes the earlier. After a kill the same step is done again, and
// the hub answers as it did. Thread-safe; one thread of its own does what callers did not wait for.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/id_locks.h"
#include "common/client/office.h"
#include "services/agent/act_states.h"
#include "services/agent/composition.h"
#include "services/agent/documents.h"
#include "services/agent/hub_standing.h"
#include "services/agent/jobs.h"
#include "services/agent/words.h"

#include "rogatoria/agent/v1/agent_service.pb.h"

namespace rogatoria::agent {

// What the steps work with. All must outlive who holds this.
struct AgentParts {
  client::Office& office;
  const Documents& documents;
  const Jobs& jobs;
  ActStates& states;
  HubStanding& hub;
  const Words& words;
};

class Sender {
 public:
  // `moved`: called, on any thread, with the id of an act that may stand differently.
  Sender(AgentParts parts, std::function<void(const std::string& request_id)> moved);
  ~Sender();
  // Takes up what an earlier run left, and goes on by itself.
  void Start();
  void Stop();

  absl::StatusOr<v1::ActStatus> Send(const v1::SendRequest& request);
  absl::StatusOr<v1::ActStatus> Sign(const v1::SubmitSignatureRequest& request);
  absl::StatusOr<v1::ActStatus> Withhold(const std::string& request_id);
  // What waits for a person, the oldest first.
  std::vector<v1::UnsignedAct> Unsigned();

  // Findings of lint about a request. Asks the hub's directory when it was not asked lately.
  absl::StatusOr<std::vector<client::Finding>> Lint(const v1::SendRequest& request);
  absl::StatusOr<std::unique_ptr<Composition>> Compose(const v1::SendRequest& request) const;

 private:
  // When an act is tried again, apart from the hub's being away.
  struct Retry {
    absl::Time next;
    absl::Duration pause;
  };

  absl::StatusOr<v1::ActStatus> SendNew(const v1::SendRequest& request);
  absl::Status CheckKnown(const v1::SendRequest& request, const std::string& fingerprint);
  absl::Status CheckLint(const client::ActDraft& draft);
  // Prepares, signs and delivers; or keeps it for a person to sign, once `keep_job` was.
  absl::Status Try(const std::string& id,
                   client::ActDraft& draft,
                   const std::function<absl::Status()>& keep_job);
  absl::Status SealAndSend(const std::string& id,
                           client::ActDraft& draft,
                           const std::function<absl::Status()>& keep_job);
  // What came of it where the hub says that it has an act of this id: it may be this one.
  absl::Status Recorded(const std::string& id, const absl::Status& tried);
  // What a try came to: OK when the act is on its way or waits here; else nothing of it was taken.
  absl::Status Settle(const std::string& id, const absl::Status& tried);
  void Forget(const std::string& id);
  void ForgetTries(const std::string& id);
  absl::Status GiveUp(const std::string& id, v1::ActState state, const absl::Status& why);
  absl::StatusOr<v1::ActStatus> StatusOf(const std::string& id);
  absl::StatusOr<v1::UnsignedAct> Describe(const std::string& id);
  absl::StatusOr<client::ActDraft> DraftOfJob(const std::string& id,
                                              std::unique_ptr<Composition>& files);

  void Work();
  void WorkOnce();
  void TryJob(const std::string& id);
  void TryOutbox(const std::string& id);
  absl::Status SignAnew(const hub::SubmitActRequest& request);
  absl::Status AskAnother(hub::SubmitActRequest request);
  int64_t PreparedAt(const std::string& id) const;
  bool IsDue(const std::string& id);
  void Postpone(const std::string& id, const absl::Status& tried);
  bool WaitForWork();

  const AgentParts parts_;
  const std::function<void(const std::string&)> moved_;
  IdLocks locks_;
  absl::Mutex mutex_;
  std::map<std::string, Retry> retries_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, absl::Time> linted_ ABSL_GUARDED_BY(mutex_);  // when the hub was asked
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace rogatoria::agent
