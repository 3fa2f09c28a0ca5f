// The outbox: an act is on our own disk before it is sent, and leaves it only when the hub's answer
// is on disk too. A crash of either side loses nothing, and sending again is sending once. One
// process uses one outbox folder (locked). Thread-safe.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/descriptor.h"

#include "rogatoria/v1/exchange_service.pb.h"

namespace rogatoria::client {

// A file of the outbox that cannot be sent.
struct BadOutboxFile {
  std::string name;     // it had in the outbox: <request id>.act
  std::string path;     // where it lies now
  absl::Status status;  // OUTBOX_FILE_DAMAGED: set aside; FILE_UNREADABLE: still where it was
};

struct PendingActs {
  std::vector<v1::SubmitActRequest>
      requests;  // whole, byte for byte as they were put; oldest first
  std::vector<BadOutboxFile> bad;
};

class Outbox {
 public:
  // Opens or creates `<state>/outbox`; OUTBOX_BUSY when another process holds it for longer than
  // `patience`: the office's agent, or another program that sends.
  static absl::StatusOr<std::unique_ptr<Outbox>> Open(const std::string& state,
                                                      absl::Duration patience = absl::Seconds(5));

  // Writes the request and fsyncs file and folder.
  absl::Status Put(const v1::SubmitActRequest& request);
  // Whether this request is here and not answered yet.
  bool Holds(const std::string& request_id) const;
  // The request of this id that waits here, nullopt when there is none; OUTBOX_FILE_DAMAGED.
  absl::StatusOr<std::optional<v1::SubmitActRequest>> Find(const std::string& request_id) const;
  // The request of this id that the hub refused in law, which is final for its act: it lies in
  // `<state>/failed/`, its A.2 among the receipts. nullopt when there is none.
  absl::StatusOr<std::optional<v1::SubmitActRequest>> FindRefused(const std::string& act_id) const;
  // Requests not answered yet. A damaged file is moved to `<state>/failed/`, with the reason beside
  // it and under a name that is free there, so that it is told of once and keeps no other.
  absl::StatusOr<PendingActs> Pending();
  // Writes beside a request that stays here why it does (outbox_list.h shows it); no act hangs on
  // it.
  void NoteWhy(const v1::SubmitActRequest& request, const absl::Status& why);
  // Keeps the answer's receipts under `<state>/receipts/<act>/`, then forgets the request; or,
  // after KeepSent, moves its file there; a copy of it that was set aside goes. A request that is
  // settled already stays so.
  absl::Status Settle(const v1::SubmitActRequest& request, const v1::SubmitActResponse& response);
  // The folder where settled requests are kept, as `<request id>.act`. Before anything is settled.
  void KeepSent(const std::string& folder) { sent_folder_ = folder; }
  // Forgets a request of which the hub recorded nothing, because another one takes its place.
  absl::Status Drop(const v1::SubmitActRequest& request);
  // Moves the request to `<state>/failed/` with the reason; a refusal's receipt is kept with the
  // others.
  absl::Status Fail(const v1::SubmitActRequest& request, const absl::Status& why);

 private:
  Outbox(std::string state, Descriptor lock);
  void ForgetSetAside(const std::string& request_id) const;
  absl::Status MoveToSent(const std::string& request_id);
  BadOutboxFile SetAside(const std::string& name, const absl::Status& why);
  std::string state_;
  std::string sent_folder_;  // empty: none are kept
  const Descriptor lock_;
};

// Writes receipts as files, `<folder>/<event>[-<recipient>].receipt`, fsynced. Returns their paths.
// A different receipt of that name stays, as `...-earlier-<n>.receipt`: an act sent again, after
// the hub was restored from a backup, has two acceptances, and the first may be the one that
// counts.
absl::StatusOr<std::vector<std::string>> SaveReceipts(
    const std::string& folder, const google::protobuf::RepeatedPtrField<v1::Receipt>& receipts);
// The A.1 that SaveReceipts kept in this folder; empty when none can be read. Not verified here.
google::protobuf::RepeatedPtrField<v1::Receipt> KeptAcceptance(const std::string& folder);
// Whether this state folder has an A.1 of the act.
bool WasSent(const std::string& state, const std::string& act_id);
// A file of the outbox, or one that lay there: OUTBOX_FILE_DAMAGED unless it is byte for byte what
// was put.
absl::StatusOr<v1::SubmitActRequest> ReadRequestFile(const std::string& path);
// The lock of an office's agent under its state (services/agent), and whether a process holds it.
std::string AgentLockPath(const std::string& state);
bool AgentRuns(const std::string& state);
// The folder of an act's receipts under an office's state.
std::string ReceiptFolder(const std::string& state, const std::string& act_id);

}  // namespace rogatoria::client
