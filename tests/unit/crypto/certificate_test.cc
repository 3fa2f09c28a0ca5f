#include "common/crypto/certificate.h"

#include "common/crypto/digest.h"
#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

class CertificateTest : public testing::Test {
 protected:
  TestPki pki_;
};

TEST_F(CertificateTest, SaysWhatWasAskedFor) {
  CertificateRequest request = TestPki::Request(CertificateProfile::kTlsClient, "case system");
  request.uris = {"spiffe://rogatoria.example/authority/co-fgn/system/main"};
  const Identity id = pki_.Issue(request, *PrivateKey::Generate(KeyAlgorithm::kP256));
  const Certificate& c = id.certificate;
  EXPECT_EQ(c.uri_sans(), request.uris);
  EXPECT_TRUE(c.dns_sans().empty());
  EXPECT_EQ(c.subject_common_name(), "case system");
  EXPECT_EQ(c.not_before(), Days(-1));
  EXPECT_EQ(c.not_after(), Days(365));
  EXPECT_EQ(c.key_algorithm(), KeyAlgorithm::kP256);
  EXPECT_TRUE(c.has_strong_key());
  EXPECT_FALSE(c.is_ca());
  EXPECT_EQ(c.fingerprint_bytes(), Sha256(c.ToDer()));
  EXPECT_EQ(c.fingerprint_sha256(), ToHex(c.fingerprint_bytes()));
  EXPECT_EQ(c.public_key_der(), id.key.PublicKeyDer());
  EXPECT_EQ(c.serial().size(), 32U);
  EXPECT_TRUE(Matches(id.key, c));
  EXPECT_FALSE(Matches(pki_.ca().key(), c));
}

TEST_F(CertificateTest, OpenSslSaysTheSame) {
  CertificateRequest request = TestPki::Request(CertificateProfile::kTlsServer, "Nó de São Tomé");
  request.dns_names = {"hub.rogatoria.example", "localhost"};
  request.ip_addresses = {"127.0.0.1", "::1"};
  const Identity id = pki_.Issue(request, *PrivateKey::Generate(KeyAlgorithm::kP256));
  TemporaryFolder folder;
  folder.Write("c.pem", id.certificate.ToPem());
  folder.Write("ca.pem", pki_.ca().certificate().ToPem());
  ASSERT_EQ(folder.OpenSsl("x509 -in c.pem -noout -text -fingerprint -sha256"), 0);
  EXPECT_THAT(folder.output(),
              testing::HasSubstr("DNS:hub.rogatoria.example, DNS:localhost, "
                                 "IP Address:127.0.0.1, IP Address:0:0:0:0:0:0"));
  EXPECT_EQ(id.certificate.subject_common_name(), "Nó de São Tomé");
  ASSERT_EQ(folder.OpenSsl("verify -x509_strict -purpose sslserver -attime 1795521600 -CAfile "
                           "ca.pem c.pem"),
            0)
      << folder.output();
}

TEST_F(CertificateTest, ProfilesDecideUse) {
  const Certificate signing = pki_.Issue(CertificateProfile::kSigning).certificate;
  EXPECT_TRUE(signing.allows_signing());
  EXPECT_FALSE(signing.allows_key_agreement());
  const Certificate sealing = pki_.Issue(CertificateProfile::kSealing).certificate;
  EXPECT_FALSE(sealing.allows_signing());
  EXPECT_TRUE(sealing.allows_key_agreement());
  const Certificate rsa =
      pki_.Issue(TestPki::Request(CertificateProfile::kSealing, "rsa"), Rsa2048Key()).certificate;
  EXPECT_TRUE(rsa.allows_key_encipherment());
  EXPECT_TRUE(pki_.ca().certificate().is_ca());
}

TEST_F(CertificateTest, ReadsAndWritesPemAndBundles) {
  const Certificate a = pki_.Issue(CertificateProfile::kSigning).certificate;
  const Certificate& b = pki_.ca().certificate();
  EXPECT_EQ(Certificate::FromPem("text before\n" + a.ToPem() + "text after\n").value(), a);
  EXPECT_EQ(Certificate::BundleFromPem(a.ToPem() + b.ToPem()).value(),
            (std::vector<Certificate>{a, b}));
  EXPECT_THAT(Certificate::FromPem(a.ToPem() + b.ToPem()),
              FailsWith(Reason::CERTIFICATE_MALFORMED));
}

