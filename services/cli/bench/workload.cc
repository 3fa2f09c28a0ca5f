#include "services/cli/bench/workload.h"

#include "absl/strings/str_cat.h"
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
  return absl::FailedPreconditionError(absl::StrCat("the profile has no [", what, "] key"));
}

}  // namespace

absl::StatusOr<std::vector<ReadyAct>> MakeActs(client::Office& sender,
                                               const client::OfficeProfile& recipient,
                                               size_t count,
                                               size_t content_bytes) {
  if (!sender.profile().user.has_value()) return Missing("user");
  if (!recipient.seal.has_value()) return Missing("seal");
  ROG_ASSIGN_OR_RETURN(client::KeyPair user, client::LoadKeyPair(*sender.profile().user));
  ROG_ASSIGN_OR_RETURN(client::KeyPair seal, client::LoadKeyPair(*recipient.seal));
  client::ActDraft draft = DraftFor(recipient, content_bytes);
  ROG_ASSIGN_OR_RETURN(client::Resolution resolution, sender.Resolve(draft));
  SystemClock clock;
  SystemRandom random;
  std::vector<ReadyAct> acts;
  acts.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    draft.request_id = GenerateUuid(random);
    ROG_ASSIGN_OR_RETURN(client::PreparedAct prepared,
                         client::Prepare(sender.profile(), draft, resolution, {}, clock, random));
    ROG_RETURN_IF_ERROR(client::Sign(prepared, user));
    ReadyAct& act = acts.emplace_back();
    ROG_ASSIGN_OR_RETURN(act.acknowledgement, MakeAcknowledgement(recipient, seal, prepared));
    act.act_id = prepared.header.act_id();
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
  return std::unique_ptr<Receiver>(new Receiver(std::move(connection), acts));
}

Receiver::Receiver(std::unique_ptr<client::Connection> connection,
                   const std::vector<ReadyAct>& acts)
    : connection_(std::move(connection)) {
  for (const ReadyAct& act : acts) {
    acknowledgements_[act.act_id] = &act.acknowledgement;
    act_of_header_[act.request.act().header()] = act.act_id;
  }
  connection_->Prepare(context_, kStreamLife);
  stream_ = connection_->mailbox().Receive(&context_);
  v1::ReceiveRequest open;
  open.mutable_open()->set_role(v1::SUBSCRIPTION_ROLE_PRIMARY);
  stream_->Write(open);
  v1::ReceiveRequest credit;
  credit.mutable_credit()->set_count(kCredits);
  stream_->Write(credit);
  reader_ = std::thread([this] { Read(); });
}

Receiver::~Receiver() {
  context_.TryCancel();
  reader_.join();
}

void Receiver::Expect(const std::string& act_id, std::function<void(bool ok)> handed_over) {
  absl::MutexLock lock(&mutex_);
  waiting_[act_id] = std::move(handed_over);
}

void Receiver::Forget(const std::string& act_id) {
  std::function<void(bool)> waiting;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = waiting_.find(act_id);
    if (found == waiting_.end()) return;
    waiting = std::move(found->second);
    waiting_.erase(found);
  }
  waiting(false);
}

void Receiver::Read() {
  v1::ReceiveResponse response;
  while (stream_->Read(&response)) {
    if (response.has_delivery()) Take(response.delivery());
    if (response.has_acknowledged()) {
      Settled(response.acknowledged().position(), response.acknowledged().has_receipt());
    }
  }
  stream_->Finish();
}

void Receiver::Take(const v1::ReceiveResponse::Delivery& delivery) {
  v1::ReceiveRequest credit;
  credit.mutable_credit()->set_count(1);
  const auto found = act_of_header_.find(delivery.act().header());
  if (found != act_of_header_.end()) {
    {
      absl::MutexLock lock(&mutex_);
      act_at_[delivery.position()] = found->second;
    }
    v1::ReceiveRequest acknowledgement = *acknowledgements_[found->second];
    acknowledgement.mutable_acknowledge()->set_position(delivery.position());
    stream_->Write(acknowledgement, grpc::WriteOptions().set_buffer_hint());
  }
  stream_->Write(credit);
}

void Receiver::Settled(uint64_t position, bool ok) {
  std::function<void(bool)> handed_over;
  {
    absl::MutexLock lock(&mutex_);
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
    receiver.Expect(act.act_id, ended);
    submitter.Submit(act, [&receiver, &act](bool ok) {
      if (!ok) receiver.Forget(act.act_id);
    });
  });
}

}  // namespace rogatoria::bench
