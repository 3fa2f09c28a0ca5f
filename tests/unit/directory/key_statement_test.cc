#include "common/directory/key_statement.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "common/crypto/raw_signature.h"
#include "common/model/canonical.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/directory/test_directory.h"

namespace rogatoria {
namespace {

std::vector<v1::KeyStatement> Chain() {
  return {Portugal().seal_statement, Portugal().sealing_statement, Portugal().archive_statement};
}

absl::Status VerifyChain(const std::vector<v1::KeyStatement>& chain,
                         const std::string& domain = kTrustDomain,
                         const std::string& authority = "pt-pgr") {
  return VerifyKeyStatementChain(
             chain, domain, authority, IdentityFingerprint(Portugal().identity.PublicKeyDer()))
      .status();
}

TEST(KeyStatementTest, BothSortsOfIdentityKeySign) {
  for (KeyAlgorithm algorithm : {KeyAlgorithm::kP256, KeyAlgorithm::kEd25519}) {
    const auto key = PrivateKey::Generate(algorithm);
    const auto statement = SignKeyStatement(MakeKeyStatementBody(kTrustDomain,
                                                                 "pt-pgr",
                                                                 Portugal().sealing,
                                                                 v1::KEY_PURPOSE_SEALING,
                                                                 kNow,
                                                                 {kNow.unix_ms + kDayMs}),
                                            *key);
    ASSERT_THAT(statement, IsOk());
    const auto body = VerifyKeyStatement(*statement);
    ASSERT_THAT(body, IsOk());
    EXPECT_EQ(body->authority(), "pt-pgr");
    EXPECT_EQ(body->certificate_sha256(), Portugal().sealing.fingerprint_bytes());
  }
}

TEST(KeyStatementTest, OtherKeysDoNotSign) {
  const auto body = MakeKeyStatementBody(kTrustDomain,
                                         "pt-pgr",
                                         Portugal().sealing,
                                         v1::KEY_PURPOSE_SEALING,
                                         kNow,
                                         {kNow.unix_ms + kDayMs});
  EXPECT_THAT(SignKeyStatement(body, *PrivateKey::Generate(KeyAlgorithm::kP384)),
              HasReason(Reason::KEY_MALFORMED));
}

TEST(KeyStatementTest, EveryBitCounts) {
  const v1::KeyStatement good = Portugal().seal_statement;
  for (size_t i = 0; i < good.statement().size(); ++i) {
    v1::KeyStatement bad = good;
    (*bad.mutable_statement())[i] = static_cast<char>(bad.statement()[i] ^ 1);
    EXPECT_THAT(VerifyKeyStatement(bad), HasReason(Reason::KEY_STATEMENT_INVALID)) << i;
  }
  for (size_t i = 0; i < good.identity_key().size(); ++i) {
    v1::KeyStatement bad = good;
    (*bad.mutable_identity_key())[i] = static_cast<char>(bad.identity_key()[i] ^ 1);
    EXPECT_FALSE(VerifyKeyStatement(bad).ok()) << i;
  }
  v1::KeyStatement bad = good;
  bad.clear_signature();
  EXPECT_THAT(VerifyKeyStatement(bad), HasReason(Reason::KEY_STATEMENT_INVALID));
}

TEST(KeyStatementTest, FieldsAreChecked) {
  const v1::KeyStatementBody good = MakeKeyStatementBody(kTrustDomain,
                                                         "pt-pgr",
                                                         Portugal().sealing,
                                                         v1::KEY_PURPOSE_SEALING,
                                                         kNow,
                                                         {kNow.unix_ms + kDayMs});
  const auto refused = [&good](auto spoil) {
    v1::KeyStatementBody body = good;
    spoil(body);
    const auto statement = SignKeyStatement(body, Portugal().identity);
    return statement.ok() ? std::string() : GetErrorDetails(statement.status())->field;
  };
  EXPECT_EQ(refused([](auto& b) { b.clear_trust_domain(); }), "trust_domain");
  EXPECT_EQ(refused([](auto& b) { b.set_authority("P"); }), "authority");
  EXPECT_EQ(refused([](auto& b) { b.set_certificate_sha256("x"); }), "certificate_sha256");
  EXPECT_EQ(refused([](auto& b) { b.clear_purpose(); }), "purpose");
  EXPECT_EQ(refused([](auto& b) { b.set_not_before_unix_ms(0); }), "not_before_unix_ms");
  EXPECT_EQ(refused([](auto& b) { b.set_not_after_unix_ms(5); }), "not_after_unix_ms");
  EXPECT_EQ(refused([](auto& b) { b.set_previous_sha256("x"); }), "previous_sha256");
  EXPECT_EQ(refused([](auto&) {}), "");
}

TEST(KeyStatementTest, AChainHoldsInItsOrderOnly) {
  EXPECT_THAT(VerifyChain(Chain()), IsOk());
  EXPECT_THAT(VerifyChain({}), IsOk());
  auto swapped = Chain();
  std::swap(swapped[1], swapped[2]);
  EXPECT_EQ(GetErrorDetails(VerifyChain(swapped))->field, "statements[1].previous_sha256");
  auto headless = Chain();
  headless.erase(headless.begin());
  EXPECT_EQ(GetErrorDetails(VerifyChain(headless))->field, "statements[0].previous_sha256");
  auto twice = Chain();
  twice.push_back(twice.back());
  EXPECT_EQ(GetErrorDetails(VerifyChain(twice))->field, "statements[3].previous_sha256");
}

TEST(KeyStatementTest, AChainIsOfOneAuthorityAndOneKey) {
  EXPECT_EQ(GetErrorDetails(VerifyChain(Chain(), "other.example"))->field,
            "statements[0].trust_domain");
  EXPECT_EQ(GetErrorDetails(VerifyChain(Chain(), kTrustDomain, "co-fgn"))->field,
            "statements[0].authority");
  EXPECT_EQ(GetErrorDetails(VerifyChain({Colombia().seal_statement}))->field,
            "statements[0].identity_key");
}

// A hub that plants a certificate can sign it with a key of its own, but not with the pinned one.
TEST(KeyStatementTest, APlantedStatementIsCaught) {
  const auto hub_key = PrivateKey::Generate(KeyAlgorithm::kP256);
  const auto planted =
      SignKeyStatement(MakeKeyStatementBody(kTrustDomain,
                                            "pt-pgr",
                                            Colombia().sealing,
                                            v1::KEY_PURPOSE_SEALING,
                                            kNow,
                                            {kNow.unix_ms + kDayMs},
                                            KeyStatementDigest(Portugal().archive_statement)),
                       *hub_key);
  EXPECT_THAT(VerifyKeyStatement(*planted), IsOk());  // the signature itself is fine
  auto chain = Chain();
  chain.push_back(*planted);
  EXPECT_EQ(GetErrorDetails(VerifyChain(chain))->field, "statements[3].identity_key");
  chain.back().set_identity_key(Portugal().identity.PublicKeyDer());
  EXPECT_EQ(GetErrorDetails(VerifyChain(chain))->field, "statements[3].signature");
}

TEST(KeyStatementTest, TheLastWordOnACertificateStands) {
  std::vector<v1::KeyStatementBody> chain(4);
  for (auto& body : chain) body.set_purpose(v1::KEY_PURPOSE_SEALING);
  chain[0].set_certificate_sha256("a");
  chain[1].set_certificate_sha256("b");
  chain[2].set_certificate_sha256("a");
  chain[2].set_revoked(true);
  chain[3].set_certificate_sha256("b");  // prolonged
  EXPECT_EQ(StandingStatements(chain), (std::vector<size_t>{3}));
  chain[2].set_revoked(false);
  EXPECT_EQ(StandingStatements(chain), (std::vector<size_t>{2, 3}));
  chain[2].set_purpose(v1::KEY_PURPOSE_SEALING_DUTY);
  EXPECT_EQ(StandingStatements(chain), (std::vector<size_t>{0, 2, 3}));
}

TEST(RawSignatureTest, ForeignKeysAndNoiseAreFalse) {
  EXPECT_FALSE(VerifyRaw("", "message", "signature"));
  EXPECT_FALSE(VerifyRaw("no key", "message", "signature"));
  const Bytes key = Portugal().identity.PublicKeyDer();
  const auto signature = SignRaw(Portugal().identity, "message");
  EXPECT_TRUE(VerifyRaw(key, "message", *signature));
  EXPECT_FALSE(VerifyRaw(key, "massage", *signature));
  EXPECT_FALSE(VerifyRaw(key + "x", "message", *signature));
  EXPECT_FALSE(VerifyRaw(key, "message", *signature + "x"));
}

}  // namespace
}  // namespace rogatoria
