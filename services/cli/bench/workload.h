// Acts signed and sealed ahead of the clock, and the two loads made of them: submit -> receipt, and
// submit -> delivered -> acknowledged. The client's cryptography is not the broker's cost
// (decisions.md 29).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <grpcpp/client_context.h>

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
  std::string act_id;
  // What the recipient will send to acknowledge it, position left out.
  v1::ReceiveRequest acknowledgement;
};

// `count` requests from one office to another, each opening a case, with `content_bytes` of clear
// content.
absl::StatusOr<std::vector<ReadyAct>> MakeActs(client::Office& sender,
                                               const client::OfficeProfile& recipient,
                                               size_t count,
                                               size_t content_bytes);

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
// act.
class Receiver {
 public:
  // `acts` must outlive it.
  static absl::StatusOr<std::unique_ptr<Receiver>> Open(const client::OfficeProfile& profile,
                                                        const std::vector<ReadyAct>& acts);
  ~Receiver();
  // Calls `handed_over` once the hub answered the acknowledgement of this act.
  void Expect(const std::string& act_id, std::function<void(bool ok)> handed_over);
  // The act was not taken by the hub: it will not come. Ends the wait with a failure.
  void Forget(const std::string& act_id);

 private:
  Receiver(std::unique_ptr<client::Connection> connection, const std::vector<ReadyAct>& acts);
  void Read();
  void Take(const v1::ReceiveResponse::Delivery& delivery);
  void Settled(uint64_t position, bool ok);

  std::unique_ptr<client::Connection> connection_;
  absl::flat_hash_map<std::string, const v1::ReceiveRequest*> acknowledgements_;  // by header bytes
  absl::flat_hash_map<std::string, std::string> act_of_header_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ReceiveRequest, v1::ReceiveResponse>> stream_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::function<void(bool)>> waiting_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint64_t, std::string> act_at_ ABSL_GUARDED_BY(mutex_);
  std::thread reader_;
};

// Both together: an operation ends when the recipient's acknowledgement is on the hub's disk.
LoadResult RunExchanges(Submitter& submitter,
                        Receiver& receiver,
                        const std::vector<ReadyAct>& acts,
                        size_t begin,
                        size_t count,
                        size_t in_flight);

}  // namespace rogatoria::bench
