#include "common/client/arrivals.h"

#include <algorithm>
#include <utility>

#include "common/base/error.h"
#include "common/base/random.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/inbox_lock.h"
#include "common/client/office.h"
#include "common/client/outbox.h"
#include "common/client/seen_positions.h"
#include "common/crypto/digest.h"
#include "common/model/acknowledgement.h"
#include "common/model/header.h"
#include "common/receipt/receipt.h"

namespace rogatoria::client {
namespace {

absl::Status Stopped() {
  return Failure(absl::StatusCode::kCancelled, Sentence::WAIT_STOPPED);
}

constexpr absl::Duration kStopIsNoticed = absl::Milliseconds(100);
// A hub that is not there, or does not answer pings, has ended its stream by then.
constexpr absl::Duration kSignOfLife = absl::Minutes(2);
constexpr absl::Duration kFirstReconnect = absl::Milliseconds(100);
constexpr absl::Duration kLongestReconnect = absl::Seconds(5);

// Twice as long each time; from half of it on by chance, so that offices do not all come back at
// once to a hub that restarted.
absl::Duration PauseAfter(int failures) {
  const auto chance = static_cast<uint8_t>(SystemRandom().Generate(1)[0]);
  const absl::Duration pause =
      std::min((1 << std::min(failures - 1, 10)) * kFirstReconnect, kLongestReconnect);
  return pause / 2 + pause * chance / 512;
}

// Of what was not signed the hub proves no statement, and it takes none of a formal act. Where
// another system of this authority was first, whose lease ran out or ran beside ours, it answers
// with the receipt of that statement.
bool IsOf(const Evidence& said,
          const v1::ReceiveRequest::Acknowledge& acknowledge,
          const v1::ActHeader& header) {
  const bool is_signed = !acknowledge.signature().empty();
  const std::string ours = is_signed ? ToHex(Sha256(acknowledge.statement())) : "";
  if (said.acknowledgement_sha256 == ours) return true;
  const bool formal = header.channel_class() == v1::CHANNEL_CLASS_FORMAL;
  if (formal && said.acknowledgement_sha256.empty()) return false;
  const auto statement = ParseAcknowledgement(acknowledge.statement());
  return statement.ok() && said.instant.unix_ms < statement->acknowledged_unix_ms();
}

// The receipt is of what we said: that we have the act, or that we gave it back.
absl::Status CheckSettlement(const v1::Receipt& receipt,
                             const v1::ReceiveRequest& settlement,
                             const v1::ActHeader& header,
                             const OfficeProfile& profile) {
  ROG_ASSIGN_OR_RETURN(
      const auto verified,
      VerifyReceipt(receipt.content(), KeysForLogOf(receipt.content(), {profile.log_key})));
  const Evidence& said = verified.evidence;
  const bool taken = settlement.has_acknowledge();
  const v1::TransportEvent event =
      taken ? v1::TRANSPORT_EVENT_CONTENT_HANDOVER : v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE;
  if (said.event != event || said.recipient != profile.authority) {
    return Error(Reason::RECEIPT_NOT_VALID).Field("event");
  }
  if (!taken || IsOf(said, settlement.acknowledge(), header)) return absl::OkStatus();
  return Error(Reason::RECEIPT_NOT_VALID).Field("CONTENT_HANDOVER acknowledgement-sha256");
}

}  // namespace

std::optional<v1::RejectReason> RejectReasonFor(const absl::Status& taken) {
  const auto details = GetErrorDetails(taken);
  if (!details.has_value()) return std::nullopt;
  switch (details->reason) {
    case Reason::DISK_FULL:
    case Reason::LOCAL_DISK_FULL:
    case Reason::INTERNAL:
      return std::nullopt;
    case Reason::NOT_SEALED_TO_US:
      return v1::REJECT_REASON_CANNOT_OPEN;
    case Reason::CONTENT_NOT_READABLE:
      return v1::REJECT_REASON_CONTENT_MISMATCH;
    case Reason::SIGNATURE_INVALID:
      return v1::REJECT_REASON_NOT_TRUSTED;
    default:
      return v1::REJECT_REASON_UNPROCESSABLE;
  }
}

Arrivals::Arrivals(Office& office, TellAway tell_away)
    : office_(office), tell_away_(std::move(tell_away)) {}

Arrivals::~Arrivals() = default;

std::shared_ptr<Subscription> Arrivals::mailbox() {
  const absl::MutexLock lock(&mutex_);
  if (mailbox_ == nullptr && !stopped_) {
    mailbox_ =
        std::make_shared<Subscription>(office_.connection(), v1::SUBSCRIPTION_ROLE_PRIMARY, 0);
    connected_ = absl::Now();
  }
  return mailbox_;
}

void Arrivals::Disconnect() {
  std::shared_ptr<Subscription> closed;  // outside the lock: it waits for its thread
  const absl::MutexLock lock(&mutex_);
  closed.swap(mailbox_);
}

bool Arrivals::stopped() const {
  const absl::MutexLock lock(&mutex_);
  return stopped_;
}

void Arrivals::Stop() {
  const absl::MutexLock lock(&mutex_);
  stopped_ = true;
  if (mailbox_ != nullptr) mailbox_->Cancel();
}

void Arrivals::NoteReached() {
  failures_ = 0;
  away_since_ = absl::InfiniteFuture();
}

bool Arrivals::WaitToReconnect(const absl::Status& why, absl::Duration idle) {
  const absl::Time now = absl::Now();
  if (now - connected_ > kSignOfLife) NoteReached();
  if (++failures_ == 1) away_since_ = now;
  const absl::Duration pause = PauseAfter(failures_);
  const absl::Time until = away_since_ + std::max(idle, office_.connection().overall_deadline());
  if (now + pause >= until) return false;
  // A hub that only closed the stream answers the first try.
  if (failures_ == 2 && tell_away_) tell_away_(why, until);
  WaitFor(pause);
  return !stopped();
}

// gRPC makes a connection only while somebody waits for it: a sleep would leave the handshake
// standing until the hub gives it up.
void Arrivals::WaitFor(absl::Duration pause) {
  const absl::Time over = absl::Now() + pause;
  while (!stopped() && absl::Now() < over) {
    const absl::Time look = std::min(over, absl::Now() + kStopIsNoticed);
    if (!office_.connection().channel()->WaitForConnected(absl::ToChronoTime(look))) continue;
    const absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithDeadline(absl::Condition(&stopped_), over);
  }
}

absl::StatusOr<std::optional<Arrival>> Arrivals::Next(absl::Duration idle) {
  if (!office_.HoldsInbox() && !inbox_.valid()) {
    ROG_ASSIGN_OR_RETURN(inbox_, LockInbox(office_.profile().state, LockUse::kShared));
  }
  for (;;) {
    auto next = NextOnce(idle);
    if (stopped()) return Stopped();
    if (!absl::IsUnavailable(next.status())) return next;
    Disconnect();
    if (!WaitToReconnect(next.status(), idle)) return stopped() ? Stopped() : next.status();
  }
}

absl::StatusOr<std::optional<Arrival>> Arrivals::NextOnce(absl::Duration idle) {
  const std::shared_ptr<Subscription> open = mailbox();
  if (open == nullptr) return Stopped();
  ROG_ASSIGN_OR_RETURN(std::optional<Subscription::Delivery> delivery, open->Next(idle));
  if (delivery.has_value()) return Look(*std::move(delivery));
  // Nothing comes over a line that was never there: somebody drops what is sent.
  if (office_.connection().channel()->GetState(false) != GRPC_CHANNEL_READY) {
    connected_ = absl::InfiniteFuture();
    return Failure(absl::StatusCode::kUnavailable, Sentence::HUB_LATE);
  }
  NoteReached();
  return std::nullopt;
}

// Nothing is given out before the hub has proved what it hands out.
absl::StatusOr<Arrival> Arrivals::Look(Subscription::Delivery delivery) {
  const OfficeProfile& profile = office_.profile();
  Arrival arrival;
  arrival.delivery = std::move(delivery);
  if (arrival.is_notice()) {
    ROG_RETURN_IF_ERROR(KeepNotice(profile.state, arrival.notice()));
    return arrival;
  }
  const Receipts& receipts = arrival.delivery.receipts();
  ROG_ASSIGN_OR_RETURN(arrival.header, ParseHeader(arrival.act().header()));
  arrival.known = office_.Know(arrival.act(), receipts);
  ROG_RETURN_IF_ERROR(CheckDelivery(receipts, arrival.known, profile.authority, {profile.log_key}));
  ROG_RETURN_IF_ERROR(
      SaveReceipts(ReceiptFolder(profile.state, arrival.header.act_id()), receipts).status());
  return arrival;
}

absl::Status Arrivals::Acknowledge(const Arrival& arrival) {
  v1::ReceiveRequest settlement;
  if (arrival.is_notice()) {
    settlement.mutable_acknowledge()->set_position(arrival.delivery.position());
    return Settle(arrival, settlement);
  }
  const OfficeProfile& profile = office_.profile();
  ROG_RETURN_IF_ERROR(
      NoteSeen(profile.state,
               arrival.header.case_id(),
               AcceptedPosition(arrival.delivery.receipts(), arrival.known, {profile.log_key})));
  ROG_ASSIGN_OR_RETURN(settlement, office_.MakeAcknowledgement(arrival.delivery));
  return Settle(arrival, settlement);
}

absl::Status Arrivals::Reject(const Arrival& arrival, v1::RejectReason reason) {
  v1::ReceiveRequest settlement;
  settlement.mutable_reject()->set_position(arrival.delivery.position());
  settlement.mutable_reject()->set_reason(reason);
  return Settle(arrival, settlement);
}

absl::Status Arrivals::Settle(const Arrival& arrival, const v1::ReceiveRequest& settlement) {
  std::shared_ptr<Subscription> open;
  {
    const absl::MutexLock lock(&mutex_);
    open = mailbox_;
  }
  // Another stream has no lease of it.
  if (open == nullptr) return Failure(absl::StatusCode::kUnavailable, Sentence::HUB_CLOSED_STREAM);
  Receipts settled;
  const auto receipt = open->Settle(settlement);
  if (absl::IsUnavailable(receipt.status())) Disconnect();
  ROG_RETURN_IF_ERROR(receipt.status());
  NoteReached();
  if (arrival.is_notice()) return absl::OkStatus();
  *settled.Add() = *receipt;
  const OfficeProfile& profile = office_.profile();
  ROG_RETURN_IF_ERROR(CheckReceipts(settled, arrival.known, {profile.log_key}));
  ROG_RETURN_IF_ERROR(CheckSettlement(*receipt, settlement, arrival.header, profile));
  return SaveReceipts(ReceiptFolder(profile.state, arrival.header.act_id()), settled).status();
}

}  // namespace rogatoria::client
