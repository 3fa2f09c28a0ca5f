// The two layers of the seal: round trips, every flipped bit, every form that is refused, and the
// openssl program opening what we seal and sealing what we open.
#include "common/crypto/seal.h"

#include <algorithm>

#include "common/base/limits.h"
#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

class SealTest : public testing::Test {
 protected:
  Identity Recipient(KeyAlgorithm algorithm, const std::string& name = "desk") {
    const CertificateRequest request = TestPki::Request(CertificateProfile::kSealing, name);
    return pki_.Issue(
        request, algorithm == KeyAlgorithm::kRsa ? Rsa2048Key() : *PrivateKey::Generate(algorithm));
  }

  SystemRandom random_;
  TestPki pki_;
  SecretBytes kek_ = GenerateKek(random_);
};

constexpr KeyAlgorithm kAlgorithms[] = {
    KeyAlgorithm::kP256, KeyAlgorithm::kP384, KeyAlgorithm::kRsa};

TEST_F(SealTest, SegmentsOpenAgain) {
  for (size_t size : {0u, 1u, 15u, 16u, 17u, 2048u, 300000u}) {
    const Bytes clear = random_.Generate(size);
    const auto segment = SealSegment(kek_, clear);
    ASSERT_THAT(segment, IsOk());
    EXPECT_LE(segment->size(), size + limits::kMaxSealOverheadBytes);
    EXPECT_EQ(OpenSegment(kek_, *segment).value(), clear);
  }
}

TEST_F(SealTest, LargestSegmentAndNoLarger) {
  Bytes clear(limits::kMaxSegmentBytes, 'x');
  const auto segment = SealSegment(kek_, clear);
  ASSERT_THAT(segment, IsOk());
  EXPECT_TRUE(OpenSegment(kek_, *segment).value() == clear);
  clear += 'x';
  EXPECT_THAT(SealSegment(kek_, clear), FailsWith(Reason::LIMIT_EXCEEDED));
}

TEST_F(SealTest, AFlippedBitAnywhereInASegmentIsRefused) {
  const Bytes segment = SealSegment(kek_, "a letter, sealed").value();
  for (size_t bit = 0; bit < segment.size() * 8; ++bit) {
    EXPECT_FALSE(OpenSegment(kek_, FlipBit(segment, bit)).ok()) << "bit " << bit;
  }
}

TEST_F(SealTest, ShorterLongerAndForeignSegmentsAreRefused) {
  const Bytes segment = SealSegment(kek_, "a letter, sealed").value();
  for (size_t size = 0; size < segment.size(); ++size) {
    EXPECT_THAT(OpenSegment(kek_, segment.substr(0, size)), FailsWith(Reason::SEAL_MALFORMED));
  }
  EXPECT_THAT(OpenSegment(kek_, segment + "x"), FailsWith(Reason::SEAL_MALFORMED));
  EXPECT_THAT(OpenSegment(GenerateKek(random_), segment), FailsWith(Reason::SEAL_BROKEN));
}

TEST_F(SealTest, KekOpensForEveryRecipientOfAnEnvelope) {
  std::vector<Identity> desks;
  std::vector<Certificate> certificates;
  for (KeyAlgorithm algorithm : kAlgorithms) {
    desks.push_back(Recipient(algorithm));
    certificates.push_back(desks.back().certificate);
  }
  certificates.push_back(desks[0].certificate);  // named twice, sealed to once
  const auto envelope = SealKek(kek_, certificates);
  ASSERT_THAT(envelope, IsOk());
  const auto recipients = RecipientsOf(*envelope).value();
  EXPECT_EQ(recipients.size(), 3U);
  for (const Identity& desk : desks) {
    const auto opened = OpenKek(*envelope, desk.key, desk.certificate);
    ASSERT_THAT(opened, IsOk());
    EXPECT_TRUE(opened->EqualsInConstantTime(kek_));
    EXPECT_TRUE(std::any_of(recipients.begin(), recipients.end(), [&desk](const auto& recipient) {
      return recipient.Names(desk.certificate);
    }));
  }
}

TEST_F(SealTest, AFlippedBitAnywhereInAnEnvelopeIsRefused) {
  for (KeyAlgorithm algorithm : kAlgorithms) {
    const Identity desk = Recipient(algorithm);
    const Bytes envelope = SealKek(kek_, {desk.certificate}).value();
    ASSERT_THAT(OpenKek(envelope, desk.key, desk.certificate), IsOk());
    for (size_t bit = 0; bit < envelope.size() * 8; ++bit) {
      EXPECT_FALSE(OpenKek(FlipBit(envelope, bit), desk.key, desk.certificate).ok())
          << KeyAlgorithmName(algorithm) << ", bit " << bit;
    }
  }
}

