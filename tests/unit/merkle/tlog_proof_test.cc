#include "common/merkle/tlog_proof.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/base/limits.h"
#include "tests/unit/merkle/reference_tree.h"
#include "tests/unit/merkle/test_keys.h"

namespace rogatoria::merkle {
namespace {

class TlogProofTest : public ::testing::Test {
 protected:
  TlogProof Sample(size_t index = 4, size_t size = 7) {
    const Checkpoint head{"hub.example.org/log/1", size, reference_.Root(size), {}};
    return {"", index, reference_.Inclusion(index, size), *SignCheckpoint(head, log_)};
  }
  Hash Leaf(size_t index) { return LeafHash(reference_.leaf(index)); }

  ReferenceTree reference_{16};
  Ed25519FileSigner log_ = SignerFromSeed('\x01');
  VerifierKey key_ = KeyOf("hub.example.org/log/1", SignatureType::kEd25519, log_);
};

TEST_F(TlogProofTest, EveryLeafOfEverySize) {
  for (size_t size = 1; size <= 16; ++size) {
    for (size_t index = 0; index < size; ++index) {
      const std::string text = *FormatTlogProof(Sample(index, size));
      EXPECT_EQ(*ParseTlogProof(text), Sample(index, size));
      const auto verified = VerifyTlogProof(text, Leaf(index), {key_});
      ASSERT_TRUE(verified.ok()) << verified.status();
      EXPECT_EQ(verified->checkpoint.size, size);
    }
  }
}

TEST_F(TlogProofTest, ItsLines) {
  const TlogProof proof = Sample();
  EXPECT_EQ(*FormatTlogProof(proof),
            absl::StrCat("c2sp.org/tlog-proof@v1\nindex 4\n",
                         proof.hashes[0].ToBase64(),
                         "\n",
                         proof.hashes[1].ToBase64(),
                         "\n",
                         proof.hashes[2].ToBase64(),
                         "\n\n",
                         proof.checkpoint));
}

TEST_F(TlogProofTest, ExtraDataIsCarried) {
  TlogProof proof = Sample();
  proof.extra = "anything";
  const std::string text = *FormatTlogProof(proof);
  EXPECT_EQ(text.substr(0, 42), "c2sp.org/tlog-proof@v1\nextra YW55dGhpbmc=\n");
  EXPECT_EQ(*ParseTlogProof(text), proof);
  EXPECT_TRUE(VerifyTlogProof(text, Leaf(4), {key_}).ok());
}

TEST_F(TlogProofTest, RefusesOtherLeaf) {
  EXPECT_EQ(VerifyTlogProof(*FormatTlogProof(Sample()), Leaf(5), {key_}).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(TlogProofTest, RefusesUntrustedLog) {
  EXPECT_EQ(VerifyTlogProof(*FormatTlogProof(Sample()), Leaf(4), {}).status().code(),
            absl::StatusCode::kUnauthenticated);
}

TEST_F(TlogProofTest, RefusesEveryTruncation) {
  const std::string text = *FormatTlogProof(Sample());
  for (size_t cut = 0; cut < text.size(); ++cut) {
    EXPECT_FALSE(ParseTlogProof(text.substr(0, cut)).ok()) << cut;
  }
}

TEST_F(TlogProofTest, RefusesEveryAlteredByte) {
  const std::string text = *FormatTlogProof(Sample());
  for (size_t i = 0; i < text.size(); ++i) {
    std::string altered = text;
    altered[i] = static_cast<char>(altered[i] ^ 1);
    EXPECT_FALSE(VerifyTlogProof(altered, Leaf(4), {key_}).ok()) << i;
  }
}

TEST_F(TlogProofTest, BoundsItsParts) {
  TlogProof proof = Sample();
  proof.hashes.assign(limits::kMaxProofHashes + 1, EmptyRoot());
  EXPECT_FALSE(FormatTlogProof(proof).ok());
  proof = Sample();
  proof.extra = Bytes(limits::kMaxProofExtraBytes + 1, 'x');
  EXPECT_FALSE(FormatTlogProof(proof).ok());
  std::string text = "c2sp.org/tlog-proof@v1\nindex 4\n";
  for (size_t i = 0; i <= limits::kMaxProofHashes; ++i) {
    absl::StrAppend(&text, EmptyRoot().ToBase64(), "\n");
  }
  EXPECT_FALSE(ParseTlogProof(absl::StrCat(text, "\n", Sample().checkpoint)).ok());
}

TEST_F(TlogProofTest, RefusesToFormatWithoutCheckpoint) {
  TlogProof proof = Sample();
  proof.checkpoint = "not a note\n";
  EXPECT_FALSE(FormatTlogProof(proof).ok());
}

}  // namespace
}  // namespace rogatoria::merkle
