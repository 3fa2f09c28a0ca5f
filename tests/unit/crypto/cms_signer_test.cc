// Signing with a key that is elsewhere: what is asked for, and what may come back.
#include "common/crypto/cms_signer.h"

#include "absl/strings/str_cat.h"
#include "common/crypto/cms_signature.h"
#include "common/crypto/der.h"
#include "common/crypto/der_writer.h"
#include "common/crypto/digest_signature.h"
#include "common/crypto/signed_data.h"
#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

constexpr absl::string_view kMessage = "rogatoria-act-header v1\n\x01\x02\r\n\xff bytes";

// As cards give it: r and s, each padded to the curve's width.
Bytes RAndS(absl::string_view der, size_t width) {
  DerReader reader(der);
  DerReader pair = reader.Enter(der::kSequence);
  Bytes plain;
  for (int i = 0; i < 2; ++i) {
    absl::string_view number = pair.Next(der::kInteger).content;
    while (number.size() > width) number.remove_prefix(1);
    plain += Bytes(width - number.size(), '\0') + Bytes(number);
  }
  return plain;
}

class CmsSignerTest : public testing::Test {
 protected:
  // A signer whose key is in this test, asked as a card would be.
  CmsSigner Card(const Identity& id, const std::function<Bytes(Bytes)>& form = nullptr) {
    return *CmsSigner::FromCallback(
        id.certificate, [this, id, form](const DigestToSign& order) -> absl::StatusOr<Bytes> {
          asked_ = order;
          auto signature = SignDigest(id.key, order.hash, order.digest);
          if (signature.ok() && form) return form(*signature);
          return signature;
        });
  }
  absl::StatusOr<Certificate> Verify(absl::string_view signature) {
    return verifier_.VerifyDetached(signature, kMessage, anchors_, kNow);
  }
  void OpenSslVerifies(absl::string_view signature) {
    folder_.Write("ca.pem", pki_.ca().certificate().ToPem());
    folder_.Write("message", kMessage);
    folder_.Write("signature", signature);
    EXPECT_EQ(folder_.OpenSsl("cms -verify -cades -binary -inform DER -in signature -content "
                              "message -out out -CAfile ca.pem -purpose any -attime 1795521600"),
              0)
        << folder_.output();
  }

  TemporaryFolder folder_;
  TestPki pki_;
  Identity p256_ = pki_.Issue(CertificateProfile::kSigning);
  Identity p384_ = pki_.Issue(CertificateProfile::kSigning, KeyAlgorithm::kP384);
  Identity rsa_ = pki_.Issue(TestPki::Request(CertificateProfile::kSigning, "rsa"), Rsa2048Key());
  TrustAnchors anchors_ = pki_.Anchors();
  SignatureVerifier verifier_;
  DigestToSign asked_;
};

TEST_F(CmsSignerTest, OpenSslAndOurReaderTakeWhatACardSigned) {
  for (const Identity& id : {p256_, p384_, rsa_}) {
    const auto signature = Card(id).SignDetached(kMessage);
    ASSERT_THAT(signature, IsOk());
    const auto signer = Verify(*signature);
    ASSERT_THAT(signer, IsOk());
    EXPECT_EQ(*signer, id.certificate);
    OpenSslVerifies(*signature);
  }
}

TEST_F(CmsSignerTest, TakesBothFormsOfAnEcdsaSignature) {
  // Many, so that numbers with leading zeros and with a high first bit are among them.
  for (int i = 0; i < 200; ++i) {
    const auto narrow =
        Card(p256_, [](const Bytes& der) { return RAndS(der, 32); }).SignDetached(kMessage);
    ASSERT_THAT(narrow, IsOk());
    ASSERT_THAT(Verify(*narrow), IsOk());
  }
  const auto wide =
      Card(p384_, [](const Bytes& der) { return RAndS(der, 48); }).SignDetached(kMessage);
  ASSERT_THAT(wide, IsOk());
  EXPECT_THAT(Verify(*wide), IsOk());
  OpenSslVerifies(*wide);
}

