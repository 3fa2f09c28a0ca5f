// The daemon as a whole: what it does when standings change, when it is drained, watched, locked
// out, or asked too often.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "absl/strings/str_cat.h"
#include "common/base/descriptor.h"
#include "tests/integration/broker.h"
#include "tests/support/status_matchers.h"

namespace rogatoria {
namespace {

using testing::HasSubstr;

absl::StatusOr<v1::GetCheckpointResponse> Checkpoint(v1::AuditService::Stub& stub) {
  return CallStub(stub, &v1::AuditService::Stub::GetCheckpoint, v1::GetCheckpointRequest());
}

// The metrics page as it is now.
std::string ReadMetrics(int port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in page{};
  page.sin_family = AF_INET;
  page.sin_port = htons(static_cast<uint16_t>(port));
  page.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(socket.get(), reinterpret_cast<sockaddr*>(&page), sizeof(page)) != 0) return "";
  constexpr char kGet[] = "GET /metrics HTTP/1.0\r\n\r\n";
  if (write(socket.get(), kGet, sizeof(kGet) - 1) < 0) return "";
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(socket.get(), buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<size_t>(n));
  }
  return text;
}

TEST(DaemonTest, ASuspensionEndsAnOpenStreamAndTheNextCall) {
  Broker broker;
  MailStream stream(broker.office("co-fgn"), v1::SUBSCRIPTION_ROLE_PRIMARY);
  ASSERT_THAT(broker.SetStanding(v1::STANDING_SUBJECT_AUTHORITY, "co-fgn", v1::STANDING_SUSPENDED),
              IsOk());
  EXPECT_THAT(Checkpoint(*broker.office("co-fgn").audit), HasReason(Reason::AUTHORITY_SUSPENDED));
  EXPECT_FALSE(stream.Next().has_delivery());
  EXPECT_THAT(stream.End(), HasReason(Reason::AUTHORITY_SUSPENDED));
  EXPECT_THAT(Checkpoint(*broker.office("pt-pgr").audit), IsOk());
}

TEST(DaemonTest, ARevokedCertificateEndsItsOpenStream) {
  Broker broker;
  MailStream stream(broker.office("co-fgn"), v1::SUBSCRIPTION_ROLE_OBSERVER);
  ASSERT_THAT(broker.SetStanding(v1::STANDING_SUBJECT_CERTIFICATE,
                                 broker.office("co-fgn").system.fingerprint(),
                                 v1::STANDING_REVOKED),
              IsOk());
  EXPECT_FALSE(stream.Next().has_delivery());
  EXPECT_THAT(stream.End(), HasReason(Reason::CERTIFICATE_REVOKED));
}

TEST(DaemonTest, DrainingTellsOpenStreamsToComeBack) {
  Broker broker;
  MailStream stream(broker.office("co-fgn"), v1::SUBSCRIPTION_ROLE_PRIMARY);
  broker.app().Drain();
  EXPECT_FALSE(stream.Next().has_delivery());
  EXPECT_THAT(stream.End(), StatusIs(absl::StatusCode::kUnavailable));
  broker.app().Drain();  // once more changes nothing
}

TEST(DaemonTest, ARestartHasTheSameLogDirectoryAndStandings) {
  Broker broker;
  ASSERT_THAT(broker.SetStanding(v1::STANDING_SUBJECT_AUTHORITY, "br-mpf", v1::STANDING_SUSPENDED),
              IsOk());
  const std::string key = broker.verifier_key();
  const uint64_t version = broker.Status().directory_version();
  broker.Restart();
  EXPECT_EQ(broker.verifier_key(), key);
  EXPECT_EQ(broker.Status().directory_version(), version);
  EXPECT_THAT(Checkpoint(*broker.office("br-mpf").audit), HasReason(Reason::AUTHORITY_SUSPENDED));
  EXPECT_THAT(Checkpoint(*broker.office("pt-pgr").audit), IsOk());
}

TEST(DaemonTest, WhoeverCallsTooOftenIsToldWhenToComeBack) {
  Broker broker([](daemon::Config& config) { config.limits.max_calls_per_second = 4; });
  absl::Status last;
  for (int i = 0; i < 200 && last.ok(); ++i) {
    last = Checkpoint(*broker.office("pt-pgr").audit).status();
  }
  EXPECT_THAT(last, HasReason(Reason::OVERLOADED));
  EXPECT_GT(GetErrorDetails(last)->retry_after, absl::ZeroDuration());
  EXPECT_THAT(Checkpoint(*broker.office("br-mpf").audit), IsOk());
  EXPECT_GE(broker.app().stats().gate.refused_rate, 1u);
}

TEST(DaemonTest, MetricsAreServedOnLoopbackWithoutAnIdentity) {
  Broker broker([](daemon::Config& config) { config.metrics.listen = "127.0.0.1:0"; });
  ASSERT_THAT(Checkpoint(*broker.office("pt-pgr").audit), IsOk());
  const std::string page = ReadMetrics(broker.app().metrics_port());
  EXPECT_THAT(page, HasSubstr("rogatoria_calls_total{decision=\"admitted\"}"));
  EXPECT_THAT(page, HasSubstr("rogatoria_directory_version 1"));
  EXPECT_THAT(page, testing::Not(HasSubstr("pt-pgr")));
  EXPECT_THAT(page, testing::Not(HasSubstr("spiffe")));
}

TEST(DaemonTest, AStoreInUseStopsASecondDaemon) {
  Broker broker;
  daemon::Config config = broker.config();
  config.metrics.listen = "";
  SystemClock clock;
  daemon::EventLog log("error", clock, /*silent=*/true);
  const auto second = daemon::App::Start(config, {.log = &log, .clock = &clock});
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kUnavailable)) << "it may be free in a moment";
}

TEST(DaemonTest, AnAddressInUseStopsItBeforeItServes) {
  Broker broker;
  daemon::Config config = broker.config();
  TemporaryFolder other;
  config.store.directory = other / "store";
  config.store.case_keys = other / "keys/case-keys";
  config.store.tiles = other / "tiles";
  config.public_listener.listen = {absl::StrCat("127.0.0.1:", broker.public_port())};
  SystemClock clock;
  daemon::EventLog log("error", clock, /*silent=*/true);
  const auto second = daemon::App::Start(config, {.log = &log, .clock = &clock});
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kUnavailable));
}

TEST(DaemonTest, AnIdleWriterIsAlive) {
  Broker broker;
  for (int look = 0; look < 4; ++look) EXPECT_TRUE(broker.app().IsAlive());
}

}  // namespace
}  // namespace rogatoria
