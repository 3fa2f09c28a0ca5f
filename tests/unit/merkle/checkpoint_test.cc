#include "common/merkle/checkpoint.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/merkle/cosignature.h"
#include "common/merkle/node.h"
#include "common/merkle/note.h"
#include "tests/unit/merkle/test_keys.h"

namespace rogatoria::merkle {
namespace {

constexpr const char* kPageText =
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

Checkpoint Sample() {
  return {"hub.example.org/log/1", 7, LeafHash("x"), {}};
}

TEST(CheckpointTest, TextOfThePage) {
  const auto checkpoint = ParseCheckpoint(kPageText);
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->size, 20852163u);
  EXPECT_TRUE(checkpoint->extensions.empty());
  EXPECT_EQ(*FormatCheckpoint(*checkpoint), kPageText);
}

TEST(CheckpointTest, ExtensionLines) {
  const auto checkpoint = ParseCheckpoint(absl::StrCat(kPageText, "one\ntwo words\n"));
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status();
  EXPECT_EQ(checkpoint->extensions, (std::vector<std::string>{"one", "two words"}));
  EXPECT_EQ(*FormatCheckpoint(*checkpoint), absl::StrCat(kPageText, "one\ntwo words\n"));
}

TEST(CheckpointTest, EmptyLogHasItsOwnRootOnly) {
  Checkpoint checkpoint = Sample();
  checkpoint.size = 0;
  EXPECT_FALSE(FormatCheckpoint(checkpoint).ok());
  checkpoint.root = EmptyRoot();
  EXPECT_EQ(*ParseCheckpoint(*FormatCheckpoint(checkpoint)), checkpoint);
}

TEST(CheckpointTest, LargestSize) {
  Checkpoint checkpoint = Sample();
  checkpoint.size = kMaxTreeSize;
  EXPECT_EQ(*ParseCheckpoint(*FormatCheckpoint(checkpoint)), checkpoint);
  ++checkpoint.size;
  EXPECT_FALSE(FormatCheckpoint(checkpoint).ok());
}

TEST(CheckpointTest, RefusesMalformedText) {
  const std::string root = Sample().root.ToBase64();
  for (const std::string& text : {std::string(),
                                  std::string("o"),
                                  std::string("o\n"),
                                  std::string("o\n1\n"),
                                  absl::StrCat("o\n1\n", root),
                                  absl::StrCat("\n1\n", root, "\n"),
                                  absl::StrCat("o\n\n", root, "\n"),
                                  absl::StrCat("o\n01\n", root, "\n"),
                                  absl::StrCat("o\n-1\n", root, "\n"),
                                  absl::StrCat("o\n1 \n", root, "\n"),
                                  absl::StrCat("o\n1\n", root, " \n"),
                                  absl::StrCat("o\n1\n", root, "\n\n"),
                                  absl::StrCat("o\n1\n", root, "\next"),
                                  absl::StrCat("o\n1\n", root, "\n\next\n"),
                                  absl::StrCat("o\n1\n", root.substr(0, 40), "\n"),
                                  absl::StrCat("\xFF\n1\n", root, "\n"),
                                  absl::StrCat("o\r\n1\r\n", root, "\r\n")}) {
    EXPECT_EQ(ParseCheckpoint(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

TEST(CheckpointTest, RefusesToFormatWhatWouldReadOtherwise) {
  Checkpoint checkpoint = Sample();
  checkpoint.origin = "evil\n999";
  EXPECT_FALSE(FormatCheckpoint(checkpoint).ok());
  checkpoint.origin = "";
  EXPECT_FALSE(FormatCheckpoint(checkpoint).ok());
  checkpoint = Sample();
  checkpoint.extensions = {""};
  EXPECT_FALSE(FormatCheckpoint(checkpoint).ok());
  checkpoint.extensions = {"a\nb"};
  EXPECT_FALSE(FormatCheckpoint(checkpoint).ok());
}

TEST(CheckpointTest, AHubsLaterLogsAreUnderTheSameKey) {
  Ed25519FileSigner log = SignerFromSeed('\x01');
  Ed25519FileSigner other = SignerFromSeed('\x02');
  const VerifierKey known = KeyOf(Sample().origin, SignatureType::kEd25519, log);
  Checkpoint later = Sample();
  later.origin = "hub.example.org/log/12";
  const std::string note = *SignCheckpoint(later, log);
  EXPECT_FALSE(VerifyCheckpoint(note, {known}).ok());
  EXPECT_TRUE(VerifyCheckpoint(note, {KeyOfLogOf(note, known)}).ok());
  EXPECT_EQ(KeyOfLogOf(*SignCheckpoint(Sample(), log), known), known);
  const std::string forged = *SignCheckpoint(later, other);
  EXPECT_FALSE(VerifyCheckpoint(forged, {KeyOfLogOf(forged, known)}).ok());
}

TEST(CheckpointTest, AnotherHubsLogIsNotUnderTheKeyWeKnow) {
  Ed25519FileSigner log = SignerFromSeed('\x01');
  const VerifierKey known = KeyOf(Sample().origin, SignatureType::kEd25519, log);
  for (const char* origin : {"hub.example.com/log/2", "hub.example.org/log/02", "somewhere.else"}) {
    Checkpoint foreign = Sample();
    foreign.origin = origin;
    const std::string note = *SignCheckpoint(foreign, log);
    EXPECT_EQ(KeyOfLogOf(note, known), known) << origin;
    EXPECT_FALSE(VerifyCheckpoint(note, {KeyOfLogOf(note, known)}).ok()) << origin;
  }
  EXPECT_EQ(KeyOfLogOf("no note", known), known);
}

TEST(CheckpointTest, SignedAndVerified) {
  Ed25519FileSigner log = SignerFromSeed('\x01');
  Ed25519FileSigner witness = SignerFromSeed('\x02');
  const VerifierKey log_key = KeyOf(Sample().origin, SignatureType::kEd25519, log);
  const VerifierKey witness_key = KeyOf("w", SignatureType::kCosignatureV1, witness);
  std::string note = *SignCheckpoint(Sample(), log);
  note = *AddSignature(note, *Cosign(*FormatCheckpoint(Sample()), "w", 5, witness));
  const auto verified = VerifyCheckpoint(note, {witness_key, log_key});
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->checkpoint, Sample());
  EXPECT_EQ(verified->log_key, log_key);
  EXPECT_EQ(verified->witnesses.size(), 1u);
}

TEST(CheckpointTest, RefusesWitnessWithoutLog) {
  Ed25519FileSigner witness = SignerFromSeed('\x02');
  const std::string text = *FormatCheckpoint(Sample());
  const std::string note = *FormatNote({text, {*Cosign(text, "w", 5, witness)}});
  const VerifierKey key = KeyOf("w", SignatureType::kCosignatureV1, witness);
  EXPECT_EQ(VerifyCheckpoint(note, {key}).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST(CheckpointTest, RefusesKeyOfAnotherLog) {
  Ed25519FileSigner other = SignerFromSeed('\x03');
  const std::string note = *SignNote(*FormatCheckpoint(Sample()), "hub.example.org/log/2", other);
  const VerifierKey key = KeyOf("hub.example.org/log/2", SignatureType::kEd25519, other);
  EXPECT_EQ(VerifyCheckpoint(note, {key}).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST(CheckpointTest, RefusesSignedTextThatIsNoCheckpoint) {
  Ed25519FileSigner log = SignerFromSeed('\x01');
  const std::string note = *SignNote("hello\n", "log", log);
  const VerifierKey key = KeyOf("log", SignatureType::kEd25519, log);
  EXPECT_EQ(VerifyCheckpoint(note, {key}).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(LogOriginTest, RoundTrip) {
  const auto origin = LogOrigin::Parse("rogatoria.example-1.org/log/2026");
  ASSERT_TRUE(origin.ok()) << origin.status();
  EXPECT_EQ(origin->trust_domain, "rogatoria.example-1.org");
  EXPECT_EQ(origin->number, 2026u);
  EXPECT_EQ(origin->ToText(), "rogatoria.example-1.org/log/2026");
}

TEST(LogOriginTest, RefusesOtherForms) {
  for (const char* text : {"",
                           "/log/1",
                           "hub",
                           "hub/log",
                           "hub/log/",
                           "hub/log/x",
                           "hub/log/01",
                           "hub/log/1/",
                           "Hub/log/1",
                           "hub org/log/1",
                           "hub/x/log/1",
                           "hub/log/-1",
                           "hub/log/1/log/2",
                           "hub+1/log/1",
                           "hub_1/log/1",
                           "hub./log/1"}) {
    EXPECT_FALSE(LogOrigin::Parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace rogatoria::merkle
