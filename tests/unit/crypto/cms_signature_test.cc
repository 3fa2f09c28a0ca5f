// Signatures: what we make and accept, what we refuse and why. Against openssl:
// cms_interop_test.cc.
#include "common/crypto/cms_signature.h"

#include <thread>

#include "absl/strings/str_replace.h"
#include "common/base/limits.h"
#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kMessage = "rogatoria-act-header v1\nthe header's bytes";

class CmsSignatureTest : public testing::Test {
 protected:
  absl::StatusOr<Certificate> Verify(absl::string_view signature,
                                     absl::string_view message = kMessage) {
    return verifier_.VerifyDetached(signature, message, anchors_, kNow);
  }
  static Bytes Sign(const Identity& id, absl::string_view message = kMessage) {
    return SignDetached(id.key, id.certificate, message).value();
  }

  TestPki pki_;
  Identity user_ = pki_.Issue(CertificateProfile::kSigning);
  TrustAnchors anchors_ = pki_.Anchors();
  SignatureVerifier verifier_;
};

TEST_F(CmsSignatureTest, EachAcceptedKeySigns) {
  const Identity p384 = pki_.Issue(CertificateProfile::kSigning, KeyAlgorithm::kP384);
  const Identity rsa =
      pki_.Issue(TestPki::Request(CertificateProfile::kSigning, "rsa"), Rsa2048Key());
  for (const Identity& id : {user_, p384, rsa}) {
    const auto signer = Verify(Sign(id));
    ASSERT_THAT(signer, IsOk());
    EXPECT_EQ(*signer, id.certificate);
  }
}

TEST_F(CmsSignatureTest, EmptyMessageAndRepeatedChecksAreFine) {
  const Bytes signature = Sign(user_, "");
  for (int i = 0; i < 3; ++i) EXPECT_THAT(Verify(signature, ""), IsOk());
}

TEST_F(CmsSignatureTest, RefusesOtherBytes) {
  EXPECT_THAT(Verify(Sign(user_), "rogatoria-act-header v1\nother bytes"),
              FailsWith(Reason::SIGNATURE_INVALID));
  EXPECT_THAT(Verify(Sign(user_), ""), FailsWith(Reason::SIGNATURE_INVALID));
}

TEST_F(CmsSignatureTest, RefusesEveryFlippedBit) {
  for (const Identity& id :
       {user_, pki_.Issue(CertificateProfile::kSigning, KeyAlgorithm::kP384)}) {
    const Bytes signature = Sign(id);
    ASSERT_THAT(Verify(signature), IsOk());
    for (size_t bit = 0; bit < signature.size() * 8; ++bit) {
      EXPECT_FALSE(Verify(FlipBit(signature, bit)).ok())
          << "bit " << bit % 8 << " of byte " << bit / 8 << " of " << signature.size();
    }
  }
}

TEST_F(CmsSignatureTest, RefusesEveryShorterAndLongerSignature) {
  const Bytes signature = Sign(user_);
  for (size_t size = 1; size < signature.size(); ++size) {
    EXPECT_THAT(Verify(signature.substr(0, size)), FailsWith(Reason::SIGNATURE_MALFORMED));
  }
  EXPECT_THAT(Verify(signature + "x"), FailsWith(Reason::SIGNATURE_MALFORMED));
}

TEST_F(CmsSignatureTest, RefusesMissingOversizeAndGarbage) {
  EXPECT_THAT(Verify(""), FailsWith(Reason::SIGNATURE_MISSING));
  EXPECT_THAT(Verify(std::string(limits::kMaxSignatureBytes + 1, '0')),
              FailsWith(Reason::LIMIT_EXCEEDED));
  EXPECT_THAT(Verify("not a signature"), FailsWith(Reason::SIGNATURE_MALFORMED));
  EXPECT_THAT(Verify(user_.certificate.ToDer()), FailsWith(Reason::SIGNATURE_MALFORMED));
  EXPECT_EQ(GetErrorDetails(Verify("").status())->field, "signature");
}

TEST_F(CmsSignatureTest, RefusesWeakKeys) {
  const Identity weak = pki_.Issue(TestPki::Request(CertificateProfile::kSigning, "weak"),
                                   *GenerateRsaKeyForTest(1024));
  EXPECT_THAT(Verify(Sign(weak)), FailsWith(Reason::SIGNER_KEY_TOO_WEAK));
}

TEST_F(CmsSignatureTest, RefusesACertificateThatMayNotSign) {
  EXPECT_THAT(Verify(Sign(pki_.Issue(CertificateProfile::kSealing))),
              FailsWith(Reason::SIGNATURE_INVALID));
}

