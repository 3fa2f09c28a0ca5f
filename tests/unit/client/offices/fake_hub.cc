#include "tests/unit/client/offices/fake_hub.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/files.h"
#include "common/crypto/digest.h"
#include "common/crypto/tls_policy.h"
#include "common/model/header.h"
#include "common/rpc/status_mapping.h"

namespace rogatoria::client {
namespace {

template <typename T>
T Must(absl::StatusOr<T> value) {
  ROG_CHECK(value.ok(), "test setup");
  return *std::move(value);
}

constexpr size_t kMaxPemBytes = 1024 * 1024;

std::string ReadPem(const std::string& file) {
  return Must(ReadFile(file, kMaxPemBytes));
}

}  // namespace

class FakeHub::Exchange final : public v1::ExchangeService::Service {
 public:
  explicit Exchange(FakeHub& hub) : hub_(hub) {}

  grpc::Status SubmitAct(grpc::ServerContext*,
                         const v1::SubmitActRequest* request,
                         v1::SubmitActResponse* response) override {
    Answer answer;
    {
      absl::MutexLock lock(&hub_.mutex_);
      hub_.submitted_.push_back(*request);
      answer = hub_.answer_;
    }
    auto answered = answer ? answer(*request) : hub_.Honest(*request);
    if (!answered.ok()) return rpc::ToGrpcStatus(answered.status());
    *response = *std::move(answered);
    return grpc::Status::OK;
  }

  grpc::Status GetCase(grpc::ServerContext*,
                       const v1::GetCaseRequest* request,
                       v1::GetCaseResponse* response) override {
    {
      absl::MutexLock lock(&hub_.mutex_);
      *response = hub_.case_;
    }
    v1::Case& found = *response->mutable_case_();
    found.set_case_id(request->case_id());
    found.set_case_type(v1::CASE_TYPE_MLA);
    found.set_channel_class(v1::CHANNEL_CLASS_FORMAL);
    found.mutable_legal_basis()->set_instrument("UN-TIP-2000");
    found.set_act_count(1);
    return grpc::Status::OK;
  }

  grpc::Status ListActs(grpc::ServerContext*,
                        const v1::ListActsRequest*,
                        v1::ListActsResponse*) override {
    return grpc::Status::OK;
  }

  grpc::Status GetAct(grpc::ServerContext*,
                      const v1::GetActRequest*,
                      v1::GetActResponse* response) override {
    absl::MutexLock lock(&hub_.mutex_);
    if (hub_.act_.header().empty()) return rpc::ToGrpcStatus(Error(Reason::ACT_NOT_FOUND));
    *response->mutable_act() = hub_.act_;
    *response->mutable_receipts() = hub_.listed_.receipts();
    response->mutable_summary()->set_case_position(7);
    response->mutable_summary()->set_disposition(hub_.disposition_);
    return grpc::Status::OK;
  }

 private:
  FakeHub& hub_;
};

class FakeHub::Mailbox final : public v1::MailboxService::Service {
 public:
  explicit Mailbox(FakeHub& hub) : hub_(hub) {}

  grpc::Status Receive(
      grpc::ServerContext*,
      grpc::ServerReaderWriter<v1::ReceiveResponse, v1::ReceiveRequest>* stream) override {
    v1::ReceiveRequest request;
    size_t next = 0;
    while (stream->Read(&request)) {
      v1::ReceiveResponse response;
      if (request.has_credit()) {
        if (!Next(next, *response.mutable_delivery())) continue;
        stream->Write(response);
      } else if (request.has_acknowledge() || request.has_reject()) {
        Settle(request, response);
        stream->Write(response);
      }
    }
    return grpc::Status::OK;
  }

 private:
  bool Next(size_t& next, v1::ReceiveResponse::Delivery& delivery) {
    absl::MutexLock lock(&hub_.mutex_);
    if (next >= hub_.deliveries_.size()) return false;
    delivery = hub_.deliveries_[next++];
    return true;
  }

