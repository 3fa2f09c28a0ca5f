// AES-256-GCM against the test cases of the GCM specification (McGrew and Viega, 13 to 16) and
// against every single flipped bit.
#include "common/crypto/aead.h"

#include "common/crypto/gcm.h"
#include "common/crypto/key_wrap.h"
#include "common/crypto/secret.h"
#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

struct GcmCase {
  absl::string_view key, nonce, aad, clear, sealed;
};

constexpr GcmCase kGcmCases[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000",
     "000000000000000000000000",
     "",
     "",
     "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000",
     "000000000000000000000000",
     "",
     "00000000000000000000000000000000",
     "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6"
     "b525b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b105682"
     "8838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
};

TEST(GcmTest, PublishedCases) {
  for (const GcmCase& c : kGcmCases) {
    Bytes sealed;
    gcm::EncryptAppend(Hex(c.key), Hex(c.nonce), Hex(c.aad), Hex(c.clear), sealed);
    EXPECT_EQ(ToHex(sealed), c.sealed);
    const absl::string_view all = sealed;
    EXPECT_EQ(gcm::Decrypt(Hex(c.key),
                           Hex(c.nonce),
                           Hex(c.aad),
                           all.substr(0, all.size() - 16),
                           all.substr(all.size() - 16)),
              Hex(c.clear));
  }
}

class AeadTest : public testing::Test {
 protected:
  SystemRandom random_;
  SecretBytes key_ = SecretBytes::Generate(random_, kAeadKeyBytes);
};

TEST_F(AeadTest, OpensWhatItClosed) {
  for (size_t size : {0u, 1u, 16u, 2048u, 100000u}) {
    const Bytes clear = random_.Generate(size);
    const Bytes box = AeadEncrypt(key_, "act.body:7", clear, random_);
    EXPECT_EQ(box.size(), size + kAeadOverheadBytes);
    EXPECT_EQ(AeadDecrypt(key_, "act.body:7", box).value(), clear);
  }
}

TEST_F(AeadTest, SameTextTwiceGivesDifferentBoxes) {
  EXPECT_NE(AeadEncrypt(key_, "", "text", random_), AeadEncrypt(key_, "", "text", random_));
}

TEST_F(AeadTest, RefusesEveryFlippedBit) {
  const Bytes box = AeadEncrypt(key_, "row 1", "a secret text", random_);
  for (size_t bit = 0; bit < box.size() * 8; ++bit) {
    EXPECT_EQ(AeadDecrypt(key_, "row 1", FlipBit(box, bit)).status().code(),
              absl::StatusCode::kDataLoss);
  }
}

TEST_F(AeadTest, RefusesAnotherPlaceAnotherKeyAndEveryShorterBox) {
  const Bytes box = AeadEncrypt(key_, "row 1", "a secret text", random_);
  EXPECT_FALSE(AeadDecrypt(key_, "row 2", box).ok());
  EXPECT_FALSE(AeadDecrypt(SecretBytes::Generate(random_, 32), "row 1", box).ok());
  for (size_t size = 0; size < box.size(); ++size) {
    EXPECT_FALSE(AeadDecrypt(key_, "row 1", box.substr(0, size)).ok());
  }
}

TEST_F(AeadTest, KeyOfAnotherSizeStopsTheProcess) {
  EXPECT_DEATH(AeadEncrypt(SecretBytes("short"), "", "", random_), "GCM key");
}

TEST(KeyWrapTest, Rfc3394Section46) {
  const SecretBytes kek(Hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"));
  const Bytes wrapped =
      Hex("28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21");
  const auto key = UnwrapKey(kek, wrapped);
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(ToHex(key->RevealForUse()),
            "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
  for (size_t bit = 0; bit < wrapped.size() * 8; ++bit) {
    EXPECT_FALSE(UnwrapKey(kek, FlipBit(wrapped, bit)).has_value());
  }
  EXPECT_FALSE(UnwrapKey(kek, wrapped.substr(8)).has_value());
}

TEST(SecretBytesTest, MovesAndClonesButDoesNotCopy) {
  static_assert(!std::is_copy_constructible_v<SecretBytes>);
  static_assert(!std::is_copy_assignable_v<SecretBytes>);
  SecretBytes a("secret");
  SecretBytes b = std::move(a);
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
  EXPECT_EQ(b.RevealForUse(), "secret");
  SecretBytes c = b.Clone();
  EXPECT_TRUE(c.EqualsInConstantTime(b));
  c = SecretBytes("other");
  EXPECT_FALSE(c.EqualsInConstantTime(b));
  EXPECT_FALSE(SecretBytes().EqualsInConstantTime(b));
}

TEST(SecretBytesTest, EraseBytesEmptiesTheText) {
  std::string text = "a pass phrase";
  EraseBytes(text);
  EXPECT_TRUE(text.empty());
}

}  // namespace
}  // namespace rogatoria
