#include "common/crypto/trust_anchors.h"

#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

class TrustAnchorsTest : public testing::Test {
 protected:
  RevocationList List(const std::vector<Certificate>& revoked, int from = -1, int to = 7) {
    return *pki_.ca().MakeRevocationList(revoked, Days(from), Days(to));
  }

  TestPki pki_;
  Identity user_ = pki_.Issue(CertificateProfile::kSigning);
  TrustAnchors anchors_ = pki_.Anchors();
};

TEST_F(TrustAnchorsTest, AcceptsWithinThePeriodOnly) {
  EXPECT_THAT(anchors_.Verify(user_.certificate, {}, kNow), IsOk());
  EXPECT_THAT(anchors_.Verify(user_.certificate, {}, Days(-1)), IsOk());
  EXPECT_THAT(anchors_.Verify(user_.certificate, {}, {Days(-1).unix_ms - 1}),
              FailsWith(Reason::CERTIFICATE_NOT_YET_VALID));
  EXPECT_THAT(anchors_.Verify(user_.certificate, {}, {Days(365).unix_ms - 1}), IsOk());
  EXPECT_THAT(anchors_.Verify(user_.certificate, {}, Days(365)),
              FailsWith(Reason::CERTIFICATE_EXPIRED));
}

TEST_F(TrustAnchorsTest, TellsHowLongTheChainHolds) {
  const auto chain = anchors_.FindChain(user_.certificate, {}, kNow);
  ASSERT_THAT(chain, IsOk());
  EXPECT_EQ(chain->certificates,
            (std::vector<Certificate>{user_.certificate, pki_.ca().certificate()}));
  EXPECT_EQ(chain->valid_from, Days(-1));
  EXPECT_EQ(chain->valid_until, Instant{Days(365).unix_ms - 1});
}

TEST_F(TrustAnchorsTest, RefusesAnUnknownAuthorityAndAnImpostorOfTheSameName) {
  TestPki impostor;  // also "Test CA", with another key
  const Identity id = impostor.Issue(CertificateProfile::kSigning);
  EXPECT_THAT(anchors_.Verify(id.certificate, {}, kNow), FailsWith(Reason::CERTIFICATE_UNTRUSTED));
  EXPECT_THAT(anchors_.Verify(id.certificate, {impostor.ca().certificate()}, kNow),
              FailsWith(Reason::CERTIFICATE_UNTRUSTED));
  EXPECT_THAT(TrustAnchors::Create({})->Verify(user_.certificate, {}, kNow),
              FailsWith(Reason::CERTIFICATE_UNTRUSTED));
}

TEST_F(TrustAnchorsTest, RefusesAnAnchorThatIsNoAuthority) {
  EXPECT_THAT(TrustAnchors::Create({user_.certificate}), FailsWith(Reason::CERTIFICATE_UNTRUSTED));
}

TEST_F(TrustAnchorsTest, RefusesALeafThatSignsAnother) {
  SystemRandom random;
  TestPki elsewhere("Elsewhere");
  // The user's key is an authority's elsewhere; here it is not.
  const Identity there =
      elsewhere.Issue(TestPki::Request(CertificateProfile::kAuthority, "subject"), user_.key);
  const auto as_ca = CertificateAuthority::FromKey(user_.key, there.certificate, random);
  const Certificate victim =
      *as_ca->Issue(user_.key.PublicKeyDer(), TestPki::Request(CertificateProfile::kSigning, "x"));
  EXPECT_THAT(anchors_.Verify(victim, {user_.certificate}, kNow),
              FailsWith(Reason::CERTIFICATE_UNTRUSTED));
}

TEST_F(TrustAnchorsTest, FindsItsWayThroughAnIntermediate) {
  SystemRandom random;
  const PrivateKey key = *PrivateKey::Generate(KeyAlgorithm::kP384);
  const Identity middle = pki_.Issue(TestPki::Request(CertificateProfile::kAuthority, "CA 2"), key);
  auto ca = CertificateAuthority::FromKey(key, middle.certificate, random);
  const PrivateKey leaf_key = *PrivateKey::Generate(KeyAlgorithm::kP256);
  const Certificate leaf =
      *ca->Issue(leaf_key.PublicKeyDer(), TestPki::Request(CertificateProfile::kSigning, "leaf"));
  EXPECT_THAT(anchors_.Verify(leaf, {}, kNow), FailsWith(Reason::CERTIFICATE_UNTRUSTED));
  EXPECT_THAT(anchors_.Verify(leaf, {middle.certificate}, kNow), IsOk());
  // The intermediate alone may be the anchor.
  EXPECT_THAT(TrustAnchors::Create({middle.certificate})->Verify(leaf, {}, kNow), IsOk());
  // Revoking the intermediate revokes what is below.
  EXPECT_THAT(pki_.Anchors({List({middle.certificate})}).Verify(leaf, {middle.certificate}, kNow),
              FailsWith(Reason::CERTIFICATE_REVOKED));
}

