#include "services/audit/cosignatures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/crypto/secret.h"
#include "common/crypto/signer.h"
#include "common/merkle/checkpoint.h"
#include "common/merkle/cosignature.h"
#include "common/merkle/note_verifier.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace rogatoria::audit {
namespace {

using ::testing::SizeIs;

Ed25519FileSigner SignerOf(char seed) {
  return Ed25519FileSigner::FromSeed(SecretBytes(Bytes(32, seed))).value();
}

class CosignaturesTest : public ::testing::Test {
 protected:
  CosignaturesTest()
      : log_(SignerOf('l')),
        witness_(SignerOf('w')),
        stranger_(SignerOf('s')),
        folder_(QuickFolder()),
        cosignatures_(folder_.path(), {KeyOf("witness.example/w1", witness_)}) {
    const merkle::Checkpoint checkpoint{"rogatoria.example/log/1", 7, merkle::LeafHash("x"), {}};
    head_ = merkle::SignCheckpoint(checkpoint, log_).value();
    text_ = merkle::ParseNote(head_)->text;
  }
  static merkle::VerifierKey KeyOf(const std::string& name, Signer& signer) {
    return merkle::VerifierKey::Make(
               name, merkle::SignatureType::kCosignatureV1, signer.PublicKey())
        .value();
  }
  merkle::NoteSignature By(Signer& signer, uint64_t seconds = 1'795'000'000) {
    return merkle::Cosign(text_, "witness.example/w1", seconds, signer).value();
  }
  std::string NoteWith(const merkle::NoteSignature& signature) {
    return merkle::AddSignature(head_, signature).value();
  }

  Ed25519FileSigner log_, witness_, stranger_;
  TemporaryFolder folder_;
  Cosignatures cosignatures_;
  std::string head_, text_;
};

TEST_F(CosignaturesTest, AWitnessIsTakenOnceAndAttached) {
  EXPECT_EQ(cosignatures_.Add(1, 7, head_, NoteWith(By(witness_))).value(), 1u);
  EXPECT_EQ(cosignatures_.Add(1, 7, head_, NoteWith(By(witness_))).value(), 0u);
  const auto note = cosignatures_.Attach(1, 7, head_);
  ASSERT_THAT(note, IsOk());
  const std::vector<merkle::VerifierKey> keys = {
      merkle::VerifierKey::Make(
          "rogatoria.example/log/1", merkle::SignatureType::kEd25519, log_.PublicKey())
          .value(),
      KeyOf("witness.example/w1", witness_)};
  const auto verified = merkle::VerifyCheckpoint(*note, keys);
  ASSERT_THAT(verified, IsOk());
  EXPECT_THAT(verified->witnesses, SizeIs(1));
}

TEST_F(CosignaturesTest, AHeadWithoutCosignaturesIsAsItWas) {
  EXPECT_EQ(cosignatures_.Attach(1, 7, head_).value(), head_);
}

TEST_F(CosignaturesTest, AStrangerIsPassedOver) {
  auto other = merkle::Cosign(text_, "witness.example/other", 1, stranger_).value();
  EXPECT_EQ(cosignatures_.Add(1, 7, head_, NoteWith(other)).value(), 0u);
  EXPECT_EQ(cosignatures_.Attach(1, 7, head_).value(), head_);
}

TEST_F(CosignaturesTest, AWitnesssLineThatDoesNotVerifyIsRefused) {
  merkle::NoteSignature forged = By(witness_);
  forged.signature.back() = static_cast<char>(forged.signature.back() ^ 1);
  EXPECT_THAT(cosignatures_.Add(1, 7, head_, NoteWith(forged)), HasReason(Reason::FIELD_INVALID));
  EXPECT_EQ(cosignatures_.Attach(1, 7, head_).value(), head_);
}

TEST_F(CosignaturesTest, AnotherHeadIsRefused) {
  const merkle::Checkpoint other{"rogatoria.example/log/1", 7, merkle::LeafHash("y"), {}};
  const std::string note = merkle::SignCheckpoint(other, log_).value();
  EXPECT_THAT(cosignatures_.Add(1, 7, head_, note), HasReason(Reason::FIELD_INVALID));
}

TEST_F(CosignaturesTest, RubbishIsRefused) {
  EXPECT_THAT(cosignatures_.Add(1, 7, head_, "rubbish"), HasReason(Reason::FIELD_INVALID));
  EXPECT_THAT(cosignatures_.Add(1, 7, head_, ""), HasReason(Reason::FIELD_INVALID));
}

TEST_F(CosignaturesTest, AWitnessCannotFillTheDisk) {
  absl::StatusOr<uint32_t> added = 0u;
  for (uint64_t second = 1; second < 100 && added.ok(); ++second) {
    added = cosignatures_.Add(1, 7, head_, NoteWith(By(witness_, second)));
  }
  EXPECT_THAT(added, HasReason(Reason::LIMIT_EXCEEDED));
  EXPECT_THAT(cosignatures_.Attach(1, 7, head_), IsOk());
}

}  // namespace
}  // namespace rogatoria::audit
