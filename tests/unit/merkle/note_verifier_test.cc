#include "common/merkle/note_verifier.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "common/merkle/cosignature.h"
#include "common/merkle/note.h"
#include "tests/unit/merkle/test_keys.h"

namespace rogatoria::merkle {
namespace {

constexpr const char* kText = "hub.example.org/log/1\ntext\n";

class NoteVerifierTest : public ::testing::Test {
 protected:
  std::string Cosigned(const std::string& note,
                       absl::string_view name,
                       uint64_t seconds,
                       Signer& signer) {
    return *AddSignature(note, *Cosign(kText, name, seconds, signer));
  }

  Ed25519FileSigner log_ = SignerFromSeed('\x01');
  Ed25519FileSigner witness_ = SignerFromSeed('\x02');
  VerifierKey log_key_ = KeyOf("log", SignatureType::kEd25519, log_);
  VerifierKey witness_key_ = KeyOf("w1", SignatureType::kCosignatureV1, witness_);
  std::string note_ = *SignNote(kText, "log", log_);
};

TEST_F(NoteVerifierTest, PublishedExampleWithTwoSigners) {
  const std::string note =
      "If you think cryptography is the answer to your problem,\n"
      "then you don't know what your problem is.\n\n"
      "\xE2\x80\x94 PeterNeumann "
      "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
      "qdngotpRZb6KE6RyyBwJnAM=\n"
      "\xE2\x80\x94 EnochRoot "
      "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTG"
      "wnWLox33WWd1RvMc+QQ=\n";
  const VerifierKey peter =
      *VerifierKey::Parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
  const VerifierKey enoch =
      *VerifierKey::Parse("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop");
  EXPECT_EQ(VerifyNote(note, {peter})->signers, std::vector<VerifierKey>{peter});
  EXPECT_EQ(VerifyNote(note, {enoch})->signers, std::vector<VerifierKey>{enoch});
  EXPECT_EQ(VerifyNote(note, {enoch, peter})->signers, (std::vector<VerifierKey>{peter, enoch}));
  EXPECT_EQ(VerifyNote(note, {}).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(NoteVerifierTest, PublishedExampleOfThePage) {
  const VerifierKey key =
      *VerifierKey::Parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
  const std::string note =
      "This is an example message.\n\n"
      "\xE2\x80\x94 example.com/foo "
      "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjO"
      "BH3mFXmRKuwHjG1Yu72IneyaQM=\n";
  EXPECT_EQ(VerifyNote(note, {key})->text, "This is an example message.\n");
}

TEST_F(NoteVerifierTest, TellsSignersFromWitnesses) {
  const std::string note = Cosigned(note_, "w1", 1700000000, witness_);
  const auto verified = VerifyNote(note, {log_key_, witness_key_});
  ASSERT_TRUE(verified.ok()) << verified.status();
  EXPECT_EQ(verified->text, kText);
  EXPECT_EQ(verified->signers, std::vector<VerifierKey>{log_key_});
  ASSERT_EQ(verified->witnesses.size(), 1u);
  EXPECT_EQ(verified->witnesses[0].key, witness_key_);
  EXPECT_EQ(verified->witnesses[0].seconds, 1700000000u);
}

TEST_F(NoteVerifierTest, UnknownSignaturesAreIgnored) {
  const std::string note = Cosigned(note_, "w1", 1700000000, witness_);
  EXPECT_TRUE(VerifyNote(note, {log_key_})->witnesses.empty());
  // Same name with another id, and the same id with another name, are other keys.
  NoteSignature line = ParseNote(note_)->signatures[0];
  ++line.key_id;
  EXPECT_TRUE(VerifyNote(*AddSignature(note_, line), {log_key_}).ok());
  line = {"other", log_key_.id, "rubbish"};
  EXPECT_TRUE(VerifyNote(*AddSignature(note_, line), {log_key_}).ok());
}

TEST_F(NoteVerifierTest, RefusesWholeNoteForOneBadSignatureOfATrustedKey) {
  NoteSignature line = ParseNote(note_)->signatures[0];
  line.signature[5] ^= 1;
  EXPECT_EQ(VerifyNote(*AddSignature(note_, line), {log_key_}).status().code(),
            absl::StatusCode::kDataLoss);
  line.signature.pop_back();
  EXPECT_EQ(VerifyNote(*AddSignature(note_, line), {log_key_}).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(NoteVerifierTest, RefusesAlteredText) {
  const std::string altered = absl::StrCat("x", note_);
  EXPECT_EQ(VerifyNote(altered, {log_key_}).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(NoteVerifierTest, RefusesNoteOfStrangers) {
  EXPECT_EQ(VerifyNote(note_, {witness_key_}).status().code(), absl::StatusCode::kUnauthenticated);
}

TEST_F(NoteVerifierTest, RefusesAlteredTimeOfAWitness) {
  NoteSignature line = *Cosign(kText, "w1", 1700000000, witness_);
  line.signature[7] ^= 1;
  EXPECT_EQ(VerifyNote(*AddSignature(note_, line), {log_key_, witness_key_}).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(NoteVerifierTest, RefusesTimeBeyondTheFormat) {
  EXPECT_FALSE(Cosign(kText, "w1", uint64_t{1} << 63, witness_).ok());
  NoteSignature line = *Cosign(kText, "w1", 1, witness_);
  line.signature[0] = '\x80';
  EXPECT_EQ(VerifyCosignature(kText, line.signature, witness_key_).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(NoteVerifierTest, RefusesCosignatureOfAnotherLength) {
  const NoteSignature line = *Cosign(kText, "w1", 1, witness_);
  for (const Bytes& bad : {Bytes(), line.signature.substr(8), line.signature + "x"}) {
    EXPECT_EQ(VerifyCosignature(kText, bad, witness_key_).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST_F(NoteVerifierTest, PlainSignatureIsNoCosignature) {
  // The witness's key over the bare text, put under the cosignature's key id.
  const Bytes signature = *witness_.Sign(kText);
  const NoteSignature line = {"w1", witness_key_.id, Bytes(8, '\0') + signature};
  EXPECT_FALSE(VerifyNote(*AddSignature(note_, line), {log_key_, witness_key_}).ok());
}

TEST_F(NoteVerifierTest, WitnessCountsOnceWithItsLatestTime) {
  std::string note = Cosigned(note_, "w1", 1700000100, witness_);
  note = Cosigned(note, "w1", 1700000000, witness_);
  const auto verified = VerifyNote(note, {log_key_, witness_key_});
  ASSERT_EQ(verified->witnesses.size(), 1u);
  EXPECT_EQ(verified->witnesses[0].seconds, 1700000100u);
}

TEST_F(NoteVerifierTest, OneKeyUnderTwoNamesIsOneWitness) {
  const VerifierKey second = KeyOf("w2", SignatureType::kCosignatureV1, witness_);
  std::string note = Cosigned(note_, "w1", 1700000000, witness_);
  note = Cosigned(note, "w2", 1700000000, witness_);
  EXPECT_EQ(VerifyNote(note, {log_key_, witness_key_, second})->witnesses.size(), 1u);
}

TEST_F(NoteVerifierTest, LogIsNoWitnessOfItself) {
  const VerifierKey self = KeyOf("w1", SignatureType::kCosignatureV1, log_);
  const std::string note = Cosigned(note_, "w1", 1700000000, log_);
  EXPECT_TRUE(VerifyNote(note, {log_key_, self})->witnesses.empty());
}

TEST_F(NoteVerifierTest, CosignedMessageIsThatOfThePage) {
  EXPECT_EQ(CosignedMessage(1679315147, "origin\n1\nroot\n"),
            "cosignature/v1\ntime 1679315147\norigin\n1\nroot\n");
}

}  // namespace
}  // namespace rogatoria::merkle
