// SHA-256 against FIPS 180-4 examples, HMAC-SHA-256 against RFC 4231, both against openssl.
#include "common/crypto/digest.h"

#include <thread>

#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

TEST(Sha256Test, PublishedExamples) {
  EXPECT_EQ(ToHex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(ToHex(Sha256("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(ToHex(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(ToHex(Sha256(std::string(1000000, 'a'))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, PartsAreOneMessage) {
  EXPECT_EQ(Sha256({"a", "", "bc"}), Sha256("abc"));
  EXPECT_EQ(Sha256(std::initializer_list<absl::string_view>{}), Sha256(""));
}

TEST(Sha256Test, HasherStartsAnewAfterFinish) {
  Sha256Hasher hasher;
  hasher.Update("ab");
  hasher.Update("c");
  EXPECT_EQ(hasher.Finish(), Sha256("abc"));
  EXPECT_EQ(hasher.Finish(), Sha256(""));
}

TEST(HmacSha256Test, HasherSaysWhatItHasSoFarAndGoesOn) {
  for (const char* key : {"", "k", "a key that is longer than the block of the digest, by some"}) {
    HmacHasher hasher(key);
    EXPECT_EQ(hasher.Value(), HmacSha256(key, ""));
    hasher.Update("ab");
    EXPECT_EQ(hasher.Value(), HmacSha256(key, "ab"));
    hasher.Update("c");
    EXPECT_EQ(hasher.Value(), HmacSha256(key, "abc"));
  }
}

TEST(HmacSha256Test, ThreadsDoNotDisturbOneAnother) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([t] {
      const std::string message(static_cast<size_t>(100 * t), 'x');
      const Bytes expected = HmacSha256("k", message);
      for (int i = 0; i < 500; ++i) EXPECT_EQ(HmacSha256("k", message), expected);
    });
  }
  for (auto& thread : threads) thread.join();
}

struct HmacCase {
  std::string key, data;
  absl::string_view mac;
};

TEST(HmacSha256Test, Rfc4231) {
  const HmacCase cases[] = {
      {std::string(20, '\x0b'),
       "Hi There",
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe",
       "what do ya want for nothing?",
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'),
       std::string(50, '\xdd'),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {std::string(131, '\xaa'),
       "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. The "
       "key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const HmacCase& c : cases) EXPECT_EQ(ToHex(HmacSha256(c.key, c.data)), c.mac);
}

TEST(HmacSha256Test, EmptyKeyIsAKeyOfItsOwn) {
  const Bytes expected = Hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  EXPECT_EQ(HmacSha256("", ""), expected);
  HmacSha256("another key", "data");
  EXPECT_EQ(HmacSha256("", ""), expected);
}

TEST(HmacSha256Test, OpenSslMacAgrees) {
  TemporaryFolder folder;
  folder.Write("data", "the clear text");
  const Bytes salt = SystemRandom().Generate(32);
  ASSERT_EQ(folder.OpenSsl("mac -digest SHA256 -macopt hexkey:" + ToHex(salt) + " -in data HMAC"),
            0);
  std::string expected = ToHex(HmacSha256(salt, "the clear text"));
  for (char& c : expected) c = static_cast<char>(std::toupper(c));
  EXPECT_EQ(folder.output(), expected + "\n");
}

}  // namespace
}  // namespace rogatoria