  void Settle(const v1::ReceiveRequest& request, v1::ReceiveResponse& response) {
    absl::MutexLock lock(&hub_.mutex_);
    hub_.settlements_.push_back(request);
    const bool taken = request.has_acknowledge();
    const uint64_t position =
        taken ? request.acknowledge().position() : request.reject().position();
    response.mutable_acknowledged()->set_position(position);
    for (const auto& delivery : hub_.deliveries_) {
      if (delivery.position() != position || delivery.has_notice()) continue;
      Evidence evidence = HonestEvidence(delivery.act(),
                                         hub_.offices_.pt().user.certificate,
                                         taken ? v1::TRANSPORT_EVENT_CONTENT_HANDOVER
                                               : v1::TRANSPORT_EVENT_CONTENT_HANDOVER_FAILURE,
                                         "co-fgn");
      if (taken && !request.acknowledge().signature().empty()) {
        evidence.acknowledgement_sha256 = ToHex(Sha256(request.acknowledge().statement()));
      }
      if (!taken) evidence.reason = "REJECTED_UNPROCESSABLE";
      hub_.settlement_lie_(evidence);
      *response.mutable_acknowledged()->mutable_receipt() = hub_.receipts_.Make(evidence);
    }
  }

  FakeHub& hub_;
};

class FakeHub::DirectoryOfIt final : public v1::DirectoryService::Service {
 public:
  explicit DirectoryOfIt(FakeHub& hub) : hub_(hub) {}

  grpc::Status ResolveRecipients(grpc::ServerContext*,
                                 const v1::ResolveRecipientsRequest* request,
                                 v1::ResolveRecipientsResponse* response) override {
    absl::MutexLock lock(&hub_.mutex_);
    const bool to_pt = request->addressees(0).authority() == "pt-pgr";
    *response = hub_.offices_.RouteTo(to_pt ? hub_.offices_.pt() : hub_.offices_.co());
    response->mutable_routes(0)->set_route_id(
        absl::StrCat("r1-012345678901234", hub_.resolutions_++));
    for (auto& sealing : *response->mutable_routes(0)->mutable_sealing_certificates()) {
      sealing.mutable_statement()->set_log_origin(absl::StrCat(
          hub_.offices_.pki().trust_domain(), "/log/1"));  // an earlier log: taken as it is
    }
    return grpc::Status::OK;
  }

  grpc::Status ListRequirements(grpc::ServerContext*,
                                const v1::ListRequirementsRequest*,
                                v1::ListRequirementsResponse* response) override {
    absl::MutexLock lock(&hub_.mutex_);
    *response = hub_.requirements_;
    return grpc::Status::OK;
  }

  grpc::Status GetAuthority(grpc::ServerContext*,
                            const v1::GetAuthorityRequest* request,
                            v1::GetAuthorityResponse* response) override {
    response->mutable_authority()->set_id(request->authority());
    response->mutable_authority()->set_country("CO");
    return grpc::Status::OK;
  }

  // The token is the place of the first of the page.
  grpc::Status ListInstruments(grpc::ServerContext*,
                               const v1::ListInstrumentsRequest* request,
                               v1::ListInstrumentsResponse* response) override {
    absl::MutexLock lock(&hub_.mutex_);
    size_t next = request->page_token().empty() ? 0 : std::stoul(request->page_token());
    const size_t end = std::min(next + 2, hub_.instruments_.size());
    while (next < end) *response->add_instruments() = hub_.instruments_[next++];
    if (next < hub_.instruments_.size()) response->set_next_page_token(absl::StrCat(next));
    return grpc::Status::OK;
  }

  grpc::Status GetGuidance(grpc::ServerContext*,
                           const v1::GetGuidanceRequest* request,
                           v1::GetGuidanceResponse* response) override {
    absl::MutexLock lock(&hub_.mutex_);
    const bool has = hub_.guidance_version_ != 0 &&
                     (request->version() == 0 || request->version() == hub_.guidance_version_);
    if (!has) return rpc::ToGrpcStatus(Error(Reason::NOT_FOUND).Field("id"));
    *response->mutable_guidance() = hub_.guidance_;
    return grpc::Status::OK;
  }

 private:
  FakeHub& hub_;
};

class FakeHub::Audit final : public v1::AuditService::Service {
 public:
  explicit Audit(FakeHub& hub) : hub_(hub) {}

  grpc::Status GetCheckpoint(grpc::ServerContext* context,
                             const v1::GetCheckpointRequest*,
                             v1::GetCheckpointResponse* response) override {
    absl::MutexLock lock(&hub_.mutex_);
    ++hub_.checkpoints_;
    const auto language = context->client_metadata().find(rpc::kLanguageKey);
    if (language != context->client_metadata().end()) {
      hub_.last_language_ = std::string(language->second.data(), language->second.size());
    }
    response->set_checkpoint(hub_.receipts_.Head());
    response->set_verifier_key(hub_.receipts_.verifier_key());
    return hub_.checkpoint_answer_ ? hub_.checkpoint_answer_() : grpc::Status::OK;
  }

