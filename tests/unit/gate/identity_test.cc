#include "services/gate/identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/directory/directory.h"
#include "services/gate/rate_limiter.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/test_pki.h"

namespace rogatoria::gate {
namespace {

using Ca = TestPki::Ca;

class IdentityTest : public testing::Test {
 protected:
  IdentityTest() {
    Directory::Contents contents;
    contents.systems = {{.identity = pki_.SystemUri("pt-pgr"),
                         .authority = "pt-pgr",
                         .name = "cms",
                         .certificate_sha256 = {system_.fingerprint(), rotated_.fingerprint()}}};
    contents.operators = {{.identity = pki_.OperatorUri("op-1"),
                           .id = "op-1",
                           .role = PrincipalKind::kSecurityOfficer,
                           .certificate_sha256 = {operator_.fingerprint()}}};
    state_.directory = std::make_shared<const Directory>(std::move(contents));
  }

  absl::StatusOr<Caller> Resolve(const TestIdentity& identity) {
    return ResolveCaller(identity.certificate, "rogatoria.test", state_, bootstrap_, now_);
  }
  void SetStanding(v1::StandingSubject subject, const std::string& id, v1::Standing standing) {
    Standings standings = *state_.standings;
    standings.Set(subject, id, standing);
    state_.standings = std::make_shared<const Standings>(standings);
  }
  TestIdentity IssueWith(std::vector<std::string> uris) {
    return pki_.Issue(Ca::kPublic,
                      {.profile = CertificateProfile::kTlsClient,
                       .common_name = "x",
                       .organization = "",
                       .uris = std::move(uris),
                       .dns_names = {},
                       .ip_addresses = {},
                       .not_before = {},
                       .not_after = {}});
  }

  TemporaryFolder folder_;
  TestPki pki_{folder_.path()};
  TestIdentity system_ = pki_.IssueSystem("pt-pgr");
  TestIdentity rotated_ = pki_.IssueSystem("pt-pgr");
  TestIdentity operator_ = pki_.IssueOperator("op-1");
  RegistryState state_;
  BootstrapOperator bootstrap_;
  Instant now_ = SystemClock().Now();
};

TEST_F(IdentityTest, ARegisteredSystemIsItsAuthority) {
  const auto caller = Resolve(system_);
  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->kind, PrincipalKind::kAuthoritySystem);
  EXPECT_EQ(caller->authority, "pt-pgr");
  EXPECT_EQ(caller->identity, pki_.SystemUri("pt-pgr"));
  EXPECT_EQ(caller->certificate_sha256, system_.fingerprint());
}

TEST_F(IdentityTest, TwoCertificatesHoldDuringARotation) {
  EXPECT_THAT(Resolve(rotated_), IsOk());
}

TEST_F(IdentityTest, AnOperatorHasTheRegistrysRole) {
  const auto caller = Resolve(operator_);
  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->kind, PrincipalKind::kSecurityOfficer);
  EXPECT_EQ(caller->authority, "");
}

TEST_F(IdentityTest, TheRightNameInAnUnregisteredCertificateIsUnknown) {
  EXPECT_THAT(Resolve(pki_.IssueSystem("pt-pgr")), HasReason(Reason::CLIENT_CERTIFICATE_UNKNOWN));
  EXPECT_THAT(Resolve(pki_.IssueOperator("op-1")), HasReason(Reason::CLIENT_CERTIFICATE_UNKNOWN));
}

TEST_F(IdentityTest, AnUnknownAuthorityIsUnknown) {
  EXPECT_THAT(Resolve(pki_.IssueSystem("xx-zzz")), HasReason(Reason::CLIENT_CERTIFICATE_UNKNOWN));
}

TEST_F(IdentityTest, ExactlyOneUriOfThisTrustDomain) {
  const std::string good = pki_.SystemUri("pt-pgr");
  const std::vector<std::vector<std::string>> bad = {
      {},
      {good, good},
      {good, pki_.SystemUri("co-fgn")},
      {"https://rogatoria.test/authority/pt-pgr"},
      {"spiffe://rogatoria.test.example/authority/pt-pgr/system/cms"},
      {"spiffe://rogatoria.test/"},
      {"spiffe://ROGATORIA.TEST/authority/pt-pgr/system/cms"}};
  for (const auto& uris : bad) {
    EXPECT_THAT(Resolve(IssueWith(uris)), HasReason(Reason::IDENTITY_MALFORMED));
  }
}

