#include "services/cli/bench/workload.h"

#include "absl/strings/str_cat.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/digest.h"
#include "common/model/canonical.h"

namespace rogatoria::bench {
namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(60);
constexpr absl::Duration kStreamLife = absl::Hours(1);
constexpr uint32_t kCredits = 256;

client::ActDraft DraftFor(const client::OfficeProfile& recipient, size_t content_bytes) {
  client::ActDraft draft;
  draft.kind = v1::ACT_KIND_REQUEST;
  draft.to.emplace_back().set_authority(recipient.authority);
  draft.channel_class = v1::CHANNEL_CLASS_INFORMAL;
  draft.legal_basis.set_instrument("RECIPROCITY");
  draft.measures.emplace_back().set_ordinal(1);
  draft.measures.back().set_code("OTHER");
  draft.language = "pt-PT";
  draft.content.mutable_letter()->set_text(std::string(content_bytes, 'x'));
  return draft;
}

absl::StatusOr<v1::ReceiveRequest> MakeAcknowledgement(const client::OfficeProfile& recipient,
                                                       const client::KeyPair& seal,
                                                       const client::PreparedAct& act) {
  v1::AcknowledgementStatement statement;
  statement.set_trust_domain(recipient.trust_domain);
  statement.set_act_id(act.header.act_id());
  statement.set_header_sha256(Sha256(act.act.header()));
  statement.set_recipient(recipient.authority);
  statement.set_acknowledged_unix_ms(SystemClock().Now().unix_ms);
  v1::ReceiveRequest request;
  auto& acknowledge = *request.mutable_acknowledge();
  acknowledge.set_statement(ToSignedBytes(kAcknowledgementFirstLine, statement));
  ROG_ASSIGN_OR_RETURN(*acknowledge.mutable_signature(),
                       SignDetached(seal.key, seal.certificate, acknowledge.statement()));
  return request;
}

absl::Status Missing(absl::string_view what) {
  return Failure(absl::StatusCode::kFailedPrecondition, Sentence::PROFILE_LACKS_KEY, what);
}

}  // namespace

absl::StatusOr<std::vector<ReadyAct>> MakeActs(client::Office& sender,
                                               const client::OfficeProfile& recipient,
                                               size_t count,
                                               size_t content_bytes) {
  return MakeActs(sender, recipient, DraftFor(recipient, content_bytes), count);
}

absl::StatusOr<std::vector<ReadyAct>> MakeActs(client::Office& sender,
                                               const client::OfficeProfile& recipient,
                                               client::ActDraft draft,
                                               size_t count) {
  if (!sender.profile().user.has_value()) return Missing("user");
  if (!recipient.seal.has_value()) return Missing("seal");
  ROG_ASSIGN_OR_RETURN(client::KeyPair user, client::LoadKeyPair(*sender.profile().user));
  ROG_ASSIGN_OR_RETURN(client::KeyPair seal, client::LoadKeyPair(*recipient.seal));
  ROG_ASSIGN_OR_RETURN(client::Resolution resolution, sender.Resolve(draft));
  SystemClock clock;
  SystemRandom random;
  std::vector<ReadyAct> acts;
  acts.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    draft.request_id = GenerateUuid(random, clock.Now());
    ROG_ASSIGN_OR_RETURN(client::PreparedAct prepared,
                         client::Prepare(sender.profile(), draft, resolution, {}, clock, random));
    ROG_RETURN_IF_ERROR(client::Sign(prepared, user));
    ReadyAct& act = acts.emplace_back();
    ROG_ASSIGN_OR_RETURN(act.acknowledgement, MakeAcknowledgement(recipient, seal, prepared));
    act.request.set_request_id(prepared.request_id);
    *act.request.mutable_act() = std::move(prepared.act);
  }
  return acts;
}

absl::StatusOr<std::unique_ptr<Submitter>> Submitter::Open(const client::OfficeProfile& profile,
                                                           size_t channels) {
  auto submitter = std::make_unique<Submitter>();
  for (size_t i = 0; i < channels; ++i) {
    ROG_ASSIGN_OR_RETURN(submitter->connections_.emplace_back(), client::Connection::Open(profile));
  }
  return submitter;
}

void Submitter::Submit(const ReadyAct& act, std::function<void(bool ok)> ended) {
  struct Call {
    grpc::ClientContext context;
    v1::SubmitActResponse response;
  };
  auto call = std::make_shared<Call>();
  client::Connection& connection = *connections_[next_.fetch_add(1) % connections_.size()];
  connection.Prepare(call->context, kCallTimeout);
  connection.exchange().async()->SubmitAct(
      &call->context,
      &act.request,
      &call->response,
      [call, ended = std::move(ended)](const grpc::Status& status) { ended(status.ok()); });
}

LoadResult Submitter::Run(const std::vector<ReadyAct>& acts,
                          size_t begin,
                          size_t count,
                          size_t in_flight) {
  return RunClosedLoop(count, in_flight, [&](size_t index, std::function<void(bool)> ended) {
    Submit(acts[begin + index], std::move(ended));
  });
}

