// Real handshakes on loopback: who gets in, and what is offered at all.
#include "common/rpc/tls.h"

#include <array>
#include <cstdio>

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/base/files.h"
#include "common/crypto/tls_policy.h"
#include "common/rpc/acceptor.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"

#include "rogatoria/v1/audit_service.grpc.pb.h"

namespace rogatoria::rpc {
namespace {

using testing::HasSubstr;
using testing::Not;
using Ca = TestPki::Ca;

constexpr absl::Duration kPatience = absl::Seconds(20);

// Answers UNIMPLEMENTED: whoever hears that got in.
class TlsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(RequireTls13(), IsOk());
    server_identity_ = std::make_unique<TestIdentity>(pki_.IssueServer());
    auto trust = TrustSource::Open(
        {.authorities = pki_.ca_file(Ca::kPublic), .revocation_lists = pki_.crl_file(Ca::kPublic)},
        clock_);
    ASSERT_THAT(trust, IsOk());
    trust_ = *trust;
    Start();
  }

  void Start() {
    auto credentials = MakeServerCredentials(
        {server_identity_->certificate_file, server_identity_->key_file}, trust_, [this](Reason r) {
          absl::MutexLock lock(&mutex_);
          refused_.push_back(r);
        });
    ASSERT_THAT(credentials, IsOk());
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 1000);
    auto door = builder.experimental().AddExternalConnectionAcceptor(
        grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, *credentials);
    server_ = builder.BuildAndStart();
    door_ = std::move(door);
    acceptor_ = *Acceptor::Listen({"127.0.0.1:0"}, {});
    acceptor_->Start([this](int socket) {
      grpc::experimental::ExternalConnectionAcceptor::NewConnectionParameters connection;
      connection.fd = socket;
      door_->HandleNewConnection(&connection);
    });
  }

  void TearDown() override {
    acceptor_->Stop();
    server_->Shutdown(std::chrono::system_clock::now() + std::chrono::seconds(1));
    server_->Wait();
  }

  std::string target() const { return absl::StrCat("127.0.0.1:", acceptor_->ports().front()); }

  std::shared_ptr<grpc::Channel> Channel(const TestIdentity& identity) {
    const auto credentials = MakeChannelCredentials(
        {identity.certificate_file, identity.key_file, pki_.ca_file(Ca::kPublic)});
    EXPECT_THAT(credentials, IsOk());
    grpc::ChannelArguments arguments;
    SetChannelDefaults(arguments);
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(target(), *credentials, arguments);
  }

  grpc::StatusCode Call(const TestIdentity& identity) {
    const auto channel = Channel(identity);
    const auto stub = v1::AuditService::NewStub(channel);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    v1::GetCheckpointResponse response;
    return stub->GetCheckpoint(&context, {}, &response).error_code();
  }

  bool WasRefusedFor(Reason reason) {
    absl::MutexLock lock(&mutex_);
    const auto is_there = [&] {
      mutex_.AssertHeld();
      return !refused_.empty() && refused_.back() == reason;
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&is_there), kPatience);
  }

  // What openssl s_client prints when it connects with these options.
  std::string OpenSsl(const TestIdentity& identity, const std::string& options) {
    const std::string command = absl::StrCat("echo | timeout 10 openssl s_client -connect ",
                                             target(),
                                             " -alpn h2 -cert ",
                                             identity.certificate_file,
                                             " -key ",
                                             identity.key_file,
                                             " -CAfile ",
                                             pki_.ca_file(Ca::kPublic),
                                             " ",
                                             options,
                                             " 2>&1");
    std::string out;
    FILE* pipe = popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    for (size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
      out.append(buffer.data(), n);
    }
    pclose(pipe);
    return out;
  }

  TemporaryFolder folder_;
  TestPki pki_{folder_ / "pki"};
  SystemClock clock_;
  std::unique_ptr<TestIdentity> server_identity_;
  std::shared_ptr<TrustSource> trust_;
  absl::Mutex mutex_;
  std::vector<Reason> refused_;
  v1::AuditService::Service service_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> door_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Acceptor> acceptor_;
};

