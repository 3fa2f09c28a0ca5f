// The agent of an office: the one thing that its front ends ask (the API, the spool), in the
// messages of rogatoria.agent.v1. It holds the keys; it signs with the organisation's seal, keeps
// what a person must sign, sends, receives and follows up. What is on disk is the state
// (docs/decisions/0021-the-agent-keeps-the-truth-in-files.md):
//
//   <state>/agent/lock                          held while it runs: one agent a state folder
//   <state>/agent/jobs, unsigned, documents ... encrypted records (jobs.h, documents.h, events.h)
//   <state>/outbox, agent/sent, agent/ended     acts as they went to the hub
//   <state>/receipts, cases                     receipts; the case folder
//
// Thread-safe. No exceptions.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/descriptor.h"
#include "common/client/case_folder.h"
#include "common/client/office.h"
#include "services/agent/act_states.h"
#include "services/agent/documents.h"
#include "services/agent/events.h"
#include "services/agent/fetcher.h"
#include "services/agent/follow_up.h"
#include "services/agent/hub_standing.h"
#include "services/agent/jobs.h"
#include "services/agent/receiver.h"
#include "services/agent/room.h"
#include "services/agent/sender.h"
#include "services/agent/words.h"

#include "rogatoria/agent/v1/agent_service.pb.h"

namespace rogatoria::agent {

// The places at which the front ends are in the events.
inline constexpr char kApiFollower[] = "api";
inline constexpr char kSpoolFollower[] = "spool";

class Agent {
 public:
  // Takes the lock and the outbox: AGENT_BUSY, OUTBOX_BUSY. `words` must outlive it. `fault`: told,
  // on any thread, of what goes wrong beside any call; holds no personal data.
  static absl::StatusOr<std::unique_ptr<Agent>> Open(
      client::OfficeProfile profile,
      const Words& words,
      std::function<void(const absl::Status&)> fault = [](const absl::Status&) {});
  ~Agent();
  // Begins to send and to receive by itself. Calls may be made before.
  void Start();
  // Ends that, and what waits for events. What is under way is finished or stays for the next run.
  void Stop();

  // As the rpcs of these names say (proto/rogatoria/agent/v1/agent_service.proto).
  absl::StatusOr<v1::SendResponse> Send(const v1::SendRequest& request);
  absl::StatusOr<v1::ListCasesResponse> ListCases(const v1::ListCasesRequest& request);
  absl::StatusOr<v1::GetCaseResponse> GetCase(const v1::GetCaseRequest& request);
  absl::StatusOr<v1::GetActResponse> GetAct(const v1::GetActRequest& request);
  absl::StatusOr<v1::GetReceiptResponse> GetReceipt(const v1::GetReceiptRequest& request);
  absl::StatusOr<v1::OpenIdentityResponse> OpenIdentity(const v1::OpenIdentityRequest& request);
  absl::StatusOr<v1::ShareIdentityResponse> ShareIdentity(const v1::ShareIdentityRequest& request);
  absl::StatusOr<v1::LintResponse> Lint(const v1::LintRequest& request);
  absl::StatusOr<v1::ResolveResponse> Resolve(const v1::ResolveRequest& request);
  v1::ListUnsignedResponse ListUnsigned(const v1::ListUnsignedRequest& request);
  absl::StatusOr<v1::SubmitSignatureResponse> SubmitSignature(
      const v1::SubmitSignatureRequest& request);
  absl::StatusOr<v1::WithholdResponse> Withhold(const v1::WithholdRequest& request);
  v1::GetStatusResponse GetStatus(const v1::GetStatusRequest& request);

  // How an act of ours stands. ACT_NOT_FOUND.
  absl::StatusOr<v1::ActStatus> StatusOf(const std::string& request_id);

  // Files to be sent (PutDocument): documents().Begin, Put and PutFile.
  const Documents& documents() const { return documents_; }
  // Unless an act that waits names it.
  void ForgetFile(const std::string& id) { jobs_.Forget({id}); }

  // A document of an act, open for reading from its beginning, its digest in `info`. An attached
  // one is fetched from the hub, checked, looked at by the profile's scanner and kept in the case
  // folder first. May block long.
  struct OpenDocument {
    v1::DocumentInfo info;
    std::function<absl::StatusOr<Bytes>(uint64_t offset)> read;  // empty at the end
  };
  absl::StatusOr<OpenDocument> GetDocument(const v1::GetDocumentRequest& request);

  // Events after a place, acts opened and whole; waits for the first up to `patience`. Empty when
  // none came or the agent stops.
  absl::StatusOr<std::vector<v1::WatchResponse>> WaitForEvents(uint64_t after_position,
                                                               size_t limit,
                                                               absl::Duration patience);
  // A follower has all up to this place; durable. The place, which is 0 for a new follower.
  absl::Status Acknowledge(const std::string& follower, uint64_t position);
  uint64_t Acknowledged(const std::string& follower) const {
    return events_->Acknowledged(follower);
  }
  uint64_t Waiting(const std::string& follower) const { return events_->Waiting(follower); }
  bool HasEvent(uint64_t position) const { return events_->Has(position); }
  // What the spool keeps back from now on, the oldest of so many; shown by GetStatus.
  void SetKeptBack(std::vector<v1::KeptBack> oldest, uint64_t count);
  // The same of what was taken out of the spool and cannot be sent now.
  void SetHeld(std::vector<v1::HeldFile> oldest, uint64_t count);
  bool stopping() const;

  uint64_t acts_taken() const { return receiver_->taken(); }
  const client::OfficeProfile& profile() const { return office_->profile(); }
  client::CaseFolder& cases() { return cases_; }
  const Words& words() const { return words_; }
  Room& room() { return room_; }

 private:
  Agent(Descriptor lock,
        std::unique_ptr<client::Office> office,
        client::CaseFolder& cases,
        std::unique_ptr<Events> events,
        const Words& words,
        std::function<void(const absl::Status&)> fault);
  AgentParts Parts();
  absl::Status Prepare();
  absl::StatusOr<client::OpenedAct> OpenKept(const std::string& act_id);
  v1::ReceivedAct Shown(const client::OpenedAct& opened) const;
  // Whether an act of ours has not reached the hub yet.
  bool WaitsHere(const std::string& act_id) const;
  // Fills in the act of an event; false when it is not here.
  bool Complete(v1::WatchResponse& event);
  std::vector<v1::ActStatus> EndedToShow(uint32_t days) const;
  v1::CaseAct ShownCaseAct(const client::KeptAct& act) const;
  std::optional<v1::CaseAtHub> AskCase(const std::string& case_id);

  const Descriptor lock_;
  const int64_t started_unix_ms_;
  const Words& words_;
  const std::function<void(const absl::Status&)> fault_;
  const std::unique_ptr<client::Office> office_;
  client::CaseFolder& cases_;  // the office's
  const std::unique_ptr<Events> events_;
  HubStanding hub_;
  Room room_;
  Fetcher fetcher_;
  Documents documents_;
  Jobs jobs_;
  ActStates states_;
  std::unique_ptr<FollowUp> follow_up_;
  std::unique_ptr<Sender> sender_;
  std::unique_ptr<Receiver> receiver_;
  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<v1::KeptBack> kept_back_ ABSL_GUARDED_BY(mutex_);  // the oldest
  uint64_t kept_back_count_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<v1::HeldFile> held_ ABSL_GUARDED_BY(mutex_);  // the oldest
  uint64_t held_count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Takes the lock of an agent on this state folder. AGENT_BUSY, naming it.
absl::StatusOr<Descriptor> LockAgent(const std::string& state);

}  // namespace rogatoria::agent
