// One authority's mailbox while the hub runs: takes what its streams say, reads the store in small
// pages, settles through the commit pipeline, and puts messages on streams. The rows themselves are
// in the store; here is only who is connected and what is out.
//
// Tasks may be posted from any thread; everything else happens in Serve, on one worker at a time.
// So nothing here needs a lock but the inbox, and what was read from the store before a settlement
// is never taken for what holds after it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/model/evidence.h"
#include "services/delivery/dispatcher.h"
#include "services/delivery/fresh_acts.h"
#include "services/delivery/mailbox_stream.h"
#include "services/delivery/mailboxes.h"

namespace rogatoria::delivery {

// One snapshot for a mailbox's turn, opened when something has to be read: most turns read nothing.
class TurnSnapshot {
 public:
  explicit TurnSnapshot(Store& store) : store_(store) {}
  absl::StatusOr<Snapshot*> Get();

 private:
  Store& store_;
  std::unique_ptr<Snapshot> snapshot_;
};

class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  // `owner` must outlive it.
  Mailbox(Mailboxes& owner, std::string authority);

  // --- any thread ---

  const std::string& authority() const { return authority_; }

  void Join(StreamId id, std::shared_ptr<MailboxStream> stream);
  void Receive(StreamId id, v1::ReceiveRequest message);
  void Writable(StreamId id);
  void Leave(StreamId id);
  // A commit brought rows.
  void Arrived(std::shared_ptr<const BatchReceipts> receipts);
  void PutBack();
  void Look();

  // --- a worker ---

  // Works off the inbox, then delivers. Schedules itself again when there is more to do.
  void Serve();

 private:
  using Task = std::function<void()>;
  using Done = std::function<void(absl::StatusOr<v1::Receipt>)>;
  using MakeCommand = std::function<std::unique_ptr<Command>(Done)>;
  using StreamPtr = std::shared_ptr<MailboxStream>;
  struct Member {
    StreamPtr stream;
    v1::SubscriptionRole role = v1::SUBSCRIPTION_ROLE_UNSPECIFIED;  // until it is opened
  };

  void Post(Task task);
  std::vector<Task> TakeInbox();
  Instant Now() const { return owner_.world().clock.Now(); }
  DeliveryKey KeyOf(uint64_t position) const { return {authority_, position}; }

  // What the client said.
  absl::Status Handle(StreamId id, Member& member, const v1::ReceiveRequest& message);
  absl::Status Open(StreamId id, Member& member, const v1::ReceiveRequest::Open& open);
  absl::Status CheckMaySettle(const Member& member) const;
  void Acknowledge(const StreamPtr& stream, const v1::ReceiveRequest::Acknowledge& said);
  void Reject(const StreamPtr& stream, const v1::ReceiveRequest::Reject& said);

  // Settling.
  // What lies at a position: as delivered, or read from the store.
  absl::StatusOr<Delivered> FindDelivered(uint64_t position);
  absl::StatusOr<Delivered> LoadDelivered(uint64_t position);
  void Remember(uint64_t position, Delivered delivered);
  absl::Status CheckSaid(const Delivered& delivered, const v1::ReceiveRequest::Acknowledge& said);
  // How it was settled already; nullopt when it can be settled now.
  absl::StatusOr<std::optional<v1::Receipt>> CheckAcknowledge(
      const v1::ReceiveRequest::Acknowledge& said, Delivered& delivered);
  // The receipt of a row that was settled so already; nullopt while it is open.
  absl::StatusOr<std::optional<v1::Receipt>> FindSettlement(uint64_t position, DeliveryState state);
  void RefuseAnswer(const StreamPtr& stream, uint64_t position, const absl::Status& refusal);
  // Commits; answers on `stream` unless null, and then lets the case go on.
  void Settle(StreamPtr stream,
              uint64_t position,
              const Delivered& delivered,
              const MakeCommand& make);
  // As a dead letter.
  void SettleDead(StreamPtr stream,
                  uint64_t position,
                  const Delivered& delivered,
                  const std::string& reason);
  // The receipt of what an earlier commit settled.
  absl::StatusOr<v1::Receipt> LoadAnswer(uint64_t position);
  void GiveUp(const DeliveryRecord& row);
  void GiveUpExhausted();

  // Delivering. True when there may be more to do.
  bool Deliver();
  absl::Status Read(TurnSnapshot& turn, const MailboxRead& read);
  absl::Status Send(TurnSnapshot& turn, const Assignment& assignment);
  absl::StatusOr<FreshAct> Load(Snapshot& snapshot, const DeliveryRecord& row);
  absl::StatusOr<FreshAct> LoadAct(Snapshot& snapshot, const DeliveryRecord& row);
  absl::StatusOr<v1::ReceiveResponse> MakeDelivery(TurnSnapshot& turn,
                                                   const Assignment& assignment);
  void GiveBack(const Assignment& assignment, const absl::Status& status);

  Mailboxes& owner_;
  const std::string authority_;

  absl::Mutex mutex_;
  std::vector<Task> inbox_ ABSL_GUARDED_BY(mutex_);
  bool scheduled_ ABSL_GUARDED_BY(mutex_) = false;

  // Used by the worker only.
  Dispatcher dispatcher_;
  std::map<StreamId, Member> members_;
  FreshActs fresh_;
  // What was delivered lately, so that an acknowledgement needs no read.
  std::map<uint64_t, Delivered> delivered_;
};

}  // namespace rogatoria::delivery