TEST_F(IdentityTest, ACertificateHoldsOnlyInItsTime) {
  now_ = system_.certificate.not_after();
  EXPECT_THAT(Resolve(system_), HasReason(Reason::CERTIFICATE_EXPIRED));
  now_ = system_.certificate.not_before() + absl::Milliseconds(-1);
  EXPECT_THAT(Resolve(system_), HasReason(Reason::CERTIFICATE_NOT_YET_VALID));
}

TEST_F(IdentityTest, StandingsCountAtOnce) {
  SetStanding(v1::STANDING_SUBJECT_AUTHORITY, "pt-pgr", v1::STANDING_SUSPENDED);
  EXPECT_THAT(Resolve(system_), HasReason(Reason::AUTHORITY_SUSPENDED));
  SetStanding(v1::STANDING_SUBJECT_AUTHORITY, "pt-pgr", v1::STANDING_ACTIVE);
  EXPECT_THAT(Resolve(system_), IsOk());
  for (const v1::Standing standing : {v1::STANDING_SUSPENDED, v1::STANDING_REVOKED}) {
    SetStanding(v1::STANDING_SUBJECT_CERTIFICATE, system_.fingerprint(), standing);
    EXPECT_THAT(Resolve(system_), HasReason(Reason::CERTIFICATE_REVOKED));
  }
  EXPECT_THAT(Resolve(rotated_), IsOk());
}

TEST_F(IdentityTest, OperatorsCertificatesCanBeRevokedToo) {
  SetStanding(v1::STANDING_SUBJECT_CERTIFICATE, operator_.fingerprint(), v1::STANDING_REVOKED);
  EXPECT_THAT(Resolve(operator_), HasReason(Reason::CERTIFICATE_REVOKED));
}

TEST_F(IdentityTest, TheBootstrapOperatorServesUntilTheDirectoryHasOperators) {
  const TestIdentity first = pki_.IssueOperator("first");
  bootstrap_ = {pki_.OperatorUri("first"), first.fingerprint()};
  EXPECT_THAT(Resolve(first), HasReason(Reason::CLIENT_CERTIFICATE_UNKNOWN));
  state_.directory = std::make_shared<const Directory>();
  const auto caller = Resolve(first);
  ASSERT_THAT(caller, IsOk());
  EXPECT_EQ(caller->kind, PrincipalKind::kOperator);
  EXPECT_THAT(Resolve(pki_.IssueOperator("first")), HasReason(Reason::CLIENT_CERTIFICATE_UNKNOWN));
}

TEST_F(IdentityTest, WithoutABootstrapNobodyIsAdmittedToAnEmptyHub) {
  state_.directory = std::make_shared<const Directory>();
  EXPECT_THAT(Resolve(operator_), HasReason(Reason::CLIENT_CERTIFICATE_UNKNOWN));
}

TEST_F(IdentityTest, TheCacheReadsACertificateAndRefusesAnotherText) {
  CertificateCache cache;
  const std::string pem = system_.certificate.ToPem();
  EXPECT_EQ(*cache.Get(pem), system_.certificate);
  EXPECT_EQ(*cache.Get(pem), system_.certificate);
  EXPECT_FALSE(cache.Get("no certificate").ok());
}

TEST(RateLimiterTest, EachPrincipalHasItsOwn) {
  RateLimiter limiter(8);
  const absl::Time start = absl::FromUnixSeconds(1000);
  EXPECT_THAT(limiter.Take("pt-pgr", start), IsOk());
  EXPECT_THAT(limiter.Take("pt-pgr", start), IsOk());
  const absl::Status refused = limiter.Take("pt-pgr", start);
  EXPECT_THAT(refused, HasReason(Reason::OVERLOADED));
  EXPECT_GT(GetErrorDetails(refused)->retry_after, absl::ZeroDuration());
  EXPECT_THAT(limiter.Take("co-fgn", start), IsOk());
  EXPECT_THAT(limiter.Take("pt-pgr", start + absl::Seconds(1)), IsOk());
}

}  // namespace
}  // namespace rogatoria::gate
