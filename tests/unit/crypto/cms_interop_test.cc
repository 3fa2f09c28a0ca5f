// Signatures that the openssl program makes and checks: the same format in strangers' hands.
#include "common/crypto/cms_signature.h"
#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kMessage = "rogatoria-act-header v1\n\x01\x02\r\n\xff bytes";

class CmsInteropTest : public testing::Test {
 protected:
  CmsInteropTest() {
    folder_.Write("ca.pem", pki_.ca().certificate().ToPem());
    folder_.Write("message", kMessage);
    WriteIdentity("user", user_);
  }
  void WriteIdentity(const std::string& name, const Identity& id) {
    folder_.Write(name + ".pem", id.certificate.ToPem());
    folder_.Write(name + ".key", id.key.ToPem().RevealForUse());
  }
  // `openssl cms -sign` with more options; the result of our check.
  absl::StatusOr<Certificate> SignAndVerify(const std::string& options,
                                            const std::string& signer = "user") {
    EXPECT_EQ(folder_.OpenSsl("cms -sign -binary -in message -outform DER -out signature -signer " +
                              signer + ".pem -inkey " + signer + ".key " + options),
              0)
        << folder_.output();
    return verifier_.VerifyDetached(folder_.Read("signature"), kMessage, anchors_, kNow);
  }

  TemporaryFolder folder_;
  TestPki pki_;
  Identity user_ = pki_.Issue(CertificateProfile::kSigning);
  TrustAnchors anchors_ = pki_.Anchors();
  SignatureVerifier verifier_;
};

TEST_F(CmsInteropTest, OpenSslChecksOurCades) {
  const Identity ids[] = {
      user_,
      pki_.Issue(CertificateProfile::kSigning, KeyAlgorithm::kP384),
      pki_.Issue(TestPki::Request(CertificateProfile::kSigning, "rsa"), Rsa2048Key())};
  for (const Identity& id : ids) {
    folder_.Write("signature", SignDetached(id.key, id.certificate, kMessage).value());
    const std::string verify =
        "cms -verify -cades -binary -inform DER -in signature -content message -out out -CAfile "
        "ca.pem -purpose any -attime 1795521600";
    EXPECT_EQ(folder_.OpenSsl(verify), 0) << folder_.output();
    EXPECT_EQ(folder_.Read("out"), kMessage);
    folder_.Write("other", "other bytes");
    EXPECT_NE(folder_.OpenSsl("cms -verify -cades -binary -inform DER -in signature -content other "
                              "-CAfile ca.pem -purpose any -attime 1795521600"),
              0);
  }
}

TEST_F(CmsInteropTest, AcceptsPlainCmsAndCades) {
  for (const char* options : {"",
                              "-cades",
                              "-md sha384",
                              "-md sha512 -cades",
                              "-keyid",
                              "-nosmimecap -cades",
                              "-certfile ca.pem"}) {
    const auto signer = SignAndVerify(options);
    ASSERT_THAT(signer, IsOk()) << options;
    EXPECT_EQ(*signer, user_.certificate);
  }
}

TEST_F(CmsInteropTest, AcceptsRsaAndPss) {
  WriteIdentity("rsa",
                pki_.Issue(TestPki::Request(CertificateProfile::kSigning, "rsa"), Rsa2048Key()));
  EXPECT_THAT(SignAndVerify("-cades", "rsa"), IsOk());
  EXPECT_THAT(SignAndVerify("-md sha512", "rsa"), IsOk());
  EXPECT_THAT(SignAndVerify("-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest", "rsa"),
              IsOk());
  EXPECT_THAT(SignAndVerify(
                  "-md sha384 -keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:digest", "rsa"),
              IsOk());
}

TEST_F(CmsInteropTest, RefusesPssWithAnotherSalt) {
  WriteIdentity("rsa",
                pki_.Issue(TestPki::Request(CertificateProfile::kSigning, "rsa"), Rsa2048Key()));
  EXPECT_THAT(SignAndVerify("-keyopt rsa_padding_mode:pss -keyopt rsa_pss_saltlen:20", "rsa"),
              FailsWith(Reason::SIGNATURE_MALFORMED));
}

