#include "common/merkle/checkpoint_verifier.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/merkle/node.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/merkle/test_keys.h"

namespace rogatoria::merkle {
namespace {

constexpr char kOrigin[] = "hub.example.org/log/1";

class CheckpointVerifierTest : public testing::Test {
 protected:
  std::string Signed(uint64_t size) {
    return *SignCheckpoint({kOrigin, size, LeafHash("x"), {}}, signer_);
  }
  VerifierKey KeyNamed(absl::string_view name) const {
    return KeyOf(name, SignatureType::kEd25519, signer_);
  }

  Ed25519FileSigner signer_ = SignerFromSeed('l');
  const std::vector<VerifierKey> keys_ = {KeyNamed(kOrigin)};
  CheckpointVerifier verifier_;
};

TEST_F(CheckpointVerifierTest, AKnownOneIsAnsweredAsAtFirst) {
  const std::string note = Signed(7);
  for (int i = 0; i < 3; ++i) {
    const auto verified = verifier_.Verify(note, keys_);
    ASSERT_THAT(verified, IsOk());
    EXPECT_EQ(verified->checkpoint.size, 7u);
    EXPECT_EQ(verified->log_key, keys_.front());
  }
  EXPECT_EQ(verifier_.remembered(), 1u) << "once, however often it was asked";
}

TEST_F(CheckpointVerifierTest, ANoteWithAnotherByteIsNotTakenForAKnownOne) {
  const std::string note = Signed(7);
  ASSERT_THAT(verifier_.Verify(note, keys_), IsOk());
  for (size_t i = 0; i < note.size(); ++i) {
    std::string altered = note;
    altered[i] = static_cast<char>(altered[i] ^ 0x01);
    EXPECT_EQ(verifier_.Verify(altered, keys_).status(), VerifyCheckpoint(altered, keys_).status())
        << "byte " << i;
    EXPECT_FALSE(verifier_.Verify(altered, keys_).ok()) << "byte " << i;
  }
  EXPECT_FALSE(verifier_.Verify(note.substr(0, note.size() - 1), keys_).ok());
  EXPECT_EQ(verifier_.remembered(), 1u) << "what was refused is not remembered";
}

TEST_F(CheckpointVerifierTest, UnderAnotherKeyNothingIsKnown) {
  const std::string note = Signed(7);
  ASSERT_THAT(verifier_.Verify(note, keys_), IsOk());
  const VerifierKey other = KeyOf(kOrigin, SignatureType::kEd25519, SignerFromSeed('o'));
  EXPECT_THAT(verifier_.Verify(note, {other}), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(verifier_.Verify(note, {KeyNamed("hub.example.org/log/2")}),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(verifier_.Verify(note, {}), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_EQ(verifier_.remembered(), 1u);
}

// The id only finds a key: two keys of one name and id are still two keys.
TEST_F(CheckpointVerifierTest, AKeyOfTheSameIdIsAnotherKey) {
  const std::string note = Signed(7);
  ASSERT_THAT(verifier_.Verify(note, keys_), IsOk());
  VerifierKey planted = KeyOf(kOrigin, SignatureType::kEd25519, SignerFromSeed('o'));
  planted.id = keys_.front().id;
  EXPECT_THAT(verifier_.Verify(note, {planted}), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(CheckpointVerifierTest, WhatIsKeptIsBounded) {
  const size_t one = Signed(1'000'000).size();
  const size_t enough = CheckpointVerifier::kMaxRememberedBytes / one + 10;
  size_t most = 0;
  for (size_t i = 0; i < enough; ++i) {
    ASSERT_THAT(verifier_.Verify(Signed(1'000'000 + i), keys_), IsOk());
    most = std::max(most, verifier_.remembered());
  }
  EXPECT_LT(most * one, CheckpointVerifier::kMaxRememberedBytes);
  EXPECT_LT(verifier_.remembered(), most) << "full, it begins anew";
  EXPECT_THAT(verifier_.Verify(Signed(1'000'000), keys_), IsOk());
}

}  // namespace
}  // namespace rogatoria::merkle
