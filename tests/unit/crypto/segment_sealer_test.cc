// Sealing a file twice to the same bytes: what is equal, what must never be, and that nobody who
// opens a segment sees how its key was made.
#include "common/crypto/segment_sealer.h"

#include "common/base/limits.h"
#include "common/crypto/auth_enveloped_data.h"
#include "common/crypto/seal.h"
#include "tests/unit/crypto/crypto_test_support.h"

namespace rogatoria {
namespace {

class SegmentSealerTest : public testing::Test {
 protected:
  SegmentSealer Sealer() { return SegmentSealer(kek_.Clone(), salt_); }
  std::vector<Bytes> SealAll(SegmentSealer sealer, const std::vector<Bytes>& pieces) {
    std::vector<Bytes> segments;
    for (const Bytes& piece : pieces) segments.push_back(sealer.Seal(piece).value());
    return segments;
  }
  static Bytes NonceOf(const Bytes& segment) {
    return Bytes(ReadAuthEnvelopedData(segment)->nonce);
  }

  SystemRandom random_;
  SecretBytes kek_ = GenerateKek(random_);
  const Bytes salt_ = random_.Generate(32);
};

TEST_F(SegmentSealerTest, SegmentsOpenAsAnyOthers) {
  SegmentSealer sealer = Sealer();
  for (size_t size : {0u, 1u, 15u, 16u, 127u, 128u, 255u, 65536u, 300000u, 17000000u}) {
    const Bytes clear = random_.Generate(size);
    const auto segment = sealer.Seal(clear);
    ASSERT_THAT(segment, IsOk());
    EXPECT_LE(segment->size(), size + limits::kMaxSealOverheadBytes);
    EXPECT_EQ(segment->size(), SegmentSealer::SealedSize(size));
    EXPECT_TRUE(OpenSegment(kek_, *segment).value() == clear) << size;
  }
}

TEST_F(SegmentSealerTest, TheSameTextIsSealedToTheSameBytes) {
  const std::vector<Bytes> pieces = {"first", "second", ""};
  EXPECT_EQ(SealAll(Sealer(), pieces), SealAll(Sealer(), pieces));
}

TEST_F(SegmentSealerTest, AnotherTextNeverMeetsTheSameNonce) {
  const std::vector<Bytes> sealed = SealAll(Sealer(), {"first", "second", "third"});
  const std::vector<Bytes> other = SealAll(Sealer(), {"first", "s3cond", "third"});
  EXPECT_EQ(sealed[0], other[0]);
  EXPECT_NE(NonceOf(sealed[1]), NonceOf(other[1]));
  EXPECT_NE(NonceOf(sealed[2]), NonceOf(other[2])) << "what came before counts too";
}

TEST_F(SegmentSealerTest, TheSameTextCutElsewhereDoesNotEither) {
  const std::vector<Bytes> sealed = SealAll(Sealer(), {"firs", "tsecond"});
  const std::vector<Bytes> other = SealAll(Sealer(), {"first", "second"});
  EXPECT_NE(NonceOf(sealed[0]), NonceOf(other[0]));
  EXPECT_NE(NonceOf(sealed[1]), NonceOf(other[1]));
}

TEST_F(SegmentSealerTest, AnotherKeyOrSaltGivesOtherBytes) {
  const Bytes sealed = SealAll(Sealer(), {"text"})[0];
  EXPECT_NE(SealAll(SegmentSealer(kek_.Clone(), random_.Generate(32)), {"text"})[0], sealed);
  EXPECT_NE(SealAll(SegmentSealer(GenerateKek(random_), salt_), {"text"})[0], sealed);
}

TEST_F(SegmentSealerTest, AFlippedBitAnywhereIsRefused) {
  const Bytes segment = SealAll(Sealer(), {"a letter, sealed"})[0];
  for (size_t bit = 0; bit < segment.size() * 8; ++bit) {
    EXPECT_FALSE(OpenSegment(kek_, FlipBit(segment, bit)).ok()) << "bit " << bit;
  }
}

TEST_F(SegmentSealerTest, OpenSslOpensThem) {
  TemporaryFolder folder;
  const Bytes clear = random_.Generate(5000);
  folder.Write("segment", SealAll(Sealer(), {"first", clear})[1]);
  ASSERT_EQ(folder.OpenSsl("cms -decrypt -binary -inform DER -in segment -out clear -secretkey " +
                           ToHex(kek_.RevealForUse()) + " -secretkeyid " + ToHex(kKekId)),
            0)
      << folder.output();
  EXPECT_EQ(folder.Read("clear"), clear);
}

TEST_F(SegmentSealerTest, TheDescriptionIsThatOfTheObject) {
  SegmentSealer sealer = Sealer();
  const std::vector<Bytes> pieces = {"first", "second"};
  std::vector<Bytes> segments;
  for (const Bytes& piece : pieces) segments.push_back(sealer.Seal(piece).value());
  const Manifest manifest = sealer.Describe("application/pdf");
  EXPECT_EQ(manifest.media_type, "application/pdf");
  EXPECT_THAT(CheckSegments(manifest, {segments[0], segments[1]}), IsOk());
  EXPECT_THAT(CheckClear(manifest, "firstsecond"), IsOk());
  EXPECT_EQ(manifest.segments[1].clear_size, 6u);
}

TEST_F(SegmentSealerTest, TheBoundsAreThoseOfTheFormat) {
  SegmentSealer sealer = Sealer();
  EXPECT_THAT(sealer.Seal(Bytes(limits::kMaxSegmentBytes + 1, 'x')),
              FailsWith(Reason::LIMIT_EXCEEDED));
  for (size_t i = 0; i < limits::kMaxSegments; ++i) ASSERT_THAT(sealer.Seal("x"), IsOk());
  EXPECT_THAT(sealer.Seal("x"), FailsWith(Reason::LIMIT_EXCEEDED));
}

}  // namespace
}  // namespace rogatoria