TEST_F(CmsSignatureTest, RefusesChainsThatDoNotHold) {
  TestPki other("Other CA");
  EXPECT_THAT(Verify(Sign(other.Issue(CertificateProfile::kSigning))),
              FailsWith(Reason::CERTIFICATE_UNTRUSTED));
  CertificateRequest request = TestPki::Request(CertificateProfile::kSigning, "expired");
  request.not_before = Days(-30);
  request.not_after = Days(-2);
  EXPECT_THAT(Verify(Sign(pki_.Issue(request, *PrivateKey::Generate(KeyAlgorithm::kP256)))),
              FailsWith(Reason::CERTIFICATE_EXPIRED));
  request.not_before = Days(2);
  request.not_after = Days(30);
  EXPECT_THAT(Verify(Sign(pki_.Issue(request, *PrivateKey::Generate(KeyAlgorithm::kP256)))),
              FailsWith(Reason::CERTIFICATE_NOT_YET_VALID));
}

TEST_F(CmsSignatureTest, AForgedKeyUnderAKnownCertificateIsRefused) {
  ASSERT_THAT(Verify(Sign(user_)), IsOk());  // now remembered
  // Somebody else's signature with the user's certificate put in the place of theirs. The sizes
  // must agree for the lengths around to stay right; ECDSA signatures differ by a byte or two.
  Identity thief = user_;
  do {
    thief = pki_.Issue(CertificateProfile::kSigning);
  } while (thief.certificate.ToDer().size() != user_.certificate.ToDer().size());
  Bytes forged = Sign(thief);
  forged.replace(forged.find(thief.certificate.ToDer()),
                 thief.certificate.ToDer().size(),
                 user_.certificate.ToDer());
  EXPECT_THAT(Verify(forged), FailsWith(Reason::SIGNER_CERTIFICATE_MISSING));
  // And named as the signer, too.
  forged = absl::StrReplaceAll(
      forged, {{thief.certificate.serial_bytes(), user_.certificate.serial_bytes()}});
  EXPECT_THAT(Verify(forged), FailsWith(Reason::SIGNATURE_INVALID));
}

TEST_F(CmsSignatureTest, RememberedSignersFollowTimeAndTrust) {
  const Bytes signature = Sign(user_);
  ASSERT_THAT(Verify(signature), IsOk());
  EXPECT_THAT(verifier_.VerifyDetached(signature, kMessage, anchors_, Days(365)),
              FailsWith(Reason::CERTIFICATE_EXPIRED));
  EXPECT_THAT(verifier_.VerifyDetached(signature, kMessage, anchors_, Days(-2)),
              FailsWith(Reason::CERTIFICATE_NOT_YET_VALID));
  // A new list of revoked certificates makes new anchors: nothing remembered counts any more.
  const TrustAnchors after =
      pki_.Anchors({*pki_.ca().MakeRevocationList({user_.certificate}, Days(-1), Days(7))});
  EXPECT_THAT(verifier_.VerifyDetached(signature, kMessage, after, kNow),
              FailsWith(Reason::CERTIFICATE_REVOKED));
  EXPECT_THAT(verifier_.VerifyDetached(signature, kMessage, *TrustAnchors::Create({}), kNow),
              FailsWith(Reason::CERTIFICATE_UNTRUSTED));
  EXPECT_THAT(Verify(signature), IsOk());
}

TEST_F(CmsSignatureTest, CarriesIntermediates) {
  SystemRandom random;
  const Identity middle = pki_.Issue(TestPki::Request(CertificateProfile::kAuthority, "CA 2"),
                                     *PrivateKey::Generate(KeyAlgorithm::kP256));
  const auto ca = CertificateAuthority::FromKey(middle.key, middle.certificate, random);
  const Certificate leaf =
      *ca->Issue(user_.key.PublicKeyDer(), TestPki::Request(CertificateProfile::kSigning, "leaf"));
  EXPECT_THAT(Verify(SignDetached(user_.key, leaf, kMessage).value()),
              FailsWith(Reason::CERTIFICATE_UNTRUSTED));
  const auto signer = Verify(SignDetached(user_.key, leaf, kMessage, {middle.certificate}).value());
  ASSERT_THAT(signer, IsOk());
  EXPECT_EQ(*signer, leaf);
}

TEST_F(CmsSignatureTest, SignRefusesKeysThatDoNotFit) {
  const Identity other = pki_.Issue(CertificateProfile::kSigning);
  EXPECT_FALSE(SignDetached(other.key, user_.certificate, kMessage).ok());
  const Identity ed = pki_.Issue(CertificateProfile::kSigning, KeyAlgorithm::kEd25519);
  EXPECT_FALSE(SignDetached(ed.key, ed.certificate, kMessage).ok());
}

TEST_F(CmsSignatureTest, ManyThreadsShareOneVerifier) {
  const Identity second = pki_.Issue(CertificateProfile::kSigning);
  const Bytes signatures[] = {Sign(user_), Sign(second)};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(Verify(signatures[(i + t) % 2]).ok());
        EXPECT_FALSE(Verify(signatures[(i + t) % 2], "other").ok());
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace rogatoria
