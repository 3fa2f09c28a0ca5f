#include "services/delivery/mailbox.h"

#include <utility>

#include "common/base/error.h"
#include "common/base/limits.h"
#include "common/base/status_macros.h"
#include "services/delivery/acknowledgement.h"
#include "services/delivery/settle.h"

namespace rogatoria::delivery {
namespace {

// A.1s kept at hand: every stream full. When there are more, they are read again when needed.
constexpr size_t kMaxDelivered = limits::kMaxStreamsPerAuthority * limits::kMaxInFlight;

absl::Status AgainstProtocol(absl::string_view field, absl::string_view accepted) {
  return Error(Reason::STREAM_PROTOCOL).Field(field).Accepted(accepted);
}

}  // namespace

Mailbox::Mailbox(Mailboxes& owner, std::string authority)
    : owner_(owner), authority_(std::move(authority)), dispatcher_(owner.options().dispatcher) {}

void Mailbox::Join(StreamId id, std::shared_ptr<MailboxStream> stream) {
  Post([this, id, stream = std::move(stream)] { members_[id] = {.stream = stream}; });
}

void Mailbox::Receive(StreamId id, v1::ReceiveRequest message) {
  Post([this, id, message = std::move(message)] {
    auto member = members_.find(id);
    if (member == members_.end()) return;
    const absl::Status status = Handle(id, member->second, message);
    if (status.ok()) return;
    member->second.stream->Refused("", status);
    member->second.stream->End(status);
  });
}

void Mailbox::Writable(StreamId id) {
  Post([this, id] { dispatcher_.SetWritable(id, true); });
}

void Mailbox::Leave(StreamId id) {
  Post([this, id] {
    dispatcher_.Remove(id, Now());
    members_.erase(id);
    if (!members_.empty()) return;
    delivered_.clear();
    fresh_.Clear();
  });
}

void Mailbox::Arrived(std::shared_ptr<const BatchReceipts> receipts) {
  Post([this, receipts = std::move(receipts)] {
    std::vector<DeliveryRecord> rows;
    for (FreshAct& act : FreshActsFor(authority_, *receipts)) {
      rows.push_back(act.row);
      fresh_.Put(std::move(act));
    }
    dispatcher_.Arrived(rows, Now());
  });
}

void Mailbox::PutBack() {
  Post([this] { dispatcher_.Rescan(); });
}

void Mailbox::Look() {
  Post([this] { dispatcher_.Expire(Now()); });
}

void Mailbox::Post(Task task) {
  bool schedule = false;
  {
    absl::MutexLock lock(&mutex_);
    inbox_.push_back(std::move(task));
    schedule = !std::exchange(scheduled_, true);
  }
  if (schedule) owner_.Schedule(shared_from_this());
}

std::vector<Mailbox::Task> Mailbox::TakeInbox() {
  absl::MutexLock lock(&mutex_);
  return std::exchange(inbox_, {});
}

void Mailbox::Serve() {
  for (const Task& task : TakeInbox()) task();
  const bool more = Deliver();
  GiveUpExhausted();
  {
    absl::MutexLock lock(&mutex_);
    scheduled_ = more || !inbox_.empty();
    if (!scheduled_) return;
  }
  owner_.Schedule(shared_from_this());
}

absl::Status Mailbox::Handle(StreamId id, Member& member, const v1::ReceiveRequest& message) {
  if (message.has_open()) {
    ROG_RETURN_IF_ERROR(Open(id, member, message.open()));
    member.stream->Handled();
    return absl::OkStatus();
  }
  if (member.role == v1::SUBSCRIPTION_ROLE_UNSPECIFIED) {
    return AgainstProtocol("open", "as the first message");
  }
  switch (message.message_case()) {
    case v1::ReceiveRequest::kCredit:
      ROG_RETURN_IF_ERROR(dispatcher_.GrantCredits(id, message.credit().count()));
      member.stream->Handled();
      return absl::OkStatus();
    case v1::ReceiveRequest::kAcknowledge:
      ROG_RETURN_IF_ERROR(CheckMaySettle(member));
      Acknowledge(member.stream, message.acknowledge());
      return absl::OkStatus();
    case v1::ReceiveRequest::kReject:
      ROG_RETURN_IF_ERROR(CheckMaySettle(member));
      Reject(member.stream, message.reject());
      return absl::OkStatus();
    default:
      return AgainstProtocol("message", "open, credit, acknowledge or reject");
  }
}

absl::Status Mailbox::Open(StreamId id, Member& member, const v1::ReceiveRequest::Open& open) {
  if (member.role != v1::SUBSCRIPTION_ROLE_UNSPECIFIED) {
    return AgainstProtocol("open", "once, as the first message");
  }
  if (open.role() != v1::SUBSCRIPTION_ROLE_PRIMARY &&
      open.role() != v1::SUBSCRIPTION_ROLE_OBSERVER) {
    return AgainstProtocol("open.role", "PRIMARY or OBSERVER");
  }
  ROG_ASSIGN_OR_RETURN(const auto snapshot, owner_.world().store.OpenSnapshot());
  ROG_ASSIGN_OR_RETURN(const uint64_t last, snapshot->GetLastPosition(authority_));
  member.role = open.role();
  if (member.role == v1::SUBSCRIPTION_ROLE_PRIMARY) {
    dispatcher_.AddPrimary(id);
  } else {
    dispatcher_.AddObserver(id, open.after_position());
  }
  v1::ReceiveResponse answer;
  answer.mutable_opened()->set_last_position(last);
  answer.mutable_opened()->set_lease_ms(
      absl::ToInt64Milliseconds(owner_.options().dispatcher.lease));
  if (!member.stream->Send(std::move(answer))) dispatcher_.SetWritable(id, false);
  return absl::OkStatus();
}

absl::Status Mailbox::CheckMaySettle(const Member& member) const {
  if (member.role == v1::SUBSCRIPTION_ROLE_PRIMARY) return absl::OkStatus();
  return AgainstProtocol("message", "credit only: an observer settles nothing");
}

absl::Status Mailbox::CheckSaid(const Delivered& delivered,
                                const v1::ReceiveRequest::Acknowledge& said) {
  if (delivered.notice.has_value()) {
    if (said.statement().empty() && said.signature().empty()) return absl::OkStatus();
    return Error(Reason::FIELD_INVALID)
        .Field("acknowledge.statement")
        .Accepted("nothing: a notice is acknowledged by its position");
  }
  const MailboxWorld& world = owner_.world();
  return CheckAcknowledgement(delivered.acceptance,
                              said,
                              {.trust_domain = owner_.options().hub.trust_domain,
                               .authority = authority_,
                               .registry = world.registry.Get(),
                               .anchors = world.seal_anchors(),
                               .now = Now()},
                              world.verifier);
}

absl::StatusOr<std::optional<v1::Receipt>> Mailbox::CheckAcknowledge(
    const v1::ReceiveRequest::Acknowledge& said, Delivered& delivered) {
  ROG_ASSIGN_OR_RETURN(delivered, FindDelivered(said.position()));
  ROG_RETURN_IF_ERROR(CheckSaid(delivered, said));
  return FindSettlement(said.position(), DeliveryState::kHandedOver);
}

void Mailbox::Acknowledge(const StreamPtr& stream, const v1::ReceiveRequest::Acknowledge& said) {
  Delivered delivered;
  const absl::StatusOr<std::optional<v1::Receipt>> checked = CheckAcknowledge(said, delivered);
  if (!checked.ok()) return RefuseAnswer(stream, said.position(), checked.status());
  if (checked->has_value()) return stream->Answer(said.position(), **checked);
  Settle(stream, said.position(), delivered, [&](Done done) {
    const DeliveryKey key = KeyOf(said.position());
    if (delivered.notice.has_value()) {
      return SettleNoticeCommand(
          key, *delivered.notice, DeliveryState::kHandedOver, "", std::move(done));
    }
    return AcknowledgeCommand(
        key, delivered.acceptance, said.statement(), said.signature(), std::move(done));
  });
}

void Mailbox::Reject(const StreamPtr& stream, const v1::ReceiveRequest::Reject& said) {
  const std::string reason = RejectionReasonName(said.reason());
  Delivered delivered;
  const auto check = [&]() -> absl::StatusOr<std::optional<v1::Receipt>> {
    if (reason.empty()) {
      return Error(Reason::FIELD_INVALID)
          .Field("reject.reason")
          .Accepted("a reason of RejectReason");
    }
    ROG_ASSIGN_OR_RETURN(delivered, FindDelivered(said.position()));
    return FindSettlement(said.position(), DeliveryState::kDead);
  };
  const absl::StatusOr<std::optional<v1::Receipt>> checked = check();
  if (!checked.ok()) return RefuseAnswer(stream, said.position(), checked.status());
  if (checked->has_value()) return stream->Answer(said.position(), **checked);
  SettleDead(stream, said.position(), delivered, reason);
}

absl::StatusOr<Delivered> Mailbox::FindDelivered(uint64_t position) {
  if (auto found = delivered_.find(position); found != delivered_.end()) return found->second;
  ROG_ASSIGN_OR_RETURN(Delivered delivered, LoadDelivered(position));
  Remember(position, delivered);
  return delivered;
}

absl::StatusOr<Delivered> Mailbox::LoadDelivered(uint64_t position) {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, owner_.world().store.OpenSnapshot());
  const auto row = snapshot->GetDelivery(KeyOf(position));
  if (absl::IsNotFound(row.status())) return Error(Reason::DELIVERY_NOT_FOUND).Field("position");
  ROG_RETURN_IF_ERROR(row.status());
  if (row->IsNotice()) {
    ROG_ASSIGN_OR_RETURN(FreshAct notice, MakeFreshNotice(*row));
    return std::move(notice.delivered);
  }
  Delivered delivered;
  ROG_ASSIGN_OR_RETURN(const ActRecord act, snapshot->GetAct(row->act_id));
  ROG_ASSIGN_OR_RETURN(delivered.acceptance, LoadAcceptance(*snapshot, act));
  return delivered;
}