  // An empty register, and a proof that proves nothing.
  grpc::Status ListEntries(grpc::ServerContext*,
                           const v1::ListEntriesRequest*,
                           v1::ListEntriesResponse*) override {
    return grpc::Status::OK;
  }
  grpc::Status GetConsistencyProof(grpc::ServerContext*,
                                   const v1::GetConsistencyProofRequest*,
                                   v1::GetConsistencyProofResponse*) override {
    return grpc::Status::OK;
  }

  grpc::Status ListReceipts(grpc::ServerContext*,
                            const v1::ListReceiptsRequest*,
                            v1::ListReceiptsResponse* response) override {
    absl::MutexLock lock(&hub_.mutex_);
    *response = hub_.listed_;
    return grpc::Status::OK;
  }

 private:
  FakeHub& hub_;
};

FakeHub::FakeHub(TestOffices& offices)
    : offices_(offices),
      receipts_(offices.pki().trust_domain()),
      server_identity_(offices.pki().IssueServer()),
      pt_system_(offices.pki().IssueSystem("pt-pgr")),
      co_system_(offices.pki().IssueSystem("co-fgn")),
      exchange_(std::make_unique<Exchange>(*this)),
      mailbox_(std::make_unique<Mailbox>(*this)),
      directory_(std::make_unique<DirectoryOfIt>(*this)),
      audit_(std::make_unique<Audit>(*this)) {
  ROG_CHECK(RequireTls13().ok(), "test setup");
  Start();
}

FakeHub::~FakeHub() {
  Stop();
}

void FakeHub::Start() {
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = ReadPem(offices_.pki().ca_file(TestPki::Ca::kPublic));
  tls.pem_key_cert_pairs.push_back(
      {ReadPem(server_identity_.key_file), ReadPem(server_identity_.certificate_file)});
  grpc::ServerBuilder builder;
  builder.AddListeningPort(
      absl::StrCat("127.0.0.1:", port_), grpc::SslServerCredentials(tls), &port_);
  builder.RegisterService(exchange_.get());
  builder.RegisterService(mailbox_.get());
  builder.RegisterService(directory_.get());
  builder.RegisterService(audit_.get());
  server_ = builder.BuildAndStart();
  ROG_CHECK(server_ != nullptr && port_ != 0, "test setup");
}

void FakeHub::Stop() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now());
  server_->Wait();
  server_.reset();
}

std::string FakeHub::target() const {
  return absl::StrCat("127.0.0.1:", port_);
}

OfficeProfile FakeHub::ProfileOf(const TestOffice& office) const {
  OfficeProfile profile = office.profile;
  const TestIdentity& system = profile.authority == "pt-pgr" ? pt_system_ : co_system_;
  profile.tls = {system.certificate_file, system.key_file};
  profile.hub_ca = offices_.pki().ca_file(TestPki::Ca::kPublic);
  profile.endpoints = {target()};
  profile.log_key = receipts_.verifier_key();
  return profile;
}

absl::StatusOr<v1::SubmitActResponse> FakeHub::Honest(const v1::SubmitActRequest& request) {
  v1::SubmitActResponse response;
  response.set_disposition(v1::ACT_DISPOSITION_IN_SEQUENCE);
  response.set_case_position(1);
  StatedEffect effect = StatedEffect::kNone;
  {
    absl::MutexLock lock(&mutex_);
    effect = effect_;
  }
  const v1::ActHeader header = Must(ParseHeader(request.act().header()));
  const bool from_pt = header.sender() == "pt-pgr";
  const Certificate& signer = (from_pt ? offices_.pt() : offices_.co()).user.certificate;
  const auto add = [&](v1::TransportEvent event, const std::string& recipient) {
    Evidence evidence = HonestEvidence(request.act(), signer, event, recipient);
    evidence.effect = effect;
    *response.add_receipts() = receipts_.Make(evidence);
  };
  add(v1::TRANSPORT_EVENT_SUBMISSION_ACCEPTANCE, "");
  add(v1::TRANSPORT_EVENT_CONTENT_CONSIGNMENT, header.recipients(0).authority());
  return response;
}

