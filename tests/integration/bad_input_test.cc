// What must be refused, each with its own reason, naming the field, changing nothing, and leaving
// its leaf in the sender's register: who is connected, who signed, the header's bytes and what they
// say.
#include "tests/integration/bad_input.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>

#include "absl/synchronization/notification.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/digest.h"
#include "common/crypto/pki.h"
#include "common/model/canonical.h"

namespace rogatoria {
namespace {

// --- Who is connected ---

TEST_F(BadInputTest, NoClientCertificate) {
  auto channel = grpc::CreateChannel("127.0.0.1:" + std::to_string(broker_.public_port()),
                                     grpc::SslCredentials({}));
  auto stub = v1::ExchangeService::NewStub(channel);
  EXPECT_THAT(CallStub(*stub, &v1::ExchangeService::Stub::ListCases, v1::ListCasesRequest()),
              StatusIs(absl::StatusCode::kUnavailable));
  ExpectNothingChanged();
}

TEST_F(BadInputTest, ACertificateOfAnotherAuthority) {
  const TestIdentity other = broker_.pki().IssueSystem("pt-pgr", "cms", TestPki::Ca::kStranger);
  EXPECT_THAT(CallAs(other), StatusIs(absl::StatusCode::kUnavailable));
  ExpectNothingChanged();
}

TEST_F(BadInputTest, AnExpiredCertificate) {
  const Instant now = SystemClock().Now();
  const TestIdentity expired = broker_.pki().Issue(TestPki::Ca::kPublic,
                                                   {.profile = CertificateProfile::kTlsClient,
                                                    .common_name = "pt-pgr",
                                                    .organization = "",
                                                    .uris = {broker_.pki().SystemUri("pt-pgr")},
                                                    .dns_names = {},
                                                    .ip_addresses = {},
                                                    .not_before = now + absl::Hours(-2),
                                                    .not_after = now + absl::Hours(-1)});
  EXPECT_THAT(CallAs(expired), StatusIs(absl::StatusCode::kUnavailable));
  ExpectNothingChanged();
}

TEST_F(BadInputTest, ARevokedCertificate) {
  broker_.Stop();
  broker_.pki().Revoke(TestPki::Ca::kPublic, pt().system.certificate);
  broker_.Restart();
  EXPECT_THAT(CallAs(pt().system), StatusIs(absl::StatusCode::kUnavailable));
  ExpectNothingChanged();
  EXPECT_THAT(CallAs(co().system), IsOk());
}

TEST_F(BadInputTest, ACertificateWithTwoUris) {
  const TestIdentity two = broker_.pki().Issue(
      TestPki::Ca::kPublic,
      {.profile = CertificateProfile::kTlsClient,
       .common_name = "pt-pgr",
       .organization = "",
       .uris = {broker_.pki().SystemUri("pt-pgr"), broker_.pki().SystemUri("co-fgn")},
       .dns_names = {},
       .ip_addresses = {},
       .not_before = {},
       .not_after = {}});
  EXPECT_THAT(CallAs(two), HasReason(Reason::IDENTITY_MALFORMED));
  ExpectNothingChanged();
}

TEST_F(BadInputTest, AnUnknownAuthority) {
  EXPECT_THAT(CallAs(broker_.pki().IssueSystem("xx-no")),
              HasReason(Reason::CLIENT_CERTIFICATE_UNKNOWN));
  ExpectNothingChanged();
}

TEST_F(BadInputTest, AnUnregisteredCertificateOfAKnownAuthority) {
  EXPECT_THAT(CallAs(broker_.pki().IssueSystem("pt-pgr")),
              HasReason(Reason::CLIENT_CERTIFICATE_UNKNOWN));
  ExpectNothingChanged();
}

TEST_F(BadInputTest, ASuspendedAuthority) {
  const auto request = pt().Compose({});
  ASSERT_THAT(broker_.SetStanding(v1::STANDING_SUBJECT_AUTHORITY, "pt-pgr", v1::STANDING_SUSPENDED),
              IsOk());
  EXPECT_THAT(pt().Submit(*request), HasReason(Reason::AUTHORITY_SUSPENDED));
  ExpectNothingChanged();
  ASSERT_THAT(broker_.SetStanding(v1::STANDING_SUBJECT_AUTHORITY, "pt-pgr", v1::STANDING_ACTIVE),
              IsOk());
  EXPECT_THAT(pt().Submit(*request), IsOk());
}

TEST_F(BadInputTest, AnAuthorityOnTheAdminListener) {
  auto channel =
      ConnectTo(broker_.admin_port(), pt().system, broker_.pki().ca_file(TestPki::Ca::kAdmin));
  auto stub = v1::AdminService::NewStub(channel);
  EXPECT_THAT(CallStub(*stub, &v1::AdminService::Stub::GetStatus, v1::GetStatusRequest()),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(BadInputTest, AnOperatorMaySuspendNobody) {
  v1::SetStandingRequest request;
  request.set_request_id("6f1c0a52-8e0b-4b7e-9a55-000000000001");
  request.set_subject(v1::STANDING_SUBJECT_AUTHORITY);
  request.set_id("pt-pgr");
  request.set_standing(v1::STANDING_SUSPENDED);
  EXPECT_THAT(CallStub(broker_.admin(), &v1::AdminService::Stub::SetStanding, request),
              HasReason(Reason::PERMISSION_DENIED));
  EXPECT_THAT(pt().Send({}), IsOk());
}

TEST_F(BadInputTest, ASystemThatSendsAsAnotherAuthority) {
  v1::ActHeader header;
  auto request = pt().Prepare({}, &header);
  header.set_sender("br-mpf");
  header.set_act_id("br-mpf/" + request->request_id());
  header.set_case_id(header.act_id());
  pt().Sign(header, br().user, *request);
  ExpectRefusedWithLeaf(pt().Submit(*request), Reason::SENDER_NOT_CALLER, "act.header.sender");
}

// --- Who signed ---

TEST_F(BadInputTest, Unsigned) {
  auto request = pt().Compose({});
  request->mutable_act()->clear_signature();
  ExpectRefusedWithLeaf(pt().Submit(*request), Reason::SIGNATURE_MISSING, "act.signature");
}

TEST_F(BadInputTest, SignedOverOtherBytes) {
  auto request = pt().Compose({});
  request->mutable_act()->set_signature(
      SignDetached(pt().user.key, pt().user.certificate, "other bytes").value());
  ExpectRefusedWithLeaf(pt().Submit(*request), Reason::SIGNATURE_INVALID, "act.signature");
}

TEST_F(BadInputTest, RubbishForASignature) {
  auto request = pt().Compose({});
  request->mutable_act()->set_signature("rubbish");
  ExpectRefusedWithLeaf(pt().Submit(*request), Reason::SIGNATURE_MALFORMED, "act.signature");
}

TEST_F(BadInputTest, SignedByAUserOfAnotherAuthority) {
  ExpectRefusedWithLeaf(SendSignedBy(co().user), Reason::SIGNER_NOT_REGISTERED, "");
}

TEST_F(BadInputTest, SignedBySomebodyUnregistered) {
  const TestIdentity nobody = broker_.pki().Issue(TestPki::Ca::kSigners,
                                                  {.profile = CertificateProfile::kSigning,
                                                   .common_name = "nobody",
                                                   .organization = "",
                                                   .uris = {},
                                                   .dns_names = {},
                                                   .ip_addresses = {},
                                                   .not_before = {},
                                                   .not_after = {}});
  ExpectRefusedWithLeaf(SendSignedBy(nobody), Reason::SIGNER_NOT_REGISTERED, "");
}

TEST_F(BadInputTest, SignedUnderAnAuthorityThatNobodyTrusts) {
  const TestIdentity stranger = broker_.pki().Issue(TestPki::Ca::kStranger,
                                                    {.profile = CertificateProfile::kSigning,
                                                     .common_name = "stranger",
                                                     .organization = "",
                                                     .uris = {},
                                                     .dns_names = {},
                                                     .ip_addresses = {},
                                                     .not_before = {},
                                                     .not_after = {}});
  ExpectRefusedWithLeaf(SendSignedBy(stranger), Reason::CERTIFICATE_UNTRUSTED, "act.signature");
}

TEST_F(BadInputTest, SignedByASuspendedUser) {
  ASSERT_THAT(broker_.SetStanding(v1::STANDING_SUBJECT_USER, "pt-pgr/u-1", v1::STANDING_SUSPENDED),
              IsOk());
  ExpectRefusedWithLeaf(SendSignedBy(pt().user), Reason::SIGNER_NOT_ACTIVE, "");
}

TEST_F(BadInputTest, AFormalActUnderTheOrganisationsSeal) {
  ExpectRefusedWithLeaf(SendSignedBy(pt().seal), Reason::SIGNER_NOT_ACCREDITED, "");
}

TEST_F(BadInputTest, SignedWithAKeyThatIsTooWeak) {
  const PrivateKey key = GenerateRsaKeyForTest(1024).value();
  CertificateRequest wanted;
  wanted.profile = CertificateProfile::kSigning;
  wanted.common_name = "weak";
  wanted.not_before = SystemClock().Now() + absl::Hours(-1);
  wanted.not_after = SystemClock().Now() + absl::Hours(1);
  const Certificate certificate =
      broker_.pki().authority(TestPki::Ca::kSigners).Issue(key.PublicKeyDer(), wanted).value();
  ExpectRefusedWithLeaf(
      SendSignedBy({certificate, key, "", ""}), Reason::SIGNER_KEY_TOO_WEAK, "act.signature");
}

// --- The header's bytes ---

TEST_F(BadInputTest, AHeaderAlteredByAByte) {
  v1::ActHeader header;
  auto request = pt().Prepare({}, &header);
  pt().Sign(header, pt().user, *request);
  Bytes hmac = header.content().clear_hmac_sha256();
  hmac[0] = static_cast<char>(hmac[0] ^ 1);
  header.mutable_content()->set_clear_hmac_sha256(hmac);
  request->mutable_act()->set_header(ToSignedBytes(kHeaderFirstLine, header));
  ExpectRefusedWithLeaf(pt().Submit(*request), Reason::SIGNATURE_INVALID, "act.signature");
}

TEST_F(BadInputTest, AnUnknownFieldInTheHeader) {
  auto request = pt().Compose({});
  request->mutable_act()->mutable_header()->append("\x98\x06\x01", 3);  // field 99
  ExpectRefusedWithLeaf(pt().Submit(*request), Reason::HEADER_MALFORMED, "act.header");
}

TEST_F(BadInputTest, ADuplicateFieldInTheHeader) {
  v1::ActHeader header;
  auto request = pt().Prepare({}, &header);
  pt().Sign(header, pt().user, *request);
  // created_unix_ms, the last field there is, once more.
  const Bytes bytes = request->act().header();
  v1::ActHeader without = header;
  without.clear_created_unix_ms();
  const Bytes shorter = ToSignedBytes(kHeaderFirstLine, without);
  request->mutable_act()->set_header(bytes + bytes.substr(shorter.size()));
  ExpectRefusedWithLeaf(pt().Submit(*request), Reason::HEADER_MALFORMED, "act.header");
}

TEST_F(BadInputTest, FieldsOfTheHeaderOutOfOrder) {
  v1::ActHeader header;
  auto request = pt().Prepare({}, &header);
  v1::ActHeader first;
  first.set_trust_domain(header.trust_domain());
  const std::string line = std::string(kHeaderFirstLine) + "\n";
  const Bytes trust_domain = ToSignedBytes(kHeaderFirstLine, first).substr(line.size());
  const Bytes all = ToSignedBytes(kHeaderFirstLine, header);
  request->mutable_act()->set_header(line + all.substr(line.size() + trust_domain.size()) +
                                     trust_domain);
  request->mutable_act()->set_signature(
      SignDetached(pt().user.key, pt().user.certificate, request->act().header()).value());
  ExpectRefusedWithLeaf(pt().Submit(*request), Reason::HEADER_MALFORMED, "act.header");
}

grpc::Status SendRubbish(const std::shared_ptr<grpc::Channel>& channel, const std::string& method) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
  grpc::Slice slice(std::string("\xff\xff\xff\xff rubbish"));
  grpc::ByteBuffer request(&slice, 1), response;
  absl::Notification done;
  grpc::Status status;
  stub.UnaryCall(&context, method, {}, &request, &response, [&](grpc::Status outcome) {
    status = std::move(outcome);
    done.Notify();
  });
  done.WaitForNotification();
  return status;
}

TEST_F(BadInputTest, MalformedProtobuf) {
  const grpc::Status status = SendRubbish(pt().channel, "/rogatoria.v1.ExchangeService/SubmitAct");
  ExpectRefusedWithLeaf(
      absl::StatusOr<int>(rpc::FromGrpcStatus(status)), Reason::MALFORMED_MESSAGE, "");
}

// Of a service, by its methods' full names.
std::vector<std::string> MethodsOf(const std::string& name) {
  const auto* pool = google::protobuf::DescriptorPool::generated_pool();
  const auto* service = pool->FindServiceByName(absl::StrCat("rogatoria.v1.", name));
  std::vector<std::string> methods;
  for (int i = 0; service != nullptr && i < service->method_count(); ++i) {
    methods.push_back(absl::StrCat("/", service->full_name(), "/", service->method(i)->name()));
  }
  return methods;
}

TEST_F(BadInputTest, MalformedProtobufInAnyOtherCall) {
  constexpr char kSetStanding[] = "/rogatoria.v1.AdminService/SetStanding";
  for (const char* const name : {"ExchangeService", "DirectoryService", "AuditService"}) {
    ASSERT_FALSE(MethodsOf(name).empty());
    for (const std::string& method : MethodsOf(name)) {
      EXPECT_THAT(rpc::FromGrpcStatus(SendRubbish(pt().channel, method)),
                  HasReason(Reason::MALFORMED_MESSAGE))
          << method;
    }
  }
  ASSERT_FALSE(MethodsOf("AdminService").empty());
  for (const std::string& method : MethodsOf("AdminService")) {
    const Reason reason =
        method == kSetStanding ? Reason::PERMISSION_DENIED : Reason::MALFORMED_MESSAGE;
    EXPECT_THAT(rpc::FromGrpcStatus(SendRubbish(broker_.admin_channel(), method)),
                HasReason(reason))
        << method;
  }
  ExpectNothingChanged();
  ExpectLeaf(pt(), Reason::MALFORMED_MESSAGE);
}

TEST_F(BadInputTest, MalformedProtobufOnAStream) {
  const grpc::Status status = SendRubbish(pt().channel, "/rogatoria.v1.MailboxService/Receive");
  ExpectRefusedWithLeaf(
      absl::StatusOr<int>(rpc::FromGrpcStatus(status)), Reason::MALFORMED_MESSAGE, "");
}

// --- What the header says ---

TEST_F(BadInputTest, AnUnknownKind) {
  ExpectRefusedWithLeaf(SendWith([](auto& header) { header.set_kind(v1::ActKind(99)); }),
                        Reason::FIELD_INVALID,
                        "act.header.kind");
}

TEST_F(BadInputTest, AnUnknownRecipient) {
  ExpectRefusedWithLeaf(
      SendWith([](auto& header) { header.mutable_recipients(0)->set_authority("xx-no"); }),
      Reason::RECIPIENT_UNKNOWN,
      "act.header.recipients[0]");
}

TEST_F(BadInputTest, NoRecipient) {
  ExpectRefusedWithLeaf(SendWith([](auto& header) { header.clear_recipients(); }),
                        Reason::RECIPIENT_COUNT,
                        "act.header.recipients");
}

TEST_F(BadInputTest, TooManyRecipients) {
  ActPlan plan;
  plan.to = {"co-fgn", "br-mpf"};
  ExpectRefusedWithLeaf(
      SendWith([](auto&) {}, plan), Reason::RECIPIENT_COUNT, "act.header.recipients");
}

TEST_F(BadInputTest, ARouteThatWasNeverGiven) {
  ExpectRefusedWithLeaf(
      SendWith([](auto& header) { header.mutable_recipients(0)->set_route_id("1.c29tZQ"); }),
      Reason::ROUTE_CHANGED,
      "act.header.recipients[0]");
}

TEST_F(BadInputTest, ARouteWhoseCertificatesChanged) {
  const auto request = pt().Compose({});
  co().sealing = broker_.pki().Issue(TestPki::Ca::kSigners,
                                     {.profile = CertificateProfile::kSealing,
                                      .common_name = "co-fgn",
                                      .organization = "",
                                      .uris = {},
                                      .dns_names = {},
                                      .ip_addresses = {},
                                      .not_before = {},
                                      .not_after = {}});
  co().identity_key = PrivateKey::Generate(KeyAlgorithm::kEd25519).value();
  broker_.LoadDirectory();
  MarkState();
  ExpectRefusedWithLeaf(pt().Submit(*request), Reason::ROUTE_CHANGED, "act.header.recipients[0]");
  EXPECT_THAT(pt().Send({}), IsOk());
}

TEST_F(BadInputTest, ContentOverTheLimit) {
  v1::ActHeader header;
  auto request = pt().Prepare({}, &header);
  request->mutable_act()->set_body(Bytes(limits::kMaxInlineBodyBytes + 1, 'x'));
  header.mutable_content()->set_sealed_sha256(Sha256(request->act().body()));
  header.mutable_content()->set_sealed_size(request->act().body().size());
  pt().Sign(header, pt().user, *request);
  ExpectRefusedWithLeaf(pt().Submit(*request), Reason::LIMIT_EXCEEDED, "act.body");
}

TEST_F(BadInputTest, ContentThatIsNotTheHeaders) {
  auto request = pt().Compose({});
  request->mutable_act()->mutable_body()->back() ^= 1;
  ExpectRefusedWithLeaf(pt().Submit(*request), Reason::DIGEST_MISMATCH, "act.body");
}

TEST_F(BadInputTest, AMessageOverTheLimit) {
  auto request = pt().Compose({});
  request->mutable_act()->set_body(Bytes(2 * limits::kMaxMessageBytes, 'x'));
  EXPECT_THAT(pt().Submit(*request), StatusIs(absl::StatusCode::kResourceExhausted));
  ExpectNothingChanged();
}

TEST_F(BadInputTest, TheSameActIdWithOtherBytes) {
  v1::ActHeader header;
  auto request = pt().Prepare({}, &header);
  pt().Sign(header, pt().user, *request);
  const auto first = pt().Submit(*request);
  ASSERT_THAT(first, IsOk());
  MarkState();
  auto other = *request;
  header.set_language("pt-PT");
  pt().Sign(header, pt().user, other);
  ExpectRefusedWithLeaf(pt().Submit(other), Reason::ACT_ID_REUSED, "");
  EXPECT_EQ(pt().Submit(*request)->SerializeAsString(), first->SerializeAsString());
}

TEST_F(BadInputTest, ATrainingActAtARealHub) {
  ExpectRefusedWithLeaf(SendWith([](auto& header) { header.set_training(true); }),
                        Reason::TRAINING_MISMATCH,
                        "act.header.training");
}

TEST_F(BadInputTest, AnActOfAnotherTrustDomain) {
  ExpectRefusedWithLeaf(SendWith([](auto& header) { header.set_trust_domain("other.example"); }),
                        Reason::FIELD_INVALID,
                        "act.header.trust_domain");
}

}  // namespace
}  // namespace rogatoria
