// The gRPC side of one Receive stream: one write in flight, one read at most, Finish exactly once
// and never while a write is out. What the messages mean is the mailbox's business.
//
// A stream takes messages of the client only as long as few of them wait for their answer, and
// deliveries only as long as few bytes wait to be written: a client that only sends or never reads
// costs a bounded amount of memory and nobody else anything.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/base/error.h"
#include "common/rpc/door.h"
#include "services/delivery/mailbox_stream.h"
#include "services/delivery/mailboxes.h"

namespace rogatoria::delivery {

// Its own owner until OnDone; others hold it by shared_ptr as MailboxStream.
class ReceiveReactor final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                             public MailboxStream {
 public:
  // Identifies the caller, joins its mailbox and begins to read; or finishes at once. Returned for
  // gRPC to drive. `door` and `mailboxes` must outlive the server.
  static ReceiveReactor* Start(grpc::CallbackServerContext* context,
                               const Door& door,
                               Mailboxes& mailboxes);

  // Reactions of gRPC.
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  // MailboxStream.
  bool Send(v1::ReceiveResponse message) override;
  void Answer(uint64_t position, const absl::StatusOr<v1::Receipt>& outcome) override;
  void Handled() override;
  void End(const absl::Status& status) override;
  absl::Status Look(Instant now) override;
  void Refused(absl::string_view object, const absl::Status& refusal) override;

 private:
  struct Outgoing {
    grpc::ByteBuffer message;
    size_t bytes = 0;
    bool answers = false;  // writing it works off a message of the client
  };

  ReceiveReactor(grpc::CallbackServerContext* context, const Door& door, Mailboxes& mailboxes);
  void Begin(std::shared_ptr<ReceiveReactor> self);
  bool Put(const v1::ReceiveResponse& message, bool answers);
  void EndLocked(grpc::Status status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // After the client's last message: ends once all of them are answered.
  void EndIfQuietLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WriteOrFinishLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ReadIfFewLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsOverLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return end_.has_value(); }

  grpc::CallbackServerContext* const context_;
  const Door& door_;
  Mailboxes& mailboxes_;
  const Language language_;
  Caller caller_;    // set before the first reaction
  StreamId id_ = 0;  // likewise; 0 when it never joined

  absl::Mutex mutex_;
  std::shared_ptr<ReceiveReactor> self_ ABSL_GUARDED_BY(mutex_);
  grpc::ByteBuffer incoming_;                            // gRPC's while reading
  std::deque<Outgoing> outbox_ ABSL_GUARDED_BY(mutex_);  // the first is gRPC's while writing
  size_t outbox_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool half_closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool told_full_ ABSL_GUARDED_BY(mutex_) = false;  // Writable is owed
  uint32_t unanswered_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<Instant> waiting_since_ ABSL_GUARDED_BY(mutex_);  // one write seen out at looks
};

}  // namespace rogatoria::delivery
