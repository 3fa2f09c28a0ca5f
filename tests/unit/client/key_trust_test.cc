// Goal: an operator who plants a sealing key is caught before anything is sealed to it.
#include "common/client/key_trust.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/directory/key_statement.h"
#include "common/merkle/frontier.h"
#include "common/merkle/proof.h"
#include "common/model/leaf.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_log.h"
#include "tests/unit/client/offices/test_offices.h"

namespace rogatoria::client {
namespace {

class KeyTrustTest : public testing::Test {
 protected:
  KeyTrustTest() : routes_(offices_.RouteTo(offices_.co())) {}

  v1::SealingCertificate& sealing() {
    return *routes_.mutable_routes(0)->mutable_sealing_certificates(0);
  }
  absl::Status Check(absl::Duration later = absl::ZeroDuration()) {
    return CheckStatements(offices_.pt().profile, routes_, SystemClock().Now() + later);
  }
  // States the certificate again, with this body and key.
  void State(const v1::KeyStatementBody& body, const PrivateKey& identity) {
    auto statement = SignKeyStatement(body, identity);
    ASSERT_THAT(statement, IsOk());
    *sealing().mutable_statement() = *statement;
  }
  v1::KeyStatementBody Body() {
    const Certificate& certificate = offices_.co().sealing.certificate;
    return MakeKeyStatementBody(offices_.pki().trust_domain(),
                                "co-fgn",
                                certificate,
                                v1::KEY_PURPOSE_SEALING,
                                certificate.not_before(),
                                certificate.not_after());
  }
  void ExpectCaught() {
    const absl::Status status = Check();
    EXPECT_THAT(status, HasReason(Reason::KEY_NOT_TRUSTED));
    const auto details = GetErrorDetails(status);
    if (details.has_value()) {
      EXPECT_EQ(details->field, "co-fgn");
    }
  }

  TestOffices offices_;
  v1::ResolveRecipientsResponse routes_;
};

TEST_F(KeyTrustTest, TheAuthoritysOwnKeyIsTaken) {
  EXPECT_THAT(Check(), IsOk());
}

TEST_F(KeyTrustTest, APlantedCertificateUnderAnOldStatement) {
  const KeyPair planted = offices_.Issue(CertificateProfile::kSealing, "co-fgn sealing");
  sealing().set_certificate(planted.certificate.ToDer());
  ExpectCaught();
}

TEST_F(KeyTrustTest, APlantedCertificateStatedByTheHubsOwnIdentityKey) {
  const KeyPair planted = offices_.Issue(CertificateProfile::kSealing, "co-fgn sealing");
  const auto identity = PrivateKey::Generate(KeyAlgorithm::kEd25519);
  ASSERT_THAT(identity, IsOk());
  sealing().set_certificate(planted.certificate.ToDer());
  v1::KeyStatementBody body = Body();
  body.set_certificate_sha256(planted.certificate.fingerprint_bytes());
  State(body, *identity);
  ExpectCaught();
}

TEST_F(KeyTrustTest, AnIdentityThatWasNeverFixed) {
  offices_.pt().profile.identities.erase("co-fgn");
  ExpectCaught();
}

TEST_F(KeyTrustTest, ASignatureThatDoesNotHold) {
  sealing().mutable_statement()->mutable_signature()->back() ^= 1;
  ExpectCaught();
}

TEST_F(KeyTrustTest, AStatementOfAnotherAuthority) {
  routes_ = offices_.RouteTo(offices_.pt());
  routes_.mutable_routes(0)->mutable_authority()->set_id("co-fgn");
  ExpectCaught();
}

TEST_F(KeyTrustTest, AStatementForAnotherPurpose) {
  sealing().set_purpose(v1::SEALING_PURPOSE_ARCHIVE);
  ExpectCaught();
}

TEST_F(KeyTrustTest, AStatementForAnotherTrustDomain) {
  v1::KeyStatementBody body = Body();
  body.set_trust_domain("elsewhere.test");
  State(body, offices_.co().identity);
  ExpectCaught();
}

TEST_F(KeyTrustTest, AStatementThatTakesTheKeyBack) {
  v1::KeyStatementBody body = Body();
  body.set_revoked(true);
  State(body, offices_.co().identity);
  ExpectCaught();
}

TEST_F(KeyTrustTest, AStatementOutsideItsTime) {
  EXPECT_THAT(Check(absl::Hours(24 * 400)), HasReason(Reason::KEY_NOT_TRUSTED));
  EXPECT_THAT(Check(-absl::Hours(24 * 400)), HasReason(Reason::KEY_NOT_TRUSTED));
}

TEST_F(KeyTrustTest, ARouteWithoutACertificate) {
  routes_.mutable_routes(0)->clear_sealing_certificates();
  ExpectCaught();
}

// A log of five leaves in which the third is the statement.
class StatementLeafTest : public KeyTrustTest {
 protected:
  StatementLeafTest() {
    v1::KeyStatement& statement = *sealing().mutable_statement();
    statement.set_log_origin("rogatoria.test/log/2");
    statement.set_leaf_index(2);
    for (uint64_t i = 0; i < 5; ++i) {
      const Bytes leaf =
          i == 2 ? FormatLeaf(KeyStatementLeaf{
                       statement.statement(), statement.signature(), statement.identity_key()})
                 : absl::StrCat("leaf ", i);
      rows_.push_back(merkle::EncodeRow(frontier_.Append(merkle::LeafHash(leaf))));
    }
    head_ = {"rogatoria.test/log/2", 5, frontier_.Root(), {}};
  }
  absl::Status Check(uint64_t proven_index = 2) {
    const auto proof = merkle::InclusionProof(proven_index, 5, [this](merkle::NodeId id) {
      return merkle::HashInRow(rows_[merkle::RowOf(id)], id);
    });
    EXPECT_THAT(proof, IsOk());
    return CheckStatementLeaf("co-fgn", sealing().statement(), head_, *proof);
  }

  merkle::Frontier frontier_;
  std::vector<Bytes> rows_;
  merkle::Checkpoint head_;
};

TEST_F(StatementLeafTest, TheStatementIsInTheLog) {
  EXPECT_THAT(Check(), IsOk());
}

TEST_F(StatementLeafTest, TheProofOfAnotherLeaf) {
  EXPECT_THAT(Check(3), HasReason(Reason::KEY_NOT_TRUSTED));
}

TEST_F(StatementLeafTest, AnotherIndexThanTheLogs) {
  sealing().mutable_statement()->set_leaf_index(3);
  EXPECT_THAT(Check(), HasReason(Reason::KEY_NOT_TRUSTED));
}

TEST_F(StatementLeafTest, AStatementThatWasNeverLogged) {
  sealing().mutable_statement()->mutable_signature()->back() ^= 1;
  EXPECT_THAT(Check(), HasReason(Reason::KEY_NOT_TRUSTED));
}

TEST_F(StatementLeafTest, AnEarlierLogOfTheSameHubOnly) {
  v1::KeyStatement& statement = *sealing().mutable_statement();
  statement.set_log_origin("rogatoria.test/log/1");
  EXPECT_THAT(Check(), IsOk());
  for (const char* origin : {"rogatoria.test/log/3",
                             "elsewhere.test/log/1",
                             "rogatoria.test/log/0",
                             "rogatoria.test/log/x",
                             ""}) {
    statement.set_log_origin(origin);
    EXPECT_THAT(Check(), HasReason(Reason::KEY_NOT_TRUSTED)) << origin;
  }
}

}  // namespace
}  // namespace rogatoria::client