v1::Receipt FakeHub::Refusal(const v1::SubmitActRequest& request, Reason reason) {
  Evidence evidence = HonestEvidence(
      request.act(), offices_.pt().user.certificate, v1::TRANSPORT_EVENT_SUBMISSION_REJECTION);
  evidence.reason = std::string(ReasonName(reason));
  return receipts_.Make(evidence);
}

void FakeHub::set_settlement_lie(std::function<void(Evidence&)> lie) {
  absl::MutexLock lock(&mutex_);
  settlement_lie_ = std::move(lie);
}

v1::ReceiveResponse::Delivery FakeHub::DeliveryOf(const PreparedAct& act, uint64_t position) {
  v1::SubmitActRequest request;
  *request.mutable_act() = act.act;
  v1::ReceiveResponse::Delivery delivery;
  delivery.set_position(position);
  *delivery.mutable_act() = act.act;
  *delivery.mutable_receipts() = Must(Honest(request)).receipts();
  return delivery;
}

v1::ReceiveResponse::Delivery FakeHub::NoticeAbout(const PreparedAct& act, uint64_t position) {
  v1::ReceiveResponse::Delivery delivery;
  delivery.set_position(position);
  v1::Notice& notice = *delivery.mutable_notice();
  notice.set_kind(v1::NOTICE_KIND_DEADLINE_WARNING);
  notice.set_issued_unix_ms(1795521600000);
  notice.set_case_id(act.header.case_id());
  notice.set_act_id(act.header.act_id());
  notice.add_measures(1);
  notice.set_clock(v1::DEADLINE_CLOCK_EXECUTE);
  notice.set_profile("medellin-execute");
  notice.set_due_unix_ms(1795608000000);
  notice.set_authority("co-fgn");
  return delivery;
}

void FakeHub::set_answer(Answer answer) {
  absl::MutexLock lock(&mutex_);
  answer_ = std::move(answer);
}

void FakeHub::set_case(const v1::GetCaseResponse& found) {
  absl::MutexLock lock(&mutex_);
  case_ = found;
}

void FakeHub::set_requirements(const v1::ListRequirementsResponse& requirements) {
  absl::MutexLock lock(&mutex_);
  requirements_ = requirements;
}

void FakeHub::set_disposition(v1::ActDisposition disposition) {
  absl::MutexLock lock(&mutex_);
  disposition_ = disposition;
}

void FakeHub::set_effect(StatedEffect effect) {
  absl::MutexLock lock(&mutex_);
  effect_ = effect;
}

void FakeHub::set_instruments(const std::vector<std::string>& ids) {
  absl::MutexLock lock(&mutex_);
  instruments_.clear();
  for (const std::string& id : ids) instruments_.emplace_back().set_id(id);
}

void FakeHub::add_instrument(const v1::Instrument& instrument) {
  absl::MutexLock lock(&mutex_);
  instruments_.push_back(instrument);
}

void FakeHub::set_guidance(const v1::Guidance& guidance, uint32_t version) {
  absl::MutexLock lock(&mutex_);
  guidance_ = guidance;
  guidance_version_ = version;
}

void FakeHub::set_checkpoint_answer(std::function<grpc::Status()> answer) {
  absl::MutexLock lock(&mutex_);
  checkpoint_answer_ = std::move(answer);
}

void FakeHub::Put(const v1::ReceiveResponse::Delivery& delivery) {
  absl::MutexLock lock(&mutex_);
  deliveries_.push_back(delivery);
}

void FakeHub::set_listed(const v1::ListReceiptsResponse& listed, const v1::Act& act) {
  absl::MutexLock lock(&mutex_);
  listed_ = listed;
  act_ = act;
}

std::vector<v1::ReceiveRequest> FakeHub::settlements() {
  absl::MutexLock lock(&mutex_);
  return settlements_;
}

std::vector<v1::SubmitActRequest> FakeHub::submitted() {
  absl::MutexLock lock(&mutex_);
  return submitted_;
}

int FakeHub::resolutions() {
  absl::MutexLock lock(&mutex_);
  return resolutions_;
}

int FakeHub::checkpoints() {
  absl::MutexLock lock(&mutex_);
  return checkpoints_;
}

std::string FakeHub::last_language() {
  absl::MutexLock lock(&mutex_);
  return last_language_;
}

}  // namespace rogatoria::client
