// An office at work: the client library's front. Sends drafts, receives and acknowledges, reads
// cases.
//
//   ROG_ASSIGN_OR_RETURN(auto office, Office::Open(profile));
//   ROG_ASSIGN_OR_RETURN(v1::SubmitActResponse sent, office->Send(draft));
//
// Thread-safe unless a method says otherwise. No exceptions.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/client/composer.h"
#include "common/client/connection.h"
#include "common/client/opener.h"
#include "common/client/outbox.h"
#include "common/client/profile.h"
#include "common/client/subscription.h"

namespace rogatoria::client {

class Office {
 public:
  static absl::StatusOr<std::unique_ptr<Office>> Open(OfficeProfile profile);

  // Fills in what follows from the case (addressee, channel, legal basis, reply-to), asks the hub
  // for the route and checks the keys it gave.
  absl::StatusOr<Resolution> Resolve(ActDraft& draft);
  absl::StatusOr<PreparedAct> Prepare(ActDraft& draft);
  // Prepare, sign, outbox, submit. Resolves again by itself when the route changed meanwhile.
  absl::StatusOr<v1::SubmitActResponse> Send(ActDraft draft);
  // Submits a signed act through the outbox. After an error for which StaysInOutbox holds the act
  // is still there and Flush sends it.
  absl::StatusOr<v1::SubmitActResponse> Submit(const PreparedAct& prepared);
  // Whether an act of ours is on this machine's disk, waiting to be sent.
  bool IsInOutbox(const std::string& request_id);
  // Sends what an earlier run left in the outbox. Returns how many went.
  absl::StatusOr<int> Flush();

  // Takes deliveries as primary: calls `take` for each; OK from it acknowledges (with our seal), an
  // error gives the act back for good. The receipts are kept under the profile's state folder.
  // Returns after `limit` deliveries, or when none came for `idle`. Connects again when the hub
  // restarts: for ever if `idle` is infinite, else a few times. `take` may see an act twice. One
  // call at a time.
  using Take = std::function<absl::Status(const Subscription::Delivery&)>;
  absl::Status Receive(int limit, absl::Duration idle, const Take& take);

  absl::StatusOr<OpenedAct> OpenAct(const v1::Act& act) const;

  const OfficeProfile& profile() const { return profile_; }
  Connection& connection() { return *connection_; }

 private:
  Office(OfficeProfile profile,
         std::unique_ptr<Connection> connection,
         TrustAnchors anchors,
         std::vector<KeyPair> sealing);
  // Opened by the first act sent, so that receiving and sending programs do not stand in each
  // other's way.
  absl::StatusOr<Outbox*> OpenOutbox();
  // The signer for a channel class: the user for FORMAL, else the organisation's seal, else the
  // user.
  absl::StatusOr<KeyPair> SignerFor(v1::ChannelClass channel_class) const;
  absl::StatusOr<v1::ReceiveRequest> MakeAcknowledgement(
      const Subscription::Delivery& delivery) const;
  absl::Status ReceiveOnce(int limit, absl::Duration idle, const Take& take, int& taken);
  absl::Status Settle(Subscription& mailbox,
                      const Subscription::Delivery& delivery,
                      const absl::Status& taken);

  OfficeProfile profile_;
  std::unique_ptr<Connection> connection_;
  TrustAnchors anchors_;
  std::vector<KeyPair> sealing_;
  absl::Mutex mutex_;
  std::unique_ptr<Outbox> outbox_ ABSL_GUARDED_BY(mutex_);
};

// Whether an act that could not be sent for this reason may still be recorded, or can be sent later
// as it is: unreachable, busy, no answer.
bool StaysInOutbox(const absl::Status& status);

}  // namespace rogatoria::client