TEST_F(CmsSignerTest, TheKeysHolderIsGivenWhatItNeeds) {
  ASSERT_THAT(Card(p384_).SignDetached(kMessage), IsOk());
  EXPECT_EQ(asked_.key, KeyAlgorithm::kP384);
  EXPECT_EQ(HashAlgorithmName(asked_.hash), "SHA-384");
  EXPECT_EQ(asked_.digest.size(), 48u);
  ASSERT_THAT(Card(rsa_).SignDetached(kMessage), IsOk());
  EXPECT_EQ(asked_.key, KeyAlgorithm::kRsa);
  // RFC 8017 section 9.2, note 1: the prefix for SHA-256.
  EXPECT_EQ(asked_.DigestInfo(),
            absl::StrCat(Hex("3031300d060960864801650304020105000420"), asked_.digest));
  EXPECT_EQ(asked_.attributes[0], '\x31') << "a SET OF, as it is hashed";
}

TEST_F(CmsSignerTest, WhatIsNoSignatureByThisKeyIsNotPassedOn) {
  const auto other = pki_.Issue(CertificateProfile::kSigning);
  const std::function<Bytes(Bytes)> forms[] = {
      [](const Bytes&) { return Bytes(); },
      [](const Bytes&) { return Bytes("x"); },
      [](const Bytes& der) { return FlipBit(der, der.size() * 8 - 1); },
      [](const Bytes& der) { return RAndS(der, 32) + "x"; },
      [&](const Bytes&) { return *SignDigest(other.key, asked_.hash, asked_.digest); },
  };
  for (const auto& form : forms) {
    EXPECT_THAT(Card(p256_, form).SignDetached(kMessage), FailsWith(Reason::SIGNER_FAILED));
  }
  EXPECT_THAT(Card(rsa_, forms[1]).SignDetached(kMessage), FailsWith(Reason::SIGNER_FAILED));
}

TEST_F(CmsSignerTest, AnErrorOfTheKeysHolderIsTheSignatures) {
  const auto absent = CmsSigner::FromCallback(p256_.certificate, [](const DigestToSign&) {
    return absl::StatusOr<Bytes>(absl::CancelledError("the person pressed cancel"));
  });
  EXPECT_EQ(absent->SignDetached(kMessage).status(),
            absl::CancelledError("the person pressed cancel"));
}

TEST_F(CmsSignerTest, IntermediatesGoAlong) {
  const auto signer = CmsSigner::FromCallback(
      p256_.certificate,
      [this](const DigestToSign& order) { return SignDigest(p256_.key, order.hash, order.digest); },
      {pki_.ca().certificate()});
  const Bytes signature = signer->SignDetached(kMessage).value();
  EXPECT_EQ(ReadSignedData(signature)->certificates.size(), 2u);
  EXPECT_THAT(Verify(signature), IsOk());
  OpenSslVerifies(signature);
}

TEST_F(CmsSignerTest, AKeyInMemorySignsTheSame) {
  const auto signer = CmsSigner::FromKey(p256_.key, p256_.certificate);
  ASSERT_THAT(signer, IsOk());
  EXPECT_THAT(Verify(signer->SignDetached(kMessage).value()), IsOk());
  EXPECT_FALSE(CmsSigner::FromKey(p384_.key, p256_.certificate).ok());
}

TEST(DerWriterTest, LengthsNumbersAndSets) {
  EXPECT_EQ(der::Element(der::kOctetString, Bytes(127, 'x')).substr(0, 2), Hex("047f"));
  EXPECT_EQ(der::Element(der::kOctetString, Bytes(128, 'x')).substr(0, 3), Hex("048180"));
  EXPECT_EQ(der::Element(der::kOctetString, Bytes(65536, 'x')).substr(0, 5), Hex("0483010000"));
  EXPECT_EQ(der::Unsigned(Hex("000001")), Hex("020101"));
  EXPECT_EQ(der::Unsigned(Hex("0080")), Hex("02020080"));
  EXPECT_EQ(der::Unsigned(Hex("0000")), Hex("020100"));
  EXPECT_EQ(der::Unsigned(""), Hex("020100"));
  EXPECT_EQ(der::SetOf({Hex("0401ff"), Hex("020101"), Hex("040101")}),
            Hex("31090201010401010401ff"));
}

}  // namespace
}  // namespace rogatoria