absl::StatusOr<std::unique_ptr<Receiver>> Receiver::Open(const client::OfficeProfile& profile,
                                                         const std::vector<ReadyAct>& acts) {
  ROG_ASSIGN_OR_RETURN(auto connection, client::Connection::Open(profile));
  auto receiver = std::unique_ptr<Receiver>(new Receiver(std::move(connection), acts));
  receiver->Start();
  return receiver;
}

Receiver::Receiver(std::unique_ptr<client::Connection> connection,
                   const std::vector<ReadyAct>& acts)
    : connection_(std::move(connection)) {
  for (const ReadyAct& act : acts) acts_[act.request.act().header()] = &act;
}

Receiver::~Receiver() {
  context_.TryCancel();
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(&done_));
}

void Receiver::Start() {
  connection_->Prepare(context_, kStreamLife);
  connection_->mailbox().async()->Receive(&context_, this);
  v1::ReceiveRequest open;
  open.mutable_open()->set_role(v1::SUBSCRIPTION_ROLE_PRIMARY);
  v1::ReceiveRequest credit;
  credit.mutable_credit()->set_count(kCredits);
  {
    absl::MutexLock lock(&mutex_);
    Put(std::move(open));
    Put(std::move(credit));
  }
  StartRead(&incoming_);
  StartCall();
}

void Receiver::Expect(const ReadyAct& act, std::function<void(bool ok)> handed_over) {
  absl::MutexLock lock(&mutex_);
  waiting_[&act] = std::move(handed_over);
}

void Receiver::Forget(const ReadyAct& act) {
  std::function<void(bool)> waiting;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = waiting_.find(&act);
    if (found == waiting_.end()) return;
    waiting = std::move(found->second);
    waiting_.erase(found);
  }
  waiting(false);
}

bool Receiver::WaitForAnswers(size_t count) {
  absl::MutexLock lock(&mutex_);
  const auto enough = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return answers_ >= count || done_;
  };
  mutex_.Await(absl::Condition(&enough));
  return answers_ >= count;
}

void Receiver::OnReadDone(bool ok) {
  if (!ok) return;
  if (incoming_.has_delivery()) Take(incoming_.delivery());
  if (incoming_.has_acknowledged()) {
    Settled(incoming_.acknowledged().position(), incoming_.acknowledged().has_receipt());
  }
  StartRead(&incoming_);
}

void Receiver::OnWriteDone(bool ok) {
  if (!ok) return;
  absl::MutexLock lock(&mutex_);
  outbox_.pop_front();
  if (!outbox_.empty()) WriteNext();
}

void Receiver::OnDone(const grpc::Status&) {
  absl::MutexLock lock(&mutex_);
  done_ = true;
}

void Receiver::Put(v1::ReceiveRequest message) {
  outbox_.push_back(std::move(message));
  if (outbox_.size() == 1) WriteNext();
}

void Receiver::WriteNext() {
  StartWrite(&outbox_.front());
}

// Credits are given back in halves, so that they cost no message each.
void Receiver::Take(const v1::ReceiveResponse::Delivery& delivery) {
  const auto found = acts_.find(delivery.act().header());
  absl::MutexLock lock(&mutex_);
  if (found != acts_.end()) {
    act_at_[delivery.position()] = found->second;
    v1::ReceiveRequest acknowledgement = found->second->acknowledgement;
    acknowledgement.mutable_acknowledge()->set_position(delivery.position());
    Put(std::move(acknowledgement));
  }
  if (++spent_credits_ < kCredits / 2) return;
  v1::ReceiveRequest credit;
  credit.mutable_credit()->set_count(spent_credits_);
  spent_credits_ = 0;
  Put(std::move(credit));
}

void Receiver::Settled(uint64_t position, bool ok) {
  std::function<void(bool)> handed_over;
  {
    absl::MutexLock lock(&mutex_);
    ++answers_;
    const auto at = act_at_.find(position);
    if (at == act_at_.end()) return;
    const auto waiting = waiting_.find(at->second);
    if (waiting != waiting_.end()) {
      handed_over = std::move(waiting->second);
      waiting_.erase(waiting);
    }
    act_at_.erase(at);
  }
  if (handed_over) handed_over(ok);
}

LoadResult RunExchanges(Submitter& submitter,
                        Receiver& receiver,
                        const std::vector<ReadyAct>& acts,
                        size_t begin,
                        size_t count,
                        size_t in_flight) {
  return RunClosedLoop(count, in_flight, [&](size_t index, std::function<void(bool)> ended) {
    const ReadyAct& act = acts[begin + index];
    receiver.Expect(act, ended);
    submitter.Submit(act, [&receiver, &act](bool ok) {
      if (!ok) receiver.Forget(act);
    });
  });
}

}  // namespace rogatoria::bench