TEST_F(SealTest, AFlippedBitInAnEnvelopeForTwoIsRefusedByOneOfThem) {
  const Identity a = Recipient(KeyAlgorithm::kP256, "a");
  const Identity b = Recipient(KeyAlgorithm::kP384, "b");
  const Bytes envelope = SealKek(kek_, {a.certificate, b.certificate}).value();
  for (size_t bit = 0; bit < envelope.size() * 8; ++bit) {
    const Bytes flipped = FlipBit(envelope, bit);
    EXPECT_FALSE(OpenKek(flipped, a.key, a.certificate).ok() &&
                 OpenKek(flipped, b.key, b.certificate).ok())
        << "bit " << bit;
  }
}

TEST_F(SealTest, AStrangerAndAStolenCertificateDoNotOpen) {
  const Identity desk = Recipient(KeyAlgorithm::kP256);
  const Identity other = Recipient(KeyAlgorithm::kP256);
  const Bytes envelope = SealKek(kek_, {desk.certificate}).value();
  EXPECT_THAT(OpenKek(envelope, other.key, other.certificate),
              FailsWith(Reason::SEAL_NOT_RECIPIENT));
  EXPECT_THAT(OpenKek(envelope, other.key, desk.certificate), FailsWith(Reason::SEAL_BROKEN));
  EXPECT_THAT(OpenKek(envelope, Rsa2048Key(), desk.certificate), FailsWith(Reason::SEAL_BROKEN));
}

TEST_F(SealTest, SegmentsAndEnvelopesAreNotMixedUp) {
  const Identity desk = Recipient(KeyAlgorithm::kP256);
  const Bytes envelope = SealKek(kek_, {desk.certificate}).value();
  EXPECT_THAT(OpenSegment(kek_, envelope), FailsWith(Reason::SEAL_MALFORMED));
  const Bytes segment = SealSegment(kek_, Bytes(32, 'k')).value();
  EXPECT_THAT(OpenKek(segment, desk.key, desk.certificate), FailsWith(Reason::SEAL_MALFORMED));
  EXPECT_THAT(RecipientsOf(segment), FailsWith(Reason::SEAL_MALFORMED));
}

TEST_F(SealTest, CertificatesThatOneCannotSealToAreRefused) {
  EXPECT_THAT(SealKek(kek_, {}), FailsWith(Reason::FIELD_REQUIRED));
  const Identity signer = pki_.Issue(CertificateProfile::kSigning);
  EXPECT_THAT(SealKek(kek_, {signer.certificate}), FailsWith(Reason::SEAL_RECIPIENT_UNUSABLE));
  const CertificateRequest request = TestPki::Request(CertificateProfile::kSealing, "x");
  const Identity weak = pki_.Issue(request, *GenerateRsaKeyForTest(1024));
  EXPECT_THAT(SealKek(kek_, {weak.certificate}), FailsWith(Reason::SEAL_RECIPIENT_UNUSABLE));
  const Identity ed = pki_.Issue(request, *PrivateKey::Generate(KeyAlgorithm::kEd25519));
  EXPECT_THAT(SealKek(kek_, {ed.certificate}), FailsWith(Reason::SEAL_RECIPIENT_UNUSABLE));
}

TEST_F(SealTest, EnvelopesHaveALimit) {
  const Identity desk = Recipient(KeyAlgorithm::kP256);
  std::vector<Certificate> many;
  for (int i = 0; i < 400; ++i) {
    many.push_back(*pki_.ca().Issue(desk.key.PublicKeyDer(),
                                    TestPki::Request(CertificateProfile::kSealing, "desk")));
  }
  EXPECT_THAT(SealKek(kek_, many), FailsWith(Reason::LIMIT_EXCEEDED));
}

class SealInteropTest : public SealTest {
 protected:
  std::string KekOptions() const {
    return " -secretkey " + ToHex(kek_.RevealForUse()) + " -secretkeyid " + ToHex("rogatoria-kek") +
           " ";
  }
  void WriteIdentity(const Identity& id) {
    folder_.Write("desk.pem", id.certificate.ToPem());
    folder_.Write("desk.key", id.key.ToPem().RevealForUse());
  }

  TemporaryFolder folder_;
};

TEST_F(SealInteropTest, OpenSslOpensOurSegment) {
  const Bytes clear = random_.Generate(5000);
  folder_.Write("segment", SealSegment(kek_, clear).value());
  ASSERT_EQ(
      folder_.OpenSsl("cms -decrypt -binary -inform DER -in segment -out clear" + KekOptions()), 0)
      << folder_.output();
  EXPECT_EQ(folder_.Read("clear"), clear);
}

