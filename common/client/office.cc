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
#include "common/client/addressee_rules.h"
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

constexpr size_t kMaxPemBytes = 1024 * 1024;

absl::StatusOr<TrustAnchors> LoadAnchors(const std::string& path) {
  ROG_ASSIGN_OR_RETURN(Bytes pem, ReadFile(path, kMaxPemBytes));
  ROG_ASSIGN_OR_RETURN(std::vector<Certificate> authorities, Certificate::BundleFromPem(pem));
  return TrustAnchors::Create(std::move(authorities));
}

bool HasFilesToUpload(const ActDraft& draft) {
  return std::any_of(draft.attached.begin(),
                     draft.attached.end(),
                     [](const AttachedDocument& document) { return !document.uploaded(); });
}

// Nobody is sealed to whom nobody asked for: there is one route for each, in the order in which
// they were asked, since the first is who answers; to the authority that was named, or to one in
// the country of a competence, which one is the hub's choice.
absl::Status CheckLeadsToAsked(const v1::ResolveRecipientsResponse& found,
                               const std::vector<v1::Addressee>& asked) {
  if (static_cast<size_t>(found.routes_size()) != asked.size()) {
    return Error(Reason::KEY_NOT_TRUSTED).Field("routes");
  }
  for (size_t i = 0; i < asked.size(); ++i) {
    const auto& to = found.routes(static_cast<int>(i)).authority();
    const bool leads = asked[i].has_competence() ? to.country() == asked[i].competence().country()
                                                 : to.id() == asked[i].authority();
    if (!leads) return Error(Reason::KEY_NOT_TRUSTED).Field(to.id());
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Office>> Office::Open(OfficeProfile profile, Signers signers) {
  ROG_ASSIGN_OR_RETURN(auto connection, Connection::Open(profile));
  ROG_ASSIGN_OR_RETURN(TrustAnchors anchors, LoadAnchors(profile.signer_ca));
  std::vector<KeyPair> sealing;
  for (const KeyFiles& files : profile.sealing) {
    ROG_ASSIGN_OR_RETURN(KeyPair pair, LoadKeyPair(files));
    sealing.push_back(std::move(pair));
  }
  return std::unique_ptr<Office>(new Office(std::move(profile),
                                            std::move(connection),
                                            std::move(anchors),
                                            std::move(sealing),
                                            std::move(signers)));
}

Office::Office(OfficeProfile profile,
               std::unique_ptr<Connection> connection,
               TrustAnchors anchors,
               std::vector<KeyPair> sealing,
               Signers signers)
    : profile_(std::move(profile)),
      connection_(std::move(connection)),
      anchors_(std::move(anchors)),
      sealing_(std::move(sealing)),
      signing_(profile_.user, profile_.seal, std::move(signers)) {}

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
  ROG_RETURN_IF_ERROR(CheckLeadsToAsked(resolution.routes, draft.to));
  for (v1::Route& route : *resolution.routes.mutable_routes()) {
    const bool wanted = !draft.identity.records().empty();
    if (wanted) ROG_RETURN_IF_ERROR(CheckCustodians(route));
    // What nothing is sealed to is not held against anybody.
    if (!wanted) route.clear_custodian_certificates();
  }
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
  ROG_RETURN_IF_ERROR(CheckAnswered(draft));
  ROG_RETURN_IF_ERROR(CheckPlacement(draft, resolution.routes, resolution.case_position == 0));
  ROG_RETURN_IF_ERROR(CheckAddressees(draft, resolution.routes));
  ROG_RETURN_IF_ERROR(CheckHandedOn(draft, resolution.routes));
  if (HasFilesToUpload(draft)) {
    ROG_RETURN_IF_ERROR(CheckBeforeSealing(profile_, draft, resolution, clock));
    ROG_RETURN_IF_ERROR(Upload(draft, options));
    ROG_ASSIGN_OR_RETURN(resolution, Resolve(draft));
  }
  FillHandling(draft);
  return client::Prepare(profile_, draft, resolution, sealing_, clock, random);
}

absl::StatusOr<v1::ReceiveRequest> Office::MakeAcknowledgement(
    const v1::ReceiveResponse::Delivery& delivery) {
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
  ROG_ASSIGN_OR_RETURN(const std::optional<CmsSigner> seal, signing_.Seal());
  if (seal.has_value()) {
    ROG_ASSIGN_OR_RETURN(*acknowledge.mutable_signature(),
                         seal->SignDetached(acknowledge.statement()));
  }
  return request;
}

absl::StatusOr<OpenedAct> Office::OpenAct(const v1::Act& act) {
  ROG_ASSIGN_OR_RETURN(const v1::ActHeader header, ParseHeader(act.header()));
  const Receipts kept = KeptAcceptance(ReceiptFolder(profile_.state, header.act_id()));
  const auto accepted = AcceptedAt(kept, Know(act, kept), {profile_.log_key});
  const Instant at = accepted.value_or(SystemClock().Now());
  auto opened = client::OpenAct(act, sealing_, anchors_, at);
  if (HasReason(opened.status(), Reason::NOT_SEALED_TO_US)) {
    const auto folder = Folder();
    const auto kek = folder.ok() ? (*folder)->KeyOf(header.act_id()) : folder.status();
    if (kek.ok()) opened = OpenActWithKey(act, *kek, anchors_, at);
  }
  if (opened.ok()) NoteUnanswered(*opened);
  return opened;
}

absl::Status Office::SettleArrival(Arrivals& arrivals,
                                   const Arrival& arrival,
                                   const Take& take,
                                   const TakeNotice& take_notice) {
  if (arrival.is_notice()) {
    if (take_notice) ROG_RETURN_IF_ERROR(take_notice(arrival.notice()));
    return arrivals.Acknowledge(arrival);
  }
  const absl::Status taken = take(arrival.delivery);
  if (taken.ok()) return arrivals.Acknowledge(arrival);
  const std::optional<v1::RejectReason> reason = RejectReasonFor(taken);
  return reason.has_value() ? arrivals.Reject(arrival, *reason) : taken;
}

bool Office::SetArrivals(Arrivals* arrivals) {
  const absl::MutexLock lock(&arrivals_mutex_);
  arrivals_ = arrivals;
  return !receiving_ended_;
}

void Office::StopReceiving() {
  const absl::MutexLock lock(&arrivals_mutex_);
  receiving_ended_ = true;
  if (arrivals_ != nullptr) arrivals_->Stop();
}

absl::Status Office::Receive(int limit,
                             absl::Duration idle,
                             const Take& take,
                             const TakeNotice& take_notice,
                             const TellAway& tell_away) {
  Arrivals arrivals(*this, tell_away);
  const auto forget = absl::MakeCleanup([this] { SetArrivals(nullptr); });
  if (!SetArrivals(&arrivals)) arrivals.Stop();
  for (int acts = 0; acts < limit;) {
    ROG_ASSIGN_OR_RETURN(const std::optional<Arrival> next, arrivals.Next(idle));
    if (!next.has_value()) return absl::OkStatus();
    const absl::Status settled = SettleArrival(arrivals, *next, take, take_notice);
    if (absl::IsUnavailable(settled)) {
      // What was not settled comes again on the next stream.
      arrivals.Disconnect();
      if (!arrivals.WaitToReconnect(settled, idle)) return settled;
      continue;
    }
    ROG_RETURN_IF_ERROR(settled);
    acts += next->is_notice() ? 0 : 1;
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::GetCaseResponse> Office::FetchCase(const std::string& case_id) {
  v1::GetCaseRequest request;
  request.set_case_id(case_id);
  return connection_->Call(connection_->exchange(), &v1::ExchangeService::Stub::GetCase, request);
}

absl::StatusOr<std::vector<v1::ActSummary>> Office::FetchActsOf(const std::string& case_id,
                                                                uint64_t after) {
  v1::ListActsRequest request;
  request.set_case_id(case_id);
  std::vector<v1::ActSummary> acts;
  do {
    ROG_ASSIGN_OR_RETURN(
        const v1::ListActsResponse page,
        connection_->Call(connection_->exchange(), &v1::ExchangeService::Stub::ListActs, request));
    for (const v1::ActSummary& act : page.acts()) {
      if (act.case_position() > after) acts.push_back(act);
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return acts;
}

}  // namespace rogatoria::client