void Mailbox::Remember(uint64_t position, Delivered delivered) {
  if (delivered_.size() >= kMaxDelivered) delivered_.clear();
  delivered_[position] = std::move(delivered);
}

absl::StatusOr<std::optional<v1::Receipt>> Mailbox::FindSettlement(uint64_t position,
                                                                   DeliveryState state) {
  if (dispatcher_.IsOut(position)) return std::nullopt;
  ROG_ASSIGN_OR_RETURN(const auto snapshot, owner_.world().store.OpenSnapshot());
  ROG_ASSIGN_OR_RETURN(const DeliveryRecord row, snapshot->GetDelivery(KeyOf(position)));
  if (row.state == DeliveryState::kOpen) return std::nullopt;
  if (row.state != state) {
    return Error(Reason::DELIVERY_NOT_FOUND)
        .Field("position")
        .Accepted("an open delivery; this one was settled in another way");
  }
  ROG_ASSIGN_OR_RETURN(v1::Receipt receipt, LoadSettlement(*snapshot, KeyOf(position)));
  return receipt;
}

void Mailbox::RefuseAnswer(const StreamPtr& stream,
                           uint64_t position,
                           const absl::Status& refusal) {
  const auto delivered = delivered_.find(position);
  stream->Refused(delivered == delivered_.end() ? "" : delivered->second.acceptance.act_id,
                  refusal);
  stream->Answer(position, refusal);
}