TEST_F(TrustAnchorsTest, ChecksTheUseThatIsAskedFor) {
  const Certificate client = pki_.Issue(CertificateProfile::kTlsClient).certificate;
  const Certificate server = pki_.Issue(CertificateProfile::kTlsServer).certificate;
  EXPECT_THAT(anchors_.Verify(client, {}, kNow, CertificateUse::kTlsClient), IsOk());
  EXPECT_THAT(anchors_.Verify(server, {}, kNow, CertificateUse::kTlsServer), IsOk());
  EXPECT_THAT(anchors_.Verify(server, {}, kNow, CertificateUse::kTlsClient),
              FailsWith(Reason::CERTIFICATE_UNTRUSTED));
  EXPECT_THAT(anchors_.Verify(client, {}, kNow, CertificateUse::kTlsServer),
              FailsWith(Reason::CERTIFICATE_UNTRUSTED));
}

TEST_F(TrustAnchorsTest, RefusesWeakKeys) {
  const Identity weak = pki_.Issue(TestPki::Request(CertificateProfile::kSigning, "weak"),
                                   *GenerateRsaKeyForTest(1024));
  EXPECT_THAT(anchors_.Verify(weak.certificate, {}, kNow), FailsWith(Reason::SIGNER_KEY_TOO_WEAK));
}

TEST_F(TrustAnchorsTest, RefusesRevokedAlsoByAStaleList) {
  const Identity other = pki_.Issue(CertificateProfile::kSigning);
  const TrustAnchors anchors = pki_.Anchors({List({user_.certificate}, -30, -20)});
  EXPECT_THAT(anchors.Verify(user_.certificate, {}, kNow), FailsWith(Reason::CERTIFICATE_REVOKED));
  EXPECT_THAT(anchors.Verify(other.certificate, {}, kNow), IsOk());
}

TEST_F(TrustAnchorsTest, PolicyThatRequiresListsFailsClosed) {
  const RevocationPolicy strict{true, absl::ZeroDuration()};
  EXPECT_THAT(pki_.Anchors({}, strict).Verify(user_.certificate, {}, kNow),
              FailsWith(Reason::REVOCATION_UNKNOWN));
  const TrustAnchors fresh = pki_.Anchors({List({})}, strict);
  EXPECT_THAT(fresh.Verify(user_.certificate, {}, kNow), IsOk());
  EXPECT_EQ(fresh.FindChain(user_.certificate, {}, kNow)->valid_until, Days(7));
  EXPECT_THAT(fresh.Verify(user_.certificate, {}, Days(8)), FailsWith(Reason::REVOCATION_UNKNOWN));
  const TrustAnchors grace = pki_.Anchors({List({})}, {true, absl::Hours(48)});
  EXPECT_THAT(grace.Verify(user_.certificate, {}, Days(8)), IsOk());
}

TEST_F(TrustAnchorsTest, IgnoresListsOfImpostors) {
  TestPki impostor;
  const auto forged = impostor.ca().MakeRevocationList({user_.certificate}, Days(-1), Days(7));
  EXPECT_THAT(pki_.Anchors({*forged}).Verify(user_.certificate, {}, kNow), IsOk());
  EXPECT_THAT(pki_.Anchors({*forged}, {true, {}}).Verify(user_.certificate, {}, kNow),
              FailsWith(Reason::REVOCATION_UNKNOWN));
}

TEST_F(TrustAnchorsTest, GenerationsDiffer) {
  EXPECT_NE(pki_.Anchors().generation(), pki_.Anchors().generation());
  EXPECT_EQ(TrustAnchors(anchors_).generation(), anchors_.generation());
}

TEST_F(TrustAnchorsTest, ListsAreReadWrittenAndUnderstoodByOpenSsl) {
  const RevocationList list = List({user_.certificate});
  EXPECT_EQ(RevocationList::BundleFromPem(list.ToPem() + list.ToPem())->size(), 2U);
  EXPECT_TRUE(RevocationList::BundleFromPem("")->empty());
  EXPECT_THAT(RevocationList::FromDer(list.ToDer() + "x"),
              FailsWith(Reason::CERTIFICATE_MALFORMED));
  TemporaryFolder folder;
  folder.Write("list.pem", list.ToPem());
  folder.Write("ca.pem", pki_.ca().certificate().ToPem());
  folder.Write("user.pem", user_.certificate.ToPem());
  EXPECT_EQ(folder.OpenSsl("crl -in list.pem -noout -CAfile ca.pem"), 0) << folder.output();
  EXPECT_NE(folder.OpenSsl("verify -crl_check -attime 1795521600 -CAfile ca.pem -CRLfile list.pem "
                           "user.pem"),
            0);
  EXPECT_THAT(folder.output(), testing::HasSubstr("certificate revoked"));
}

}  // namespace
}  // namespace rogatoria
