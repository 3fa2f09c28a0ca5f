#include "common/client/office.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/base/error.h"
#include "common/base/files.h"
#include "common/base/sentence.h"
#include "common/base/status_macros.h"
#include "common/client/case_defaults.h"
#include "common/client/content_rules.h"
#include "common/client/redraft.h"
#include "common/client/seen_positions.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/digest.h"
#include "common/model/canonical.h"
#include "common/model/header.h"

namespace rogatoria::client {
namespace {

constexpr int kMaxReconnects = 5;
constexpr absl::Duration kFirstReconnect = absl::Milliseconds(100);
constexpr absl::Duration kLongestReconnect = absl::Seconds(5);
constexpr size_t kMaxPemBytes = 1024 * 1024;

absl::StatusOr<TrustAnchors> LoadAnchors(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(Bytes pem, ReadFile(path, kMaxPemBytes));
  ROG_ASSIGN_OR_RETURN(std::vector<Certificate> authorities, Certificate::BundleFromPem(pem));
  return TrustAnchors::Create(std::move(authorities));
}

// Why an act is rejected that could not be taken. None when the fault is not the act's but this
// machine's, such as a folder that cannot be written: then the act must come again.
std::optional<v1::RejectReason> RejectReasonFor(const absl::Status& taken) {
  const auto details = GetErrorDetails(taken);
  if (!details.has_value()) return std::nullopt;
  switch (details->reason) {
    case Reason::DISK_FULL:
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

bool HasFilesToUpload(const ActDraft& draft) {
  return std::any_of(draft.attached.begin(),
                     draft.attached.end(),
                     [](const AttachedDocument& document) { return !document.uploaded(); });
}

}  // namespace

absl::StatusOr<std::unique_ptr<Office>> Office::Open(OfficeProfile profile) {
  ROG_ASSIGN_OR_RETURN(auto connection, Connection::Open(profile));
  ROG_ASSIGN_OR_RETURN(TrustAnchors anchors, LoadAnchors(profile.signer_ca));
  std::vector<KeyPair> sealing;
  for (const KeyFiles& files : profile.sealing) {
    ROG_ASSIGN_OR_RETURN(KeyPair pair, LoadKeyPair(files));
    sealing.push_back(std::move(pair));
  }
  return std::unique_ptr<Office>(new Office(
      std::move(profile), std::move(connection), std::move(anchors), std::move(sealing)));
}

Office::Office(OfficeProfile profile,
               std::unique_ptr<Connection> connection,
               TrustAnchors anchors,
               std::vector<KeyPair> sealing)
    : profile_(std::move(profile)),
      connection_(std::move(connection)),
      anchors_(std::move(anchors)),
      sealing_(std::move(sealing)) {}

absl::StatusOr<Outbox*> Office::OpenOutbox() {
  absl::MutexLock lock(&mutex_);
  if (outbox_ == nullptr) {
    ROG_ASSIGN_OR_RETURN(outbox_, Outbox::Open(profile_.state));
  }
  return outbox_.get();
}

absl::StatusOr<Resolution> Office::Resolve(ActDraft& draft) {
  Resolution resolution;
  bool is_party = false;
  if (!draft.case_id.empty()) {
    v1::GetCaseRequest request;
    request.set_case_id(draft.case_id);
    const auto found =
        connection_->Call(connection_->exchange(), &v1::ExchangeService::Stub::GetCase, request);
    is_party = found.ok();
    if (!is_party) ROG_RETURN_IF_ERROR(StandIn(found.status(), draft, resolution));
    if (is_party) {
      ROG_RETURN_IF_ERROR(FillFromCase(found->case_(), profile_.authority, draft));
      // Whoever knows the case knows of the act that opened it.
      resolution.case_position = std::max<uint64_t>(1, SeenPosition(profile_.state, draft.case_id));
      resolution.case_type = found->case_().case_type();
    }
  }
  v1::ResolveRecipientsRequest request;
  for (const v1::Addressee& addressee : draft.to) *request.add_addressees() = addressee;
  request.set_channel_class(draft.channel_class);
  request.set_instrument(draft.legal_basis.instrument());
  request.set_kind(draft.kind);
  if (is_party) request.set_case_id(draft.case_id);
  request.set_channel_basis(draft.channel_basis);
  for (const v1::MeasureRef& measure : draft.measures) request.add_measures(measure.code());
  request.set_data_class(draft.data_class);
  request.set_insists(draft.insist != v1::INSIST_REASON_UNSPECIFIED);
  ROG_ASSIGN_OR_RETURN(
      resolution.routes,
      connection_->Call(
          connection_->directory(), &v1::DirectoryService::Stub::ResolveRecipients, request));
  ROG_RETURN_IF_ERROR(CheckRoutes(profile_, *connection_, resolution.routes, SystemClock().Now()));
  return resolution;
}

// Resolved before it is uploaded, so that nothing is uploaded for nobody; and again after it, when
// the route may have changed.
absl::StatusOr<PreparedAct> Office::Prepare(ActDraft& draft, const TransferOptions& options) {
  SystemClock clock;
  SystemRandom random;
  if (draft.request_id.empty()) draft.request_id = GenerateUuid(random, clock.Now());
  if (draft.language.empty()) draft.language = profile_.language;
  ROG_ASSIGN_OR_RETURN(Resolution resolution, Resolve(draft));
  if (HasFilesToUpload(draft)) {
    ROG_RETURN_IF_ERROR(Upload(draft, options));
    ROG_ASSIGN_OR_RETURN(resolution, Resolve(draft));
  }
  FillHandling(draft);
  return client::Prepare(profile_, draft, resolution, sealing_, clock, random);
}

absl::StatusOr<KeyPair> Office::SignerFor(v1::ChannelClass channel_class) const {
  if (channel_class != v1::CHANNEL_CLASS_FORMAL && profile_.seal.has_value()) {
    return LoadKeyPair(*profile_.seal);
  }
  if (profile_.user.has_value()) return LoadKeyPair(*profile_.user);
  return Explained(Error(Reason::SIGNING_KEY_MISSING).Field("user"), Sentence::USER_KEY_OR_PREPARE);
}

absl::StatusOr<v1::ReceiveRequest> Office::MakeAcknowledgement(
    const v1::ReceiveResponse::Delivery& delivery) const {
  ROG_ASSIGN_OR_RETURN(v1::ActHeader header, ParseHeader(delivery.act().header()));
  v1::AcknowledgementStatement statement;
  statement.set_trust_domain(profile_.trust_domain);
  statement.set_act_id(header.act_id());
  statement.set_header_sha256(Sha256(delivery.act().header()));
  statement.set_recipient(profile_.authority);
  statement.set_acknowledged_unix_ms(SystemClock().Now().unix_ms);
  v1::ReceiveRequest request;
  auto& acknowledge = *request.mutable_acknowledge();
  acknowledge.set_position(delivery.position());
  acknowledge.set_statement(ToSignedBytes(kAcknowledgementFirstLine, statement));
  if (profile_.seal.has_value()) {
    ROG_ASSIGN_OR_RETURN(KeyPair seal, LoadKeyPair(*profile_.seal));
    ROG_ASSIGN_OR_RETURN(*acknowledge.mutable_signature(),
                         SignDetached(seal.key, seal.certificate, acknowledge.statement()));
  }
  return request;
}

absl::StatusOr<OpenedAct> Office::OpenAct(const v1::Act& act) {
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header()));
  const Receipts kept = KeptAcceptance(ReceiptFolder(profile_.state, header.act_id()));
  const auto accepted = AcceptedAt(kept, Know(act, kept), {profile_.log_key});
  const Instant at = accepted.value_or(SystemClock().Now());
  auto opened = client::OpenAct(act, sealing_, anchors_, at);
  const auto details = GetErrorDetails(opened.status());
  if (!details.has_value() || details->reason != Reason::NOT_SEALED_TO_US) return opened;
  const auto folder = Folder();
  const auto kek = folder.ok() ? (*folder)->KeyOf(header.act_id()) : folder.status();
  return kek.ok() ? OpenActWithKey(act, *kek, anchors_, at) : std::move(opened);
}

// Nothing is taken or acknowledged before the hub has proved what it hands out.
absl::Status Office::Settle(Subscription& mailbox,
                            const Subscription::Delivery& delivery,
                            const Take& take) {
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(delivery.act().header()));
  const KnownAct known = Know(delivery.act(), delivery.receipts());
  ROG_RETURN_IF_ERROR(
      CheckDelivery(delivery.receipts(), known, profile_.authority, {profile_.log_key}));
  const std::string folder = ReceiptFolder(profile_.state, header.act_id());
  ROG_RETURN_IF_ERROR(SaveReceipts(folder, delivery.receipts()).status());
  const absl::Status taken = take(delivery);
  v1::ReceiveRequest settlement;
  if (taken.ok()) {
    ROG_RETURN_IF_ERROR(NoteSeen(profile_.state,
                                 header.case_id(),
                                 AcceptedPosition(delivery.receipts(), known, {profile_.log_key})));
    ROG_ASSIGN_OR_RETURN(settlement, MakeAcknowledgement(delivery));
  } else {
    const std::optional<v1::RejectReason> reason = RejectReasonFor(taken);
    if (!reason.has_value()) return taken;
    settlement.mutable_reject()->set_position(delivery.position());
    settlement.mutable_reject()->set_reason(*reason);
  }
  Receipts settled;
  ROG_ASSIGN_OR_RETURN(*settled.Add(), mailbox.Settle(settlement));
  ROG_RETURN_IF_ERROR(CheckReceipts(settled, known, {profile_.log_key}));
  return SaveReceipts(folder, settled).status();
}

