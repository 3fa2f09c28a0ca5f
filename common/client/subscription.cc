#include "common/client/subscription.h"

#include <system_error>

#include "common/base/sentence.h"
#include "common/rpc/status_mapping.h"

namespace rogatoria::client {
namespace {

// A stream is opened anew now and then, so that handshakes and standings are looked at again.
constexpr absl::Duration kStreamLife = absl::Hours(12);
constexpr absl::Duration kAnswerTimeout = absl::Seconds(30);

uint64_t PositionOf(const v1::ReceiveRequest& settlement) {
  return settlement.has_acknowledge() ? settlement.acknowledge().position()
                                      : settlement.reject().position();
}

}  // namespace

Subscription::Subscription(Connection& connection,
                           v1::SubscriptionRole role,
                           uint64_t after_position)
    : connection_(connection) {
  connection.Prepare(context_, kStreamLife);
  open_.mutable_open()->set_role(role);
  open_.mutable_open()->set_after_position(after_position);
}

void Subscription::Begin() {
  stream_ = connection_.mailbox().Receive(&context_);
  stream_->Write(open_);
  // The one place of this library that would throw: a machine without room for a thread.
  try {
    reader_ = std::thread([this] { Read(); });
  } catch (const std::system_error&) {
    const absl::MutexLock lock(&mutex_);
    ended_ = true;
    end_ = Failure(absl::StatusCode::kResourceExhausted, Sentence::NO_THREAD);
  }
}

Subscription::~Subscription() {
  if (stream_ == nullptr) return;
  stream_->WritesDone();
  context_.TryCancel();
  if (reader_.joinable()) reader_.join();
}

void Subscription::Read() {
  v1::ReceiveResponse response;
  while (stream_->Read(&response)) {
    absl::MutexLock lock(&mutex_);
    if (response.has_delivery()) {
      deliveries_.push_back(std::move(*response.mutable_delivery()));
    } else if (response.has_acknowledged()) {
      answers_[response.acknowledged().position()] = response.acknowledged();
    }
  }
  const absl::Status end = InWords(StatusOf(stream_->Finish()));
  absl::MutexLock lock(&mutex_);
  ended_ = true;
  end_ = end;
}

absl::Status Subscription::EndStatus() {
  return end_.ok() ? Failure(absl::StatusCode::kUnavailable, Sentence::HUB_CLOSED_STREAM) : end_;
}

absl::StatusOr<std::optional<Subscription::Delivery>> Subscription::Next(absl::Duration idle) {
  if (stream_ == nullptr) Begin();
  if (!credit_outstanding_) {
    v1::ReceiveRequest credit;
    credit.mutable_credit()->set_count(1);
    stream_->Write(credit);
    credit_outstanding_ = true;
  }
  absl::MutexLock lock(&mutex_);
  const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return !deliveries_.empty() || ended_;
  };
  mutex_.AwaitWithTimeout(absl::Condition(&ready), idle);
  if (deliveries_.empty()) {
    if (ended_) return EndStatus();
    return std::nullopt;
  }
  credit_outstanding_ = false;
  std::optional<Delivery> delivery = std::move(deliveries_.front());
  deliveries_.pop_front();
  return delivery;
}

absl::StatusOr<v1::Receipt> Subscription::Settle(const v1::ReceiveRequest& settlement) {
  const uint64_t position = PositionOf(settlement);
  stream_->Write(settlement);
  absl::MutexLock lock(&mutex_);
  const auto answered = [this, position]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return answers_.count(position) > 0 || ended_;
  };
  mutex_.AwaitWithTimeout(absl::Condition(&answered), kAnswerTimeout);
  const auto found = answers_.find(position);
  if (found == answers_.end()) {
    return ended_ ? EndStatus() : Failure(absl::StatusCode::kDeadlineExceeded, Sentence::HUB_LATE);
  }
  const v1::ReceiveResponse::Acknowledged answer = found->second;
  answers_.erase(found);
  if (answer.has_error()) return rpc::FromStatusProto(answer.error());
  return answer.receipt();
}

}  // namespace rogatoria::client