TEST_F(TlsTest, AnIssuedCertificateGetsIn) {
  EXPECT_EQ(Call(pki_.IssueSystem("pt-pgr")), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(TlsTest, AnotherCasCertificateDoesNot) {
  EXPECT_EQ(Call(pki_.IssueSystem("pt-pgr", "cms", Ca::kStranger)), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, AnExpiredCertificateDoesNot) {
  const Instant now = clock_.Now();
  EXPECT_EQ(Call(pki_.Issue(Ca::kPublic,
                            {.profile = CertificateProfile::kTlsClient,
                             .common_name = "old",
                             .organization = "",
                             .uris = {pki_.SystemUri("pt-pgr")},
                             .dns_names = {},
                             .ip_addresses = {},
                             .not_before = now + absl::Hours(-2),
                             .not_after = now + absl::Hours(-1)})),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, ARevokedCertificateDoesNotOnceTheListIsRead) {
  const TestIdentity identity = pki_.IssueSystem("pt-pgr");
  EXPECT_EQ(Call(identity), grpc::StatusCode::UNIMPLEMENTED);
  pki_.Revoke(Ca::kPublic, identity.certificate);
  ASSERT_THAT(trust_->Refresh(), IsOk());
  EXPECT_EQ(Call(identity), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(WasRefusedFor(Reason::CERTIFICATE_REVOKED));
  EXPECT_EQ(Call(pki_.IssueSystem("co-fgn")), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(TlsTest, AStaleRevocationListLetsNobodyIn) {
  pki_.WriteRevocationList(Ca::kPublic, absl::Minutes(-5));
  ASSERT_THAT(trust_->Refresh(), IsOk());
  EXPECT_EQ(Call(pki_.IssueSystem("pt-pgr")), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(WasRefusedFor(Reason::REVOCATION_UNKNOWN));
}

TEST_F(TlsTest, AListThatCannotBeReadLeavesTheOldOneAndSaysSo) {
  const TestIdentity identity = pki_.IssueSystem("pt-pgr");
  pki_.Revoke(Ca::kPublic, identity.certificate);
  ASSERT_THAT(trust_->Refresh(), IsOk());
  ASSERT_THAT(WriteFileDurably(pki_.crl_file(Ca::kPublic),
                               "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"),
              IsOk());
  EXPECT_FALSE(trust_->Refresh().ok());
  EXPECT_EQ(Call(identity), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, AClientWithoutACertificateDoesNot) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = *ReadFile(pki_.ca_file(Ca::kPublic), 1 << 20);
  const auto stub =
      v1::AuditService::NewStub(grpc::CreateChannel(target(), grpc::SslCredentials(options)));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  v1::GetCheckpointResponse response;
  EXPECT_EQ(stub->GetCheckpoint(&context, {}, &response).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, AClientDoesNotTrustAHubOfAnotherCa) {
  const TestIdentity identity = pki_.IssueSystem("pt-pgr");
  const auto credentials = MakeChannelCredentials(
      {identity.certificate_file, identity.key_file, pki_.ca_file(Ca::kStranger)});
  const auto stub = v1::AuditService::NewStub(grpc::CreateChannel(target(), *credentials));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  v1::GetCheckpointResponse response;
  EXPECT_EQ(stub->GetCheckpoint(&context, {}, &response).error_code(),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(TlsTest, Tls13IsTheOnlyVersion) {
  const TestIdentity identity = pki_.IssueSystem("pt-pgr");
  EXPECT_THAT(OpenSsl(identity, "-tls1_3"), HasSubstr("TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384"));
  EXPECT_THAT(OpenSsl(identity, "-tls1_2"), HasSubstr("Cipher is (NONE)"));
}

TEST_F(TlsTest, NoSessionTicketIsOffered) {
  EXPECT_THAT(OpenSsl(pki_.IssueSystem("pt-pgr"), "-tls1_3"),
              Not(HasSubstr("Session Ticket arrived")));
}

TEST_F(TlsTest, ANewServerCertificateIsServedAfterASwapByRename) {
  const TestIdentity client = pki_.IssueSystem("pt-pgr");
  const TestIdentity next = pki_.IssueServer();
  const std::string serial = next.certificate.serial();
  ASSERT_EQ(rename(next.key_file.c_str(), server_identity_->key_file.c_str()), 0);
  ASSERT_EQ(rename(next.certificate_file.c_str(), server_identity_->certificate_file.c_str()), 0);
  const absl::Time end = absl::Now() + kPatience;
  bool served = false;
  while (!served && absl::Now() < end) {
    const std::string shown = OpenSsl(client, "-tls1_3");
    const size_t begin = shown.find("-----BEGIN CERTIFICATE-----");
    const auto certificate =
        Certificate::FromPem(begin == std::string::npos ? "" : shown.substr(begin));
    served = certificate.ok() && certificate->serial() == serial;
  }
  EXPECT_TRUE(served);
}

TEST_F(TlsTest, WhoeverSaysNothingIsClosedByTheHandshakeTimeout) {
  Descriptor silent(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in hub{};
  hub.sin_family = AF_INET;
  hub.sin_port = htons(static_cast<uint16_t>(acceptor_->ports().front()));
  hub.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(connect(silent.get(), reinterpret_cast<sockaddr*>(&hub), sizeof(hub)), 0);
  char byte = 0;
  EXPECT_LE(read(silent.get(), &byte, 1), 0);
  const absl::Time end = absl::Now() + kPatience;
  while (acceptor_->stats().open > 0 && absl::Now() < end) sched_yield();
  EXPECT_EQ(acceptor_->stats().open, 0);
}

TEST(TlsFiles, AKeyOfAnotherCertificateIsRefusedAtOnce) {
  TemporaryFolder folder;
  TestPki pki(folder / "pki");
  const TestIdentity a = pki.IssueSystem("pt-pgr"), b = pki.IssueSystem("co-fgn");
  EXPECT_THAT(MakeChannelCredentials({a.certificate_file, b.key_file, pki.ca_file(Ca::kPublic)}),
              HasReason(Reason::KEY_MALFORMED));
}

TEST(TlsFiles, AKeyThatOthersCanReadIsRefused) {
  TemporaryFolder folder;
  TestPki pki(folder / "pki");
  const TestIdentity a = pki.IssueSystem("pt-pgr");
  ASSERT_EQ(chmod(a.key_file.c_str(), 0644), 0);
  EXPECT_THAT(MakeChannelCredentials({a.certificate_file, a.key_file, pki.ca_file(Ca::kPublic)}),
              HasReason(Reason::KEY_FILE_UNSAFE));
}

TEST(TlsFiles, MissingFilesAreNamed) {
  SystemClock clock;
  EXPECT_FALSE(TrustSource::Open({"/nonexistent/ca.pem", ""}, clock).ok());
  EXPECT_FALSE(MakeChannelCredentials({"/nonexistent/a", "/nonexistent/b", "/x"}).ok());
}

}  // namespace
}  // namespace rogatoria::rpc