void Mailbox::Settle(StreamPtr stream,
                     uint64_t position,
                     const Delivered& delivered,
                     const MakeCommand& make) {
  dispatcher_.BeginSettle(position);
  const Done done = [self = shared_from_this(),
                     stream = std::move(stream),
                     position,
                     case_id =
                         delivered.acceptance.case_id](const absl::StatusOr<v1::Receipt>& outcome) {
    const bool before = absl::IsAlreadyExists(outcome.status());
    if (stream != nullptr && !before) stream->Answer(position, outcome);
    self->Post(
        [self = self.get(), stream, position, case_id, before, settled = before || outcome.ok()] {
          if (!settled) return self->dispatcher_.SettleFailed(position, self->Now());
          if (stream != nullptr && before) stream->Answer(position, self->LoadAnswer(position));
          self->delivered_.erase(position);
          self->dispatcher_.Settled(position, case_id);
        });
  };
  owner_.world().queue.Submit(make(done));
}

absl::StatusOr<v1::Receipt> Mailbox::LoadAnswer(uint64_t position) {
  ROG_ASSIGN_OR_RETURN(const auto snapshot, owner_.world().store.OpenSnapshot());
  return LoadSettlement(*snapshot, KeyOf(position));
}

void Mailbox::SettleDead(StreamPtr stream,
                         uint64_t position,
                         const Delivered& delivered,
                         const std::string& reason) {
  Settle(std::move(stream), position, delivered, [&](Done done) {
    if (delivered.notice.has_value()) {
      return SettleNoticeCommand(
          KeyOf(position), *delivered.notice, DeliveryState::kDead, reason, std::move(done));
    }
    return DeadLetterCommand(KeyOf(position), delivered.acceptance, reason, std::move(done));
  });
}

void Mailbox::GiveUp(const DeliveryRecord& row) {
  const absl::StatusOr<Delivered> delivered = FindDelivered(row.position);
  if (!delivered.ok()) return dispatcher_.SettleFailed(row.position, Now());
  SettleDead(nullptr, row.position, *delivered, std::string(kTooManyAttempts));
}

void Mailbox::GiveUpExhausted() {
  for (const DeliveryRecord& row : dispatcher_.TakeExhausted()) GiveUp(row);
}

}  // namespace rogatoria::delivery