TEST_F(CertificateTest, RefusesWhatIsNotOneCertificate) {
  const Bytes der = pki_.ca().certificate().ToDer();
  EXPECT_THAT(Certificate::FromDer(der + "x"), FailsWith(Reason::CERTIFICATE_MALFORMED));
  EXPECT_THAT(Certificate::FromPem(""), FailsWith(Reason::CERTIFICATE_MALFORMED));
  EXPECT_THAT(Certificate::FromPem("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"),
              FailsWith(Reason::CERTIFICATE_MALFORMED));
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_THAT(Certificate::FromDer(der.substr(0, size)),
                FailsWith(Reason::CERTIFICATE_MALFORMED));
  }
}

TEST_F(CertificateTest, RefusesNamesThatReadInTwoWays) {
  CertificateRequest request = TestPki::Request(CertificateProfile::kTlsClient, "x");
  request.uris = {std::string("spiffe://good\0.evil", 19)};
  EXPECT_THAT(pki_.ca().Issue(pki_.ca().key().PublicKeyDer(), request),
              FailsWith(Reason::CERTIFICATE_MALFORMED));
  request.uris = {"spiffe://bad name"};
  EXPECT_THAT(pki_.ca().Issue(pki_.ca().key().PublicKeyDer(), request),
              FailsWith(Reason::CERTIFICATE_MALFORMED));
}

TEST_F(CertificateTest, TwoUrisAreReadAsTwo) {
  CertificateRequest request = TestPki::Request(CertificateProfile::kTlsClient, "x");
  request.uris = {"spiffe://a/b,URI:spiffe://c", "spiffe://d"};
  const auto certificate = pki_.ca().Issue(pki_.ca().key().PublicKeyDer(), request);
  EXPECT_EQ(certificate->uri_sans(), request.uris);
}

TEST_F(CertificateTest, FlippedBitsNeverCrashTheReader) {
  const Bytes der = pki_.Issue(CertificateProfile::kSealing).certificate.ToDer();
  for (size_t bit = 0; bit < der.size() * 8; ++bit) {
    const auto certificate = Certificate::FromDer(FlipBit(der, bit));
    if (certificate.ok()) {
      EXPECT_NE(certificate->ToDer(), der);
    }
  }
}

TEST_F(CertificateTest, WeakAndUnknownKeysShow) {
  const PrivateKey weak = *GenerateRsaKeyForTest(1024);
  const Identity id = pki_.Issue(TestPki::Request(CertificateProfile::kSigning, "weak"), weak);
  EXPECT_EQ(id.certificate.key_bits(), 1024);
  EXPECT_FALSE(id.certificate.has_strong_key());
}

TEST(CertificateAuthorityTest, RefusesKeysAndNamesThatDoNotFit) {
  TestPki pki;
  SystemRandom random;
  const Identity leaf = pki.Issue(CertificateProfile::kSigning);
  EXPECT_FALSE(CertificateAuthority::FromKey(leaf.key, leaf.certificate, random).ok());
  EXPECT_FALSE(CertificateAuthority::FromKey(leaf.key, pki.ca().certificate(), random).ok());
  EXPECT_TRUE(CertificateAuthority::FromKey(pki.ca().key(), pki.ca().certificate(), random).ok());
  CertificateRequest request = TestPki::Request(CertificateProfile::kTlsServer, "x");
  request.ip_addresses = {"not an address"};
  EXPECT_THAT(pki.ca().Issue(leaf.key.PublicKeyDer(), request), FailsWith(Reason::FIELD_INVALID));
  EXPECT_THAT(pki.ca().Issue("not a key", TestPki::Request(CertificateProfile::kSigning, "x")),
              FailsWith(Reason::FIELD_INVALID));
}

}  // namespace
}  // namespace rogatoria
