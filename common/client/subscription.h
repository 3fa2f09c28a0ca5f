// A subscription to our mailbox as a blocking iterator: Next, look at it, Acknowledge or Reject,
// Next.
//
//   Subscription mailbox(connection, v1::SUBSCRIPTION_ROLE_PRIMARY, 0);
//   while (auto delivery = *mailbox.Next(absl::Seconds(5))) { ...; mailbox.Acknowledge(...); }
//
// The hub sends one delivery for each Next that is waiting, so that nothing lies here unlooked at
// while its lease runs. Used by one thread at a time, but for Cancel; a thread of its own reads the
// stream.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include <grpcpp/client_context.h>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/client/connection.h"

#include "rogatoria/v1/mailbox_service.pb.h"

namespace rogatoria::client {

class Subscription {
 public:
  using Delivery = v1::ReceiveResponse::Delivery;

  // `connection` must outlive it. Observers begin after `after_position`. The first Next connects.
  Subscription(Connection& connection, v1::SubscriptionRole role, uint64_t after_position);
  ~Subscription();  // closes the stream
  // From any thread: Next and Settle give an error soon.
  void Cancel() { context_.TryCancel(); }

  // The next delivery; nullopt when none came within `idle`; an error when the stream ended.
  absl::StatusOr<std::optional<Delivery>> Next(absl::Duration idle);
  // Sends what settles a delivery (acknowledge or reject) and waits for the hub's answer: the
  // receipt.
  absl::StatusOr<v1::Receipt> Settle(const v1::ReceiveRequest& settlement);

 private:
  void Begin();
  void Read();
  absl::Status EndStatus() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Connection& connection_;
  grpc::ClientContext context_;
  v1::ReceiveRequest open_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReceiveRequest, v1::ReceiveResponse>> stream_;
  bool credit_outstanding_ = false;
  absl::Mutex mutex_;
  std::deque<Delivery> deliveries_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, v1::ReceiveResponse::Acknowledged> answers_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status end_ ABSL_GUARDED_BY(mutex_);
  std::thread reader_;
};

}  // namespace rogatoria::client
