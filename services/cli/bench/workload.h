// Acts signed and sealed ahead of the clock, and the two loads made of them: submit -> receipt, and
// submit -> delivered -> acknowledged. The client's cryptography is not the broker's cost
// (decisions.md 29).
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/client/office.h"
#include "services/cli/bench/closed_loop.h"

#include "rogatoria/v1/exchange_service.grpc.pb.h"
#include "rogatoria/v1/mailbox_service.grpc.pb.h"

namespace rogatoria::bench {

struct ReadyAct {
  v1::SubmitActRequest request;
  // What the recipient will send to acknowledge it, position left out.
  v1::ReceiveRequest acknowledgement;
};

// `count` requests from one office to another, each opening a case, with `content_bytes` of clear
// content.
absl::StatusOr<std::vector<ReadyAct>> MakeActs(client::Office& sender,
                                               const client::OfficeProfile& recipient,
                                               size_t count,
                                               size_t content_bytes);
// The same, each of them this draft.
absl::StatusOr<std::vector<ReadyAct>> MakeActs(client::Office& sender,
                                               const client::OfficeProfile& recipient,
                                               client::ActDraft draft,
                                               size_t count);

// Several connections of an office, used in turn.
class Submitter {
 public:
  static absl::StatusOr<std::unique_ptr<Submitter>> Open(const client::OfficeProfile& profile,
                                                         size_t channels);
  // Submits acts[begin..begin+count) and waits for each receipt.
  LoadResult Run(const std::vector<ReadyAct>& acts, size_t begin, size_t count, size_t in_flight);
  void Submit(const ReadyAct& act, std::function<void(bool ok)> ended);

 private:
  std::vector<std::unique_ptr<client::Connection>> connections_;
  std::atomic<size_t> next_{0};
};

// The recipient's end: takes every delivery at once and acknowledges it; tells who waits for an
// act. While none is there, what is submitted waits in the mailbox.
class Receiver final : public grpc::ClientBidiReactor<v1::ReceiveRequest, v1::ReceiveResponse> {
 public:
  // `acts` must outlive it.
  static absl::StatusOr<std::unique_ptr<Receiver>> Open(const client::OfficeProfile& profile,
                                                        const std::vector<ReadyAct>& acts);
  ~Receiver() override;
  // Calls `handed_over` once the hub answered the acknowledgement of this act.
  void Expect(const ReadyAct& act, std::function<void(bool ok)> handed_over);
  // The act was not taken by the hub: it will not come. Ends the wait with a failure.
  void Forget(const ReadyAct& act);
  // Returns once so many acknowledgements were answered, these and those before; false when the
  // stream ended first.
  bool WaitForAnswers(size_t count);

  // Reactions of gRPC.
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  Receiver(std::unique_ptr<client::Connection> connection, const std::vector<ReadyAct>& acts);
  void Start();
  void Take(const v1::ReceiveResponse::Delivery& delivery);
  void Settled(uint64_t position, bool ok);
  void Put(v1::ReceiveRequest message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::unique_ptr<client::Connection> connection_;
  absl::flat_hash_map<absl::string_view, const ReadyAct*> acts_;  // by header bytes
  grpc::ClientContext context_;
  v1::ReceiveResponse incoming_;
  absl::Mutex mutex_;
  std::deque<v1::ReceiveRequest> outbox_ ABSL_GUARDED_BY(mutex_);  // the first is being written
  uint32_t spent_credits_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t answers_ ABSL_GUARDED_BY(mutex_) = 0;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  absl::flat_hash_map<const ReadyAct*, std::function<void(bool)>> waiting_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint64_t, const ReadyAct*> act_at_ ABSL_GUARDED_BY(mutex_);
};

// Both together: an operation ends when the recipient's acknowledgement is on the hub's disk.
LoadResult RunExchanges(Submitter& submitter,
                        Receiver& receiver,
                        const std::vector<ReadyAct>& acts,
                        size_t begin,
                        size_t count,
                        size_t in_flight);

}  // namespace rogatoria::bench
