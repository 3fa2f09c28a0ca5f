// Against the keys that the documentation of Go's x/mod/sumdb/note and the signed-note page
// publish.
#include "common/merkle/verifier_key.h"

#include <gtest/gtest.h>

namespace rogatoria::merkle {
namespace {

constexpr const char* kGo = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr const char* kC2sp =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

TEST(VerifierKeyTest, PublishedKeys) {
  for (const char* text : {kGo, kC2sp}) {
    const auto key = VerifierKey::Parse(text);
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(key->ToText(), text);
    EXPECT_EQ(key->type, SignatureType::kEd25519);
    EXPECT_EQ(key->public_key.size(), 32u);
  }
  EXPECT_EQ(VerifierKey::Parse(kGo)->name, "PeterNeumann");
  EXPECT_EQ(VerifierKey::Parse(kGo)->id, 0xc74f20a3u);
  EXPECT_EQ(VerifierKey::Parse(kC2sp)->id, 0x530d903au);
}

TEST(VerifierKeyTest, IdDependsOnNameTypeAndKey) {
  const Bytes a(32, 'a');
  const auto key = VerifierKey::Make("n", SignatureType::kEd25519, a);
  EXPECT_NE(key->id, VerifierKey::Make("m", SignatureType::kEd25519, a)->id);
  EXPECT_NE(key->id, VerifierKey::Make("n", SignatureType::kCosignatureV1, a)->id);
  EXPECT_NE(key->id, VerifierKey::Make("n", SignatureType::kEd25519, Bytes(32, 'b'))->id);
}

TEST(VerifierKeyTest, RoundTripWithPlusInBase64) {
  const auto key = VerifierKey::Make("n", SignatureType::kCosignatureV1, Bytes(32, '\xFB'));
  ASSERT_NE(key->ToText().find('+', 12), std::string::npos);
  EXPECT_EQ(*VerifierKey::Parse(key->ToText()), *key);
}

TEST(VerifierKeyTest, RefusesEveryPartOfAKey) {
  const std::string text = kGo;
  for (size_t begin = 0; begin < text.size(); ++begin) {
    for (size_t length = 0; length < text.size(); ++length) {
      EXPECT_FALSE(VerifierKey::Parse(text.substr(begin, length)).ok()) << begin << " " << length;
    }
  }
}

TEST(VerifierKeyTest, RefusesEveryOneCharacterChange) {
  for (size_t i = 0; i < std::string(kGo).size(); ++i) {
    std::string text = kGo;
    ++text[i];
    EXPECT_FALSE(VerifierKey::Parse(text).ok()) << text;
  }
}

TEST(VerifierKeyTest, RefusesUnknownType) {
  EXPECT_FALSE(
      VerifierKey::Parse("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
          .ok());
}

TEST(VerifierKeyTest, RefusesUpperCaseId) {
  EXPECT_FALSE(
      VerifierKey::Parse("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
          .ok());
}

TEST(VerifierKeyTest, RefusesKeyOfAnotherLength) {
  EXPECT_FALSE(VerifierKey::Make("n", SignatureType::kEd25519, Bytes(31, 'a')).ok());
  EXPECT_FALSE(VerifierKey::Make("n", SignatureType::kEd25519, Bytes(33, 'a')).ok());
}

TEST(VerifierKeyTest, RefusesWhatIsNoName) {
  for (const char* name : {"",
                           "two words",
                           "a+b",
                           "tab\tbed",
                           "a\nb",
                           "no\xC2\xA0"
                           "break",
                           "\xFF"}) {
    EXPECT_FALSE(IsKeyName(name)) << name;
    EXPECT_FALSE(VerifierKey::Make(name, SignatureType::kEd25519, Bytes(32, 'a')).ok());
  }
  EXPECT_TRUE(IsKeyName(std::string(255, 'a')));
  EXPECT_FALSE(IsKeyName(std::string(256, 'a')));
}

}  // namespace
}  // namespace rogatoria::merkle