TEST_F(CmsInteropTest, RefusesEmbeddedContent) {
  EXPECT_THAT(SignAndVerify("-nodetach"), FailsWith(Reason::SIGNATURE_MALFORMED));
}

TEST_F(CmsInteropTest, RefusesOpenLengthsWithContentThatStreamingEmbeds) {
  EXPECT_THAT(SignAndVerify("-stream -nodetach"), FailsWith(Reason::SIGNATURE_MALFORMED));
}

TEST_F(CmsInteropTest, RefusesASignatureWithoutTheCertificate) {
  EXPECT_THAT(SignAndVerify("-nocerts"), FailsWith(Reason::SIGNER_CERTIFICATE_MISSING));
  EXPECT_THAT(SignAndVerify("-nocerts -certfile ca.pem"),
              FailsWith(Reason::SIGNER_CERTIFICATE_MISSING));
}

TEST_F(CmsInteropTest, RefusesASignatureWithoutSignedAttributes) {
  EXPECT_THAT(SignAndVerify("-noattr"), FailsWith(Reason::SIGNATURE_MALFORMED));
}

TEST_F(CmsInteropTest, RefusesSha1) {
  EXPECT_THAT(SignAndVerify("-md sha1"), FailsWith(Reason::SIGNER_KEY_TOO_WEAK));
}

TEST_F(CmsInteropTest, RefusesTwoSigners) {
  WriteIdentity("second", pki_.Issue(CertificateProfile::kSigning));
  EXPECT_THAT(SignAndVerify("-signer second.pem -inkey second.key"),
              FailsWith(Reason::SIGNATURE_MALFORMED));
}

TEST_F(CmsInteropTest, RefusesTranslatedLineEnds) {
  // Without -binary openssl signs another text than the file's bytes.
  ASSERT_EQ(folder_.OpenSsl("cms -sign -in message -outform DER -out signature -signer user.pem "
                            "-inkey user.key"),
            0);
  EXPECT_THAT(verifier_.VerifyDetached(folder_.Read("signature"), kMessage, anchors_, kNow),
              FailsWith(Reason::SIGNATURE_INVALID));
}

TEST_F(CmsInteropTest, RefusesOtherCmsTypes) {
  ASSERT_EQ(folder_.OpenSsl("cms -digest_create -in message -outform DER -out digest"), 0);
  EXPECT_THAT(verifier_.VerifyDetached(folder_.Read("digest"), kMessage, anchors_, kNow),
              FailsWith(Reason::SIGNATURE_MALFORMED));
  ASSERT_EQ(folder_.OpenSsl("cms -sign -binary -in message -outform PEM -out pem -signer user.pem "
                            "-inkey user.key"),
            0);
  EXPECT_THAT(verifier_.VerifyDetached(folder_.Read("pem"), kMessage, anchors_, kNow),
              FailsWith(Reason::SIGNATURE_MALFORMED));
}

TEST_F(CmsInteropTest, AcceptsOpenLengthsAroundTheSignature) {
  // What some national tools write: 30 80 ... 00 00 around ContentInfo, [0] and SignedData.
  ASSERT_THAT(SignAndVerify("-cades"), IsOk());
  const Bytes der = folder_.Read("signature");
  ASSERT_EQ(der.substr(0, 2), Hex("3082"));
  const Bytes oid = der.substr(4, 11);
  ASSERT_EQ(der.substr(15, 2), Hex("a082"));
  ASSERT_EQ(der.substr(19, 2), Hex("3082"));
  const Bytes ber =
      Hex("3080") + oid + Hex("a080") + Hex("3080") + der.substr(23) + Hex("000000000000");
  EXPECT_THAT(verifier_.VerifyDetached(ber, kMessage, anchors_, kNow), IsOk());
  EXPECT_THAT(verifier_.VerifyDetached(ber + Hex("0000"), kMessage, anchors_, kNow),
              FailsWith(Reason::SIGNATURE_MALFORMED));
}

}  // namespace
}  // namespace rogatoria