TEST_F(SealInteropTest, OpenSslOpensOurEnvelope) {
  for (KeyAlgorithm algorithm : kAlgorithms) {
    const Identity desk = Recipient(algorithm);
    WriteIdentity(desk);
    folder_.Write("envelope", SealKek(kek_, {desk.certificate}).value());
    ASSERT_EQ(folder_.OpenSsl("cms -decrypt -binary -inform DER -in envelope -recip desk.pem "
                              "-inkey desk.key -out kek"),
              0)
        << folder_.output();
    EXPECT_EQ(folder_.Read("kek"), kek_.RevealForUse());
  }
}

TEST_F(SealInteropTest, WeOpenWhatOpenSslSeals) {
  folder_.Write("clear", "the clear text");
  ASSERT_EQ(
      folder_.OpenSsl("cms -encrypt -binary -aes-256-gcm -outform DER -in clear -out segment" +
                      KekOptions()),
      0);
  EXPECT_EQ(OpenSegment(kek_, folder_.Read("segment")).value(), "the clear text");
}

struct KeyOptions {
  KeyAlgorithm algorithm;
  const char* options;
};

TEST_F(SealInteropTest, WeOpenEnvelopesThatOpenSslMakes) {
  const KeyOptions cases[] = {
      {KeyAlgorithm::kP256, "-keyopt ecdh_kdf_md:sha256"},
      {KeyAlgorithm::kP384, "-keyopt ecdh_kdf_md:sha384"},
      {KeyAlgorithm::kRsa,
       "-keyopt rsa_padding_mode:oaep -keyopt rsa_oaep_md:sha256 -keyopt rsa_mgf1_md:sha256"},
  };
  folder_.Write("kek", kek_.RevealForUse());
  for (const KeyOptions& c : cases) {
    const Identity desk = Recipient(c.algorithm);
    WriteIdentity(desk);
    ASSERT_EQ(
        folder_.OpenSsl("cms -encrypt -binary -aes-256-gcm -in kek -outform DER -out envelope "
                        "-recip desk.pem " +
                        std::string(c.options)),
        0)
        << folder_.output();
    const auto opened = OpenKek(folder_.Read("envelope"), desk.key, desk.certificate);
    ASSERT_THAT(opened, IsOk());
    EXPECT_TRUE(opened->EqualsInConstantTime(kek_));
  }
}

TEST_F(SealInteropTest, WeakerFormsAreRefused) {
  const KeyOptions cases[] = {
      {KeyAlgorithm::kP256, "-aes-256-gcm"},                             // KDF over SHA-1
      {KeyAlgorithm::kP256, "-aes-256-gcm -keyopt ecdh_kdf_md:sha384"},  // not the curve's
      {KeyAlgorithm::kP256, "-aes-128-gcm -keyopt ecdh_kdf_md:sha256"},
      {KeyAlgorithm::kP256, "-aes-256-cbc -keyopt ecdh_kdf_md:sha256"},
      {KeyAlgorithm::kRsa, "-aes-256-gcm"},                                // PKCS #1 v1.5
      {KeyAlgorithm::kRsa, "-aes-256-gcm -keyopt rsa_padding_mode:oaep"},  // OAEP over SHA-1
      {KeyAlgorithm::kP256, "-aes-256-gcm -keyid -keyopt ecdh_kdf_md:sha256"},
  };
  folder_.Write("kek", kek_.RevealForUse());
  for (const KeyOptions& c : cases) {
    const Identity desk = Recipient(c.algorithm);
    WriteIdentity(desk);
    ASSERT_EQ(folder_.OpenSsl("cms -encrypt -binary -in kek -outform DER -out envelope " +
                              std::string(c.options).substr(0, 13) + " -recip desk.pem" +
                              std::string(c.options).substr(12)),
              0)
        << folder_.output();
    EXPECT_THAT(OpenKek(folder_.Read("envelope"), desk.key, desk.certificate),
                FailsWith(Reason::SEAL_MALFORMED))
        << c.options;
  }
}

TEST_F(SealInteropTest, CbcSegmentsAreRefused) {
  folder_.Write("clear", "the clear text");
  ASSERT_EQ(
      folder_.OpenSsl("cms -encrypt -binary -aes-256-cbc -outform DER -in clear -out segment" +
                      KekOptions()),
      0);
  EXPECT_THAT(OpenSegment(kek_, folder_.Read("segment")), FailsWith(Reason::SEAL_MALFORMED));
}

TEST_F(SealInteropTest, AnotherKekIdIsRefused) {
  folder_.Write("clear", "the clear text");
  ASSERT_EQ(folder_.OpenSsl("cms -encrypt -binary -aes-256-gcm -outform DER -in clear -out segment "
                            "-secretkey " +
                            ToHex(kek_.RevealForUse()) + " -secretkeyid 00"),
            0);
  EXPECT_THAT(OpenSegment(kek_, folder_.Read("segment")), FailsWith(Reason::SEAL_MALFORMED));
}

}  // namespace
}  // namespace rogatoria
