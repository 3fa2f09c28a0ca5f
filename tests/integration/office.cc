#include "tests/integration/office.h"

#include <utility>

#include <grpcpp/create_channel.h>

#include "absl/strings/str_cat.h"
#include "common/base/check.h"
#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/digest.h"
#include "common/crypto/seal.h"
#include "common/directory/key_statement.h"
#include "common/model/canonical.h"
#include "common/rpc/tls.h"

namespace rogatoria {
namespace {

Random& Randomness() {
  static auto& random = *new SystemRandom();
  return random;
}

template <typename T>
T Must(absl::StatusOr<T> result) {
  ROG_CHECK(result.ok(), result.status().ToString().c_str());
  return *std::move(result);
}

// Of a key that the authority states: it outlives the days in which the hub warns of its end.
CertificateRequest RequestFor(const std::string& name, CertificateProfile profile) {
  CertificateRequest request;
  request.not_after = SystemClock().Now() + absl::Hours(24 * 60);
  request.profile = profile;
  request.common_name = name;
  return request;
}

std::string Pem(const Certificate& certificate) {
  return absl::StrCat("'''\n", certificate.ToPem(), "'''");
}

// One statement of the chain; its digest is what the next one names.
std::string StatementToml(const v1::KeyStatement& statement,
                          const std::string& authority,
                          const Certificate& certificate) {
  return absl::StrCat("[[key_statement]]\nauthority = \"",
                      authority,
                      "\"\nstatement = \"",
                      ToBase64(statement.statement()),
                      "\"\nsignature = \"",
                      ToBase64(statement.signature()),
                      "\"\ncertificate = ",
                      Pem(certificate),
                      "\n");
}

struct SealedContent {
  Bytes body;
  Bytes envelope;
  v1::SealedDigest digest;
};

SealedContent Seal(const std::string& clear, const std::vector<Certificate>& recipients) {
  const SecretBytes kek = GenerateKek(Randomness());
  SealedContent sealed;
  sealed.body = Must(SealSegment(kek, clear));
  sealed.envelope = Must(SealKek(kek, recipients));
  sealed.digest.set_sealed_sha256(Sha256(sealed.body));
  sealed.digest.set_sealed_size(sealed.body.size());
  sealed.digest.set_clear_hmac_sha256(HmacSha256(Randomness().Generate(32), clear));
  return sealed;
}

SecretBytes Xor(const SecretBytes& one, const SecretBytes& other) {
  std::string mixed(one.RevealForUse());
  for (size_t i = 0; i < mixed.size(); ++i) {
    mixed[i] = static_cast<char>(mixed[i] ^ other.RevealForUse()[i]);
  }
  return SecretBytes(mixed);
}

void AddShare(const SecretBytes& share,
              v1::CustodianGroup group,
              v1::SealingPurpose purpose,
              const v1::Route& route,
              v1::Act& act) {
  std::vector<Certificate> readers;
  for (const v1::SealingCertificate& custodian : route.custodian_certificates()) {
    if (custodian.purpose() != purpose) continue;
    readers.push_back(Must(Certificate::FromDer(custodian.certificate())));
  }
  v1::IdentityShare& made = *act.add_identity_shares();
  made.set_group(group);
  made.set_envelope(Must(SealKek(share, readers)));
}

// As docs/formats/identity.md says, but for what is inside.
void SealIdentity(const std::string& clear,
                  const v1::Route& route,
                  v1::ActHeader& header,
                  v1::Act& act) {
  const SecretBytes first = GenerateKek(Randomness());
  const SecretBytes second = GenerateKek(Randomness());
  act.set_identity_part(Must(SealSegment(Xor(first, second), clear)));
  header.mutable_identity_part()->set_sealed_sha256(Sha256(act.identity_part()));
  header.mutable_identity_part()->set_sealed_size(act.identity_part().size());
  header.mutable_identity_part()->set_clear_hmac_sha256(
      HmacSha256(Randomness().Generate(32), clear));
  AddShare(first, v1::CUSTODIAN_GROUP_FIRST, v1::SEALING_PURPOSE_FIRST_CUSTODIAN, route, act);
  AddShare(second, v1::CUSTODIAN_GROUP_SECOND, v1::SEALING_PURPOSE_SECOND_CUSTODIAN, route, act);
}

std::string UserToml(const std::string& authority,
                     const std::string& id,
                     const Certificate& certificate,
                     const std::string& custodian) {
  return absl::StrCat("[[user]]\nauthority = \"",
                      authority,
                      "\"\nid = \"",
                      id,
                      "\"\nfrom = \"2020-01-01\"\n",
                      custodian,
                      "certificates = [",
                      Pem(certificate),
                      "]\n");
}

std::string CustodianToml(v1::CustodianGroup group) {
  if (group == v1::CUSTODIAN_GROUP_UNSPECIFIED) return "";
  return group == v1::CUSTODIAN_GROUP_FIRST ? "custodian = \"FIRST\"\n"
                                            : "custodian = \"SECOND\"\n";
}

v1::Recipient RecipientOf(const v1::Route& route, std::vector<Certificate>& certificates) {
  v1::Recipient recipient;
  recipient.set_authority(route.authority().id());
  recipient.set_route_id(route.route_id());
  for (const v1::SealingCertificate& sealing : route.sealing_certificates()) {
    const Certificate certificate = Must(Certificate::FromDer(sealing.certificate()));
    v1::SealedTo& to = *recipient.add_sealed_to();
    to.set_certificate_sha256(certificate.fingerprint_bytes());
    to.set_purpose(sealing.purpose());
    certificates.push_back(certificate);
  }
  return recipient;
}

}  // namespace

std::shared_ptr<grpc::Channel> ConnectTo(int port,
                                         const TestIdentity& client,
                                         const std::string& server_ca_file) {
  grpc::ChannelArguments arguments;
  rpc::SetChannelDefaults(arguments);
  arguments.SetSslTargetNameOverride("localhost");
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(
      absl::StrCat("127.0.0.1:", port),
      Must(rpc::MakeChannelCredentials({client.certificate_file, client.key_file, server_ca_file})),
      arguments);
}

v1::MeasureRef MeasureOf(uint32_t ordinal, const std::string& code, v1::MeasureOutcome outcome) {
  v1::MeasureRef measure;
  measure.set_ordinal(ordinal);
  measure.set_code(code);
  measure.set_outcome(outcome);
  return measure;
}

Office::Office(std::string id, std::string country, TestPki& pki)
    : system(pki.IssueSystem(id)),
      user(pki.Issue(TestPki::Ca::kSigners, RequestFor("u-1", CertificateProfile::kSigning))),
      seal(pki.Issue(TestPki::Ca::kSigners, RequestFor(id, CertificateProfile::kSigning))),
      sealing(pki.Issue(TestPki::Ca::kSigners, RequestFor(id, CertificateProfile::kSealing))),
      identity_key(Must(PrivateKey::Generate(KeyAlgorithm::kEd25519))),
      id_(std::move(id)),
      country_(std::move(country)),
      trust_domain_(pki.trust_domain()) {}

std::string Office::Toml() const {
  std::string toml = absl::StrCat(
      "[[authority]]\nid = \"",
      id_,
      "\"\ncountry = \"",
      country_,
      "\"\nname = \"",
      id_,
      "\"\nkinds = [\"",
      kind,
      "\"",
      central ? ", \"CENTRAL_AUTHORITY\"]\n" : "]\n",
      "time_zone = \"",
      time_zone,
      "\"\ncalendar = \"",
      calendar,
      "\"\nlanguages = [\"es-CO\"]\n"
      "data_class_ceiling = \"SENSITIVE\"\ntechnical_contact = \"desk@",
      id_,
      ".example\"\n",
      further_keys,
      central ? "[[authority.designation]]\ninstrument = \"UN-TIP-2000\"\nfrom = \"2020-01-01\"\n"
              : "",
      further_tables,
      "\n");
  absl::StrAppend(&toml,
                  "[[system]]\nauthority = \"",
                  id_,
                  "\"\nname = \"cms\"\ncertificates = [",
                  Pem(system.certificate),
                  "]\n");
  absl::StrAppend(&toml, UserToml(id_, "u-1", user.certificate, ""));
  for (size_t i = 0; i < custodians.size(); ++i) {
    absl::StrAppend(&toml,
                    UserToml(id_,
                             absl::StrCat("u-", i + 2),
                             custodians[i].user.certificate,
                             CustodianToml(custodians[i].group)));
  }
  absl::StrAppend(&toml,
                  "[[identity_key]]\nauthority = \"",
                  id_,
                  "\"\nsha256 = \"",
                  IdentityFingerprint(identity_key.PublicKeyDer()),
                  "\"\npublic_key = \"",
                  ToBase64(identity_key.PublicKeyDer()),
                  "\"\n");
  Bytes previous;
  std::vector<std::pair<const TestIdentity*, v1::KeyPurpose>> keys = {
      {&sealing, v1::KEY_PURPOSE_SEALING}, {&seal, v1::KEY_PURPOSE_ORGANISATION_SEAL}};
  for (const auto& [key, purpose] : more_keys) keys.emplace_back(&key, purpose);
  for (const auto& [key, purpose] : keys) {
    const v1::KeyStatement statement =
        Must(SignKeyStatement(MakeKeyStatementBody(trust_domain_,
                                                   id_,
                                                   key->certificate,
                                                   purpose,
                                                   key->certificate.not_before(),
                                                   key->certificate.not_after(),
                                                   previous),
                              identity_key));
    absl::StrAppend(&toml, StatementToml(statement, id_, key->certificate));
    previous = KeyStatementDigest(statement);
  }
  return toml;
}

void Office::AddKey(TestPki& pki, v1::KeyPurpose purpose) {
  more_keys.emplace_back(
      pki.Issue(TestPki::Ca::kSigners, RequestFor(id_, CertificateProfile::kSealing)), purpose);
}

Custodian& Office::AddCustodian(TestPki& pki, v1::CustodianGroup group) {
  AddKey(pki,
         group == v1::CUSTODIAN_GROUP_FIRST ? v1::KEY_PURPOSE_FIRST_CUSTODIAN
                                            : v1::KEY_PURPOSE_SECOND_CUSTODIAN);
  const std::string name = absl::StrCat("custodian ", custodians.size() + 1);
  return custodians.emplace_back(
      Custodian{group,
                pki.Issue(TestPki::Ca::kSigners, RequestFor(name, CertificateProfile::kSigning)),
                more_keys.back().first});
}

void Office::Connect(int port, const std::string& server_ca_file) {
  channel = ConnectTo(port, system, server_ca_file);
  exchange = v1::ExchangeService::NewStub(channel);
  mailbox = v1::MailboxService::NewStub(channel);
  directory = v1::DirectoryService::NewStub(channel);
  audit = v1::AuditService::NewStub(channel);
  documents = v1::DocumentService::NewStub(channel);
}

absl::StatusOr<v1::SubmitActRequest> Office::Prepare(const ActPlan& plan, v1::ActHeader* header) {
  v1::ResolveRecipientsRequest question;
  for (const std::string& to : plan.to) question.add_addressees()->set_authority(to);
  question.set_channel_class(plan.channel_class);
  question.set_instrument("UN-TIP-2000");
  question.set_kind(plan.kind);
  question.set_case_id(plan.case_id);
  question.set_insists(plan.insist != v1::INSIST_REASON_UNSPECIFIED);
  ROG_ASSIGN_OR_RETURN(
      const v1::ResolveRecipientsResponse resolved,
      CallStub(*directory, &v1::DirectoryService::Stub::ResolveRecipients, question));

  v1::SubmitActRequest request;
  request.set_request_id(GenerateUuid(Randomness(), SystemClock().Now()));
  std::vector<Certificate> certificates = {sealing.certificate};
  header->set_trust_domain(trust_domain_);
  header->set_act_id(ActIdOf(request));
  header->set_case_id(plan.case_id.empty() ? header->act_id() : plan.case_id);
  header->set_sender(id_);
  for (const v1::Route& route : resolved.routes()) {
    *header->add_recipients() = RecipientOf(route, certificates);
  }
  header->set_channel_class(plan.channel_class);
  header->mutable_legal_basis()->set_instrument("UN-TIP-2000");
  header->set_case_type(plan.case_type);
  header->set_kind(plan.kind);
  for (const v1::MeasureRef& measure : plan.measures) *header->add_measures() = measure;
  if (plan.urgency != v1::URGENCY_LEVEL_UNSPECIFIED) {
    header->mutable_urgency()->set_level(plan.urgency);
    header->mutable_urgency()->set_reason(v1::URGENCY_REASON_RISK_TO_PERSON);
  }
  header->set_data_class(v1::DATA_CLASS_OPERATIONAL);
  header->set_language("es-CO");
  header->set_in_reply_to(plan.in_reply_to);
  header->set_case_position_seen(plan.seen);
  const SealedContent sealed = Seal(plan.clear, certificates);
  *header->mutable_content() = sealed.digest;
  header->set_directory_log_size(resolved.directory_log_size());
  header->set_created_unix_ms(SystemClock().Now().unix_ms);
  header->set_insist(plan.insist);
  for (const v1::SealedDigest& document : plan.documents) *header->add_documents() = document;
  for (const std::string& related : plan.related_cases) header->add_related_cases(related);
  request.mutable_act()->set_body(sealed.body);
  request.mutable_act()->add_key_envelopes(sealed.envelope);
  if (!plan.identity.empty()) {
    SealIdentity(plan.identity, resolved.routes(0), *header, *request.mutable_act());
  }
  return request;
}

void Office::Sign(const v1::ActHeader& header,
                  const TestIdentity& signer,
                  v1::SubmitActRequest& request) const {
  request.mutable_act()->set_header(ToSignedBytes(kHeaderFirstLine, header));
  request.mutable_act()->set_signature(
      Must(SignDetached(signer.key, signer.certificate, request.act().header())));
}

absl::StatusOr<v1::SubmitActRequest> Office::Compose(const ActPlan& plan) {
  v1::ActHeader header;
  ROG_ASSIGN_OR_RETURN(v1::SubmitActRequest request, Prepare(plan, &header));
  Sign(header, user, request);
  return request;
}

absl::StatusOr<v1::SubmitActResponse> Office::Send(const ActPlan& plan) {
  ROG_ASSIGN_OR_RETURN(const v1::SubmitActRequest request, Compose(plan));
  return Submit(request);
}

std::vector<std::string> Office::Register() {
  // An audited read answers once every leaf before its own is on disk.
  Must(CallStub(*exchange, &v1::ExchangeService::Stub::ListCases, v1::ListCasesRequest()));
  std::vector<std::string> records;
  v1::ListEntriesRequest request;
  request.set_page_size(500);
  do {
    const auto page = Must(CallStub(*audit, &v1::AuditService::Stub::ListEntries, request));
    for (const v1::LogEntry& entry : page.entries()) records.push_back(entry.record());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return records;
}

MailStream::MailStream(Office& office, v1::SubscriptionRole role, uint64_t after)
    : office_(office) {
  context_.set_deadline(std::chrono::system_clock::now() + kPatience);
  stream_ = office.mailbox->Receive(&context_);
  v1::ReceiveRequest open;
  open.mutable_open()->set_role(role);
  open.mutable_open()->set_after_position(after);
  Say(open);
  opened_ = Next().opened();
}

MailStream::~MailStream() {
  if (over_) return;
  context_.TryCancel();
  v1::ReceiveResponse rest;
  while (stream_->Read(&rest)) {
  }
  stream_->Finish().ok();
}

void MailStream::Credit(uint32_t count) {
  v1::ReceiveRequest message;
  message.mutable_credit()->set_count(count);
  Say(message);
}

v1::ReceiveResponse MailStream::Next() {
  v1::ReceiveResponse message;
  if (!stream_->Read(&message)) return {};
  return message;
}

v1::ReceiveRequest::Acknowledge MailStream::MakeAcknowledgement(
    const v1::ReceiveResponse::Delivery& delivery, const TestIdentity* signer) const {
  v1::ActHeader header;
  ROG_CHECK(FromSignedBytes(kHeaderFirstLine, delivery.act().header(), header).ok(),
            "a delivered header can be read");
  v1::AcknowledgementStatement statement;
  statement.set_trust_domain(header.trust_domain());
  statement.set_act_id(header.act_id());
  statement.set_header_sha256(Sha256(delivery.act().header()));
  statement.set_recipient(office_.id());
  statement.set_acknowledged_unix_ms(SystemClock().Now().unix_ms);
  v1::ReceiveRequest::Acknowledge acknowledgement;
  acknowledgement.set_position(delivery.position());
  acknowledgement.set_statement(ToSignedBytes(kAcknowledgementFirstLine, statement));
  if (signer != nullptr) {
    acknowledgement.set_signature(
        Must(SignDetached(signer->key, signer->certificate, acknowledgement.statement())));
  }
  return acknowledgement;
}

v1::ReceiveResponse::Acknowledged MailStream::Acknowledge(
    const v1::ReceiveResponse::Delivery& delivery) {
  v1::ReceiveRequest message;
  *message.mutable_acknowledge() = MakeAcknowledgement(delivery, &office_.seal);
  Say(message);
  return Next().acknowledged();
}

absl::Status MailStream::End() {
  over_ = true;
  return rpc::FromGrpcStatus(stream_->Finish());
}

}  // namespace rogatoria