absl::Status Office::SettleNotice(Subscription& mailbox,
                                  const Subscription::Delivery& delivery,
                                  const TakeNotice& take_notice) const {
  const KeptNotice kept{delivery.position(), delivery.notice()};
  ROG_RETURN_IF_ERROR(KeepNotice(profile_.state, kept));
  if (take_notice) ROG_RETURN_IF_ERROR(take_notice(kept));
  v1::ReceiveRequest settlement;
  settlement.mutable_acknowledge()->set_position(delivery.position());
  return mailbox.Settle(settlement).status();
}

bool Office::SetMailbox(Subscription* mailbox) {
  absl::MutexLock lock(&mailbox_mutex_);
  mailbox_ = mailbox;
  return !receiving_ended_;
}

void Office::StopReceiving() {
  absl::MutexLock lock(&mailbox_mutex_);
  receiving_ended_ = true;
  if (mailbox_ != nullptr) mailbox_->Cancel();
}

void Office::PauseUnlessStopped(absl::Duration pause) {
  absl::MutexLock lock(&mailbox_mutex_);
  mailbox_mutex_.AwaitWithTimeout(absl::Condition(&receiving_ended_), pause);
}

absl::Status Office::ReceiveOnce(Reception& reception) {
  Subscription mailbox(*connection_, v1::SUBSCRIPTION_ROLE_PRIMARY, 0);
  const auto forget = absl::MakeCleanup([this] { SetMailbox(nullptr); });
  if (!SetMailbox(&mailbox))
    return Failure(absl::StatusCode::kCancelled, Sentence::HUB_CLOSED_STREAM);
  while (reception.taken < reception.limit) {
    ROG_ASSIGN_OR_RETURN(auto delivery, mailbox.Next(reception.idle));
    if (!delivery.has_value()) return absl::OkStatus();
    if (delivery->has_notice()) {
      ROG_RETURN_IF_ERROR(SettleNotice(mailbox, *delivery, reception.take_notice));
      continue;
    }
    ROG_RETURN_IF_ERROR(Settle(mailbox, *delivery, reception.take));
    ++reception.taken;
  }
  return absl::OkStatus();
}

absl::Status Office::Receive(int limit,
                             absl::Duration idle,
                             const Take& take,
                             const TakeNotice& take_notice) {
  Reception reception{limit, idle, take, take_notice};
  absl::Duration pause = kFirstReconnect;
  for (int failures = 0;;) {
    const int before = reception.taken;
    const absl::Status status = ReceiveOnce(reception);
    if (!SetMailbox(nullptr))
      return Failure(absl::StatusCode::kCancelled, Sentence::HUB_CLOSED_STREAM);
    if (!absl::IsUnavailable(status)) return status;
    if (reception.taken > before) {
      failures = 0;
      pause = kFirstReconnect;
    }
    if (idle != absl::InfiniteDuration() && ++failures > kMaxReconnects) return status;
    PauseUnlessStopped(pause);
    pause = std::min(2 * pause, kLongestReconnect);
  }
}

}  // namespace rogatoria::client
