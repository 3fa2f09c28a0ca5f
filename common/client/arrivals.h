// What arrives at an office, as a blocking iterator: the next, a look at it, Acknowledge or Reject,
// the next. Office::Receive is the same with callbacks.
//
//   Arrivals arrivals(*office);
//   for (;;) {
//     ROG_ASSIGN_OR_RETURN(std::optional<Arrival> next, arrivals.Next(absl::Minutes(5)));
//     if (!next.has_value()) continue;  // nothing came
//     ...                               // next->is_notice(), or office->OpenAct(next->act()); keep
//     it ROG_RETURN_IF_ERROR(arrivals.Acknowledge(*next));
//   }
//
// What is not settled before its lease ends (GetStatus tells its length), or when this object goes,
// comes again: so an act may be seen twice. Used by one thread at a time, but for Stop; an office
// may have several, which then share what comes.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/base/descriptor.h"
#include "common/client/kept_notices.h"
#include "common/client/receipt_check.h"
#include "common/client/subscription.h"

#include "rogatoria/v1/act.pb.h"
#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria::client {

class Office;

// An act, whose A.1 and D.1 hold and are kept; or a notice of the hub's, which is kept.
struct Arrival {
  Subscription::Delivery delivery;
  KnownAct known;        // of an act: what its receipts were held against
  v1::ActHeader header;  // of an act

  bool is_notice() const { return delivery.has_notice(); }
  const v1::Act& act() const { return delivery.act(); }
  KeptNotice notice() const { return {delivery.position(), delivery.notice()}; }
};

// Why the hub is not reached, and until when it is tried again; absl::InfiniteFuture for ever.
using TellAway = std::function<void(const absl::Status& why, absl::Time until)>;

class Arrivals {
 public:
  // `office` must outlive it. Connects with the first Next. `tell_away`, if there is one, is called
  // by Next when the hub is not reached, once until it is again.
  explicit Arrivals(Office& office, TellAway tell_away = {});
  ~Arrivals();
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

  // The next arrival; nullopt when none came for `idle`. While the hub is away it tries again, with
  // jitter: for ever if `idle` is infinite; else for as long, or as the connection's overall
  // deadline says if that is longer, then UNAVAILABLE. CANCELLED after Stop. INBOX_BUSY while an
  // agent has this state folder. RECEIPT_NOT_VALID for an act whose receipts do not hold: it is not
  // given and stays at the hub; the next call goes on with what is behind it.
  absl::StatusOr<std::optional<Arrival>> Next(absl::Duration idle);
  // Takes it: an act with the organisation's seal over the acknowledgement, where there is one. OK
  // when the hub's E.1 is kept, of a notice when the hub noted it. After UNAVAILABLE the hub may
  // have it or not: the act then comes again, and acknowledging it again is acknowledging once.
  absl::Status Acknowledge(const Arrival& arrival);
  // Gives an act back for good, to the hub's dead letters; RejectReasonFor helps. Not for notices.
  absl::Status Reject(const Arrival& arrival, v1::RejectReason reason);

  // Ends a Next that waits, and all that follow. From any thread.
  void Stop();

 private:
  friend class Office;  // Receive, which connects again as Next does
  absl::StatusOr<std::optional<Arrival>> NextOnce(absl::Duration idle);
  absl::StatusOr<Arrival> Look(Subscription::Delivery delivery);
  // Whether to try again after `why`; waits before it.
  bool WaitToReconnect(const absl::Status& why, absl::Duration idle);
  void WaitFor(absl::Duration pause);
  void NoteReached();
  absl::Status Settle(const Arrival& arrival, const v1::ReceiveRequest& settlement);
  std::shared_ptr<Subscription> mailbox();
  void Disconnect();
  bool stopped() const;

  Office& office_;
  const TellAway tell_away_;
  Descriptor inbox_;  // unless the office holds it
  mutable absl::Mutex mutex_;
  std::shared_ptr<Subscription> mailbox_ ABSL_GUARDED_BY(mutex_);
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time connected_ = absl::InfiniteFuture();  // when the stream was opened
  absl::Time away_since_ = absl::InfiniteFuture();
  int failures_ = 0;  // of the connection, since the hub was reached
};

// Why an act is rejected that could not be taken or opened, by what that came to. None when the
// fault is not the act's but this machine's, such as a folder that cannot be written: then the act
// must come again.
std::optional<v1::RejectReason> RejectReasonFor(const absl::Status& taken);

}  // namespace rogatoria::client
