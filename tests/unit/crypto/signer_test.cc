// Ed25519 against RFC 8032 section 7.1, and against openssl both ways.
#include "common/crypto/signer.h"

#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

struct Ed25519Case {
  absl::string_view seed, public_key, message, signature;
};

constexpr Ed25519Case kRfc8032[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
     "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
     "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(Ed25519Test, Rfc8032) {
  for (const Ed25519Case& c : kRfc8032) {
    auto signer = Ed25519FileSigner::FromSeed(SecretBytes(Hex(c.seed)));
    ASSERT_THAT(signer, IsOk());
    EXPECT_EQ(ToHex(signer->PublicKey()), c.public_key);
    EXPECT_EQ(ToHex(signer->Sign(Hex(c.message)).value()), c.signature);
    EXPECT_TRUE(VerifyEd25519(Hex(c.public_key), Hex(c.message), Hex(c.signature)));
  }
}

TEST(Ed25519Test, RefusesEveryFlippedBitAndWrongSizes) {
  auto signer = Ed25519FileSigner::FromKey(*PrivateKey::Generate(KeyAlgorithm::kEd25519));
  const Bytes signature = signer->Sign("log head").value();
  for (size_t bit = 0; bit < signature.size() * 8; ++bit) {
    EXPECT_FALSE(VerifyEd25519(signer->PublicKey(), "log head", FlipBit(signature, bit)));
  }
  EXPECT_FALSE(VerifyEd25519(signer->PublicKey(), "log heae", signature));
  EXPECT_FALSE(VerifyEd25519(signer->PublicKey(), "log head", signature.substr(1)));
  EXPECT_FALSE(VerifyEd25519(signer->PublicKey().substr(1), "log head", signature));
}

TEST(Ed25519FileSignerTest, RefusesOtherKindsOfKeyAndSeed) {
  EXPECT_THAT(Ed25519FileSigner::FromKey(*PrivateKey::Generate(KeyAlgorithm::kP256)),
              FailsWith(Reason::KEY_MALFORMED));
  EXPECT_THAT(Ed25519FileSigner::FromSeed(SecretBytes("too short")),
              FailsWith(Reason::KEY_MALFORMED));
}

TEST(Ed25519FileSignerTest, OpenSslKeyAndVerification) {
  TemporaryFolder folder;
  ASSERT_EQ(folder.OpenSsl("genpkey -algorithm ed25519 -out log.key"), 0);
  auto signer = Ed25519FileSigner::FromPemFile(folder.Path("log.key"));
  ASSERT_THAT(signer, IsOk());
  folder.Write("head", "the log head\n");
  folder.Write("signature", signer->Sign("the log head\n").value());
  ASSERT_EQ(folder.OpenSsl("pkey -in log.key -pubout -out log.pub"), 0);
  EXPECT_EQ(folder.OpenSsl("pkeyutl -verify -rawin -pubin -inkey log.pub -in head -sigfile "
                           "signature"),
            0)
      << folder.output();
}

}  // namespace
}  // namespace rogatoria
