#include "services/delivery/receive_reactor.h"

#include <utility>

#include "common/base/limits.h"
#include "common/rpc/status_mapping.h"
#include "common/rpc/unary.h"

namespace rogatoria::delivery {
namespace {

constexpr absl::string_view kMethod = "/rogatoria.v1.MailboxService/Receive";

// Deliveries are taken while less than this waits to be written, so at most this and one act wait.
constexpr size_t kMaxWaitingBytes = 64 * 1024;
// Messages of the client under way at one time: an acknowledgement for everything that is out.
constexpr uint32_t kMaxUnanswered = limits::kMaxInFlight;
// A client that takes nothing for so long is gone or broken.
constexpr absl::Duration kMaxStuck = absl::Minutes(2);
constexpr absl::Duration kMaxStuckAtEnd = absl::Seconds(5);

}  // namespace

ReceiveReactor* ReceiveReactor::Start(grpc::CallbackServerContext* context,
                                      const Door& door,
                                      Mailboxes& mailboxes) {
  auto reactor = std::shared_ptr<ReceiveReactor>(new ReceiveReactor(context, door, mailboxes));
  ReceiveReactor* const raw = reactor.get();
  raw->Begin(std::move(reactor));
  return raw;
}

ReceiveReactor::ReceiveReactor(grpc::CallbackServerContext* context,
                               const Door& door,
                               Mailboxes& mailboxes)
    : context_(context), door_(door), mailboxes_(mailboxes), language_(rpc::LanguageOf(*context)) {}

void ReceiveReactor::Begin(std::shared_ptr<ReceiveReactor> self) {
  absl::MutexLock lock(&mutex_);
  self_ = self;
  const absl::StatusOr<Caller> caller = door_.identify(*context_);
  if (!caller.ok()) return EndLocked(rpc::ToGrpcStatus(caller.status(), language_));
  caller_ = *caller;
  const absl::StatusOr<StreamId> id = mailboxes_.Join(caller_.authority, std::move(self));
  if (!id.ok()) return EndLocked(rpc::ToGrpcStatus(id.status(), language_));
  id_ = *id;
  ReadIfFewLocked();
}

void ReceiveReactor::OnReadDone(bool ok) {
  grpc::ByteBuffer bytes;
  {
    absl::MutexLock lock(&mutex_);
    reading_ = false;
    if (!ok) {
      half_closed_ = true;
      return EndIfQuietLocked();
    }
    if (IsOverLocked()) return;
    bytes.Swap(&incoming_);
    ++unanswered_;
  }
  v1::ReceiveRequest message;
  if (const absl::Status parsed = rpc::Parse(bytes, message); !parsed.ok()) {
    Refused("", parsed);
    return End(parsed);
  }
  mailboxes_.Receive(id_, std::move(message));
  absl::MutexLock lock(&mutex_);
  ReadIfFewLocked();
}

void ReceiveReactor::OnWriteDone(bool ok) {
  bool tell_writable = false;
  {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    waiting_since_.reset();
    const Outgoing written = std::move(outbox_.front());
    outbox_.pop_front();
    outbox_bytes_ -= written.bytes;
    if (written.answers) --unanswered_;
    if (!ok) EndLocked(grpc::Status(grpc::StatusCode::CANCELLED, "the client is gone"));
    EndIfQuietLocked();
    WriteOrFinishLocked();
    ReadIfFewLocked();
    tell_writable = told_full_ && !IsOverLocked() && outbox_bytes_ < kMaxWaitingBytes;
    if (tell_writable) told_full_ = false;
  }
  if (tell_writable) mailboxes_.Writable(id_);
}

void ReceiveReactor::OnCancel() {
  absl::MutexLock lock(&mutex_);
  EndLocked(grpc::Status(grpc::StatusCode::CANCELLED, "the client is gone"));
}

void ReceiveReactor::OnDone() {
  if (id_ != 0) mailboxes_.Leave(id_);
  std::shared_ptr<ReceiveReactor> last;  // may be the last owner: destroyed after the lock
  absl::MutexLock lock(&mutex_);
  done_ = true;
  last = std::move(self_);
}

bool ReceiveReactor::Send(v1::ReceiveResponse message) {
  return Put(message, false);
}

void ReceiveReactor::Answer(uint64_t position, const absl::StatusOr<v1::Receipt>& outcome) {
  v1::ReceiveResponse message;
  v1::ReceiveResponse::Acknowledged& answer = *message.mutable_acknowledged();
  answer.set_position(position);
  if (outcome.ok()) {
    if (!outcome->content().empty()) *answer.mutable_receipt() = *outcome;  // a notice has none
  } else {
    *answer.mutable_error() = rpc::ToStatusProto(outcome.status(), language_);
  }
  Put(message, true);
}

bool ReceiveReactor::Put(const v1::ReceiveResponse& message, bool answers) {
  grpc::ByteBuffer written;
  rpc::Serialize(message, written);
  const size_t bytes = written.Length();
  absl::MutexLock lock(&mutex_);
  // Who says no more cannot settle either: it gets its answers, but no further acts.
  if (IsOverLocked() || (half_closed_ && !answers)) return false;
  outbox_bytes_ += bytes;
  outbox_.push_back({std::move(written), bytes, answers});
  WriteOrFinishLocked();
  const bool room = outbox_bytes_ < kMaxWaitingBytes;
  if (!room && !answers) told_full_ = true;
  return room;
}

void ReceiveReactor::Handled() {
  absl::MutexLock lock(&mutex_);
  --unanswered_;
  EndIfQuietLocked();
  ReadIfFewLocked();
}

void ReceiveReactor::End(const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  EndLocked(rpc::ToGrpcStatus(status, language_));
}

absl::Status ReceiveReactor::Look(Instant now) {
  absl::MutexLock lock(&mutex_);
  if (done_) return absl::OkStatus();
  if (writing_ && waiting_since_.has_value()) {
    const absl::Duration stuck = now - *waiting_since_;
    if (stuck > (IsOverLocked() ? kMaxStuckAtEnd : kMaxStuck)) context_->TryCancel();
  } else if (writing_) {
    waiting_since_ = now;
  }
  if (IsOverLocked()) return absl::OkStatus();
  return door_.identify(*context_).status();
}

void ReceiveReactor::Refused(absl::string_view object, const absl::Status& refusal) {
  if (rpc::IsRefusal(refusal)) door_.report_refusal(caller_, kMethod, object, refusal);
}

void ReceiveReactor::EndLocked(grpc::Status status) {
  if (IsOverLocked()) return;
  end_ = std::move(status);
  WriteOrFinishLocked();
}

void ReceiveReactor::EndIfQuietLocked() {
  if (half_closed_ && unanswered_ == 0 && outbox_.empty()) EndLocked(grpc::Status::OK);
}

void ReceiveReactor::WriteOrFinishLocked() {
  if (writing_ || finished_) return;
  if (IsOverLocked()) {
    finished_ = true;
    Finish(*end_);
  } else if (!outbox_.empty()) {
    writing_ = true;
    // What follows is waiting already: it goes out in the same packets.
    grpc::WriteOptions options;
    if (outbox_.size() > 1) options.set_buffer_hint();
    StartWrite(&outbox_.front().message, options);
  }
}

void ReceiveReactor::ReadIfFewLocked() {
  if (reading_ || half_closed_ || IsOverLocked() || unanswered_ >= kMaxUnanswered) return;
  reading_ = true;
  incoming_.Clear();
  StartRead(&incoming_);
}

}  // namespace rogatoria::delivery
